// What credentials and requests may be, and how long a signature is valid.
#pragma once

#include <presign/signer.hpp>

#include <chrono>
#include <optional>

namespace presign::detail {

/// Errors: missing_credentials, invalid_credentials.
std::optional<error> check(const credentials& credentials);

/// Checks all of a request except for scheme and host, which are checked as they are written down.
/// Errors: invalid_method, invalid_path, invalid_service, invalid_region, invalid_parameter,
/// reserved_name, invalid_header.
std::optional<error> check(const request& request);

/// How long a signature is valid.
struct validity {
  time_point signed_at;
  std::chrono::seconds expires;  // X-Amz-Expires
  time_point expires_at;         // of the URL or of the credentials, whichever is earlier

  bool outlives_credentials() const { return expires_at < signed_at + expires; }
};

/// Compares what the caller asks for with what is allowed, and with the expiry of the credentials.
/// Errors: invalid_expiry, invalid_time, credentials_expired, credentials_expire_first.
result<validity> validity_of(const credentials& credentials, std::chrono::seconds expires_in,
                             const presign_options& options);

/// Error: credentials_expired.
std::optional<error> check_not_expired(const credentials& credentials, time_point at);

}  // namespace presign::detail
