#include "progress.hpp"

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <iostream>

namespace cli {
namespace {

// 1234567 as "1,234,567"
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

progress::progress(std::optional<std::uint64_t> input_size)
    : shown_(isatty(STDERR_FILENO) == 1), input_size_(input_size) {}

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
  if (!shown_ || now - drawn_at_ < std::chrono::milliseconds{100}) return;
  drawn_at_ = now;
  is_drawn_ = true;
  std::cerr << "\r\x1b[K" << line(std::chrono::duration<double>(now - begun_).count())
            << std::flush;
}

void progress::clear() {
  if (is_drawn_) std::cerr << "\r\x1b[K" << std::flush;
  is_drawn_ = false;
}

}  // namespace cli
