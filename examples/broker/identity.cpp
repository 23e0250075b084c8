#include "identity.hpp"

#include "log.hpp"

#include <presign/sigv4.hpp>

#include <sodium.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <regex>
#include <set>
#include <thread>
#include <utility>

namespace broker {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(member, name, password_hash, since, epoch, disabled)

namespace {

constexpr std::size_t most_bytes = 1024;  // of a password: 256 characters in UTF-8

// Each hash takes a core and 64 MiB. More of them may wait than the site lets in at once.
gate& hashing() {
  static gate gate(std::clamp(std::thread::hardware_concurrency(), 1U, 4U), 64);
  return gate;
}

constexpr std::string_view folder = "members/";

std::string key_of(const std::string& name) { return std::string(folder) + name + ".json"; }

error_response wrong_password() { return {403, "Name or password is wrong."}; }

// Rejects "aaaaaaaaaa".
void check_new(std::string_view password) {
  const bool is_too_long = password.size() > most_bytes;
  std::size_t characters = 0;
  std::set<std::string_view> different;
  while (!password.empty()) {
    std::size_t size = 1;
    while (size < password.size() && (password[size] & 0xc0) == 0x80) ++size;  // in UTF-8
    different.insert(password.substr(0, size));
    password.remove_prefix(size);
    ++characters;
  }
  if (is_too_long || characters < 10 || characters > 256 || different.size() < 4) {
    throw error_response(422, "A password has 10 to 256 characters, at least 4 of them different.");
  }
}

// Returns whether checking a hash costs about what a new one does: a hash in the store could ask
// for any time and memory.
bool has_usual_cost(const std::string& hash) {
  static const std::regex format(
      R"(\$argon2id\$v=19\$m=[0-9]{1,5},t=[0-4],p=1\$[^$]{1,64}\$[^$]{1,64})");
  return std::regex_match(hash, format);
}

// Earlier versions wrote "scrypt:15:8:3:SALT:HASH": log2 of N, r, p, and 32 bytes in hex.
bool is_scrypt_password(std::string_view password, const std::string& hash) {
  static const std::regex format(
      "scrypt:([1-9]|1[0-5]):([1-8]):([1-3]):([^:]{0,64}):([0-9a-f]{64})");
  std::smatch parts;
  if (!std::regex_match(hash, parts, format)) return false;
  const auto number = [&parts](std::size_t part) {
    return static_cast<std::uint32_t>(std::stoul(parts[part]));
  };
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  const auto salt = parts[4].str();
  presign::sigv4::digest key;
  return crypto_pwhash_scryptsalsa208sha256_ll(bytes(password), password.size(), bytes(salt),
                                               salt.size(), 1ULL << number(1), number(2), number(3),
                                               key.data(), key.size()) == 0 &&
         sodium_memcmp(&*parts[5].first, presign::sigv4::hex(key).data(), 64) == 0;
}

// Tries that were taken. Unless they are kept, the destructor gives them back.
class tries {
 public:
  ~tries() {
    for (const auto& [limit, name] : taken_) limit->give_back(name);
  }
  void take(throttle& limit, const std::string& name) {
    const auto wait = limit.take(name);
    if (wait.count() > 0) {
      throw error_response(429, "Too many attempts. Wait a little, then try again.", wait);
    }
    taken_.emplace_back(&limit, name);
  }
  void keep() { taken_.clear(); }

 private:
  std::vector<std::pair<throttle*, std::string>> taken_;
};

}  // namespace

std::optional<std::string> member_name(std::string name) {
  static const std::regex valid("[a-z0-9._@-]{2,64}");
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return std::tolower(c); });
  // Browsers would take ".." out of a path.
  if (name == ".." || !std::regex_match(name, valid)) return std::nullopt;
  return name;
}

// ── Passwords ───────────────────────────────────────────────────────────────────────────────────

std::string hash_password(std::string_view password) {
  const std::unique_lock turn(hashing(), std::try_to_lock);
  std::array<char, crypto_pwhash_STRBYTES> hash;
  if (crypto_pwhash_str(hash.data(), password.data(), password.size(),
                        crypto_pwhash_OPSLIMIT_INTERACTIVE,
                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0) {
    throw std::bad_alloc();
  }
  return hash.data();
}

bool is_password(std::string_view password, const std::string& hash) {
  const std::unique_lock turn(hashing(), std::try_to_lock);
  if (!has_usual_cost(hash)) return is_scrypt_password(password, hash);
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool is_old(const std::string& hash) {
  return crypto_pwhash_str_needs_rehash(hash.c_str(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0;
}

// ── Sign-up and login ───────────────────────────────────────────────────────────────────────────

identity::identity(const settings& config)
    : settings_(config), members_(config, config.members_bucket) {}

member identity::sign_up(const visitor& visitor) {
  const auto password = visitor.field("password");
  tries tries;
  tries.take(by_address_, visitor.address);
  tries.keep();
  const auto name = member_name(visitor.name);
  if (!name) {
    throw error_response(422, "A name has 2 to 64 characters: letters a to z, digits, and . _ - @");
  }
  const auto invited =
      unseal(purpose::invitation, visitor.field("invitation"), settings_.session_key);
  if (!settings_.open_sign_up && (!invited || invited->member != *name)) {
    throw error_response(403, "The invitation is wrong, has expired, or is for another name.");
  }
  check_new(password);
  // The epoch is random: an operator may have removed another member of this name.
  member account{*name, hash_password(password), iso8601(presign::now()), randombytes_random()};
  if (!members_.create(key_of(*name), nlohmann::json(account).dump())) {
    throw error_response(409, "This name is taken.");
  }
  return account;
}

member identity::log_in(const visitor& visitor) {
  const auto password = visitor.field("password");
  const auto name = member_name(visitor.name);
  if (!name || password.size() > most_bytes) throw wrong_password();
  // Taken before the password is checked: otherwise many logins at once could all use the last one.
  tries tries;
  const auto browser = unseal(purpose::browser, visitor.browser, settings_.session_key);
  if (browser && browser->member == *name) {
    tries.take(by_browser_, visitor.browser);
  } else {
    tries.take(by_address_, visitor.address);
    tries.take(by_member_and_address_, *name + ' ' + visitor.address);
    tries.take(by_member_, *name);
  }
  auto account = find(*name);
  if (!account) hash_password(password);  // takes as long as for a known member
  if (!account || !is_password(password, account->password_hash)) {
    tries.keep();
    throw wrong_password();
  }
  if (account->disabled) throw error_response(403, "This account is disabled.");
  if (is_old(account->password_hash)) {
    const auto hash = hash_password(password);
    update(*name, [&](member& stored) {  // unless the password was changed meanwhile
      if (stored.password_hash == account->password_hash) stored.password_hash = hash;
    });
  }
  return *std::move(account);
}

member identity::change_password(const visitor& visitor) {
  check_new(visitor.field("new_password"));
  auto account = log_in(visitor);
  const auto hash = hash_password(visitor.field("new_password"));
  update(account.name, [&](member& stored) {
    stored.password_hash = hash;
    ++stored.epoch;
    account = stored;
  });
  return account;
}

// ── The members in the store ────────────────────────────────────────────────────────────────────

std::optional<member> identity::find(const std::string& name) const {
  const auto stored = members_.get(key_of(name));
  if (!stored) return std::nullopt;
  try {
    auto json = nlohmann::json::parse(*stored);
    json.emplace("epoch", 0);  // members of earlier versions have neither
    json.emplace("disabled", false);
    auto account = json.get<member>();
    if (account.name == name) return account;
  } catch (const nlohmann::json::exception&) {
  }
  throw damaged_member("the object of member " + name + " is damaged");
}

// Reads the object immediately before it writes it. If two do so in the same moment, one change is
// lost: not all stores have conditional writes of objects that exist.
bool identity::update(const std::string& name, const std::function<void(member&)>& change) {
  auto account = find(name);
  if (!account) return false;
  change(*account);
  members_.put(key_of(name), nlohmann::json(*account).dump());
  return true;
}

bool identity::end_sessions(const ticket& session) {
  return is_valid(session) && update(session.member, [](member& account) { ++account.epoch; });
}

bool identity::is_valid(const ticket& session) const {
  const auto account = find(session.member);
  return account && !account->disabled && account->epoch == session.epoch;
}

// Looks again after a while: a member who foresees it could otherwise undo it with other changes.
bool identity::set_disabled(const std::string& name, bool is_disabled) {
  const auto change = [is_disabled](member& account) {
    account.disabled = is_disabled;
    if (is_disabled) ++account.epoch;
  };
  for (int tries = 0; tries < 10; ++tries) {
    if (!update(name, change)) return false;
    std::this_thread::sleep_for(std::chrono::seconds(1));
    if (find(name).value().disabled == is_disabled) return true;
  }
  throw store_unavailable("other changes undo this one: try again");
}

std::vector<std::string> identity::names() const {
  std::vector<std::string> names;
  presign::s3::list_options options;
  options.prefix = folder;
  do {
    const auto page = members_.list(options, presign::credentials::find().value());
    for (const auto& object : page.objects) {
      const auto name = object.key.substr(folder.size(), object.key.rfind('.') - folder.size());
      if (key_of(name) == object.key && member_name(name) == name) names.push_back(name);
    }
    options.continuation_token = page.next;
  } while (!options.continuation_token.empty());
  return names;
}

}  // namespace broker
