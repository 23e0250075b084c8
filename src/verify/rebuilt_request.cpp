// The steps of signing up to the string to sign, taken again from what a request presents.
#include "verify/rebuilt_request.hpp"

#include "sigv4/canonical_request.hpp"
#include "sigv4/service_rules.hpp"
#include "sigv4/string_to_sign.hpp"

#include <presign/sigv4.hpp>

#include <algorithm>

namespace presign::detail {
namespace {

// Whether all that the canonical query has to hold is what signing added.
bool signs_no_other_query(const unverified_request& presented, const service_rules& rules) {
  return presented.query_parameters.empty() && rules.sign_session_token;
}

std::string merged_query(const unverified_request& presented, const service_rules& rules) {
  if (signs_no_other_query(presented, rules)) return {};
  std::string query;
  string_writer out{query, presented.signing_query.size()};
  query_writer writer{out, presented.query_parameters};
  std::string_view ours = presented.signing_query;
  while (!ours.empty()) {
    const auto one = ours.substr(0, ours.find('&'));
    ours.remove_prefix(std::min(one.size() + 1, ours.size()));
    const auto equals = one.find('=');
    const auto name = one.substr(0, equals);
    if (!rules.sign_session_token && is_token_parameter(name)) continue;
    writer.add(name, one.substr(equals + 1));
  }
  writer.finish();
  out.finish();
  return query;
}

std::string_view payload_hash(const unverified_request& presented, const service_rules& rules) {
  if (!presented.content_sha256.empty()) return presented.content_sha256;
  if (is_presigned(presented) && rules.unsigned_payload) return sigv4::unsigned_payload;
  if (!presented.payload_hash.empty()) return presented.payload_hash;
  return sigv4::empty_payload_hash;
}

}  // namespace

rebuilt_request::rebuilt_request(const unverified_request& presented, const service_rules& rules)
    : presented_(presented),
      path_(sigv4::canonical_path(presented.path, rules)),
      merged_query_(merged_query(presented, rules)),
      query_(signs_no_other_query(presented, rules) ? presented.signing_query : merged_query_),
      payload_hash_(payload_hash(presented, rules)) {}

sigv4::canonical_request rebuilt_request::canonical() const noexcept {
  return {presented_.method,         path_,        query_, presented_.header_lines,
          presented_.signed_headers, payload_hash_};
}

result<std::string> rebuilt_request::string_to_sign(const sigv4::amz_date& date) const {
  const auto hashed = canonical().hash();
  if (!hashed) return hashed.error();
  return detail::string_to_sign(presented_, date, *hashed);
}

std::string string_to_sign(const unverified_request& presented, const sigv4::amz_date& date,
                           const sigv4::digest& hashed_canonical_request) {
  const bool is_sigv4a = presented.algorithm == signing_algorithm::sigv4a;
  const auto region = is_sigv4a ? std::nullopt : std::optional<std::string_view>(presented.region);
  return string_to_sign(is_sigv4a ? sigv4a::algorithm : sigv4::algorithm, date,
                        {date.date(), region, presented.service}, hashed_canonical_request);
}

}  // namespace presign::detail
