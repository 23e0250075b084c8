// The role's sessions, without a table: the token proves itself, and the keys follow from it. And
// the little of IAM's policy language that this store understands: Allow, with Action, Resource and
// a Condition on s3:prefix.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html
#pragma once

#include <presign/credentials.hpp>
#include <presign/sigv4.hpp>

#include <optional>
#include <string>

namespace store {

struct role_session {
  presign::time_point expires_at;
  std::string name;
  std::string policy;  // JSON; empty: no narrower than the role
};

class role_sessions {
 public:
  /// Sessions stay valid when the store restarts with the same account.
  explicit role_sessions(const presign::credentials& account);

  presign::credentials issue(const role_session& session) const;
  /// Returns the session of a token that was issued, even if it has expired.
  std::optional<role_session> read(const std::string& token) const;
  /// Returns the credentials of a session.
  presign::credentials credentials_of(const std::string& token, const role_session& session) const;

 private:
  presign::sigv4::signing_key key_;
};

struct access {
  std::string action;    // "s3:GetObject"
  std::string resource;  // "arn:aws:s3:::bucket/key"
  std::string prefix;    // of a listing
};

/// Returns whether a policy allows an access. A policy that this store does not understand as a
/// whole allows nothing.
bool allows(const std::string& policy, const access& wanted);

}  // namespace store
