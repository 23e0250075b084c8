#include "throttle.hpp"

#include "crypto.hpp"

#include <algorithm>
#include <cstdint>

namespace broker {
namespace {

constexpr std::size_t slots = 1 << 16;

}  // namespace

throttle::throttle(unsigned burst, std::chrono::seconds interval)
    : interval_(interval),
      most_ahead_(burst * interval),
      key_(random_hex(16)),
      full_again_(slots) {}

std::chrono::seconds throttle::take(std::string_view name, clock::time_point now) {
  auto& full_again = slot_of(name);
  const std::lock_guard lock(mutex_);
  const auto next = std::max(full_again, now) + interval_;
  const auto too_far = next - now - most_ahead_;
  if (too_far > clock::duration::zero()) {
    return std::chrono::ceil<std::chrono::seconds>(too_far);
  }
  full_again = next;
  return std::chrono::seconds::zero();
}

void throttle::give_back(std::string_view name) {
  auto& full_again = slot_of(name);
  const std::lock_guard lock(mutex_);
  full_again -= interval_;
}

throttle::clock::time_point& throttle::slot_of(std::string_view name) {
  const auto number = std::stoul(hmac_hex(key_, name).substr(0, 8), nullptr, 16);
  return full_again_[number % slots];
}

}  // namespace broker
