// The keys of objects.
#pragma once

#include <presign/error.hpp>

#include <optional>
#include <string_view>

namespace presign::detail {

/// Checks that a key is one that an object can have. Errors: invalid_key.
std::optional<error> check_key(std::string_view key);

}  // namespace presign::detail
