// Small questions about text, free of locale.
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
/// A byte that is no character of a line of text; a tab is one.
inline bool is_control(char c) noexcept {
  const auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 || byte == 0x7f;
}
/// Letters, digits and !#$%&'*+-.^_`|~, at least one: a header's name. RFC 9110, section 5.6.2.
bool is_token(std::string_view text) noexcept;
/// Letters, digits and '-', at least one: an HTTP method as presign takes them.
bool is_method(std::string_view text) noexcept;
inline char lower(char c) noexcept {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
std::string lower(std::string_view text);
/// Whether no letter is upper case.
bool is_lower(std::string_view text) noexcept;
/// Whether all of a text is ASCII that prints, and no space; of an empty one, too.
bool is_printable(std::string_view text) noexcept;

/// Text without the blanks around it: spaces and tabs, or what else is given.
std::string_view trimmed(std::string_view text, std::string_view blanks = " \t") noexcept;

/// Takes from the front of a text what is before a separator, which goes too, or else all of it.
inline std::string_view take_until(char separator, std::string_view& text) noexcept {
  const auto taken = text.substr(0, text.find(separator));
  text.remove_prefix(taken.size() == text.size() ? taken.size() : taken.size() + 1);
  return taken;
}

/// The pieces between separators: one more than there are of these.
std::vector<std::string_view> split(std::string_view text, char separator);

/// Text with each occurrence of an old piece, which is not empty, replaced.
std::string replaced(std::string_view text, std::string_view old, std::string_view by);

bool begins_with(std::string_view text, std::string_view beginning) noexcept;
bool ends_with(std::string_view text, std::string_view end) noexcept;

/// Whether two texts are the same but for the case of their ASCII letters.
bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept;
/// Whether a comes before b, the case of ASCII letters apart.
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

/// Text in double quotes for an error message: bytes outside printable ASCII as \xNN, and no more
/// than 64 bytes of it.
std::string quoted(std::string_view text);

/// The same for a host or URL, which is not shown where it may hold a password or a signed query.
std::string quoted_address(std::string_view text);

/// The same for something that was received, which is not shown where it may hold a session token
/// or a signature: both are long, or have "name=" before them where a '&' was lost.
std::string quoted_part(std::string_view text);

/// The length of the UTF-8 sequence that text begins with, or 0 where it begins with none.
/// Unicode 15, table 3-7: no overlong forms, no surrogates, nothing above U+10FFFF.
std::size_t utf8_length(std::string_view text) noexcept;
bool is_utf8(std::string_view text) noexcept;
/// How many bytes in front are ASCII.
std::size_t ascii_length(std::string_view text) noexcept;

/// A number in decimal digits, in place.
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

/// Whether a path has a segment "." or "..".
bool has_dot_segment(std::string_view path) noexcept;

/// Letters, digits and inner hyphens, 1 to 63 of them.
bool is_host_label(std::string_view text) noexcept;

}  // namespace presign::detail
