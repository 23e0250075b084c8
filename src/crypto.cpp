// The one file that names OpenSSL.
//
// libcrypto's SHA256_* functions work on plain data: no fetch, no lock and no allocation, where
// EVP costs each of these on every URL. OpenSSL 3 marks them as deprecated in favour of EVP; they
// are part of its API all the same, and the warning is turned off for this file only. So it is with
// the EC_KEY functions, which take a private key as it is, where EVP wants it wrapped in
// parameters.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "crypto.hpp"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>
#include <new>

namespace presign::detail {
namespace {

constexpr std::size_t block_size = SHA256_CBLOCK;  // 64 bytes

SHA256_CTX* as_context(unsigned char* memory) noexcept {
  return std::launder(reinterpret_cast<SHA256_CTX*>(memory));
}

error refusal(std::string_view what = "compute a SHA-256") {
  return {errc::crypto_failure, "libcrypto refused to " + std::string(what)};
}

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

result<digest> sha256_of(std::string_view bytes) noexcept {
  sha256 hash;
  hash.update(bytes);
  return hash.finish();
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

hmac_start::hmac_start(std::string_view key, std::string_view first_part) noexcept {
  hmac_sha256 mac{key};
  mac.update(first_part);
  std::memcpy(inner_, mac.inner_.context_, sizeof inner_);
  std::memcpy(outer_, mac.outer_.context_, sizeof outer_);
  sound_ = mac.key_is_sound_ && mac.inner_.sound_ && mac.outer_.sound_;
}

result<digest> hmac_start::finish(std::string_view rest) noexcept {
  digest hash;
  const bool done = sound_ && SHA256_Update(as_context(inner_), rest.data(), rest.size()) == 1 &&
                    SHA256_Final(hash.data(), as_context(inner_)) == 1 &&
                    SHA256_Update(as_context(outer_), hash.data(), hash.size()) == 1 &&
                    SHA256_Final(hash.data(), as_context(outer_)) == 1;
  if (done) return hash;
  wipe(this, sizeof *this);
  return refusal();
}

// ── ECDSA over P-256 ────────────────────────────────────────────────────────────────────────────

namespace {

template <auto free>
struct freed_by {
  template <class T>
  void operator()(T* object) const noexcept {
    free(object);
  }
};
using bignum = std::unique_ptr<BIGNUM, freed_by<BN_clear_free>>;
using ec_key = std::unique_ptr<EC_KEY, freed_by<EC_KEY_free>>;  // which wipes it
using ec_point = std::unique_ptr<EC_POINT, freed_by<EC_POINT_free>>;
using ecdsa_sig = std::unique_ptr<ECDSA_SIG, freed_by<ECDSA_SIG_free>>;

// What fails leaves a note in the thread's error queue, where SSL_get_error, for one, takes it for
// its own. This takes such notes away again, and no others.
struct error_queue_guard {
  error_queue_guard() noexcept { ERR_set_mark(); }
  error_queue_guard(const error_queue_guard&) = delete;
  error_queue_guard& operator=(const error_queue_guard&) = delete;
  ~error_queue_guard() { ERR_pop_to_mark(); }
};

// SEQUENCE { INTEGER r, INTEGER s }, each of up to 33 bytes: the first is 0 where the next has its
// highest bit set.
constexpr std::size_t max_der_size = 2 + 2 * (2 + 33);

// SEC 1, section 2.3.3: 0x04 || x || y
using uncompressed_point = std::array<unsigned char, 1 + 2 * sizeof(digest)>;

ec_key new_p256_key() { return ec_key(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1)); }

// Nothing where libcrypto refuses.
ec_key p256_key_of(const digest& private_key) {
  auto key = new_p256_key();
  const bignum scalar(BN_bin2bn(private_key.data(), int{sizeof(digest)}, nullptr));
  if (!key || !scalar || EC_KEY_set_private_key(key.get(), scalar.get()) != 1) return nullptr;
  return key;
}

}  // namespace

result<sigv4a::public_key> p256_public_key(const digest& private_key) {
  const error_queue_guard guard;
  const auto key = p256_key_of(private_key);
  const auto* group = key ? EC_KEY_get0_group(key.get()) : nullptr;
  const ec_point point(group ? EC_POINT_new(group) : nullptr);
  uncompressed_point octets;
  const bool done = point &&
                    EC_POINT_mul(group, point.get(), EC_KEY_get0_private_key(key.get()), nullptr,
                                 nullptr, nullptr) == 1 &&
                    EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED,
                                       octets.data(), octets.size(), nullptr) == octets.size();
  if (!done) return refusal("compute a public key");
  sigv4a::public_key half;
  const auto y = octets.begin() + 1 + sizeof(digest);
  std::copy(octets.begin() + 1, y, half.x.begin());
  std::copy(y, octets.end(), half.y.begin());
  return half;
}

result<std::string> ecdsa_sign(const digest& private_key, const digest& hash) {
  const error_queue_guard guard;
  std::array<unsigned char, max_der_size> der;
  unsigned size = 0;
  const auto key = p256_key_of(private_key);
  if (!key || ECDSA_sign(0, hash.data(), int{sizeof(digest)}, der.data(), &size, key.get()) != 1) {
    return refusal("sign");
  }
  return std::string(der.begin(), der.begin() + size);
}

result<bool> ecdsa_verify(const sigv4a::public_key& key, const digest& hash, std::string_view der) {
  const error_queue_guard guard;
  uncompressed_point octets{POINT_CONVERSION_UNCOMPRESSED};
  const auto y = std::copy(key.x.begin(), key.x.end(), octets.begin() + 1);
  std::copy(key.y.begin(), key.y.end(), y);
  const auto verifier = new_p256_key();
  if (!verifier) return refusal("verify a signature");
  if (EC_KEY_oct2key(verifier.get(), octets.data(), octets.size(), nullptr) != 1) {
    return refusal("take the public key for a point of the curve P-256");
  }

  // DER is the one shortest way to write a signature; libcrypto reads others too.
  if (der.size() > max_der_size) return false;
  const auto* bytes = reinterpret_cast<const unsigned char*>(der.data());
  const ecdsa_sig signature(d2i_ECDSA_SIG(nullptr, &bytes, static_cast<long>(der.size())));
  if (!signature || i2d_ECDSA_SIG(signature.get(), nullptr) != static_cast<int>(der.size())) {
    return false;
  }
  const int verdict =
      ECDSA_do_verify(hash.data(), int{sizeof(digest)}, signature.get(), verifier.get());
  if (verdict < 0) return refusal("verify a signature");
  return verdict == 1;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

void wipe(void* memory, std::size_t size) noexcept { OPENSSL_cleanse(memory, size); }

}  // namespace presign::detail
