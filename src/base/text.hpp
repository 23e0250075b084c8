// Locale-independent text helpers.
#pragma once

#include <array>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace presign::detail {

inline bool is_digit(char c) noexcept { return c >= '0' && c <= '9'; }
inline bool is_alnum(char c) noexcept {
  const auto letter = static_cast<unsigned char>(c | 0x20);
  return is_digit(c) || (letter >= 'a' && letter <= 'z');
}
/// Returns whether a byte is an ASCII control character, including tab.
inline bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}
/// Returns whether text is a header name: letters, digits and !#$%&'*+-.^_`|~, at least one.
/// RFC 9110, section 5.6.2.
bool is_token(std::string_view text) noexcept;
/// Returns whether text is an HTTP method as presign takes them: letters, digits and '-', at least
/// one.
bool is_method(std::string_view text) noexcept;
inline char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string lower(std::string_view text);
/// Returns whether a byte is a hex digit, of either case.
inline bool is_hex_digit(char c) noexcept {
  return is_digit(c) || (lower(c) >= 'a' && lower(c) <= 'f');
}
/// Returns whether no letter is upper case.
bool is_lower(std::string_view text) noexcept;
/// Returns whether text is printable ASCII without spaces. True if it is empty.
bool is_printable(std::string_view text) noexcept;

/// Returns text without leading and trailing blanks.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t") noexcept;

/// Removes and returns the text before a separator, and removes the separator. Without one, takes
/// everything.
inline std::string_view take_until(char separator, std::string_view& text) noexcept {
  const auto taken = text.substr(0, text.find(separator));
  text.remove_prefix(taken.size() == text.size() ? taken.size() : taken.size() + 1);
  return taken;
}

/// Splits text at each separator.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Joins texts. Empty ones at the beginning leave no separator.
template <class Texts>
std::string joined(const Texts& texts, std::string_view separator) {
  std::string list;
  for (const auto& text : texts) list.append(list.empty() ? "" : separator).append(text);
  return list;
}

/// Replaces each occurrence of a piece that is not empty.
std::string replaced(std::string_view text, std::string_view old, std::string_view by);

bool begins_with(std::string_view text, std::string_view beginning) noexcept;
bool ends_with(std::string_view text, std::string_view end) noexcept;

/// Returns whether two texts are equal, ignoring ASCII case.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
/// Returns whether a sorts before b, ignoring ASCII case.
bool less_ignoring_case(std::string_view a, std::string_view b) noexcept;

/// Computes a lower-case hex digit without a table: the valid signature of a forged request is a
/// secret, and which part of a table is in the processor's cache can be measured.
constexpr char hex_digit(unsigned value) noexcept {
  constexpr unsigned to_letters = 'a' - '9' - 1;
  return static_cast<char>('0' + value + ((9 - value) >> 8 & to_letters));
}

/// Writes two digits for each byte.
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

std::string to_hex(std::string_view bytes);

/// Returns whether text is lower-case hex: two digits for each byte.
bool is_hex(std::string_view text) noexcept;

/// Returns the bytes that lower-case hex stands for, or nothing if text is not such hex.
std::optional<std::string> from_hex(std::string_view text);

/// Quotes text for an error message: bytes outside printable ASCII as \xNN, at most 64 bytes.
std::string quoted(std::string_view text);

/// The same for a host or URL, which is not shown if it may hold a password or a signed query.
std::string quoted_address(std::string_view text);

/// The same for a part of a received request, which is not shown if it may hold a session token or
/// a signature: both are long, or follow "name=" if a '&' was lost.
std::string quoted_part(std::string_view text);

/// Returns the length of the UTF-8 sequence that text begins with, or 0 if it begins with none.
/// Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
std::size_t utf8_length(std::string_view text) noexcept;
bool is_utf8(std::string_view text) noexcept;
/// Returns how many bytes at the beginning are ASCII.
std::size_t ascii_length(std::string_view text) noexcept;

/// The decimal digits of a number, on the stack.
class decimal {
 public:
  template <class Integer>
  explicit decimal(Integer number) noexcept
      : end_(std::to_chars(digits_, digits_ + sizeof digits_, number).ptr) {}
  decimal(const decimal&) = delete;
  decimal& operator=(const decimal&) = delete;
  std::string_view view() const noexcept {
    return {digits_, static_cast<std::size_t>(end_ - digits_)};
  }

 private:
  char digits_[20];
  char* end_;
};

/// Returns whether a path has a segment "." or "..".
bool has_dot_segment(std::string_view path) noexcept;

/// Returns whether text is 1 to 63 letters, digits and inner hyphens.
bool is_host_label(std::string_view text) noexcept;

}  // namespace presign::detail
