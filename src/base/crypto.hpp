// SHA-256, HMAC-SHA-256, ECDSA and wiping, as the other files want them. crypto.cpp alone names
// OpenSSL.
#pragma once

#include <presign/sigv4.hpp>
#include <presign/sigv4a.hpp>

#include <array>
#include <cstddef>
#include <string>
#include <string_view>

namespace presign::detail {

using sigv4::digest;

/// A running SHA-256. Copying it forks the hash. It is plain data, and allocates nothing, unless it
/// is EVP's: then its context comes from those that its thread has idle, and goes back there.
class sha256 {
 public:
  sha256() noexcept;
#ifdef PRESIGN_CRYPTO_EVP
  sha256(const sha256& other) noexcept;
  sha256& operator=(const sha256&) = delete;
  ~sha256();
#endif
  void update(std::string_view bytes) noexcept;
  /// The hash of all that was absorbed; the object is spent. Error: crypto_failure.
  result<digest> finish();
  /// The same for a hash that is secret, which leaves no other copy. False where libcrypto refused.
  bool finish(digest& hash) noexcept;
  /// Wipes it, so that it has to die next.
  void forget() noexcept;

 private:
#ifdef PRESIGN_CRYPTO_EVP
  void* context_;  // libcrypto's EVP_MD_CTX
#else
  alignas(8) unsigned char context_[112];  // libcrypto's SHA256_CTX
#endif
  bool sound_;

  friend class begun_hmac;
  friend class hmac_sha256;
  friend class hmac_start;
};

/// The SHA-256 of a text that is there as a whole. Error: crypto_failure.
result<digest> sha256_of(std::string_view bytes);

/// What is told where libcrypto refused to hash.
error hash_refusal();

/// A running HMAC-SHA-256 (RFC 2104) that wipes itself when it dies.
class hmac_sha256 {
 public:
  explicit hmac_sha256(std::string_view key) noexcept;
  ~hmac_sha256();
  hmac_sha256(const hmac_sha256&) = default;
  hmac_sha256& operator=(const hmac_sha256&) = delete;

  void update(std::string_view bytes) noexcept { inner_.update(bytes); }
  /// Error: crypto_failure.
  result<digest> finish();
  /// The same for a MAC that is a key, which leaves no other copy. False where libcrypto refused.
  bool finish(digest& mac) noexcept;

 private:
  sha256 inner_;  // has absorbed the key ^ ipad
  sha256 outer_;  // has absorbed the key ^ opad

  friend class begun_hmac;
  friend class hmac_start;
};

/// The beginning that many HMACs have in common: their key of up to 64 bytes, and the first part of
/// their messages, of up to 184. Plain data, to be copied as bytes; who holds it wipes it, for it
/// is as secret as the key.
class hmac_start {
 public:
  // Holds nothing yet, and does not take the time to clear it, as a defaulted one may.
  hmac_start() noexcept {}  // NOLINT(modernize-use-equals-default)
  void begin(std::string_view key, std::string_view first_part) noexcept;
  /// False where libcrypto refused: all HMACs from here are refused too.
  bool is_sound() const noexcept { return sound_; }

 private:
#ifdef PRESIGN_CRYPTO_EVP  // which has no plain data to be kept: the texts themselves
  std::array<char, 64> key_;
  std::array<char, 184> first_part_;
  std::size_t first_part_size_;
#else
  alignas(8) unsigned char inner_[112];    // libcrypto's SHA256_CTX, as in sha256
  alignas(8) unsigned char outer_[112];
#endif
  bool sound_ = false;

  friend class begun_hmac;
};

/// HMACs that have a beginning in common, which is taken in once. The start must outlive it.
class begun_hmac {
 public:
  explicit begun_hmac(const hmac_start& start) noexcept;
  begun_hmac(const begun_hmac&) = delete;
  begun_hmac& operator=(const begun_hmac&) = delete;

  bool is_sound() const noexcept {
#ifdef PRESIGN_CRYPTO_EVP
    return begun_.inner_.sound_ && begun_.outer_.sound_;
#else
    return start_.sound_;
#endif
  }
  /// The HMAC of the first part and the rest; no copy of a secret is left. Error: crypto_failure.
  result<digest> finish(std::string_view rest) const;

 private:
#ifdef PRESIGN_CRYPTO_EVP
  hmac_sha256 begun_;
#else
  const hmac_start& start_;
#endif
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
