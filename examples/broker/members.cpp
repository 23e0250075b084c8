#include "members.hpp"

#include <presign/credentials.hpp>

#include <nlohmann/json.hpp>

#include <algorithm>

namespace broker {
namespace {

std::string key_of(const std::string& name) { return "members/" + name + ".json"; }

std::string to_json(const member& account) {
  return nlohmann::json{
      {"name", account.name}, {"password_hash", account.password_hash}, {"since", account.since}}
      .dump();
}

// Reads the broker's own credentials again each time, so that new ones need no restart.
presign::credentials own_credentials() { return presign::credentials::find().value(); }

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

std::string prefix_of(const settings& config, const std::string& member) {
  constexpr std::string_view placeholder = "{member}";
  auto prefix = config.member_prefix;
  const auto at = prefix.find(placeholder);
  if (at != prefix.npos) prefix.replace(at, placeholder.size(), member);
  return prefix;
}

std::optional<member> member_store::find(const std::string& name) const {
  const auto stored = objects_.get(key_of(name), own_credentials());
  if (!stored) return std::nullopt;
  const auto json = nlohmann::json::parse(*stored, nullptr, false);
  try {
    return member{json.at("name"), json.at("password_hash"), json.at("since")};
  } catch (const nlohmann::json::exception&) {
    throw store_unavailable("the object of member " + name + " is damaged");
  }
}

bool member_store::create(const member& account) const {
  return objects_.create(key_of(account.name), to_json(account), own_credentials());
}

void member_store::replace(const member& account) const {
  objects_.put(key_of(account.name), to_json(account), own_credentials());
}

}  // namespace broker
