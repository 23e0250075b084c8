// Standard input, in parts that hold whole entries.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace cli {

/// Entries, each ended by the separator (at the end of the input, it may be missing).
struct chunk {
  std::string text;
  std::uint64_t first_line = 1;
};

/// Takes the next entry from the text of a chunk, without its separator.
std::string_view take_entry(std::string_view& text, char separator) noexcept;

/// Reads what is there, without waiting for more, so that it can be the end of a pipe.
class batch_input {
 public:
  explicit batch_input(char separator) : separator_(separator) {}

  /// Nothing at the end, or where the input cannot be read on: then error() says why.
  std::optional<chunk> next();
  const std::string& error() const noexcept { return error_; }

  /// The input's size, where it is a file.
  static std::optional<std::uint64_t> size() noexcept;

 private:
  const char separator_;
  std::string rest_;  // an entry that has begun
  std::uint64_t line_ = 1;
  bool at_end_ = false;
  std::string error_;
};

}  // namespace cli
