// Limits attempts: a burst at once, then one more after each interval.
//
// Names share a table of fixed size, so that no flood of names can fill the memory or push another
// name out. Two names in one slot share their attempts. A random key decides which names
// do, so nobody outside knows.
#pragma once

#include <chrono>
#include <cstddef>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace broker {

class throttle {
 public:
  using clock = std::chrono::steady_clock;

  throttle(unsigned burst, std::chrono::seconds interval);

  /// Takes an attempt and returns zero, or takes none and returns the time to wait.
  std::chrono::seconds take(std::string_view name, clock::time_point now = clock::now());

  /// Gives an attempt back: it was no failure after all.
  void give_back(std::string_view name);

 private:
  clock::time_point& slot_of(std::string_view name);

  const clock::duration interval_;
  const clock::duration most_ahead_;
  const std::string key_;
  std::mutex mutex_;
  // The time at which all attempts of a slot are available again. Each attempt moves it one
  // interval further, and it may not get further ahead than the burst: the generic cell rate
  // algorithm.
  std::vector<clock::time_point> full_again_;
};

}  // namespace broker
