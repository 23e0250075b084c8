// Lower-case hex of a SHA-256, in place.
#pragma once

#include <presign/sigv4.hpp>

#include <array>
#include <string_view>

namespace presign::detail {

class hex_digits {
 public:
  explicit hex_digits(const sigv4::digest& bytes) noexcept {
    constexpr char digits[] = "0123456789abcdef";
    char* out = text_.data();
    for (const auto byte : bytes) {
      *out++ = digits[byte >> 4];
      *out++ = digits[byte & 15];
    }
  }
  std::string_view view() const noexcept { return {text_.data(), text_.size()}; }

 private:
  std::array<char, 64> text_;
};

}  // namespace presign::detail
