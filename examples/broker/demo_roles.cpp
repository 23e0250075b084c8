#include "demo_roles.hpp"

#include "crypto.hpp"

#include <nlohmann/json.hpp>

namespace broker {
namespace {

constexpr std::size_t proof_size = 64;  // of hmac_hex()

}  // namespace

// A token is a proof and, after it, the JSON that it proves.
presign::credentials demo_roles::issue(const role_session& session) const {
  const auto text = nlohmann::json{
      {"expires_at", session.expires_at.time_since_epoch().count()},
      {"name", session.name},
      {"policy",
       session.policy}}.dump();
  return credentials_of(hmac_hex(key_.reveal(), "token" + text) + text, session);
}

std::optional<role_session> demo_roles::read(const std::string& token) const {
  if (token.size() < proof_size) return std::nullopt;
  const auto text = token.substr(proof_size);
  if (!equal(hmac_hex(key_.reveal(), "token" + text), token.substr(0, proof_size))) {
    return std::nullopt;
  }
  const auto json = nlohmann::json::parse(text);
  return role_session{presign::time_point(std::chrono::seconds(json["expires_at"])), json["name"],
                      json["policy"]};
}

presign::credentials demo_roles::credentials_of(const std::string& token,
                                                const role_session& session) const {
  return {"ASIA" + hmac_hex(key_.reveal(), "id" + token).substr(0, 16),
          hmac_hex(key_.reveal(), "secret" + token), token, session.expires_at};
}

}  // namespace broker
