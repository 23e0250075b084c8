#include "session.hpp"

#include "crypto.hpp"

#include <charconv>

namespace broker {
namespace {

std::string proof_of(std::string_view text, const presign::secret& key) {
  return hmac_hex(key.reveal(), text);
}

}  // namespace

std::string seal(const session& session, const presign::secret& key) {
  const auto text =
      std::to_string(session.expires_at.time_since_epoch().count()) + ':' + session.member;
  return text + ':' + proof_of(text, key);
}

std::optional<session> unseal(std::string_view value, const presign::secret& key,
                              presign::time_point now) {
  const auto last_colon = value.rfind(':');
  if (last_colon == value.npos) return std::nullopt;
  const auto text = value.substr(0, last_colon);
  if (!equal(proof_of(text, key), value.substr(last_colon + 1))) return std::nullopt;

  // The HMAC is correct, so seal() wrote this text.
  const auto colon = text.find(':');
  long long seconds = 0;
  std::from_chars(text.data(), text.data() + colon, seconds);
  session result{std::string(text.substr(colon + 1)),
                 presign::time_point(std::chrono::seconds(seconds))};
  if (result.expires_at <= now) return std::nullopt;
  return result;
}

}  // namespace broker
