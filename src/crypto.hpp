// SHA-256, HMAC-SHA-256, ECDSA and wiping, as the other files want them. crypto.cpp alone names
// OpenSSL.
#pragma once

#include <presign/sigv4.hpp>
#include <presign/sigv4a.hpp>

#include <cstddef>
#include <string>
#include <string_view>

namespace presign::detail {

using sigv4::digest;

/// A running SHA-256. Plain data: copying it forks the hash, and nothing is allocated.
class sha256 {
 public:
  sha256() noexcept;
  void update(std::string_view bytes) noexcept;
  /// The hash of all that was absorbed; the object is spent. Error: crypto_failure.
  result<digest> finish() noexcept;

 private:
  alignas(8) unsigned char context_[112];  // libcrypto's SHA256_CTX
  bool sound_;

  friend class hmac_start;
};

/// The SHA-256 of a text that is there as a whole. Error: crypto_failure.
result<digest> sha256_of(std::string_view bytes) noexcept;

/// A running HMAC-SHA-256 (RFC 2104) that wipes itself when it dies.
class hmac_sha256 {
 public:
  explicit hmac_sha256(std::string_view key) noexcept;
  ~hmac_sha256();
  hmac_sha256(const hmac_sha256&) = default;
  hmac_sha256& operator=(const hmac_sha256&) = default;

  void update(std::string_view bytes) noexcept { inner_.update(bytes); }
  /// Error: crypto_failure.
  result<digest> finish() noexcept;

 private:
  sha256 inner_;  // has absorbed the key ^ ipad
  sha256 outer_;  // has absorbed the key ^ opad
  bool key_is_sound_ = true;

  friend class hmac_start;
};

/// The beginning that many HMACs have in common: their key, and the first part of their messages.
/// Plain data, to be copied as bytes; who holds it wipes it, for it is as secret as the key.
class hmac_start {
 public:
  hmac_start() noexcept {}  // holds nothing yet
  hmac_start(std::string_view key, std::string_view first_part) noexcept;

  /// The HMAC of the first part and the rest; nothing secret is left in the object, which is spent.
  /// Error: crypto_failure.
  result<digest> finish(std::string_view rest) noexcept;

 private:
  alignas(8) unsigned char inner_[112];  // libcrypto's SHA256_CTX, as in sha256
  alignas(8) unsigned char outer_[112];
  bool sound_ = false;
};

/// The public half of a private key of the curve P-256. Error: crypto_failure.
result<sigv4a::public_key> p256_public_key(const digest& private_key);

/// ECDSA over P-256 (FIPS 186-5, section 6) of a SHA-256: DER of at most 72 bytes, random each
/// time. Error: crypto_failure.
result<std::string> ecdsa_sign(const digest& private_key, const digest& hash);

/// Whether it is such a signature of the hash. Error: crypto_failure, for a key off the curve too.
result<bool> ecdsa_verify(const sigv4a::public_key& key, const digest& hash, std::string_view der);

/// Whether two texts are the same, in a time that depends on their lengths alone.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

/// Overwrites memory in a way that no compiler leaves out.
void wipe(void* memory, std::size_t size) noexcept;

inline std::string_view as_chars(const digest& bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace presign::detail
