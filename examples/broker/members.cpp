#include "members.hpp"

#include "limits.hpp"

#include <presign/sigv4.hpp>

#include <sodium.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cctype>
#include <mutex>
#include <regex>
#include <thread>

namespace broker {

NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE(member, name, password_hash, since, epoch, disabled)

namespace {

// Each hash takes a core and 64 MiB. More of them may wait than the site lets in at once, so none
// is turned away.
gate& hashing() {
  static gate gate(std::clamp(std::thread::hardware_concurrency(), 1U, 4U), 64);
  return gate;
}

constexpr std::string_view folder = "members/";

std::string key_of(const std::string& name) { return std::string(folder) + name + ".json"; }

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
  // No hash that costs much more than a new one is checked: one in the store could ask for any time
  // and memory.
  static const std::regex argon2id(
      R"(\$argon2id\$v=19\$m=[0-9]{1,5},t=[0-4],p=1\$[^$]{1,64}\$[^$]{1,64})");
  const std::unique_lock turn(hashing(), std::try_to_lock);
  if (!std::regex_match(hash, argon2id)) return is_scrypt_password(password, hash);
  return crypto_pwhash_str_verify(hash.c_str(), password.data(), password.size()) == 0;
}

bool is_old(const std::string& hash) {
  return crypto_pwhash_str_needs_rehash(hash.c_str(), crypto_pwhash_OPSLIMIT_INTERACTIVE,
                                        crypto_pwhash_MEMLIMIT_INTERACTIVE) != 0;
}

// ── The members in the store ────────────────────────────────────────────────────────────────────

std::vector<std::string> member_store::names() const {
  std::vector<std::string> names;
  presign::s3::list_options options;
  options.prefix = folder;
  do {
    const auto page =
        list_objects(settings_, bucket_, options, presign::credentials::find().value());
    for (const auto& object : page.objects) {
      const auto name = object.key.substr(folder.size(), object.key.rfind('.') - folder.size());
      if (key_of(name) == object.key && member_name(name) == name) names.push_back(name);
    }
    options.continuation_token = page.next;
  } while (!options.continuation_token.empty());
  return names;
}

std::optional<member> member_store::find(const std::string& name) const try {
  auto json = nlohmann::json::parse(perform(settings_, "GetObject", bucket_.get(key_of(name))));
  json.emplace("epoch", 0);  // members of earlier versions have neither
  json.emplace("disabled", false);
  auto account = json.get<member>();
  if (account.name != name) throw damaged_member(name);
  return account;
} catch (const nlohmann::json::exception&) {
  throw damaged_member(name);
} catch (const store_rejected& rejected) {
  if (rejected.code == "NoSuchKey") return std::nullopt;
  throw;  // such as NoSuchBucket
}

bool member_store::is_valid(const ticket& session) const {
  const auto account = find(session.member);
  return account && !account->disabled && account->epoch == session.epoch;
}

bool member_store::create(const member& account) const try {
  const auto request = bucket_.put(key_of(account.name)).header("if-none-match", "*");
  perform(settings_, "PutObject", request, nlohmann::json(account).dump());
  return true;
} catch (const store_rejected& rejected) {
  // 412: there is one. 409: another request was creating it at the same time.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
  if (rejected.status == 409 || rejected.status == 412) return false;
  throw;
}

bool member_store::update(const std::string& name,
                          const std::function<void(member&)>& change) const {
  auto account = find(name);
  if (!account) return false;
  change(*account);
  perform(settings_, "PutObject", bucket_.put(key_of(name)), nlohmann::json(*account).dump());
  return true;
}

bool member_store::set_disabled(const std::string& name, bool is_disabled) const {
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

}  // namespace broker
