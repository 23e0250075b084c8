#include "roles.hpp"

#include <openssl/crypto.h>
#include <nlohmann/json.hpp>

#include <stdexcept>
#include <string_view>

namespace store {

using nlohmann::json;
namespace sigv4 = presign::sigv4;

// Derives a signing key for a service that no request can name, so that it differs from every key
// that signs requests.
role_sessions::role_sessions(const presign::credentials& account)
    : key_(sigv4::signing_key::derive(account.secret_access_key.reveal(),
                                      sigv4::amz_date::at({}).value(), "", "role sessions")
               .value()) {}

// A token is a proof and, after it, the JSON that it proves.
presign::credentials role_sessions::issue(const role_session& session) const {
  const json details{{"expires_at", session.expires_at.time_since_epoch().count()},
                     {"name", session.name},
                     {"policy", session.policy}};
  const auto text = details.dump();
  return credentials_of(sigv4::signature(key_, "token" + text).value() + text, session);
}

std::optional<role_session> role_sessions::read(const std::string& token) const {
  constexpr std::size_t proof_size = 64;
  if (token.size() < proof_size) return std::nullopt;
  const auto text = token.substr(proof_size);
  const auto proof = sigv4::signature(key_, "token" + text).value();
  if (CRYPTO_memcmp(proof.data(), token.data(), proof_size) != 0) return std::nullopt;
  const auto session = json::parse(text);
  return role_session{presign::time_point(std::chrono::seconds(session["expires_at"])),
                      session["name"], session["policy"]};
}

presign::credentials role_sessions::credentials_of(const std::string& token,
                                                   const role_session& session) const {
  return {"ASIA" + sigv4::signature(key_, "id" + token).value().substr(0, 16),
          sigv4::signature(key_, "secret" + token).value(), token, session.expires_at};
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

// Looks at all patterns, so that none is of another kind.
bool any_matches(const json& patterns, std::string_view text) {
  if (!patterns.is_array()) throw std::invalid_argument("not an array");
  bool is_match = false;
  for (const auto& pattern : patterns) is_match = matches(pattern, text) || is_match;
  return is_match;
}

// Throws unless all of the statement is understood.
bool statement_allows(const json& statement, const access& wanted) {
  const json::json_pointer condition("/Condition/StringLike/s3:prefix");
  const auto prefixes = statement.value(condition, json{"*"});
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
  bool is_allowed = false;
  for (const auto& statement : statements) {
    is_allowed = statement_allows(statement, wanted) || is_allowed;
  }
  return is_allowed && statements.is_array();
} catch (const std::exception&) {
  return false;
}

}  // namespace store
