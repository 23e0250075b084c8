// How far a command is, shown to who sits before a terminal.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

namespace cli {

/// A line on standard error that is written over and over, where that is a terminal.
class progress {
 public:
  /// The size of the input, where it is known.
  explicit progress(std::optional<std::uint64_t> input_size);
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;
  ~progress() { clear(); }

  /// So many more entries, which were so many bytes of the input.
  void advance(std::uint64_t entries, std::uint64_t bytes);
  /// Makes room for a message.
  void clear();

 private:
  using clock = std::chrono::steady_clock;
  std::string line(double seconds) const;

  const bool shown_;
  const std::optional<std::uint64_t> input_size_;
  const clock::time_point begun_ = clock::now();
  clock::time_point drawn_at_ = begun_;
  bool is_drawn_ = false;
  std::uint64_t entries_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace cli
