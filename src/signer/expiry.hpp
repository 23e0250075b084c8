// When a signature begins and ends to be good.
#pragma once

#include <presign/signer.hpp>

#include <chrono>
#include <optional>

namespace presign::detail {

struct life {
  time_point signed_at;
  std::chrono::seconds expires;  // X-Amz-Expires
  time_point expires_at;         // of the URL or of the credentials

  bool outlives_credentials() const { return expires_at < signed_at + expires; }
};

/// Error: credentials_expired.
std::optional<error> check_alive(const credentials& who, time_point at);

/// Weighs what is asked for against what is allowed and against the credentials' own end.
/// Errors: invalid_expiry, invalid_time, credentials_expired, credentials_expire_first.
result<life> live(const credentials& who, std::chrono::seconds expires_in,
                  const presign_options& options);

}  // namespace presign::detail
