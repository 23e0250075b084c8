// What a presigner holds, for the files that implement it.
#pragma once

#include <presign/presigner.hpp>

#include <optional>
#include <string_view>

namespace presign {

struct presigner::state {
  credentials who;
  std::optional<error> flaw;  // what is wrong with the credentials
};

namespace detail {

/// The name of the header, or of the form's field, that a session token travels in.
inline std::string_view token_header(const service_rules& rules) noexcept {
  return rules.s3_session_token ? "x-amz-s3session-token" : "x-amz-security-token";
}

}  // namespace detail
}  // namespace presign
