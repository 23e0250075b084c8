#include "identity.hpp"

#include "crypto.hpp"
#include "iso8601.hpp"
#include "password.hpp"

#include <algorithm>
#include <optional>
#include <set>
#include <thread>

namespace broker {
namespace {

constexpr std::ptrdiff_t shortest_password = 10;  // characters
constexpr std::ptrdiff_t longest_password = 256;
constexpr std::size_t least_different = 4;
constexpr std::size_t longest_character = 4;  // bytes, in UTF-8

// Each hash takes a core and 32 MiB.
unsigned hashes_at_once() { return std::clamp(std::thread::hardware_concurrency(), 1U, 4U); }
constexpr unsigned hashes_waiting = 24;

bool is_too_long(std::string_view password) {
  return password.size() > static_cast<std::size_t>(longest_password) * longest_character;
}

// "aaaaaaaaaa" is none.
bool is_password(std::string_view text) {
  if (is_too_long(text)) return false;
  const auto begins_character = [](char byte) { return (byte & 0xc0) != 0x80; };
  const auto characters = std::count_if(text.begin(), text.end(), begins_character);
  const std::set<char> different(text.begin(), text.end());
  return characters >= shortest_password && characters <= longest_password &&
         different.size() >= least_different;
}

}  // namespace

identity::identity(const settings& config, const http_client& http)
    : settings_(config), members_(config, http), hashing_(hashes_at_once(), hashes_waiting) {}

outcome identity::sign_up(const attempt& typed) {
  const auto wait = by_address_.take(typed.address);
  if (wait.count() > 0) return {verdict::too_often, {}, wait};
  if (!equal(typed.invitation, settings_.invitation)) return {verdict::bad_invitation};
  const auto name = member_name(typed.name);
  if (!name) return {verdict::bad_name};
  if (!is_password(typed.password)) return {verdict::bad_password};
  const auto hash = hash_in_turn(typed.password);
  if (!hash) return {verdict::busy};
  if (!members_.create({*name, *hash, iso8601(presign::now())})) return {verdict::name_taken};
  return {verdict::welcome, *name};
}

// Takes an attempt before it checks the password: otherwise many logins at once could all use the
// last attempt. Gives it back unless the password was wrong.
outcome identity::log_in(const attempt& typed) {
  const auto name = member_name(typed.name);
  if (!name || is_too_long(typed.password)) return {verdict::wrong};
  auto wait = by_address_.take(typed.address);
  if (wait.count() > 0) return {verdict::too_often, {}, wait};
  wait = by_member_.take(*name);
  if (wait.count() > 0) return {verdict::too_often, {}, wait};

  const auto give_back = [&] {
    by_address_.give_back(typed.address);
    by_member_.give_back(*name);
  };
  try {
    auto outcome = check(*name, typed.password);
    if (outcome.result != verdict::wrong) give_back();
    return outcome;
  } catch (...) {
    give_back();
    throw;
  }
}

outcome identity::check(const std::string& name, std::string_view password) {
  auto known = members_.find(name);
  if (!known) {  // an unknown member takes as long as a known one
    return {hash_in_turn(password) ? verdict::wrong : verdict::busy};
  }
  const auto match = [&] {
    const gate::visit visit(hashing_);
    return visit ? std::optional(check_password(password, known->password_hash)) : std::nullopt;
  }();
  if (!match) return {verdict::busy};
  if (*match == password_check::wrong) return {verdict::wrong};
  if (*match == password_check::right_but_cheap) {
    const auto hash = hash_in_turn(password);
    if (!hash) return {verdict::busy};
    known->password_hash = *hash;
    members_.replace(*known);
  }
  return {verdict::welcome, name};
}

std::optional<std::string> identity::hash_in_turn(std::string_view password) {
  const gate::visit visit(hashing_);
  return visit ? std::optional(hash_password(password)) : std::nullopt;
}

}  // namespace broker
