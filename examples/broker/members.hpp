// The members, kept in the object store: one small JSON object each. There is no other database.
#pragma once

#include "object_store.hpp"
#include "settings.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace broker {

struct member {
  std::string name;           // of member_name()
  std::string password_hash;  // of hash_password()
  std::string since;          // ISO 8601
};

/// The name as it is kept: a-z 0-9 and . _ - @, in lower case, 2 to 64 of them. Such a name is safe
/// in a key, as a role session's name and in a cookie, just as it is. Nothing for any other text.
std::optional<std::string> member_name(std::string_view typed);

/// The prefix of the settings, for one member.
std::string prefix_of(const settings& how, const std::string& member);

/// All its operations throw store_unavailable and store_refused.
class member_store {
 public:
  member_store(const settings& how, const http_client& http)
      : objects_(bucket_at(how.members_bucket, how.region, how.endpoint), http) {}

  std::optional<member> find(const std::string& name) const;

  /// Returns false, and changes nothing, if the name is taken.
  bool create(const member& who) const;

  void replace(const member& who) const;

 private:
  object_store objects_;
};

}  // namespace broker
