// What credentials and requests may be.
#pragma once

#include <presign/credentials.hpp>
#include <presign/error.hpp>
#include <presign/request.hpp>

#include <optional>

namespace presign::detail {

/// Errors: missing_credentials, invalid_credentials.
std::optional<error> check(const credentials& who);

/// All but scheme and host, which are looked at as they are written down, and the scope. Errors:
/// the flaw, invalid_method, invalid_path, invalid_parameter, reserved_name,
/// reserved_name, invalid_header.
std::optional<error> check(const request& what);

/// What stands in the credential scope. Errors: invalid_service, invalid_region.
std::optional<error> check_scope(const request& what);

}  // namespace presign::detail
