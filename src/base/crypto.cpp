// HMAC, base64 and comparing: what is the same for each library.
#include "base/crypto.hpp"

#include <algorithm>
#include <cstring>

namespace presign::detail {

// ── SHA-256 and HMAC ────────────────────────────────────────────────────────────────────────────

error failed_to(std::string_view action) {
  return {errc::crypto_failure, (crypto::library_name + std::string(" failed to ")).append(action)};
}

error hash_failure() { return failed_to("compute a SHA-256"); }

void sha256::wipe() noexcept {
  state_.release();
  detail::wipe(this, sizeof *this);
}

result<digest> sha256_of(std::string_view bytes) {
  sha256 running;
  running.update(bytes);
  digest hash;
  if (!running.finish(hash)) return hash_failure();
  return hash;
}

// HMAC(K, m) = H((K ^ opad) || H((K ^ ipad) || m)), K padded with zeros to the block size; a longer
// K is hashed first. RFC 2104, section 2.
hmac_sha256::hmac_sha256(std::string_view key, std::string_view more) noexcept {
  std::array<char, 64> pad{};  // a block of SHA-256
  digest hashed_key{};
  if (key.size() + more.size() > pad.size()) {
    sha256 hash;
    hash.update(key);
    hash.update(more);
    if (!hash.finish(hashed_key)) inner_.invalidate();
    hash.wipe();
    key = as_chars(hashed_key);
    more = {};
  }
  std::copy(more.begin(), more.end(), std::copy(key.begin(), key.end(), pad.begin()));
  for (char& byte : pad) byte = static_cast<char>(byte ^ 0x36);
  inner_.update({pad.data(), pad.size()});
  for (char& byte : pad) byte = static_cast<char>(byte ^ 0x36 ^ 0x5c);
  outer_.update({pad.data(), pad.size()});
  wipe(pad.data(), pad.size());
  wipe(hashed_key.data(), hashed_key.size());
}

hmac_sha256::~hmac_sha256() {
  inner_.wipe();
  outer_.wipe();
}

bool hmac_sha256::finish(sha256& inner, sha256& outer, digest& mac) noexcept {
  digest hash;
  if (!inner.finish(hash)) return false;
  outer.update(as_chars(hash));
  return outer.finish(mac);
}

// Nothing secret is left in the copies: a hash that is finished holds nothing but its result.
bool hmac_sha256::finish_with(std::string_view rest, digest& mac) const noexcept {
  sha256 inner = inner_;
  inner.update(rest);
  sha256 outer = outer_;
  if (finish(inner, outer, mac)) return true;
  inner.wipe();
  outer.wipe();
  return false;
}

#ifndef PRESIGN_CRYPTO_EVP  // which saves no hashes
bool hmac_midstate::save(std::string_view new_key) noexcept {
  const hmac_sha256 mac{new_key};
  inner = mac.inner_.state_;
  outer = mac.outer_.state_;
  return mac.is_valid();
}

hmac_sha256::hmac_sha256(const hmac_midstate& saved) noexcept
    : inner_(saved.inner), outer_(saved.outer) {}
#endif

// ── Base64 and comparing ────────────────────────────────────────────────────────────────────────

std::string base64(std::string_view bytes) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  auto out = text.begin();
  unsigned bits = 0;
  unsigned count = 0;  // of the bits that are left of the bytes so far
  for (const char byte : bytes) {
    bits = bits << 8 | static_cast<unsigned char>(byte);
    for (count += 8; count >= 6;) *out++ = digits[bits >> (count -= 6) & 63];
  }
  if (count > 0) *out = digits[bits << (6 - count) & 63];
  return text;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  // Collects all differences, and lets the library compare them, so that no compiler can stop at
  // the first one. CRYPTO_memcmp alone takes seven times as long for a token.
  std::uint64_t differences = 0;
  std::uint64_t x;
  std::uint64_t y;
  for (; a.size() >= sizeof x; a.remove_prefix(sizeof x), b.remove_prefix(sizeof y)) {
    std::memcpy(&x, a.data(), sizeof x);
    std::memcpy(&y, b.data(), sizeof y);
    differences |= x ^ y;
  }
  for (std::size_t i = 0; i < a.size(); ++i) differences |= static_cast<unsigned char>(a[i] ^ b[i]);
  constexpr std::uint64_t none = 0;
  return crypto::equal_in_constant_time(&differences, &none, sizeof none);
}

}  // namespace presign::detail
