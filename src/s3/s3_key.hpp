// What the key of an object may be.
#pragma once

#include <presign/error.hpp>

#include <optional>
#include <string_view>

namespace presign::detail {

/// Errors: empty_key, key_too_long, key_not_utf8, key_has_nul.
std::optional<error> check_key(std::string_view key);

}  // namespace presign::detail
