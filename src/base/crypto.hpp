// SHA-256, HMAC-SHA-256, ECDSA and wiping. Only the .cpp files of these name OpenSSL.
#pragma once

#ifdef PRESIGN_CRYPTO_EVP
#include "base/sha256_evp.hpp"
#else
#include "base/sha256_openssl.hpp"
#endif

#include <presign/error.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace presign::detail {

/// Returns the SHA-256 of a text. Error: crypto_failure.
result<digest> sha256_of(std::string_view bytes);

/// Makes the error of a hash that libcrypto failed to compute.
error hash_failure();

/// A running HMAC-SHA-256 (RFC 2104). Wiped on destruction.
class hmac_sha256 {
 public:
  explicit hmac_sha256(std::string_view key) noexcept;
  explicit hmac_sha256(const hmac_midstate& saved) noexcept;
  ~hmac_sha256();
  hmac_sha256(const hmac_sha256&) = default;
  hmac_sha256& operator=(const hmac_sha256&) = delete;

  void update(std::string_view bytes) noexcept { inner_.update(bytes); }
  /// Returns the HMAC of all updates and of the rest. The object stays as it is, so that many
  /// messages can share their beginning. Error: crypto_failure.
  result<digest> finish_with(std::string_view rest) const;
  /// Writes the HMAC of all updates; the object is used up. For a MAC that is a key: it leaves no
  /// other copy. Returns false if libcrypto fails.
  bool finish(digest& mac) noexcept { return finish(inner_, outer_, mac); }
  /// False if libcrypto has failed: then finishing fails, too.
  bool is_valid() const noexcept { return inner_.is_valid() && outer_.is_valid(); }

 private:
  friend class hmac_midstate;
  static bool finish(sha256& inner, sha256& outer, digest& mac) noexcept;

  sha256 inner_;  // has absorbed the key ^ ipad
  sha256 outer_;  // has absorbed the key ^ opad
};

/// A point of the curve P-256: a public key.
struct p256_point {
  digest x;
  digest y;
};

/// Returns the public half of a private key of the curve P-256. Error: crypto_failure.
result<p256_point> p256_public_key(const digest& private_key);

/// Signs a SHA-256 by ECDSA over P-256 (FIPS 186-5, section 6). Returns DER of at most 72 bytes,
/// which differs each time. Error: crypto_failure.
result<std::string> ecdsa_sign(const digest& private_key, const digest& hash);

/// Returns whether `der` is such a signature of the hash. Error: crypto_failure, also for a key off
/// the curve.
result<bool> ecdsa_verify(const p256_point& key, const digest& hash, std::string_view der);

/// Encodes in the standard alphabet, padded, without line breaks. RFC 4648, section 4.
std::string base64(std::string_view bytes);

/// Returns whether two texts are equal, in a time that depends only on their lengths.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

/// Overwrites memory; no compiler optimises this away.
void wipe(void* memory, std::size_t size) noexcept;

inline std::string_view as_chars(const digest& bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace presign::detail
