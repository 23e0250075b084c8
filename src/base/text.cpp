// Functions for text, which do not depend on the locale.
#include "base/text.hpp"

#include <cstring>

namespace presign::detail {

bool is_token(std::string_view text) noexcept {
  return !text.empty() && all_of(text, [](char c) {
    return is_alnum(c) || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
  });
}

std::string lower(std::string_view text) {
  std::string lowered(text);
  for (char& c : lowered) c = lower(c);
  return lowered;
}

std::string_view trimmed(std::string_view text, std::string_view blanks) noexcept {
  const auto first = std::min(text.find_first_not_of(blanks), text.size());
  text.remove_prefix(first);
  return text.substr(0, text.find_last_not_of(blanks) + 1);
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  pieces.reserve(static_cast<std::size_t>(std::count(text.begin(), text.end(), separator)) + 1);
  while (true) {
    const auto end = text.find(separator);
    pieces.push_back(text.substr(0, end));
    if (end == text.npos) return pieces;
    text.remove_prefix(end + 1);
  }
}

std::string joined(std::initializer_list<std::string_view> pieces) {
  std::size_t size = 0;
  for (const auto piece : pieces) size += piece.size();
  std::string text;
  text.reserve(size);
  for (const auto piece : pieces) text.append(piece);
  return text;
}

std::string replaced(std::string_view text, std::string_view old, std::string_view by) {
  std::string result;
  while (true) {
    const auto at = text.find(old);
    result.append(text.substr(0, at));
    if (at == text.npos) return result;
    result.append(by);
    text.remove_prefix(at + old.size());
  }
}

bool equal_ignoring_case(std::string_view a, std::string_view b) noexcept {
  return a == b || std::equal(a.begin(), a.end(), b.begin(), b.end(),
                              [](char x, char y) { return lower(x) == lower(y); });
}

bool less_ignoring_case(std::string_view a, std::string_view b) noexcept {
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  return std::lexicographical_compare(x, a.end(), y, b.end(),
                                      [](char c, char d) { return lower(c) < lower(d); });
}

bool is_hex(std::string_view text) noexcept {
  const auto is_other = [](char c) { return !is_digit(c) && !is_within(c, 'a', 'f'); };
  return text.size() % 2 == 0 && find_byte(text, is_other) == text.npos;
}

std::optional<std::string> from_hex(std::string_view text) {
  if (!is_hex(text)) return {};
  std::string bytes;
  for (std::size_t i = 0; i < text.size(); i += 2) {
    bytes.push_back(static_cast<char>(hex_value(text[i]) * 16 + hex_value(text[i + 1])));
  }
  return bytes;
}

std::size_t utf8_length(std::string_view text) noexcept {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  if (text.empty()) return 0;
  const auto first = byte(0);
  if (first < 0x80) return 1;
  const std::size_t length = first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (!is_within(first, 0xc2, 0xf4) || text.size() < length) return 0;
  // The second byte tells overlong forms, surrogates, and what is above U+10FFFF.
  const int least = first == 0xe0 ? 0xa0 : first == 0xf0 ? 0x90 : 0x80;
  const int most = first == 0xed ? 0x9f : first == 0xf4 ? 0x8f : 0xbf;
  if (!is_within(byte(1), least, most)) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if (!is_within(byte(i), 0x80, 0xbf)) return 0;
  }
  return length;
}

std::size_t utf8_prefix(std::string_view text) noexcept {
  std::size_t length = 0;
  for (std::uint64_t bytes; text.size() - length >= sizeof bytes; length += sizeof bytes) {
    std::memcpy(&bytes, text.data() + length, sizeof bytes);
    if ((bytes & 0x8080808080808080) != 0) break;
  }
  while (length < text.size() && static_cast<unsigned char>(text[length]) < 0x80) ++length;
  while (const auto next = utf8_length(text.substr(length))) length += next;
  return length;
}

bool has_dot_segment(std::string_view path) noexcept {
  for (auto dot = path.find('.'); dot != path.npos; dot = path.find('.', dot + 1)) {
    if (dot > 0 && path[dot - 1] != '/') continue;
    const auto segment = path.substr(dot, path.find('/', dot) - dot);
    if (segment == "." || segment == "..") return true;
  }
  return false;
}

// Takes each piece between two stars at its first occurrence, which leaves the most text for the
// pieces after it.
bool matches(std::string_view pattern, std::string_view text) noexcept {
  auto star = pattern.find('*');
  if (star == pattern.npos) return pattern == text;
  if (!begins_with(text, pattern.substr(0, star))) return false;
  text.remove_prefix(star);
  pattern.remove_prefix(star + 1);
  while ((star = pattern.find('*')) != pattern.npos) {
    const auto piece = text.find(pattern.substr(0, star));
    if (piece == text.npos) return false;
    text.remove_prefix(piece + star);
    pattern.remove_prefix(star + 1);
  }
  return ends_with(text, pattern);
}

// ── Errors ──────────────────────────────────────────────────────────────────────────────────────

error error_of(errc code, std::initializer_list<std::string_view> sentence) {
  return {code, joined(sentence)};
}

error error_of(errc code, std::string_view rule, std::string_view value) {
  return error_of(code, {rule, ", got ", quoted_text(value)});
}

std::string quoted_text(std::string_view text) {
  constexpr std::size_t most = 64;
  std::string printable = "\"";
  for (const char c : text.substr(0, most)) {
    if (is_within(c, ' ', '~')) {
      printable.push_back(c);
    } else {
      const auto byte = static_cast<unsigned char>(c);
      printable.append({'\\', 'x', hex_digit(byte >> 4), hex_digit(byte & 15u)});
    }
  }
  return printable + (text.size() > most ? "…\"" : "\"");
}

std::string quoted_address(std::string_view text) {
  return text.find_first_of("@?#") == text.npos
             ? quoted_text(text)
             : "one with '@', '?' or '#' (not shown, as it may hold a secret)";
}

std::string quoted_part(std::string_view text) {
  constexpr std::size_t most = 63;  // a signature has 64
  return text.size() <= most && text.find_first_of("=@") == text.npos
             ? quoted_text(text)
             : joined({"one of ", std::to_string(text.size()), " bytes (not shown)"});
}

}  // namespace presign::detail
