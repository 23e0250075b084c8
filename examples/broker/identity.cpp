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

// Each takes a core and 32 MiB.
unsigned hashes_at_once() { return std::max(1U, std::thread::hardware_concurrency()); }
constexpr unsigned hashes_waiting = 24;

}  // namespace

identity::identity(const settings& how, const http_client& http)
    : settings_(how), members_(how, http), hashing_(hashes_at_once(), hashes_waiting) {}

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
  const member fresh{*name, hash_password(typed.password), iso8601(presign::now())};
  if (!members_.create(fresh)) return {verdict::name_taken};
  return {verdict::welcome, *name};
}

// A try is taken before the password is looked at: many at once would all see that there is one
// left. It is given back unless the password was wrong.
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
    auto found = check(*name, typed.password);
    if (found.what != verdict::wrong) give_back();
    return found;
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
