#include "roles.hpp"

#include <presign/sigv4.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace store {
namespace {

using nlohmann::json;

constexpr std::size_t proof_size = 64;

std::string hmac_hex(std::string_view key, const std::string& text) {
  presign::sigv4::digest mac;
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
            reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(),
            nullptr)) {
    throw std::runtime_error("libcrypto failed to compute an HMAC");
  }
  return presign::sigv4::hex(mac);
}

}  // namespace

role_sessions::role_sessions(const presign::credentials& account)
    : key_(hmac_hex(account.secret_access_key.reveal(), "role sessions")) {}

// A token is a proof and, after it, the JSON that it proves.
presign::credentials role_sessions::issue(const role_session& session) const {
  const json details{{"expires_at", session.expires_at.time_since_epoch().count()},
                     {"name", session.name},
                     {"policy", session.policy}};
  const auto text = details.dump();
  return credentials_of(hmac_hex(key_.reveal(), "token" + text) + text, session);
}

std::optional<role_session> role_sessions::read(const std::string& token) const {
  if (token.size() < proof_size) return std::nullopt;
  const auto text = token.substr(proof_size);
  const auto proof = hmac_hex(key_.reveal(), "token" + text);
  if (CRYPTO_memcmp(proof.data(), token.data(), proof_size) != 0) return std::nullopt;
  const auto session = json::parse(text);
  return role_session{presign::time_point(std::chrono::seconds(session["expires_at"])),
                      session["name"], session["policy"]};
}

presign::credentials role_sessions::credentials_of(const std::string& token,
                                                   const role_session& session) const {
  return {"ASIA" + hmac_hex(key_.reveal(), "id" + token).substr(0, 16),
          hmac_hex(key_.reveal(), "secret" + token), token, session.expires_at};
}

// ── Policies ────────────────────────────────────────────────────────────────────────────────────

namespace {

// "abc*" matches what begins with abc. Throws for '*' elsewhere, '?' and variables.
bool matches(const json& pattern, std::string_view text) {
  const auto& wanted = pattern.get_ref<const std::string&>();
  const auto special = wanted.find_first_of("*?$");
  if (special == wanted.npos) return wanted == text;
  if (wanted.substr(special) != "*") throw std::invalid_argument("a pattern of another kind");
  return text.substr(0, special) == wanted.substr(0, special);
}

// Returns whether the condition holds for one of an array, and looks at all of them.
template <class Condition>
bool holds_for_one(const json& array, const Condition& condition) {
  if (!array.is_array()) throw std::invalid_argument("not an array");
  return std::count_if(array.begin(), array.end(), condition) > 0;
}

bool any_matches(const json& patterns, std::string_view text) {
  return holds_for_one(patterns, [text](const json& pattern) { return matches(pattern, text); });
}

// Throws unless all of the statement is understood.
bool statement_allows(const json& statement, const access& wanted) {
  const json::json_pointer condition("/Condition/StringLike/s3:prefix");
  const auto prefixes = statement.contains("Condition") ? statement.at(condition) : json{"*"};
  json understood{{"Effect", "Allow"},
                  {"Action", statement.at("Action")},
                  {"Resource", statement.at("Resource")}};
  if (statement.contains("Condition")) understood[condition] = prefixes;
  if (statement != understood) throw std::invalid_argument("a statement of another kind");
  const bool is_action = any_matches(understood["Action"], wanted.action);
  const bool is_resource = any_matches(understood["Resource"], wanted.resource);
  return any_matches(prefixes, wanted.prefix) && is_action && is_resource;
}

}  // namespace

bool allows(const std::string& policy, const access& wanted) try {
  const auto document = json::parse(policy);
  const auto& statements = document.at("Statement");
  if (document != json{{"Version", "2012-10-17"}, {"Statement", statements}}) return false;
  return holds_for_one(
      statements, [&wanted](const json& statement) { return statement_allows(statement, wanted); });
} catch (const std::exception&) {
  return false;
}

}  // namespace store
