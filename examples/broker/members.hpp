// Members in the object store, and their passwords. There is no other database.
#pragma once

#include "settings.hpp"
#include "store.hpp"
#include "ticket.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace broker {

/// A member: a small JSON object in the store. It is never removed, only disabled: a name that is
/// free again would lead the next member to the same files.
struct member {
  std::string name;           // of member_name()
  std::string password_hash;  // of hash_password()
  std::string since;          // ISO 8601
  std::uint64_t epoch = 0;    // of the sessions that are valid; another number ends them all
  bool disabled = false;
};

/// Returns the name in lower case, or nothing if it is not valid. A valid name has 2 to 64 of a-z,
/// 0-9 and . _ - @, which are safe in a key, in a role session's name and in a ticket.
std::optional<std::string> member_name(std::string name);

/// Returns a hash with a new salt and all that is needed to check it (Argon2id, by libsodium).
std::string hash_password(std::string_view password);

/// Returns whether the password is the hashed one. An invalid hash matches no password. Hashes of
/// earlier versions (scrypt) are checked too.
bool is_password(std::string_view password, const std::string& hash);

/// Returns whether hash_password() would hash in another way today.
bool is_old(const std::string& hash);

/// The member's object cannot be read.
struct damaged_member : store_unavailable {
  explicit damaged_member(const std::string& name)
      : store_unavailable("the object of member " + name + " is damaged") {}
};

/// Any number of threads may use it. Its functions throw what perform() throws, and damaged_member.
class member_store {
 public:
  explicit member_store(const settings& config)
      : settings_(config),
        bucket_(presign::s3::bucket::at(config.members_bucket, config.store).value()) {}

  std::vector<std::string> names() const;

  /// Returns nothing if there is no such member.
  std::optional<member> find(const std::string& name) const;

  /// Returns whether a session has the member's epoch, and the member is not disabled.
  bool is_valid(const ticket& session) const;

  /// Returns false if there is a member of this name. If several requests try at once, one
  /// succeeds.
  bool create(const member& account) const;

  /// Changes a member. Returns false if there is no such member.
  ///
  /// It reads the object immediately before it writes it. If two changes are made in the same
  /// moment, one is lost: not all stores have conditional writes of objects that exist.
  bool update(const std::string& name, const std::function<void(member&)>& change) const;

  /// Disables or enables a member, and looks again after a second: a member who foresees it could
  /// otherwise undo it with other changes. Returns false if there is no such member.
  bool set_disabled(const std::string& name, bool is_disabled) const;

 private:
  const settings& settings_;
  const presign::s3::bucket bucket_;
};

}  // namespace broker
