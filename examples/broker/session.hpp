// The session cookie: the member, the expiry, and the proof.
//
//     1790251200:ada@example.com:9f86d0…      expiry : member : HMAC of "expiry:member"
//
// It needs no memory on the server: any broker that has the key can check it.
#pragma once

#include <presign/credentials.hpp>
#include <presign/time.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace broker {

struct session {
  std::string member;
  presign::time_point expires_at;
};

/// Returns the cookie's value.
std::string seal(const session& session, const presign::secret& key);

/// Returns the session if the value was sealed with this key and has not expired.
std::optional<session> unseal(std::string_view value, const presign::secret& key,
                              presign::time_point now = presign::now());

}  // namespace broker
