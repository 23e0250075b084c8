// The demo store's role sessions. Nothing is kept of them: the session token says what the session
// is, under an HMAC, and its access key follows from the token.
#pragma once

#include <presign/credentials.hpp>

#include <optional>
#include <string>
#include <vector>

namespace broker {

struct role_session {
  presign::time_point expires_at;
  std::string name;
  std::string policy;  // JSON; empty: no narrower than the role
};

class demo_roles {
 public:
  explicit demo_roles(presign::secret key) : key_(std::move(key)) {}

  presign::credentials issue(const role_session& what) const;

  /// Returns the session of a token that was issued, even if it has expired.
  std::optional<role_session> read(const std::string& token) const;
  /// Its credentials.
  presign::credentials credentials_of(const std::string& token, const role_session& what) const;

 private:
  presign::secret key_;
};

}  // namespace broker
