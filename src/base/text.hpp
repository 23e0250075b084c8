// Locale-independent text helpers.
#pragma once

#include <presign/error.hpp>

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string_view>
#include <vector>

namespace presign::detail {

/// Returns the first element that a condition is true of, or nullptr. A plain loop: libstdc++ 12
/// unrolls its own by hand, which is more to compile.
template <class Range, class Condition>
auto find_in(const Range& range, const Condition& is_true) noexcept -> decltype(std::data(range)) {
  for (const auto& each : range) {
    if (is_true(each)) return &each;
  }
  return nullptr;
}

template <class Range, class Condition>
bool all_of(const Range& range, const Condition& is_true) noexcept {
  for (const auto& each : range) {
    if (!is_true(each)) return false;
  }
  return true;
}

constexpr bool is_within(int value, int least, int most) noexcept {
  return value >= least && value <= most;
}
constexpr bool is_digit(char c) noexcept { return is_within(c, '0', '9'); }
inline bool is_alnum(char c) noexcept { return is_digit(c) || is_within(c | 0x20, 'a', 'z'); }
/// Returns whether a byte is an ASCII control character, including tab.
inline bool is_control(char c) noexcept {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7f;
}
/// Returns whether text is a header name, which is a token of RFC 9110, section 5.6.2.
bool is_token(std::string_view text) noexcept;
/// Returns whether text is letters, digits and '-', at least one, as an HTTP method is.
inline bool is_word(std::string_view text) noexcept {
  return !text.empty() && all_of(text, [](char c) { return is_alnum(c) || c == '-'; });
}
inline char lower(char c) noexcept {
  return is_within(c, 'A', 'Z') ? static_cast<char>(c | 0x20) : c;
}
std::string lower(std::string_view text);
inline bool is_lower(std::string_view text) noexcept {
  return all_of(text, [](char c) { return !is_within(c, 'A', 'Z'); });
}
/// Returns whether text is printable ASCII without spaces. True if it is empty.
inline bool is_printable(std::string_view text) noexcept {
  return all_of(text, [](char c) { return is_within(c, '!', '~'); });
}

/// Spaces, tabs and line ends, as they surround text in files.
inline constexpr std::string_view white_space = " \t\r\n";

std::string_view trimmed(std::string_view text, std::string_view blanks = " \t") noexcept;

/// Takes the text before a separator, and drops the separator. Without one, takes everything.
inline std::string_view take_until(char separator, std::string_view& text) noexcept {
  const auto taken = text.substr(0, text.find(separator));
  text.remove_prefix(taken.size() == text.size() ? taken.size() : taken.size() + 1);
  return taken;
}

std::vector<std::string_view> split(std::string_view text, char separator);

/// Returns whether a condition is true of each piece of text between separators.
template <class Condition>
bool each_piece_is(std::string_view text, char separator, const Condition& is_true) noexcept {
  while (true) {
    const auto end = text.find(separator);
    if (!is_true(text.substr(0, end))) return false;
    if (end == text.npos) return true;
    text.remove_prefix(end + 1);
  }
}

/// Returns the offset of the first byte that a condition is true of, or npos. Tests all bytes
/// without an early exit, so that the loop vectorises, and random bytes mislead no branch
/// predictor.
template <class Condition>
std::size_t find_byte(std::string_view text, const Condition& is_true) noexcept {
  unsigned char is_there = 0;
  for (const char c : text) is_there |= static_cast<unsigned char>(is_true(c));
  if (is_there == 0) return text.npos;
  std::size_t offset = 0;
  while (!is_true(text[offset])) ++offset;
  return offset;
}

/// Joins texts. Empty ones at the beginning leave no separator.
template <class Texts>
std::string joined(const Texts& texts, std::string_view separator) {
  std::string list;
  for (const auto& text : texts) list.append(list.empty() ? "" : separator).append(text);
  return list;
}

/// Joins the pieces of a text, out of line, so that callers stay small.
std::string joined(std::initializer_list<std::string_view> pieces);

/// Replaces each occurrence of a piece that is not empty.
std::string replaced(std::string_view text, std::string_view old, std::string_view by);

inline bool contains(std::string_view text, std::string_view piece) noexcept {
  return text.find(piece) != text.npos;
}
inline bool begins_with(std::string_view text, std::string_view beginning) noexcept {
  return text.substr(0, beginning.size()) == beginning;
}
inline bool ends_with(std::string_view text, std::string_view end) noexcept {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
bool less_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// Computes a lower-case hex digit without a table: the valid signature of a forged request is a
/// secret, and which part of a table is in the processor's cache can be measured.
constexpr char hex_digit(unsigned value) noexcept {
  constexpr unsigned to_letters = 'a' - '9' - 1;
  return static_cast<char>('0' + value + ((9 - value) >> 8 & to_letters));
}

template <class Bytes>
void write_hex(char* out, const Bytes& bytes) noexcept {
  for (const auto c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *out++ = hex_digit(byte >> 4);
    *out++ = hex_digit(byte & 15u);
  }
}

/// The hex of a SHA-256, on the stack.
class hex_digits {
 public:
  explicit hex_digits(const std::array<std::uint8_t, 32>& bytes) noexcept {
    write_hex(text_.data(), bytes);
  }
  std::string_view view() const noexcept { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 64> text_;
};

/// Returns the value of a hex digit of either case, or -1.
constexpr int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  return is_within(c | 0x20, 'a', 'f') ? (c | 0x20) - 'a' + 10 : -1;
}
inline bool is_hex_digit(char c) noexcept { return hex_value(c) >= 0; }

/// Returns whether text is lower-case hex: two digits for each byte.
bool is_hex(std::string_view text) noexcept;

/// Returns the bytes that lower-case hex stands for, or nothing if text is not such hex.
std::optional<std::string> from_hex(std::string_view text);

/// Returns the length of the UTF-8 sequence that text begins with, or 0 if it begins with none.
/// Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
std::size_t utf8_length(std::string_view text) noexcept;
/// Returns how many bytes at the beginning are such sequences.
std::size_t utf8_prefix(std::string_view text) noexcept;
inline bool is_utf8(std::string_view text) noexcept { return utf8_prefix(text) == text.size(); }

bool has_dot_segment(std::string_view path) noexcept;

/// Returns whether text is the pattern, in which each '*' stands for any characters, or none.
bool matches(std::string_view pattern, std::string_view text) noexcept;

/// Returns whether text is 1 to 63 letters, digits and inner hyphens.
inline bool is_host_label(std::string_view text) noexcept {
  return is_word(text) && text.size() <= 63 && text.front() != '-' && text.back() != '-';
}
/// Returns whether text is such labels, joined with a separator.
inline bool are_host_labels(std::string_view text, char separator = '.') noexcept {
  return each_piece_is(text, separator, is_host_label);
}

// ── Errors ──────────────────────────────────────────────────────────────────────────────────────

/// Makes an error from the pieces of its sentence. Compilers keep callers' code for it small.
[[gnu::cold]] error error_of(errc code, std::initializer_list<std::string_view> sentence);

/// Makes the error that says: rule, got "value".
[[gnu::cold]] error error_of(errc code, std::string_view rule, std::string_view value);

/// Quotes text for an error message: bytes outside printable ASCII as \xNN, at most 64 bytes.
std::string quoted_text(std::string_view text);

/// The same for a host or URL, which is not shown if it may hold a password or a signed query.
std::string quoted_address(std::string_view text);

/// The same for a part of a received request, which is not shown if it may hold a session token or
/// a signature: both are long, or follow "name=" if a '&' was lost.
std::string quoted_part(std::string_view text);

}  // namespace presign::detail
