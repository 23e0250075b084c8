// Percent-encoding, which step 1 calls UriEncode.
#include "sigv4/steps.hpp"

#include "base/text.hpp"

namespace presign {
namespace detail {
namespace {

// "URI encode every byte except the unreserved characters: 'A'-'Z', 'a'-'z', '0'-'9', '-', '.',
// '_', and '~'. … Encode the forward slash character, '/', everywhere except in the object key
// name."
constexpr std::string_view stay_in_path{
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~/"};

using table = std::array<bool, 256>;
constexpr table make_table(std::string_view characters) {
  table bytes{};
  for (const char c : characters) bytes[static_cast<unsigned char>(c)] = true;
  return bytes;
}
constexpr auto unreserved_or_slash = make_table(stay_in_path);
constexpr auto unreserved = make_table(stay_in_path.substr(0, stay_in_path.size() - 1));

bool is_in(const table& bytes, char c) noexcept { return bytes[static_cast<unsigned char>(c)]; }

// Returns the order of a byte once it is encoded. A reserved byte becomes "%XY", and '%' sorts
// before every unreserved character, so reserved bytes come first. Among themselves they sort by
// value, as upper-case hex digits do.
int rank(char c) noexcept {
  return static_cast<unsigned char>(c) + (is_in(unreserved, c) ? 256 : 0);
}

constexpr auto make_hex_values() {
  std::array<signed char, 256> values{};
  for (std::size_t i = 0; i < values.size(); ++i) {
    values[i] = static_cast<signed char>(hex_value(static_cast<char>(i)));
  }
  return values;
}
constexpr auto hex_values = make_hex_values();

}  // namespace

// "Letters in the hexadecimal value must be uppercase, for example "%1A"."
void append_encoded(text_writer& out, std::string_view raw, bool encode_slash) {
  const auto& bytes = encode_slash ? unreserved : unreserved_or_slash;
  const auto stays = [&bytes](char c) { return is_in(bytes, c); };
  for (const char *next = raw.data(), *const end = next + raw.size(); next != end;) {
    const auto* const run = next;
    while (next != end && stays(*next)) ++next;
    out.append(std::string_view(run, static_cast<std::size_t>(next - run)));
    for (; next != end && !stays(*next); ++next) {
      constexpr char digits[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(*next);
      const char encoded[] = {'%', digits[byte >> 4], digits[byte & 15]};
      out.append(std::string_view(encoded, sizeof encoded));
    }
  }
}

bool encoded_less(std::string_view a, std::string_view b) noexcept {
  const auto [x, y] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (x == a.end() || y == b.end()) return a.size() < b.size();
  return rank(*x) < rank(*y);
}

escapes append_decoded(text_writer& out, std::string_view encoded, plus treatment) {
  auto kind = escapes::canonical;
  while (true) {
    auto run = encoded.substr(0, encoded.find('%'));
    encoded.remove_prefix(run.size());
    while (treatment == plus::is_space) {
      const auto word = run.substr(0, run.find('+'));
      if (word.size() == run.size()) break;
      out.append(word, " ");
      run.remove_prefix(word.size() + 1);
    }
    if (encoded.empty()) {
      out.append(run);
      return kind;
    }

    const auto value = [encoded](std::size_t i) {
      return hex_values[static_cast<unsigned char>(encoded[i])];
    };
    const int high = encoded.size() > 2 ? value(1) : -1;
    const int low = high >= 0 ? value(2) : -1;
    if (low < 0) return escapes::broken;
    const auto byte = static_cast<char>(high * 16 + low);
    out.append(run, std::string_view(&byte, 1));
    const bool has_lower = encoded[1] >= 'a' || encoded[2] >= 'a';
    if (has_lower || is_in(unreserved, byte)) kind = escapes::other;
    encoded.remove_prefix(3);
  }
}

bool append_decoded(std::string& out, std::string_view encoded) {
  string_writer writer{out, encoded.size()};
  if (append_decoded(writer, encoded, plus::stays) == escapes::broken) return false;
  writer.finish();
  return true;
}

bool is_plain_query(std::string_view query) noexcept {
  // Returns 1 or 0 without a branch. '-' and '.' differ from '%' and '&' only in bit 3.
  const auto is_other = [](char c) {
    return static_cast<unsigned char>(1 - is_within(c | 0x20, 'a', 'z') - is_within(c, '0', '9') -
                                      is_within(c & ~8, '%', '&') - (c == '_') - (c == '~') -
                                      (c == '='));
  };
  return find_byte(query, is_other) == query.npos;
}

}  // namespace detail

std::string sigv4::uri_encode(std::string_view raw, bool encode_slash) {
  return detail::text_by(raw.size(),
                         [&](auto& out) { detail::append_encoded(out, raw, encode_slash); });
}

}  // namespace presign
