// Base64, as a POST policy travels.
#include "base/base64.hpp"

#include <algorithm>

namespace presign::detail {

std::string base64(std::string_view bytes) {
  constexpr char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (; !bytes.empty(); bytes.remove_prefix(std::min<std::size_t>(3, bytes.size()))) {
    const auto byte = [bytes](std::size_t i) {
      return i < bytes.size() ? static_cast<unsigned char>(bytes[i]) : 0u;
    };
    const auto group = byte(0) << 16 | byte(1) << 8 | byte(2);
    text.push_back(alphabet[group >> 18]);
    text.push_back(alphabet[group >> 12 & 63]);
    text.push_back(bytes.size() > 1 ? alphabet[group >> 6 & 63] : '=');
    text.push_back(bytes.size() > 2 ? alphabet[group & 63] : '=');
  }
  return text;
}

}  // namespace presign::detail
