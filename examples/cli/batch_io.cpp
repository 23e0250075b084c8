#include "batch_io.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cmath>
#include <cstdio>
#include <iostream>
#include <system_error>

namespace cli {
namespace {

// A key has at most 1024 bytes. The other members of a JSON entry need more.
constexpr std::size_t longest_entry = std::size_t{1} << 20;
constexpr std::size_t read_size = std::size_t{1} << 15;

std::optional<std::uint64_t> size_of_file(int descriptor) noexcept {
  struct stat status {};
  if (::fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode)) return {};
  return static_cast<std::uint64_t>(status.st_size);
}

// Writes 1234567 as "1,234,567".
std::string grouped(double number) {
  auto digits = std::to_string(std::llround(number));
  for (auto at = static_cast<std::ptrdiff_t>(digits.size()) - 3; at > 0; at -= 3) {
    digits.insert(static_cast<std::size_t>(at), 1, ',');
  }
  return digits;
}

std::string clock_text(double seconds) {
  const auto whole = std::llround(seconds);
  char text[32];
  std::snprintf(text, sizeof text, "%lld:%02lld", whole / 60, whole % 60);
  return text;
}

std::string bar(double part) {
  constexpr int width = 20;
  std::string text = "[";
  for (int i = 0; i < width; ++i) text.push_back(i < part * width ? '#' : ' ');
  return text + "] " + std::to_string(static_cast<int>(part * 100)) + " %";
}

}  // namespace

std::string_view take_entry(std::string_view& text, char separator) noexcept {
  const auto end = std::min(text.find(separator), text.size());
  auto entry = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (separator == '\n' && !entry.empty() && entry.back() == '\r') entry.remove_suffix(1);
  return entry;
}

std::string place_of(std::uint64_t number, char separator) {
  return (separator == '\n' ? "line " : "entry ") + std::to_string(number);
}

std::optional<chunk> batch_input::next() {
  while (!at_end_) {
    const auto old_size = rest_.size();
    rest_.resize(old_size + read_size);
    const auto count = ::read(STDIN_FILENO, rest_.data() + old_size, read_size);
    const int code = errno;
    rest_.resize(old_size + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0 && code == EINTR) continue;
    if (count < 0) {
      error_ = "cannot read standard input: " + std::generic_category().message(code);
      return {};
    }
    at_end_ = count == 0;
    // Only the first entry can be so long: the others have arrived just now.
    if (std::min(rest_.find(separator_), rest_.size()) > longest_entry) {
      error_ = place_of(line_, separator_) + " is longer than " + std::to_string(longest_entry) +
               " bytes";
      return {};
    }

    const auto end = at_end_ ? rest_.size() : rest_.rfind(separator_) + 1;  // 0 if there is none
    if (end > 0) {
      chunk whole{rest_.substr(0, end), line_};
      rest_.erase(0, end);
      const bool is_first = line_ == 1 && separator_ == '\n';
      if (is_first && whole.text.compare(0, 3, "\xef\xbb\xbf") == 0) whole.text.erase(0, 3);
      line_ +=
          static_cast<std::uint64_t>(std::count(whole.text.begin(), whole.text.end(), separator_));
      return whole;
    }
  }
  return {};
}

progress::progress()
    : is_terminal_(isatty(STDERR_FILENO) == 1), input_size_(size_of_file(STDIN_FILENO)) {}

std::string progress::line(double seconds) const {
  const auto entries = static_cast<double>(entries_);
  auto text = grouped(entries) + " URLs, " + grouped(entries / seconds) + "/s";
  if (!input_size_ || bytes_ == 0 || bytes_ > *input_size_) return text;
  const auto part = static_cast<double>(bytes_) / static_cast<double>(*input_size_);
  return bar(part) + ", " + text + ", " + clock_text(seconds / part - seconds) + " left";
}

void progress::advance(std::uint64_t entries, std::uint64_t bytes) {
  entries_ += entries;
  bytes_ += bytes;
  const auto now = clock::now();
  if (!is_terminal_ || now - drawn_at_ < std::chrono::milliseconds{100}) return;
  drawn_at_ = now;
  is_drawn_ = true;
  std::cerr << "\r\x1b[K" << line(std::chrono::duration<double>(now - begin_).count())
            << std::flush;
}

void progress::clear() {
  if (is_drawn_) std::cerr << "\r\x1b[K" << std::flush;
  is_drawn_ = false;
}

}  // namespace cli
