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

/// Returns the name in lower case, or nothing if it is not valid. A valid name has 2 to 64 of a-z,
/// 0-9 and . _ - @, which are safe in a key, in a role session's name and in a cookie.
std::optional<std::string> member_name(std::string_view typed);

/// Returns the prefix of the settings for one member.
std::string prefix_of(const settings& config, const std::string& member);

/// The members. All operations throw store_unavailable and store_rejected.
class member_store {
 public:
  member_store(const settings& config, const http_client& http)
      : objects_(bucket_at(config.members_bucket, config.region, config.endpoint), http) {}

  std::optional<member> find(const std::string& name) const;

  /// Returns false, and changes nothing, if the name is taken.
  bool create(const member& account) const;

  void replace(const member& account) const;

 private:
  object_store objects_;
};

}  // namespace broker
