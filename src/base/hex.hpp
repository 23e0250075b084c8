// Lower-case hex.
#pragma once

#include <presign/sigv4.hpp>

#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace presign::detail {

/// By arithmetic, and not from a table: the right signature of a forged request is a secret, and
/// which part of a table is in the processor's cache can be measured.
constexpr char hex_digit(unsigned value) noexcept {
  constexpr unsigned to_letters = 'a' - '9' - 1;
  return static_cast<char>('0' + value + ((9 - value) >> 8 & to_letters));
}

/// Writes two digits a byte.
template <class Bytes>
void write_hex(char* out, const Bytes& bytes) noexcept {
  for (const auto c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    *out++ = hex_digit(byte >> 4);
    *out++ = hex_digit(byte & 15u);
  }
}

/// The hex of a SHA-256, in place.
class hex_digits {
 public:
  explicit hex_digits(const sigv4::digest& bytes) noexcept { write_hex(text_.data(), bytes); }
  std::string_view view() const noexcept { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 64> text_;
};

inline std::string to_hex(std::string_view bytes) {
  std::string text(2 * bytes.size(), '\0');
  write_hex(text.data(), bytes);
  return text;
}

/// Whether text is lower-case hex: two digits for each byte.
inline bool is_hex(std::string_view text) noexcept {
  // To the end, whatever there is: digits and letters come at random, and no branch foresees them.
  unsigned char has_other = 0;
  for (const char c : text) {
    const bool is_digit = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
    has_other |= static_cast<unsigned char>(!is_digit);
  }
  return text.size() % 2 == 0 && has_other == 0;
}

/// The bytes that lower-case hex stands for; nothing where the text is none.
inline std::optional<std::string> from_hex(std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const auto high = digits.find(text[i]);
    const auto low = i + 1 < text.size() ? digits.find(text[i + 1]) : digits.npos;
    if (high == digits.npos || low == digits.npos) return {};
    bytes.push_back(static_cast<char>(high << 4 | low));
  }
  return bytes;
}

}  // namespace presign::detail
