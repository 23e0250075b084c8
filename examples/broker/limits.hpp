// Limits of what anybody may cause: how much is done at once, and how often it is tried.
#pragma once

#include <sodium.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <condition_variable>
#include <mutex>
#include <string_view>
#include <vector>

namespace broker {

/// A mutex for a few threads at once. A few more wait, and the others are turned away:
///
///     const std::unique_lock visit(gate, std::try_to_lock);
///     if (!visit) …
class gate {
 public:
  gate(unsigned at_once, unsigned waiting) : free_(at_once), free_or_waiting_(at_once + waiting) {}

  bool try_lock() {
    std::unique_lock lock(mutex_);
    if (free_or_waiting_ == 0) return false;
    --free_or_waiting_;
    left_.wait(lock, [this] { return free_ > 0; });
    --free_;
    return true;
  }

  void unlock() {
    const std::lock_guard lock(mutex_);
    ++free_;
    ++free_or_waiting_;
    left_.notify_one();
  }

 private:
  std::mutex mutex_;
  std::condition_variable left_;
  unsigned free_;             // places inside
  unsigned free_or_waiting_;  // and those to wait in
};

/// Limits tries: a burst at once, then one more after each interval.
///
/// Names share a table of fixed size, so that no flood of names can fill the memory or push another
/// name out. Two names in one slot share their tries. A random key decides which names do, so
/// nobody outside knows.
class throttle {
 public:
  using clock = std::chrono::steady_clock;

  throttle(unsigned burst, std::chrono::seconds interval)
      : interval_(interval), most_ahead_(burst * interval), full_again_(1 << 16) {
    crypto_shorthash_keygen(key_.data());
  }

  /// Takes a try and returns zero, or takes none and returns the time to wait.
  std::chrono::seconds take(std::string_view name, clock::time_point now = clock::now()) {
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

  /// Gives a try back: it was no failure after all.
  void give_back(std::string_view name) {
    auto& full_again = slot_of(name);
    const std::lock_guard lock(mutex_);
    full_again -= interval_;
  }

 private:
  clock::time_point& slot_of(std::string_view name) {
    std::array<unsigned char, crypto_shorthash_BYTES> hash;
    crypto_shorthash(hash.data(), reinterpret_cast<const unsigned char*>(name.data()), name.size(),
                     key_.data());
    return full_again_[hash[0] | std::size_t{hash[1]} << 8];
  }

  const clock::duration interval_;
  const clock::duration most_ahead_;
  std::array<unsigned char, crypto_shorthash_KEYBYTES> key_;
  std::mutex mutex_;
  // The time at which all tries of a slot are available again. Each try moves it one interval
  // further, and it may not get further ahead than the burst: the generic cell rate algorithm.
  std::vector<clock::time_point> full_again_;
};

}  // namespace broker
