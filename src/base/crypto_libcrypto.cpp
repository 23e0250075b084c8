// SHA-256 and ECDSA by functions that each libcrypto has: OpenSSL's, BoringSSL's, AWS-LC's,
// LibreSSL's. SHA256_* work on plain data and do not allocate. OpenSSL 3 deprecates them and
// EC_KEY_* in favour of EVP, but they are part of its API, so the warning is turned off for this
// file.
#ifndef OPENSSL_SUPPRESS_DEPRECATED
#define OPENSSL_SUPPRESS_DEPRECATED
#endif

#include "base/crypto_libcrypto.hpp"

#include <openssl/ecdsa.h>
#include <openssl/sha.h>

#include <new>

namespace presign::crypto {
namespace {

SHA256_CTX* context_of(sha256_state& state) noexcept {
  return std::launder(reinterpret_cast<SHA256_CTX*>(state.context));
}

using key_pair = owned<EC_KEY, EC_KEY_free>;  // which wipes it

key_pair new_key() noexcept { return key_pair(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1)); }

}  // namespace

// ── SHA-256 ─────────────────────────────────────────────────────────────────────────────────────

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
  const auto* const group = key ? EC_KEY_get0_group(key.get()) : nullptr;
  const owned<EC_POINT, EC_POINT_free> point(group ? EC_POINT_new(group) : nullptr);
  const auto* const bytes = reinterpret_cast<const unsigned char*>(&public_key);
  if (!point || EC_POINT_oct2point(group, point.get(), bytes, sizeof public_key, nullptr) != 1 ||
      EC_KEY_set_public_key(key.get(), point.get()) != 1) {
    return false;
  }
  const int verdict =
      ECDSA_verify(0, hash.data(), sizeof hash, reinterpret_cast<const unsigned char*>(der.data()),
                   static_cast<int>(der.size()), key.get());
  is_valid = verdict == 1;
  return verdict >= 0;
}

}  // namespace presign::crypto
