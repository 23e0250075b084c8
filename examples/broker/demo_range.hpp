// The header Range, if it asks for one range of bytes. RFC 9110, section 14.
#pragma once

#include <algorithm>
#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace broker {

struct byte_range {
  std::uint64_t first;
  std::uint64_t size;
  bool is_whole;
};

/// Returns the range to serve, or nothing if it is outside. Ignores a header that is not such a
/// range.
inline std::optional<byte_range> read_range(std::string_view header, std::uint64_t size) {
  const byte_range whole{0, size, true};
  constexpr std::string_view unit = "bytes=";
  if (header.substr(0, unit.size()) != unit) return whole;
  header.remove_prefix(unit.size());
  const auto dash = header.find('-');
  if (dash == header.npos) return whole;

  const auto number = [](std::string_view text) -> std::optional<std::uint64_t> {
    std::uint64_t value = 0;
    const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (failure != std::errc{} || stop != text.data() + text.size()) return std::nullopt;
    return value;
  };
  const auto first_text = header.substr(0, dash);
  const auto last_text = header.substr(dash + 1);
  const auto first = number(first_text);
  const auto last = number(last_text);
  if (first_text.empty() && last) {  // "-5": the last five
    if (*last == 0 || size == 0) return std::nullopt;
    const auto count = std::min(*last, size);
    return byte_range{size - count, count, false};
  }
  if (!first || (!last && !last_text.empty()) || (last && *last < *first)) return whole;
  if (*first >= size) return std::nullopt;
  const auto end = last ? std::min(*last, size - 1) : size - 1;
  return byte_range{*first, end - *first + 1, false};
}

}  // namespace broker
