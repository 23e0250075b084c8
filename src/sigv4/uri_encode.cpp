// Percent-encoding, which step 1 calls UriEncode.
#include "sigv4/uri_encode.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace presign {
namespace detail {
namespace {

// "URI encode every byte except the unreserved characters: 'A'-'Z', 'a'-'z', '0'-'9', '-', '.',
// '_', and '~'." The rank of a byte, 256 and up if it is unreserved, is also its order once it is
// encoded: a reserved byte becomes "%XY", and since '%' sorts before every unreserved character,
// reserved bytes come first. Among themselves they sort by value, as upper-case hex digits do.
constexpr std::array<unsigned short, 256> make_ranks() {
  std::array<unsigned short, 256> ranks{};
  for (unsigned byte = 0; byte < ranks.size(); ++byte) {
    const bool unreserved = (byte >= 'A' && byte <= 'Z') || (byte >= 'a' && byte <= 'z') ||
                            (byte >= '0' && byte <= '9') || byte == '-' || byte == '.' ||
                            byte == '_' || byte == '~';
    ranks[byte] = static_cast<unsigned short>(unreserved ? 256 + byte : byte);
  }
  return ranks;
}
constexpr auto ranks = make_ranks();

unsigned rank(char c) noexcept { return ranks[static_cast<unsigned char>(c)]; }

bool is_unreserved(char c) noexcept { return rank(c) >= 256; }

int hex_value(char c) noexcept {
  if (is_digit(c)) return c - '0';
  const auto letter = static_cast<char>(c | 0x20);
  return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

bool is_lower_hex(char digit) noexcept { return digit >= 'a'; }

}  // namespace

// "Letters in the hexadecimal value must be uppercase, for example "%1A"."
void append_encoded(text_writer& out, std::string_view raw, sigv4::slash treatment) {
  const auto stays = [keeps_slash = treatment == sigv4::slash::keep](char c) {
    return is_unreserved(c) || (c == '/' && keeps_slash);
  };
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
  const auto shorter = std::min(a.size(), b.size());
  std::size_t i = 0;
  while (i < shorter && a[i] == b[i]) ++i;
  if (i == shorter) return a.size() < b.size();
  return rank(a[i]) < rank(b[i]);
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

    const int high = encoded.size() > 2 ? hex_value(encoded[1]) : -1;
    const int low = high >= 0 ? hex_value(encoded[2]) : -1;
    if (low < 0) return escapes::broken;
    const auto byte = static_cast<char>(high * 16 + low);
    out.append(run, std::string_view(&byte, 1));
    if (is_unreserved(byte) || is_lower_hex(encoded[1]) || is_lower_hex(encoded[2])) {
      kind = escapes::other;
    }
    encoded.remove_prefix(3);
  }
}

bool append_decoded(std::string& out, std::string_view encoded) {
  string_writer writer{out, encoded.size()};
  if (append_decoded(writer, encoded, plus::stays) == escapes::broken) return false;
  writer.finish();
  return true;
}

bool has_no_reserved(std::string_view query) noexcept {
  // No early exit and no branch, so that the loop vectorises; at most one term is 1.
  unsigned char all = 1;
  for (const char c : query) {
    const auto is_within = [](int byte, char first, unsigned char count) {
      return static_cast<unsigned char>(static_cast<unsigned char>(byte - first) < count);
    };
    // '-' and '.' differ from '%' and '&' only in bit 3.
    all = static_cast<unsigned char>(all & (is_within(c | 0x20, 'a', 26) + is_within(c, '0', 10) +
                                            is_within(c & ~8, '%', 2) + (c == '_') + (c == '~') +
                                            (c == '=')));
  }
  return all != 0;
}

}  // namespace detail

std::string sigv4::uri_encode(std::string_view raw, slash treatment) {
  std::string encoded;
  detail::string_writer out{encoded, raw.size()};
  detail::append_encoded(out, raw, treatment);
  out.finish();
  return encoded;
}

}  // namespace presign
