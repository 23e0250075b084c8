#include "ticket.hpp"

#include <presign/sigv4.hpp>

#include <sodium.h>

namespace broker {
namespace {

std::string hmac(purpose use, const std::string& text, const presign::secret& key) {
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

}  // namespace

std::string seal(purpose use, const ticket& ticket, const presign::secret& key) {
  const auto text = std::to_string(ticket.expires_at.time_since_epoch().count()) + ':' +
                    std::to_string(ticket.epoch) + ':' + ticket.member;
  return text + ':' + hmac(use, text, key);
}

std::optional<ticket> unseal(purpose use, std::string_view text, const presign::secret& key,
                             presign::time_point now) {
  const auto last_colon = text.rfind(':');
  if (last_colon == text.npos) return std::nullopt;
  const std::string content(text.substr(0, last_colon));
  const auto proof = text.substr(last_colon + 1);
  const auto expected = hmac(use, content, key);
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
