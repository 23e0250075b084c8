// Verifies the signature of a received request.
#include "verify/verify.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "sigv4/signing_names.hpp"
#include "sigv4/steps.hpp"

#include <presign/signer.hpp>

#include <algorithm>
#include <utility>

namespace presign {
namespace detail {

// ── The steps of signing, taken again ───────────────────────────────────────────────────────────

received_canonical_request::received_canonical_request(const unverified_request& request,
                                                       const service_rules& rules)
    : path_(canonical_path_of(request.parts->sent_path, request.path, rules)) {
  const auto& parts = *request.parts;
  method = request.method;
  path = path_;
  query = parts.signing_query;
  if (!request.query_parameters.empty() || !rules.sign_session_token) {
    string_writer out{query_, query.size()};
    query_writer writer{out, request.query_parameters};
    while (!query.empty()) {
      auto value = take_until('&', query);
      const auto name = take_until('=', value);
      if (rules.sign_session_token || !is_session_token(name)) writer.add(name, value);
    }
    writer.finish();
    out.finish();
    query = query_;
  }
  headers = parts.header_lines;
  signed_headers = request.signed_headers;
  const bool is_unsigned = request.is_presigned && rules.unsigned_payload;
  payload_hash = !parts.content_sha256.empty() ? parts.content_sha256
                 : is_unsigned                 ? sigv4::unsigned_payload
                 : !parts.payload_hash.empty() ? parts.payload_hash
                                               : sigv4::empty_payload_hash;
}

result<std::string> string_to_sign(const unverified_request& request, const sigv4::amz_date& date,
                                   const sigv4::canonical_request& canonical) {
  const auto hash = canonical.hash();
  if (!hash) return hash.error();
  return text_by(192, [&](text_writer& out) {
    append_string_to_sign_prefix(out, {request.algorithm, date, request.region, request.service});
    out.append(hex_digits(*hash).view());
  });
}

result<bool> is_signed_by(const credentials& signer, const unverified_request& request,
                          std::string_view string_to_sign, const sigv4::amz_date& date,
                          signing_key_cache& cache) {
  const auto secret_key = signer.secret_access_key.reveal();
  if (request.algorithm == signing_algorithm::sigv4a) {
    const auto key = sigv4a::signing_key::derive(signer.access_key_id, secret_key);
    if (!key) return key.error();
    const auto half = sigv4a::public_key::of(*key);
    if (!half) return half.error();
    return sigv4a::verify(*half, string_to_sign, request.parts->signature);
  }
  const auto key = cache.find_or_derive(secret_key, date, request.region, request.service);
  digest expected;
  if (!key.sign(string_to_sign, expected)) return hash_failure();
  return equal_in_constant_time(hex_digits(expected).view(), request.parts->signature);
}

// ── The checks ──────────────────────────────────────────────────────────────────────────────────

std::optional<error> check_expires(const unverified_request& request, const service_rules& rules) {
  if (request.expires || !request.is_presigned || !rules.require_expires) return {};
  if (request.parts->signing_query.find("X-Amz-Expires=") != std::string_view::npos) return {};
  return error_of(errc::malformed_signature, {"the query must have X-Amz-Expires"});
}

namespace {

// Checks the scope, and that nothing is missing or unsigned that the rules require.
std::optional<error> check_request(const unverified_request& request, const verify_options& options,
                                   const service_rules& rules) {
  if (!options.service.empty() && options.service != request.service) {
    return error_of(errc::wrong_scope,
                    {"the signature must be for the service ", quoted_text(options.service),
                     ", got ", quoted_text(request.service)});
  }
  const bool is_in_region = request.algorithm == signing_algorithm::sigv4a
                                ? is_in_region_set(request.region, options.region)
                                : options.region == request.region;
  if (!options.region.empty() && !is_in_region) {
    return error_of(errc::wrong_scope,
                    {"the signature must be for the region ", quoted_text(options.region), ", got ",
                     quoted_text(request.region)});
  }
  if (auto failure = check_expires(request, rules)) return failure;
  // "Any x-amz-* headers that you plan to include in your request must also be added" to the signed
  // headers. Some services want the session token unsigned.
  for (const auto& name : request.parts->unsigned_headers) {
    if (!request.is_presigned && !rules.sign_session_token && is_session_token(name)) continue;
    return error_of(errc::unsigned_header,
                    {"every x-amz-* header must be signed; ", quoted_text(name), " is not"});
  }
  if (!request.is_presigned && rules.content_sha256_header &&
      request.parts->content_sha256.empty()) {
    return error_of(errc::missing_header,
                    {"the header x-amz-content-sha256 must be sent and signed"});
  }
  return {};
}

std::optional<error> check_access_key(const unverified_request& request,
                                      const credentials& credentials) {
  if (credentials.access_key_id.empty() || credentials.secret_access_key.empty()) {
    return error_of(errc::invalid_credentials,
                    {"verifying needs an access key id and a secret access key"});
  }
  if (credentials.access_key_id == request.access_key_id) return {};
  return error_of(errc::wrong_access_key, {"the credentials must be those of the access key id ",
                                           quoted_text(request.access_key_id)});
}

std::optional<error> check_token(const unverified_request& request, const credentials& credentials,
                                 const service_rules& rules) {
  const auto token = credentials.session_token.reveal();
  const bool has_right_name =
      request.session_token.empty() || request.parts->s3_session_token == rules.s3_session_token;
  if (has_right_name && equal_in_constant_time(token, request.session_token)) return {};
  return error_of(
      errc::token_mismatch,
      {token.empty() ? "the request has a session token, but the credentials have none"
       : request.session_token.empty()
           ? "the credentials have a session token, but the request has none"
       : has_right_name ? "the session token must be that of the credentials"
                        : "the session token must have the name that its service gives it"});
}

// Checks that the signature is valid at this time, and returns when it expires. Both times are in
// the years 1 to 9999, and no signature is valid for more than 7 days: no sum can overflow.
result<time_point> check_time(const unverified_request& request, const credentials& credentials,
                              time_point at, const verify_options& options) {
  const auto clock_skew = options.clock_skew;
  if (request.signed_at - at > clock_skew) {
    return error_of(
        errc::not_yet_valid,
        {"the signing time is ", std::to_string((request.signed_at - at).count()),
         " seconds in the future; at most ", std::to_string(clock_skew.count()), " are allowed"});
  }
  const auto without_expires = request.is_presigned ? options.default_expires : clock_skew;
  const auto end = request.signed_at + request.expires.value_or(std::clamp(
                                           without_expires, std::chrono::seconds{0}, max_expiry));
  if (at >= end) {
    return error_of(errc::expired,
                    {"the signature expired ", std::to_string((at - end).count()), " seconds ago"});
  }
  if (!credentials.expires_at || *credentials.expires_at >= end) return end;
  if (at < *credentials.expires_at) return *credentials.expires_at;
  return error_of(errc::credentials_expired, {"the credentials have expired"});
}

std::optional<error> check_body(const unverified_request& request, std::string_view hash) {
  const auto received = request.parts->payload_hash;
  if (received.empty() || equal_ignoring_case(received, hash)) return {};
  if (hash == sigv4::unsigned_payload || begins_with(hash, "STREAMING-")) return {};
  return error_of(errc::payload_mismatch, {"the body must have the SHA-256 ", quoted_text(hash),
                                           ", got ", quoted_text(received)});
}

// Returns the signed path, decoded. A path that is signed as it was sent is normalised before it is
// decoded, while "%2F" is no separator: in "/a/%2F/../b", ".." removes the "%2F", not the "a".
std::string signed_path(const unverified_request& request, const service_rules& rules) {
  if (!rules.normalize_path) return std::string(request.path);
  if (!rules.encode_path_twice) return normalized(request.path);
  std::string path;
  append_decoded(path, normalized(request.parts->sent_path));
  return path;
}

}  // namespace
}  // namespace detail

// ── All together ────────────────────────────────────────────────────────────────────────────────

struct verifier::state {
  explicit state(presign::credentials given) : credentials(std::move(given)) {}

  const presign::credentials credentials;
  mutable detail::signing_key_cache cache;
};

verifier::verifier(credentials credentials)
    : state_(std::make_shared<const state>(std::move(credentials))) {}

result<verified> verifier::verify(const unverified_request& request,
                                  const verify_options& options) const {
  using namespace detail;
  if (!request.parts) {
    return error_of(errc::missing_signature, {"the request must come from parse_request"});
  }
  const auto& credentials = state_->credentials;
  const auto rules = options.rules.value_or(service_rules::of(request.service));
  const auto at = options.at.value_or(now());
  if (auto failure = check_request(request, options, rules)) return *std::move(failure);
  if (auto failure = check_access_key(request, credentials)) return *std::move(failure);
  if (!is_in_calendar(at)) return sigv4::amz_date::at(at).error();
  const auto date = sigv4::amz_date::at(request.signed_at);
  if (!date) return date.error();

  const received_canonical_request canonical(request, rules);
  const auto text = string_to_sign(request, *date, canonical);
  if (!text) return text.error();
  const auto matches = is_signed_by(credentials, request, *text, *date, state_->cache);
  if (!matches) return matches.error();
  if (!*matches) {
    return error_of(errc::signature_mismatch,
                    {"the signature is not the one that the credentials make for this request"});
  }

  if (auto failure = check_token(request, credentials, rules)) return *std::move(failure);
  const auto end = check_time(request, credentials, at, options);
  if (!end) return end.error();
  if (auto failure = check_body(request, canonical.payload_hash)) return *std::move(failure);
  auto path = signed_path(request, rules);
  // The sender did not mean what looks like ".." only now, as in "/files/..%2F..%2Fsecrets".
  if (rules.normalize_path && has_dot_segment(path)) {
    return error_of(errc::invalid_path,
                    {"the path must have no segment \".\" or \"..\" once it is decoded"});
  }
  if (rules.normalize_path) path = normalized(path);
  return verified{*end, std::move(path), std::string(canonical.payload_hash)};
}

}  // namespace presign
