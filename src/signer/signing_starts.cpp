// What all signatures of one second, region and service begin with.
#include "signer/signing_starts.hpp"

#include "sigv4/string_to_sign.hpp"

#include <presign/sigv4.hpp>

#include <algorithm>
#include <cstring>

namespace presign::detail {

namespace {

std::optional<error> begin(signing_start& made, std::string_view secret_access_key,
                           const sigv4::amz_date& date, std::string_view region,
                           std::string_view service, std::string_view first_part) {
  const auto key = sigv4::signing_key::derive(secret_access_key, date, region, service);
  if (!key) return key.error();
  made.sizes = {static_cast<unsigned char>(region.size()),
                static_cast<unsigned char>(service.size())};
  region.copy(made.names.data(), region.size());
  service.copy(made.names.data() + region.size(), service.size());
  made.mac.begin(as_chars(key->reveal()), first_part);
  // Not kept, or it would be refused long after libcrypto works again.
  if (!made.mac.is_sound()) return hash_refusal();
  return {};
}

}  // namespace

std::optional<error> signing_start::make(std::string_view secret_access_key, time_point time,
                                         std::string_view region, std::string_view service) {
  const auto amz_date = sigv4::amz_date::at(time);
  if (!amz_date) return amz_date.error();
  const auto scope = sigv4::credential_scope(*amz_date, region, service);
  at = time;
  amz_date->text().copy(date.data(), date.size());
  return begin(*this, secret_access_key, *amz_date, region, service,
               string_to_sign(sigv4::algorithm, *amz_date, {}, scope));
}

std::optional<error> signing_start::make_of_day(std::string_view secret_access_key,
                                                const sigv4::amz_date& day, std::string_view region,
                                                std::string_view service) {
  at = midnight_of(day.time());
  return begin(*this, secret_access_key, day, region, service, {});
}

bool signing_start::is_for(std::string_view region, std::string_view service) const noexcept {
  const std::string_view text(names.data(), names.size());
  return region.size() == sizes[0] && service.size() == sizes[1] &&
         text.substr(0, sizes[0]) == region && text.substr(sizes[0], sizes[1]) == service;
}

// A store to a word releases and a load acquires, so who sees a word of another value sees its odd
// number, or a later one, too.
bool signing_starts::find(signing_start& found, time_point at, std::string_view region,
                          std::string_view service) const noexcept {
  word wanted;
  std::memcpy(&wanted, &at, sizeof wanted);
  for (const auto& one : slots_) {
    const auto before = one.sequence.load(std::memory_order_acquire);
    if (one.words[0].load(std::memory_order_acquire) != wanted) continue;
    auto* bytes = reinterpret_cast<char*>(&found);
    for (const auto& each : one.words) {
      const auto copy = each.load(std::memory_order_acquire);
      std::memcpy(bytes, &copy, sizeof copy);
      bytes += sizeof copy;
    }
    // 0 is the number of a slot in which nothing was ever stored.
    const auto after = one.sequence.load(std::memory_order_relaxed);
    if (before != after || before % 2 != 0 || before == 0) continue;
    if (found.is_for(region, service)) return true;
  }
  return false;
}

void signing_starts::keep(const signing_start& one) noexcept {
  auto& place = slots_[next_.fetch_add(1, std::memory_order_relaxed) % slots_.size()];
  auto sequence = place.sequence.load(std::memory_order_relaxed);
  if (sequence % 2 != 0 ||
      !place.sequence.compare_exchange_strong(sequence, sequence + 1, std::memory_order_acquire)) {
    return;
  }
  const auto* bytes = reinterpret_cast<const char*>(&one);
  for (auto& each : place.words) {
    word copy;
    std::memcpy(&copy, bytes, sizeof copy);
    bytes += sizeof copy;
    each.store(copy, std::memory_order_release);
  }
  place.sequence.store(sequence + 2, std::memory_order_release);
}

}  // namespace presign::detail
