// Tickets: what the broker hands out, and recognises when it comes back.
//
//     1790251200:3:ada@example.com:9f86d0…      expiry : epoch : member : HMAC
//
// They need no memory on the server: any broker that has the key can check them.
#pragma once

#include <presign/credentials.hpp>
#include <presign/time.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace broker {

/// What a ticket is for. The HMAC covers it, so that none can be used for another.
enum class purpose : char {
  session = 's',     ///< the cookie of a member who is logged in
  invitation = 'i',  ///< allows a member with this name to sign up
  browser = 'b',     ///< the cookie of a browser in which the member has logged in before
};

struct ticket {
  std::string member;
  presign::time_point expires_at;
  std::uint64_t epoch = 0;  // of a session: the member's, which ends it when it changes
};

/// Returns the ticket as text. The key has 32 bytes or more.
std::string seal(purpose use, const ticket& ticket, const presign::secret& key);

/// Returns the ticket if it was sealed for this purpose with this key, and has not expired.
std::optional<ticket> unseal(purpose use, std::string_view text, const presign::secret& key,
                             presign::time_point now = presign::now());

}  // namespace broker
