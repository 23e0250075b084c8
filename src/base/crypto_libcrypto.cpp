// SHA-256 and ECDSA by functions that each libcrypto has: OpenSSL's, BoringSSL's, AWS-LC's,
// LibreSSL's. SHA256_* work on plain data and do not allocate. OpenSSL 3 deprecates them and
// EC_KEY_* in favour of EVP, but they are part of its API, so the warning is turned off for this
// file.
#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif

#include "base/crypto_libcrypto.hpp"

#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <openssl/sha.h>

#include <new>

namespace presign::crypto {

const char* const library_name = "libcrypto";
const bool has_ecdsa = true;

void wipe(void* memory, std::size_t size) noexcept { OPENSSL_cleanse(memory, size); }

bool equal_in_constant_time(const void* a, const void* b, std::size_t size) noexcept {
  return CRYPTO_memcmp(a, b, size) == 0;
}

// ── SHA-256 ─────────────────────────────────────────────────────────────────────────────────────

namespace {

SHA256_CTX* context_of(sha256_state& state) noexcept {
  return std::launder(reinterpret_cast<SHA256_CTX*>(state.context));
}

}  // namespace

bool begin_sha256(sha256_state& state) noexcept {
  static_assert(sizeof(SHA256_CTX) <= sizeof state.context && alignof(SHA256_CTX) <= 8);
  return SHA256_Init(new (state.context) SHA256_CTX) == 1;
}

bool update_sha256(sha256_state& state, const void* bytes, std::size_t size) noexcept {
  return SHA256_Update(context_of(state), bytes, size) == 1;
}

// libcrypto wipes what it has hashed.
bool finish_sha256(sha256_state& state, digest& hash) noexcept {
  return SHA256_Final(hash.data(), context_of(state)) == 1;
}

// ── ECDSA over P-256 ────────────────────────────────────────────────────────────────────────────

namespace {

using key_pair = owned<EC_KEY, EC_KEY_free>;  // which wipes it
using curve_point = owned<EC_POINT, EC_POINT_free>;

key_pair new_key() noexcept { return key_pair(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1)); }

curve_point new_point(const key_pair& key) noexcept {
  return curve_point(key ? EC_POINT_new(EC_KEY_get0_group(key.get())) : nullptr);
}

}  // namespace

bool ecdsa_sign(const digest& private_key, const digest& hash,
                ecdsa_signature& signature) noexcept {
  const error_queue_guard guard;
  const auto key = new_key();
  const auto scalar = number_of(private_key);
  unsigned size = 0;
  const bool done =
      key && scalar && EC_KEY_set_private_key(key.get(), scalar.get()) == 1 &&
      ECDSA_sign(0, hash.data(), sizeof hash, signature.der.data(), &size, key.get()) == 1;
  signature.size = size;
  // Without memory, libcrypto may report success, and -1 for the size.
  return done && size <= signature.der.size();
}

bool ecdsa_verify(const p256_point& public_key, const digest& hash, std::string_view der,
                  bool& is_valid) noexcept {
  const error_queue_guard guard;
  const auto key = new_key();
  const auto point = new_point(key);
  const auto* const bytes = reinterpret_cast<const unsigned char*>(&public_key);
  if (!point ||
      EC_POINT_oct2point(EC_KEY_get0_group(key.get()), point.get(), bytes, sizeof public_key,
                         nullptr) != 1 ||
      EC_KEY_set_public_key(key.get(), point.get()) != 1) {
    return false;
  }
  const int verdict =
      ECDSA_verify(0, hash.data(), sizeof hash, reinterpret_cast<const unsigned char*>(der.data()),
                   static_cast<int>(der.size()), key.get());
  is_valid = verdict == 1;
  return verdict >= 0;
}

bool p256_public_key(const digest& private_key, p256_point& public_key) noexcept {
  const error_queue_guard guard;
  const auto key = new_key();
  const auto point = new_point(key);
  const auto scalar = number_of(private_key);
  if (!point || !scalar) return false;
  const auto* const group = EC_KEY_get0_group(key.get());
  auto* const bytes = reinterpret_cast<unsigned char*>(&public_key);
  return EC_POINT_mul(group, point.get(), scalar.get(), nullptr, nullptr, nullptr) == 1 &&
         EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED, bytes,
                            sizeof public_key, nullptr) == sizeof public_key;
}

}  // namespace presign::crypto
