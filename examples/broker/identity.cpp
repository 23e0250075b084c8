#include "identity.hpp"

#include "crypto.hpp"
#include "iso8601.hpp"
#include "password.hpp"

#include <algorithm>
#include <thread>

namespace broker {
namespace {

constexpr std::size_t shortest_password = 10;  // bytes
constexpr std::size_t longest_password = 256;

// Each hash takes a core and 32 MiB.
unsigned hashes_at_once() { return std::max(1U, std::thread::hardware_concurrency()); }
constexpr unsigned hashes_waiting = 24;

}  // namespace

identity::identity(const settings& config, const http_client& http)
    : settings_(config), members_(config, http), hashing_(hashes_at_once(), hashes_waiting) {}

outcome identity::sign_up(const attempt& typed) {
  const auto wait = by_address_.take(typed.address);
  if (wait.count() > 0) return {verdict::too_often, {}, wait};
  if (!equal(typed.invitation, settings_.invitation)) return {verdict::bad_invitation};
  const auto name = member_name(typed.name);
  if (!name) return {verdict::bad_name};
  if (typed.password.size() < shortest_password || typed.password.size() > longest_password) {
    return {verdict::bad_password};
  }
  const gate::visit visit(hashing_);
  if (!visit) return {verdict::busy};
  const member account{*name, hash_password(typed.password), iso8601(presign::now())};
  if (!members_.create(account)) return {verdict::name_taken};
  return {verdict::welcome, *name};
}

// Takes an attempt before it checks the password: otherwise many logins at once could all use the
// last attempt. Gives it back unless the password was wrong.
outcome identity::log_in(const attempt& typed) {
  const auto name = member_name(typed.name);
  if (!name || typed.password.size() > longest_password) return {verdict::wrong};
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
  const gate::visit visit(hashing_);
  if (!visit) return {verdict::busy};
  if (!known) {
    hash_password(password);  // so that an unknown member takes as long as a known one
    return {verdict::wrong};
  }
  const auto match = check_password(password, known->password_hash);
  if (match == password_check::wrong) return {verdict::wrong};
  if (match == password_check::right_but_cheap) {
    known->password_hash = hash_password(password);
    members_.replace(*known);
  }
  return {verdict::welcome, name};
}

}  // namespace broker
