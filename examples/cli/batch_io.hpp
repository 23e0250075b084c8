// Standard input in parts that hold whole entries, and the progress shown meanwhile.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cli {

/// Entries, each ended by the separator, which may be missing at the end of the input.
struct chunk {
  std::string text;
  std::uint64_t first_line = 1;
};

/// Takes the next entry from the text of a chunk, without its separator. If that is a line break,
/// so is CRLF.
std::string_view take_entry(std::string_view& text, char separator) noexcept;

/// Returns "line 3", for messages; "entry 3" if entries do not end in line breaks.
std::string place_of(std::uint64_t number, char separator);

/// Reads what is available without waiting for more, so that it can be at the end of a pipe. A byte
/// order mark before the first line is no part of it.
class batch_input {
 public:
  explicit batch_input(char separator) : separator_(separator) {}

  /// Returns nothing at the end, or if reading fails: then error() says why.
  std::optional<chunk> next();
  const std::string& error() const noexcept { return error_; }

 private:
  const char separator_;
  std::string rest_;  // the beginning of the next entry
  std::uint64_t line_ = 1;
  bool at_end_ = false;
  std::string error_;
};

/// A line on standard error that shows the progress and is overwritten each time; if standard input
/// is a file, with the time that is left. Shows nothing if standard error is not a terminal.
class progress {
 public:
  progress();
  progress(const progress&) = delete;
  progress& operator=(const progress&) = delete;
  ~progress() { clear(); }

  /// Counts further entries, and the bytes of the input that they had.
  void advance(std::uint64_t entries, std::uint64_t bytes);
  /// Removes the line, so that a message can be printed.
  void clear();

 private:
  using clock = std::chrono::steady_clock;
  std::string line(double seconds) const;

  const bool is_terminal_;
  const std::optional<std::uint64_t> input_size_;  // if it is a file
  const clock::time_point begin_ = clock::now();
  clock::time_point drawn_at_ = begin_;
  bool is_drawn_ = false;
  std::uint64_t entries_ = 0;
  std::uint64_t bytes_ = 0;
};

}  // namespace cli
