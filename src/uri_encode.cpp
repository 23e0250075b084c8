// Step: percent-encoding ("UriEncode" in the specification).
#include "uri_encode.hpp"

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

int hex_value(char c) noexcept {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

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
  return std::lexicographical_compare(a.begin(), a.end(), b.begin(), b.end(),
                                      [](char x, char y) { return rank(x) < rank(y); });
}

bool append_decoded(std::string& out, std::string_view encoded) {
  const auto size_before = out.size();
  while (true) {
    const auto percent = std::min(encoded.find('%'), encoded.size());
    out.append(encoded.substr(0, percent));
    encoded.remove_prefix(percent);
    if (encoded.empty()) return true;

    const int high = encoded.size() > 2 ? hex_value(encoded[1]) : -1;
    const int low = high >= 0 ? hex_value(encoded[2]) : -1;
    if (low < 0) {
      out.resize(size_before);
      return false;
    }
    out.push_back(static_cast<char>(high * 16 + low));
    encoded.remove_prefix(3);
  }
}

}  // namespace detail

std::string sigv4::uri_encode(std::string_view raw, slash treatment) {
  std::string encoded;
  encoded.reserve(raw.size());
  detail::append_encoded(encoded, raw, treatment);
  return encoded;
}

}  // namespace presign
