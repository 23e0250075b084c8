// What the key of an object may be.
#pragma once

#include <presign/error.hpp>

#include <optional>
#include <string_view>

namespace presign::detail {

/// Errors: invalid_key.
std::optional<error> check_key(std::string_view key);

}  // namespace presign::detail
