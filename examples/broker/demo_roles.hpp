// The demo store's role sessions. The store keeps nothing of them: the session token holds the
// session under an HMAC, and the access key follows from the token.
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

  presign::credentials issue(const role_session& session) const;

  /// Returns the session of a token that was issued, even if it has expired.
  std::optional<role_session> read(const std::string& token) const;
  /// Returns the credentials of a session.
  presign::credentials credentials_of(const std::string& token, const role_session& session) const;

 private:
  presign::secret key_;
};

}  // namespace broker
