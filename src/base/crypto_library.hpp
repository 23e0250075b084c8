// What presign needs of a cryptographic library. crypto_libcrypto.cpp takes it from any libcrypto,
// and crypto_evp.cpp from OpenSSL's EVP. For another library, write a file that defines these
// functions, as examples/mbedtls_crypto.hpp does. presign includes it once, after this header:
//
//   cmake -DPRESIGN_CRYPTO=custom -DPRESIGN_CRYPTO_FILE=/path/to/my_crypto.hpp
//     -DPRESIGN_CRYPTO_LIBRARIES=my_library
//
// A function returns false if the library fails; presign then returns errc::crypto_failure. Threads
// may call all functions at the same time. The functions wipe their own copies of what is secret.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

struct evp_md_ctx_st;  // libcrypto's EVP_MD_CTX

namespace presign::crypto {

/// The library's name, for messages.
extern const char* const library_name;

/// Overwrites memory with zeros; no compiler optimises this away.
void wipe(void* memory, std::size_t size) noexcept;

/// Returns whether the bytes are equal, in a time that depends only on their number.
bool equal_in_constant_time(const void* a, const void* b, std::size_t size) noexcept;

// ── SHA-256 ─────────────────────────────────────────────────────────────────────────────────────

using digest = std::array<std::uint8_t, 32>;

#ifdef PRESIGN_CRYPTO_EVP
struct sha256_state {
  sha256_state() noexcept = default;
  sha256_state(const sha256_state& other) noexcept;
  sha256_state& operator=(const sha256_state&) = delete;
  ~sha256_state();
  void release() noexcept;

  // One of those that its thread keeps idle; null after a failure.
  evp_md_ctx_st* context = nullptr;
};
#else
/// A running SHA-256: room for the library's context, or for a pointer-free copy of what it needs.
/// presign copies it as bytes, wipes it if it is secret, and forgets it at any time, so it must not
/// own or point to other memory.
struct sha256_state {
  void release() noexcept {}  // EVP's gives its context back

  alignas(8) unsigned char context[112];
};
#endif

/// Begins a hash. The state is uninitialised, or was wiped.
bool begin_sha256(sha256_state& state) noexcept;
/// Hashes more bytes. The pointer may be null if there are none.
bool update_sha256(sha256_state& state, const void* bytes, std::size_t size) noexcept;
/// Writes the hash of all updates, and leaves nothing of what was hashed in the state.
bool finish_sha256(sha256_state& state, digest& hash) noexcept;

// ── ECDSA over P-256, for SigV4A ────────────────────────────────────────────────────────────────
//
// A file without it defines the macro PRESIGN_CRYPTO_NO_ECDSA. SigV4A then returns an error.

extern const bool has_ecdsa;  // presign defines it

/// A point of the curve P-256: a public key, as SEC 1 writes it (section 2.3.3).
struct p256_point {
  std::uint8_t form = 4;  // uncompressed
  digest x;
  digest y;
};
static_assert(sizeof(p256_point) == 1 + 2 * sizeof(digest), "libraries take it as bytes");

/// A SEQUENCE { INTEGER r, INTEGER s } in DER, each of up to 33 bytes: a 0 in front keeps it
/// positive.
struct ecdsa_signature {
  std::array<unsigned char, 2 + 2 * (2 + 33)> der;
  std::size_t size;
};

/// Signs a SHA-256 (FIPS 186-5, section 6). The private key is a number from 1 to N - 1, the most
/// significant byte first.
bool ecdsa_sign(const digest& private_key, const digest& hash, ecdsa_signature& signature) noexcept;
/// Writes whether `der`, which is a well-formed ecdsa_signature, is valid. Returns false also if
/// the key is no point of the curve.
bool ecdsa_verify(const p256_point& public_key, const digest& hash, std::string_view der,
                  bool& is_valid) noexcept;
/// Computes the public key of a private key. Returns false also if the private key is 0.
bool p256_public_key(const digest& private_key, p256_point& public_key) noexcept;

}  // namespace presign::crypto
