// Members: sign-up and login, passwords, limits on tries, and what an operator does with members.
#pragma once

#include "limits.hpp"
#include "settings.hpp"
#include "store.hpp"
#include "ticket.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace broker {

/// A member: a small JSON object in the object store. There is no other database. A member is never
/// removed, only disabled: a name that is free again would lead the next member to the same files.
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

/// An error response: its status, and a sentence for the visitor.
struct error_response : std::runtime_error {
  error_response(int response_status, const char* sentence, std::chrono::seconds time_to_wait = {})
      : runtime_error(sentence), status(response_status), wait(time_to_wait) {}
  int status;
  std::chrono::seconds wait;  // before another try; zero: no matter how long
};

/// The member's object cannot be read.
struct damaged_member : store_unavailable {
  using store_unavailable::store_unavailable;
};

/// The sender of a request, and what was typed.
struct visitor {
  std::string address;
  std::optional<ticket> session;
  std::string browser;  // a ticket, as it came
  std::string name;     // of the session's member, or as it was typed
  const std::multimap<std::string, std::string>& form;

  /// Returns what was typed into a field, or "".
  std::string_view field(const char* field_name) const {
    const auto found = form.find(field_name);
    return found == form.end() ? std::string_view("") : found->second;  // not a null pointer
  }
};

/// Any number of threads may use it. All of it throws error_response, what object_store throws, and
/// std::system_error if there are no credentials.
class identity {
 public:
  explicit identity(const settings& config);

  member sign_up(const visitor& visitor);
  member log_in(const visitor& visitor);
  /// Logs in, replaces the password, and ends all sessions of the member.
  member change_password(const visitor& visitor);
  /// Returns whether a session has the member's epoch, and the member is not disabled.
  bool is_valid(const ticket& session) const;
  /// Ends all sessions of a session's member. Returns false if it is not valid itself.
  bool end_sessions(const ticket& session);

  // For an operator.
  std::vector<std::string> names() const;
  std::optional<member> find(const std::string& name) const;
  /// Returns false if there is no such member.
  bool set_disabled(const std::string& name, bool is_disabled);

 private:
  bool update(const std::string& name, const std::function<void(member&)>& change);

  const settings& settings_;
  object_store members_;
  throttle by_address_{30, std::chrono::seconds(10)};
  throttle by_member_and_address_{10, std::chrono::seconds(20)};
  // Loosely: strangers who know a name must not lock its member out. In a browser in which the
  // member has logged in before, nobody else's tries count.
  throttle by_member_{100, std::chrono::seconds(5)};
  throttle by_browser_{10, std::chrono::seconds(20)};
};

}  // namespace broker
