// The one file that names OpenSSL.
//
// libcrypto's SHA256_* functions work on plain data: no fetch, no lock and no allocation, where
// EVP costs each of these on every URL. OpenSSL 3 marks them as deprecated in favour of EVP; they
// are part of its API all the same, and the warning is turned off for this file only.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto.hpp"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <new>

namespace presign::detail {
namespace {

constexpr std::size_t block_size = SHA256_CBLOCK;  // 64 bytes

SHA256_CTX* as_context(unsigned char* memory) noexcept {
  return std::launder(reinterpret_cast<SHA256_CTX*>(memory));
}

error refusal() { return {errc::crypto_failure, "libcrypto refused to compute a SHA-256"}; }

}  // namespace

sha256::sha256() noexcept {
  static_assert(sizeof(SHA256_CTX) <= sizeof context_ && alignof(SHA256_CTX) <= 8);
  sound_ = SHA256_Init(new (context_) SHA256_CTX) == 1;
}

void sha256::update(std::string_view bytes) noexcept {
  sound_ = sound_ && SHA256_Update(as_context(context_), bytes.data(), bytes.size()) == 1;
}

result<digest> sha256::finish() noexcept {
  digest hash;
  if (!sound_ || SHA256_Final(hash.data(), as_context(context_)) != 1) return refusal();
  return hash;
}

// HMAC(K, m) = H((K ^ opad) || H((K ^ ipad) || m)), K padded with zeros to the block size; a longer
// K is hashed first. RFC 2104, section 2.
hmac_sha256::hmac_sha256(std::string_view key) noexcept {
  std::array<char, block_size> pad{};
  digest hashed_key{};
  if (key.size() > block_size) {
    sha256 hash;
    hash.update(key);
    const auto hashed = hash.finish();
    key_is_sound_ = static_cast<bool>(hashed);
    if (hashed) hashed_key = *hashed;
    key = as_chars(hashed_key);
    wipe(&hash, sizeof hash);
  }
  std::copy(key.begin(), key.end(), pad.begin());

  for (char& byte : pad) byte = static_cast<char>(byte ^ 0x36);
  inner_.update({pad.data(), pad.size()});
  for (char& byte : pad) byte = static_cast<char>(byte ^ 0x36 ^ 0x5c);
  outer_.update({pad.data(), pad.size()});

  wipe(pad.data(), pad.size());
  wipe(hashed_key.data(), hashed_key.size());
}

hmac_sha256::~hmac_sha256() { wipe(this, sizeof *this); }

result<digest> hmac_sha256::finish() noexcept {
  if (!key_is_sound_) return refusal();
  auto inner = inner_.finish();
  if (!inner) return inner;
  outer_.update(as_chars(*inner));
  return outer_.finish();
}

void wipe(void* memory, std::size_t size) noexcept { OPENSSL_cleanse(memory, size); }

}  // namespace presign::detail
