// The parameters and headers that only the signer may set, and which of them a service uses.
#pragma once

#include "base/text.hpp"

#include <presign/request.hpp>

namespace presign::detail {

inline constexpr std::array<std::string_view, 9> signing_parameters{
    "X-Amz-Algorithm",      "X-Amz-Credential", "X-Amz-Date",
    "X-Amz-Expires",        "X-Amz-Region-Set", "X-Amz-S3session-Token",
    "X-Amz-Security-Token", "X-Amz-Signature",  "X-Amz-SignedHeaders"};

inline constexpr std::array<std::string_view, 7> signing_headers{
    "authorization",        "host",
    "x-amz-content-sha256", "x-amz-date",
    "x-amz-region-set",     "x-amz-s3session-token",
    "x-amz-security-token"};

// Indices into signing_parameters and signing_headers.
namespace in_query {
enum : std::size_t {
  algorithm,
  credential,
  date,
  expires,
  region_set,
  s3session_token,
  security_token,
  signature,
  signed_headers
};
}
namespace in_headers {
enum { authorization, host, content_sha256, date, region_set, s3session_token, security_token };
}

/// Returns the index of a name in signing_parameters or signing_headers. Case is ignored.
template <std::size_t Size>
std::optional<std::size_t> index_in(const std::array<std::string_view, Size>& names,
                                    std::string_view name) noexcept {
  for (std::size_t i = 0; i < Size; ++i) {
    if (name.size() == names[i].size() && equal_ignoring_case(name, names[i])) return i;
  }
  return {};
}

/// Returns whether a query parameter or a header is the session token, under either of its names.
inline bool is_session_token(std::string_view name) noexcept {
  const auto index = index_in(signing_parameters, name);
  return index == in_query::security_token || index == in_query::s3session_token;
}

/// Returns the name of the query parameter that carries a session token.
inline std::string_view token_parameter(const service_rules& rules) noexcept {
  return signing_parameters[rules.s3_session_token ? in_query::s3session_token
                                                   : in_query::security_token];
}
/// Returns the name of the header, or of the form's field, that carries a session token.
inline std::string_view token_header(const service_rules& rules) noexcept {
  return signing_headers[rules.s3_session_token ? in_headers::s3session_token
                                                : in_headers::security_token];
}

}  // namespace presign::detail
