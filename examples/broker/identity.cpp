#include "identity.hpp"

#include "log.hpp"

#include <presign/sigv4.hpp>

#include <sodium.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <set>
#include <sstream>
#include <thread>

namespace broker {
namespace {

constexpr std::size_t shortest_password = 10;  // characters
constexpr std::size_t longest_password = 256;
constexpr std::size_t least_different = 4;
constexpr std::size_t longest_character = 4;  // bytes, in UTF-8

// Each hash takes a core and 64 MiB.
unsigned hashes_at_once() { return std::clamp(std::thread::hardware_concurrency(), 1U, 4U); }
constexpr unsigned hashes_waiting = 64;  // more than the site lets in at once

constexpr std::string_view folder = "members/";

std::string key_of(const std::string& name) { return std::string(folder) + name + ".json"; }

std::string to_json(const member& account) {
  return nlohmann::json{{"name", account.name},
                        {"password_hash", account.password_hash},
                        {"since", account.since},
                        {"epoch", account.epoch},
                        {"disabled", account.is_disabled}}
      .dump();
}

// Reads the broker's own credentials again each time, so that new ones need no restart.
presign::credentials own_credentials() { return presign::credentials::find().value(); }

bool is_too_long(std::string_view password) {
  return password.size() > longest_password * longest_character;
}

// Rejects "aaaaaaaaaa".
void check_new(std::string_view password) {
  const auto continues = [&password](std::size_t at) {
    return at < password.size() && (password[at] & 0xc0) == 0x80;  // a character, in UTF-8
  };
  std::size_t characters = 0;
  std::set<std::string_view> different;
  for (std::size_t at = 0; at < password.size(); ++characters) {
    const auto begin = at;
    do ++at;
    while (continues(at));
    different.insert(password.substr(begin, at - begin));
  }
  if (characters < shortest_password || characters > longest_password ||
      different.size() < least_different) {
    throw error_response(422, "A password has 10 to 256 characters, at least 4 of them different.");
  }
}

struct wrong_password : error_response {
  wrong_password() : error_response(403, "Name or password is wrong.") {}
};

error_response too_often(std::chrono::seconds wait) {
  return {429, "Too many attempts. Wait a little, then try again.", wait};
}

// Earlier versions wrote "scrypt:15:8:3:SALT:HASH": log2 of N, r, p, and 32 bytes in hex.
bool matches_scrypt(std::string_view password, const std::string& hash) {
  std::istringstream text(hash.substr(hash.find(':') + 1));
  unsigned log_n = 0;
  unsigned r = 0;
  unsigned p = 0;
  char colon = 0;
  std::string salt;
  std::string expected;
  text >> log_n >> colon >> r >> colon >> p >> colon;
  if (!std::getline(text, salt, ':') || !std::getline(text, expected) || log_n > 20 || r > 16 ||
      p > 16) {
    return false;
  }
  presign::sigv4::digest key;
  if (crypto_pwhash_scryptsalsa208sha256_ll(
          reinterpret_cast<const unsigned char*>(password.data()), password.size(),
          reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), 1ULL << log_n, r, p,
          key.data(), key.size()) != 0) {
    return false;
  }
  const auto hex = presign::sigv4::hex(key);
  return expected.size() == hex.size() &&
         sodium_memcmp(expected.data(), hex.data(), expected.size()) == 0;
}

}  // namespace

std::optional<std::string> member_name(std::string_view typed) {
  constexpr std::string_view allowed = "abcdefghijklmnopqrstuvwxyz0123456789._-@";
  std::string name(typed);
  for (char& c : name) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  const bool is_valid = name.size() >= 2 && name.size() <= 64 &&
                        name.find_first_not_of(allowed) == name.npos &&
                        name != "..";  // browsers would take it out of a path
  return is_valid ? std::optional(name) : std::nullopt;
}

// ── Passwords ───────────────────────────────────────────────────────────────────────────────────

std::string hash_password(std::string_view password) {
  std::array<char, crypto_pwhash_STRBYTES> hash;
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(),
                        crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    throw std::bad_alloc();
  }
  return hash.data();
}

password_check check_password(std::string_view password, const std::string& hash) {
  if (hash.rfind("scrypt:", 0) == 0) {
    return matches_scrypt(password, hash) ? password_check::right_but_old : password_check::wrong;
  }
  if (crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) != 0) {
    return password_check::wrong;
  }
  const bool is_old =
      crypto_pwhash_str_needs_rehash(hash.c_str(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                     crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0;
  return is_old ? password_check::right_but_old : password_check::right;
}

std::string identity::hash_in_turn(std::string_view password) {
  const gate::visit visit(hashing_);
  return hash_password(password);
}

// ── Sign-up and login ───────────────────────────────────────────────────────────────────────────

identity::identity(const settings& config)
    : settings_(config),
      members_(config, config.members_bucket),
      hashing_(hashes_at_once(), hashes_waiting) {}

member identity::sign_up(const attempt& typed) {
  const auto wait = by_address_.take(typed.address);
  if (wait.count() > 0) throw too_often(wait);
  const auto name = member_name(typed.name);
  if (!name) {
    throw error_response(422, "A name has 2 to 64 characters: letters a to z, digits, and . _ - @");
  }
  const auto invited = unseal(purpose::invitation, typed.invitation, settings_.session_key);
  if (!settings_.open_sign_up && (!invited || invited->member != *name)) {
    throw error_response(403, "The invitation is wrong, has expired, or is for another name.");
  }
  check_new(typed.password);
  member account{*name, hash_in_turn(typed.password), iso8601(presign::now())};
  if (!members_.create(key_of(*name), to_json(account), own_credentials())) {
    throw error_response(409, "This name is taken.");
  }
  return account;
}

identity::counts identity::counts_for(const attempt& typed, const std::string& name) {
  const auto browser = unseal(purpose::browser, typed.browser, settings_.session_key);
  if (browser && browser->member == name) return {{&by_browser_, typed.browser}};
  return {{&by_address_, typed.address},
          {&by_member_and_address_, name + ' ' + typed.address},
          {&by_member_, name}};
}

// Takes a try before it checks the password: otherwise many logins at once could all use the last
// one. Gives it back unless the password was wrong.
member identity::log_in(const attempt& typed) {
  const auto name = member_name(typed.name);
  if (!name || is_too_long(typed.password)) throw wrong_password();
  counts taken;
  const auto give_back = [&taken] {
    for (const auto& [limit, counted] : taken) limit->give_back(counted);
  };
  try {
    for (const auto& count : counts_for(typed, *name)) {
      const auto wait = count.first->take(count.second);
      if (wait.count() > 0) throw too_often(wait);
      taken.push_back(count);
    }
    auto account = check(*name, typed.password);
    give_back();
    return account;
  } catch (const wrong_password&) {
    throw;
  } catch (...) {
    give_back();
    throw;
  }
}

member identity::check(const std::string& name, std::string_view password) {
  auto known = find(name);
  if (!known) {  // an unknown member takes as long as a known one
    hash_in_turn(password);
    throw wrong_password();
  }
  const auto match = [&] {
    const gate::visit visit(hashing_);
    return check_password(password, known->password_hash);
  }();
  if (match == password_check::wrong) throw wrong_password();
  if (known->is_disabled) throw error_response(403, "This account is disabled.");
  if (match == password_check::right_but_old) {
    const auto hash = hash_in_turn(password);
    update(name, [&](member& account) {  // unless the password was changed meanwhile
      if (account.password_hash == known->password_hash) account.password_hash = hash;
    });
  }
  return *std::move(known);
}

member identity::change_password(const attempt& typed, std::string_view new_password) {
  check_new(new_password);
  auto account = log_in(typed);
  const auto hash = hash_in_turn(new_password);
  update(account.name, [&](member& stored) {
    stored.password_hash = hash;
    ++stored.epoch;
    account = stored;
  });
  return account;
}

// ── The members in the store ────────────────────────────────────────────────────────────────────

std::optional<member> identity::find(const std::string& name) const {
  const auto stored = members_.get(key_of(name), own_credentials());
  if (!stored) return std::nullopt;
  const auto json = nlohmann::json::parse(*stored, nullptr, false);
  try {
    return member{json.at("name"), json.at("password_hash"), json.at("since"),
                  json.value("epoch", std::uint64_t{0}), json.value("disabled", false)};
  } catch (const nlohmann::json::exception&) {
    throw damaged_member("the object of member " + name + " is damaged");
  }
}

// Reads the object immediately before it writes it. If two do so in the same moment, one change is
// lost: not all stores have conditional writes of objects that exist.
bool identity::update(const std::string& name, const std::function<void(member&)>& change) {
  auto account = find(name);
  if (!account) return false;
  change(*account);
  members_.put(key_of(name), to_json(*account), own_credentials());
  return true;
}

void identity::end_sessions(const std::string& name) {
  update(name, [](member& account) { ++account.epoch; });
}

bool identity::is_valid(const ticket& session) const {
  const auto account = find(session.member);
  return account && !account->is_disabled && account->epoch == session.epoch;
}

// Looks again after a while: a member who foresees it could otherwise undo it with other changes.
bool identity::set_disabled(const std::string& name, bool is_disabled) {
  const auto change = [is_disabled](member& account) {
    account.is_disabled = is_disabled;
    ++account.epoch;
  };
  for (int tries = 0; tries < 10; ++tries) {
    if (!update(name, change)) return false;
    std::this_thread::sleep_for(std::chrono::seconds(1));
    if (find(name).value().is_disabled == is_disabled) return true;
  }
  throw store_unavailable("other changes undo this one: try again");
}

std::vector<std::string> identity::names() const {
  std::vector<std::string> names;
  presign::s3::list_options options;
  options.prefix = folder;
  do {
    const auto page = members_.list(options, own_credentials());
    for (const auto& object : page.objects) {
      const auto name = object.key.substr(folder.size(), object.key.rfind('.') - folder.size());
      if (key_of(name) == object.key) names.push_back(name);
    }
    options.continuation_token = page.next;
  } while (!options.continuation_token.empty());
  return names;
}

}  // namespace broker
