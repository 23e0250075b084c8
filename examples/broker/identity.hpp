// Sign-up and login: members, passwords, and how often one may try.
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
  bad_name,      // no name that a member can have
  bad_password,  // too short or too long
  bad_invitation,
  too_often,  // wait, and try again
  busy,       // so many others are at it that this one was not even tried
};

struct outcome {
  verdict what;
  std::string member = {};       // if what is welcome
  std::chrono::seconds wait{0};  // if what is too_often
};

/// What somebody typed, and the address that sent it.
struct attempt {
  std::string_view name;
  std::string_view password;
  std::string_view invitation;
  std::string address;
};

/// May be used by any number of threads. All that touches the store throws store_unavailable and
/// store_refused.
class identity {
 public:
  identity(const settings& how, const http_client& http);

  outcome sign_up(const attempt& typed);
  outcome log_in(const attempt& typed);

 private:
  outcome check(const std::string& name, std::string_view password);

  const settings& settings_;
  member_store members_;
  gate hashing_;
  // A stranger who knows a member's name can use up the member's tries; so they come back fast
  // enough for a person, and slowly enough against a list of passwords.
  throttle by_member_{10, std::chrono::seconds(20)};
  throttle by_address_{30, std::chrono::seconds(10)};
};

}  // namespace broker
