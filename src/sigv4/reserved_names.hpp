// The names that signing adds to a request, which are nobody else's.
#pragma once

#include "base/text.hpp"

#include <presign/request.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string_view>

namespace presign::detail {

// Where the names stand in the two lists.
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
enum : std::size_t {
  authorization,
  host,
  content_sha256,
  date,
  region_set,
  s3session_token,
  security_token
};
}

inline constexpr std::array<std::string_view, 9> signing_parameters{
    "X-Amz-Algorithm",      "X-Amz-Credential", "X-Amz-Date",
    "X-Amz-Expires",        "X-Amz-Region-Set", "X-Amz-S3session-Token",
    "X-Amz-Security-Token", "X-Amz-Signature",  "X-Amz-SignedHeaders"};

inline constexpr std::array<std::string_view, 7> signing_headers{
    "authorization",        "host",
    "x-amz-content-sha256", "x-amz-date",
    "x-amz-region-set",     "x-amz-s3session-token",
    "x-amz-security-token"};

/// Where a name stands in a list of them, whatever its case.
template <std::size_t Size>
std::optional<std::size_t> index_in(const std::array<std::string_view, Size>& names,
                                    std::string_view name) noexcept {
  const auto at = std::find_if(names.begin(), names.end(), [name](auto one) {
    return name.size() == one.size() && equal_ignoring_case(name, one);
  });
  if (at == names.end()) return {};
  return static_cast<std::size_t>(at - names.begin());
}

/// Where the name of a query parameter stands among those that signing adds.
inline std::optional<std::size_t> signing_parameter(std::string_view name) noexcept {
  return index_in(signing_parameters, name);
}

/// Whether a query parameter is the session token, under either of its names.
inline bool is_token_parameter(std::string_view name) noexcept {
  return equal_ignoring_case(name, "X-Amz-Security-Token") ||
         equal_ignoring_case(name, "X-Amz-S3session-Token");
}

/// The name of the query parameter that a session token travels in.
inline std::string_view token_parameter(const service_rules& rules) noexcept {
  return rules.s3_session_token ? "X-Amz-S3session-Token" : "X-Amz-Security-Token";
}

/// The name of the header, or of the form's field, that a session token travels in.
inline std::string_view token_header(const service_rules& rules) noexcept {
  return rules.s3_session_token ? "x-amz-s3session-token" : "x-amz-security-token";
}

/// Whether a header, by its name in lower case, is the session token, under either of its names.
inline bool is_token_header(std::string_view name) noexcept {
  return name == "x-amz-security-token" || name == "x-amz-s3session-token";
}

/// Where the name of a header stands among those that signing adds.
inline std::optional<std::size_t> signing_header(std::string_view name) noexcept {
  return index_in(signing_headers, name);
}

}  // namespace presign::detail
