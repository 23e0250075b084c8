// Verifies what a request presents as its signature.
#include "sigv4/canonical_request.hpp"
#include "base/civil_time.hpp"
#include "base/crypto.hpp"
#include "base/error_of.hpp"
#include "verify/presented_signature.hpp"
#include "verify/rebuilt_request.hpp"
#include "sigv4/sigv4a.hpp"
#include "sigv4/service_rules.hpp"
#include "signer/signing_key_cache.hpp"
#include "base/text.hpp"

#include <presign/signer.hpp>
#include <presign/verify.hpp>

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

namespace presign {
namespace {

using detail::decimal;
using detail::error_of;
using detail::is_presigned;
using detail::quoted;
using std::chrono::seconds;

// ── What the receiver is ────────────────────────────────────────────────────────────────────────

std::optional<error> check_scope(const unverified_request& what, const verify_options& options) {
  if (!options.service.empty() && options.service != what.service) {
    return error_of(errc::wrong_scope, {"the signature must be for the service ",
                                          quoted(options.service), ", got ", quoted(what.service)});
  }
  if (options.region.empty()) return {};
  const bool is_ours = what.algorithm == signing_algorithm::sigv4a
                           ? detail::is_in_region_set(what.region, options.region)
                           : options.region == what.region;
  if (is_ours) return {};
  return error_of(errc::wrong_scope, {"the signature must be for the region ",
                                       quoted(options.region), ", got ", quoted(what.region)});
}

// "Any x-amz-* headers that you plan to include in your request must also be added" to the signed
// ones. A token travels unsigned where the service wants it so.
std::optional<error> check_headers(const unverified_request& what, const service_rules& rules) {
  for (const auto& name : what.unsigned_headers) {
    if (!is_presigned(what) && !rules.sign_session_token && detail::is_token_header(name)) continue;
    return error_of(errc::unsigned_header,
                    {"all x-amz-* headers must be signed, and is not: ", quoted(name)});
  }
  if (!is_presigned(what) && rules.content_sha256_header && what.content_sha256.empty()) {
    return error_of(errc::missing_header,
                    {"the header x-amz-content-sha256 must be sent and signed, and is not"});
  }
  return {};
}

// ── Who signed ──────────────────────────────────────────────────────────────────────────────────

std::optional<error> check_access_key(const unverified_request& what, const credentials& who) {
  if (who.access_key_id.empty() || who.secret_access_key.empty()) {
    return error_of(errc::invalid_credentials,
                    {"to verify with, there must be an access key id and a secret access key"});
  }
  if (who.access_key_id == what.access_key_id) return {};
  return error_of(errc::wrong_access_key,
                  {"the credentials to verify with must be those of the access key id ",
                   quoted(what.access_key_id)});
}

std::optional<error> check_token(const unverified_request& what, const credentials& who,
                                 const service_rules& rules) {
  const auto token = who.session_token.reveal();
  const bool has_right_name =
      what.session_token.empty() || what.s3_session_token == rules.s3_session_token;
  if (has_right_name && detail::equal_in_constant_time(token, what.session_token)) return {};
  return error_of(
      errc::token_mismatch,
      {token.empty() ? "the credentials have no session token, and the request has one"
       : what.session_token.empty()
           ? "the credentials have a session token, and the request has none"
       : has_right_name ? "the session token must be that of the credentials"
                        : "the session token must be sent under the name that its service "
                          "gives it"});
}

// ── When ────────────────────────────────────────────────────────────────────────────────────────

// Both times are in the years 1 to 9999, and no life is longer than 7 days: no sum can overflow.
result<time_point> end_of(const unverified_request& what, const credentials& who, time_point at,
                          seconds clock_skew) {
  if (what.signed_at - at > clock_skew) {
    return error_of(
        errc::not_yet_valid,
        {"the signing time is ", decimal((what.signed_at - at).count()).view(),
         " seconds ahead, and may be ", decimal(clock_skew.count()).view(), " seconds"});
  }
  const auto end = what.signed_at + what.expires.value_or(std::min(clock_skew, max_expiry));
  if (at >= end) {
    return error_of(errc::expired,
                    {"the signature expired ", decimal((at - end).count()).view(), " seconds ago"});
  }
  if (!who.expires_at || *who.expires_at >= end) return end;
  if (at < *who.expires_at) return *who.expires_at;
  return error_of(errc::credentials_expired, {"the credentials have expired"});
}

// ── What ────────────────────────────────────────────────────────────────────────────────────────

// A hash, and not a literal of the service.
bool is_hash(std::string_view text) {
  return text.size() == 64 && std::all_of(text.begin(), text.end(), [](char c) {
           return detail::is_digit(c) || (detail::lower(c) >= 'a' && detail::lower(c) <= 'f');
         });
}

std::optional<error> check_payload(const unverified_request& what, std::string_view signed_hash) {
  if (what.payload_hash.empty() || !is_hash(signed_hash) ||
      detail::equal_ignoring_case(what.payload_hash, signed_hash)) {
    return {};
  }
  return error_of(errc::payload_mismatch, {"the body must have the SHA-256 ", quoted(signed_hash),
                                           ", got ", quoted(what.payload_hash)});
}

// ── All together ────────────────────────────────────────────────────────────────────────────────

// The signing key is kept where there is a place for it.
result<verified> verify_with(const credentials& who, detail::signing_key_cache* kept,
                             const unverified_request& presented, time_point at,
                             const verify_options& options) {
  const auto rules = options.rules.value_or(service_rules::of(presented.service));
  if (auto failure = check_scope(presented, options)) return *std::move(failure);
  if (auto failure = check_headers(presented, rules)) return *std::move(failure);
  if (auto failure = check_access_key(presented, who)) return *std::move(failure);
  if (!detail::is_in_calendar(at)) return sigv4::amz_date::at(at).error();
  const auto date = sigv4::amz_date::at(presented.signed_at);
  if (!date) return date.error();

  const detail::rebuilt_request rebuilt{presented, rules};
  const auto string_to_sign = rebuilt.string_to_sign(*date);
  if (!string_to_sign) return string_to_sign.error();
  const auto is_right = detail::is_made_by(who, presented, *string_to_sign, *date, kept);
  if (!is_right) return is_right.error();
  if (!*is_right) {
    return error_of(errc::signature_mismatch,
                    {"the signature is not the one that the credentials make of this request"});
  }

  if (auto failure = check_token(presented, who, rules)) return *std::move(failure);
  const auto end = end_of(presented, who, at, options.clock_skew);
  if (!end) return end.error();
  const auto payload_hash = rebuilt.canonical().payload_hash;
  if (auto failure = check_payload(presented, payload_hash)) return *std::move(failure);
  return verified{
      *end, rules.normalize_path ? detail::normalized(presented.path) : std::string(presented.path),
      std::string(payload_hash)};
}

}  // namespace

result<verified> verify(const unverified_request& presented, const credentials& who, time_point at,
                        const verify_options& options) {
  return verify_with(who, nullptr, presented, at, options);
}

struct verifier::state {
  explicit state(credentials given) : who(std::move(given)) {}

  const credentials who;
  mutable detail::signing_key_cache days;
};

verifier::verifier(credentials who) : state_(std::make_shared<const state>(std::move(who))) {}

result<verified> verifier::verify(const unverified_request& presented, time_point at,
                                  const verify_options& options) const {
  return verify_with(state_->who, &state_->days, presented, at, options);
}

}  // namespace presign
