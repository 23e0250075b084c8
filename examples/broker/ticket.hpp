// Tickets: what the broker hands out, and recognises when it comes back.
//
//     1790251200:3:ada@example.com:9f86d0…      expiry : epoch : member : HMAC
//
// They need no memory on the server: any broker that has the key can check them.
#pragma once

#include <presign/credentials.hpp>
#include <presign/sigv4.hpp>
#include <presign/time.hpp>

#include <sodium.h>

#include <chrono>
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

/// Returns the HMAC of a ticket's text, in hex. The key has 32 bytes or more.
inline std::string ticket_hmac(purpose use, const std::string& text, const presign::secret& key) {
  const auto bytes = [](std::string_view view) {
    return reinterpret_cast<const unsigned char*>(view.data());
  };
  const auto signed_text = static_cast<char>(use) + text;
  presign::sigv4::digest mac;
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init(&state, bytes(key.reveal()), key.reveal().size());
  crypto_auth_hmacsha256_update(&state, bytes(signed_text), signed_text.size());
  crypto_auth_hmacsha256_final(&state, mac.data());
  return presign::sigv4::hex(mac);
}

/// Returns the ticket as text.
inline std::string seal(purpose use, const ticket& ticket, const presign::secret& key) {
  const auto text = std::to_string(ticket.expires_at.time_since_epoch().count()) + ':' +
                    std::to_string(ticket.epoch) + ':' + ticket.member;
  return text + ':' + ticket_hmac(use, text, key);
}

/// Returns the ticket if it was sealed for this purpose with this key, and has not expired.
inline std::optional<ticket> unseal(purpose use, std::string_view text, const presign::secret& key,
                                    presign::time_point now = presign::now()) {
  const auto last_colon = text.rfind(':');
  if (last_colon == text.npos) return std::nullopt;
  const std::string content(text.substr(0, last_colon));
  const auto proof = text.substr(last_colon + 1);
  const auto expected = ticket_hmac(use, content, key);
  if (proof.size() != expected.size() ||
      sodium_memcmp(proof.data(), expected.data(), proof.size()) != 0) {
    return std::nullopt;
  }
  // The HMAC is right, so seal() wrote this text.
  const auto epoch = content.find(':') + 1;
  const auto member = content.find(':', epoch) + 1;
  const presign::time_point expires_at{std::chrono::seconds(std::stoll(content))};
  if (expires_at <= now) return std::nullopt;
  return ticket{content.substr(member), expires_at, std::stoull(content.substr(epoch))};
}

}  // namespace broker
