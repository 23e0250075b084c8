#include "batch_input.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <system_error>
#include <utility>

namespace cli {
namespace {

// A key has 1024 bytes at the most; what JSON says beside it needs more.
constexpr std::size_t longest_entry = std::size_t{1} << 20;
constexpr std::size_t read_size = std::size_t{1} << 15;

}  // namespace

std::string_view take_entry(std::string_view& text, char separator) noexcept {
  const auto end = std::min(text.find(separator), text.size());
  const auto entry = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return entry;
}

std::optional<chunk> batch_input::next() {
  while (!at_end_) {
    const auto begun = rest_.size();
    rest_.resize(begun + read_size);
    const auto count = ::read(STDIN_FILENO, rest_.data() + begun, read_size);
    const int why = errno;
    rest_.resize(begun + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0 && why == EINTR) continue;
    if (count < 0) {
      error_ = "standard input could not be read: " + std::generic_category().message(why);
      return {};
    }
    at_end_ = count == 0;

    const auto end = at_end_ ? rest_.size() : rest_.rfind(separator_) + 1;  // 0 where there is none
    if (end > 0) {
      chunk whole{rest_.substr(0, end), line_};
      rest_.erase(0, end);
      line_ +=
          static_cast<std::uint64_t>(std::count(whole.text.begin(), whole.text.end(), separator_));
      return whole;
    }
    if (rest_.size() > longest_entry) {
      error_ = "line " + std::to_string(line_) + " is longer than " +
               std::to_string(longest_entry) + " bytes";
      return {};
    }
  }
  return {};
}

std::optional<std::uint64_t> batch_input::size() noexcept {
  struct stat status {};
  if (::fstat(STDIN_FILENO, &status) != 0 || !S_ISREG(status.st_mode)) return {};
  return static_cast<std::uint64_t>(status.st_size);
}

}  // namespace cli
