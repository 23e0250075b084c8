// Sign-up and login: members, passwords, and limits on attempts.
#pragma once

#include "gate.hpp"
#include "members.hpp"
#include "settings.hpp"
#include "throttle.hpp"

#include <chrono>
#include <string>
#include <string_view>

namespace broker {

enum class verdict {
  welcome,
  wrong,  // name or password: it does not say which
  name_taken,
  bad_name,      // not a valid name
  bad_password,  // too short or too long
  bad_invitation,
  too_often,  // wait, and try again
  busy,       // too many others are logging in; this attempt was not made
};

struct outcome {
  verdict result;
  std::string member = {};       // if the result is welcome
  std::chrono::seconds wait{0};  // if the result is too_often
};

/// The text that a visitor typed, and the visitor's address.
struct attempt {
  std::string_view name;
  std::string_view password;
  std::string_view invitation;
  std::string address;
};

/// Signs members up and logs them in. Any number of threads may use it. Throws store_unavailable
/// and store_rejected.
class identity {
 public:
  identity(const settings& config, const http_client& http);

  outcome sign_up(const attempt& typed);
  outcome log_in(const attempt& typed);

 private:
  outcome check(const std::string& name, std::string_view password);
  /// Returns nothing if too many others wait.
  std::optional<std::string> hash_in_turn(std::string_view password);

  const settings& settings_;
  member_store members_;
  gate hashing_;
  // A stranger who knows a member's name can use up the member's attempts. So they return fast
  // enough for a person, but too slowly for a list of passwords.
  throttle by_member_{10, std::chrono::seconds(20)};
  throttle by_address_{30, std::chrono::seconds(10)};
};

}  // namespace broker
