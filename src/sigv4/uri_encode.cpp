// Step: percent-encoding ("UriEncode" in the specification).
#include "sigv4/uri_encode.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace presign {
namespace detail {
namespace {

// "URI encode every byte except the unreserved characters: 'A'-'Z', 'a'-'z', '0'-'9', '-', '.',
// '_', and '~'." One table answers that, and how bytes sort once they are encoded: a reserved byte
// becomes "%XY", and since '%' sorts before every unreserved character, all reserved bytes come
// first, among themselves by value (upper-case hex digits sort by value).
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

// Which bytes stay as they are, as one more table for each way with slashes.
using bytes_that_stay = std::array<bool, 256>;
constexpr bytes_that_stay make_staying(slash treatment) {
  bytes_that_stay stay{};
  for (std::size_t byte = 0; byte < stay.size(); ++byte) stay[byte] = ranks[byte] >= 256;
  stay['/'] = treatment == slash::keep;
  return stay;
}
constexpr auto stay_in_data = make_staying(slash::encode);
constexpr auto stay_in_path = make_staying(slash::keep);

constexpr std::array<signed char, 256> make_hex_values() {
  std::array<signed char, 256> values{};
  for (auto& value : values) value = -1;
  for (unsigned i = 0; i < 16; ++i) {
    values[static_cast<unsigned char>("0123456789ABCDEF"[i])] = static_cast<signed char>(i);
    values[static_cast<unsigned char>("0123456789abcdef"[i])] = static_cast<signed char>(i);
  }
  return values;
}
constexpr auto hex_values = make_hex_values();

int hex_value(char c) noexcept { return hex_values[static_cast<unsigned char>(c)]; }

bool is_lower_hex(char digit) noexcept { return digit >= 'a'; }

template <class Out>
void encode(Out& out, std::string_view raw, slash treatment) {
  const auto& stay = treatment == slash::keep ? stay_in_path : stay_in_data;
  const auto stays = [&stay](char c) { return stay[static_cast<unsigned char>(c)]; };
  for (const char *at = raw.data(), *const end = at + raw.size(); at != end;) {
    const auto* const run = at;
    while (at != end && stays(*at)) ++at;
    out.append(std::string_view(run, static_cast<std::size_t>(at - run)));
    for (; at != end && !stays(*at); ++at) {
      constexpr char digits[] = "0123456789ABCDEF";
      const auto byte = static_cast<unsigned char>(*at);
      const char encoded[] = {'%', digits[byte >> 4], digits[byte & 15]};
      out.append(std::string_view(encoded, sizeof encoded));
    }
  }
}

}  // namespace

void append_encoded(text_writer& out, std::string_view raw, slash treatment) {
  encode(out, raw, treatment);
}

void append_encoded(std::string& out, std::string_view raw, slash treatment) {
  encode(out, raw, treatment);
}

bool encoded_less(std::string_view a, std::string_view b) noexcept {
  const auto shorter = std::min(a.size(), b.size());
  std::size_t i = 0;
  while (i < shorter && a[i] == b[i]) ++i;
  if (i == shorter) return a.size() < b.size();
  return rank(a[i]) < rank(b[i]);
}

escapes append_decoded(text_writer& out, std::string_view encoded, plus treatment) {
  auto found = escapes::canonical;
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
      return found;
    }

    const int high = encoded.size() > 2 ? hex_value(encoded[1]) : -1;
    const int low = high >= 0 ? hex_value(encoded[2]) : -1;
    if (low < 0) return escapes::broken;
    const auto byte = static_cast<char>(high * 16 + low);
    out.append(run, std::string_view(&byte, 1));
    if (rank(byte) >= 256 || is_lower_hex(encoded[1]) || is_lower_hex(encoded[2])) {
      found = escapes::other;
    }
    encoded.remove_prefix(3);
  }
}

bool has_no_reserved(std::string_view query) noexcept {
  // To the end, whatever there is, and as a sum, at most one of which is 1: so compilers take many
  // bytes at a time.
  unsigned char all = 1;
  for (const char c : query) {
    const auto is_within = [](int byte, char first, unsigned char count) {
      return static_cast<unsigned char>(static_cast<unsigned char>(byte - first) < count);
    };
    // '-' and '.' are '%' and '&' but for the bit 8.
    all = static_cast<unsigned char>(all & (is_within(c | 0x20, 'a', 26) + is_within(c, '0', 10) +
                                            is_within(c & ~8, '%', 2) + (c == '_') + (c == '~') +
                                            (c == '=')));
  }
  return all != 0;
}

bool append_decoded(std::string& out, std::string_view encoded) {
  string_writer writer{out, encoded.size()};
  if (append_decoded(writer, encoded, plus::stays) == escapes::broken) return false;
  writer.finish();
  return true;
}

}  // namespace detail

std::string sigv4::uri_encode(std::string_view raw, slash treatment) {
  std::string encoded;
  encoded.reserve(raw.size());
  detail::append_encoded(encoded, raw, treatment);
  return encoded;
}

}  // namespace presign
