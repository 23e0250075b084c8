// SHA-256 by OpenSSL's EVP.
#pragma once

#include <presign/error.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace presign::detail {

using digest = std::array<std::uint8_t, 32>;

/// A running SHA-256. Its context is one of those that its thread keeps idle, and goes back to
/// them. A copy continues on its own.
class sha256 {
 public:
  sha256() noexcept;
  sha256(const sha256& other) noexcept;
  sha256& operator=(const sha256&) = delete;
  ~sha256();
  void update(std::string_view bytes) noexcept;
  /// Returns the hash of all updates; the object is used up. Error: crypto_failure.
  result<digest> finish();
  /// The same for a hash that is secret: it leaves no other copy. Returns false if libcrypto fails.
  bool finish(digest& hash) noexcept;
  bool is_valid() const noexcept { return is_valid_; }
  /// Makes finish() fail.
  void invalidate() noexcept { is_valid_ = false; }
  /// Wipes the state; afterwards the object may only be destroyed.
  void wipe() noexcept;

 private:
  void* context_;  // libcrypto's EVP_MD_CTX
  bool is_valid_;
};

/// A key for an HMAC. EVP has no plain data of a running hash that could be saved in its place. It
/// is secret: the code that holds one wipes it.
class hmac_midstate {
 public:
  /// Leaves it uninitialised on purpose; save() fills it.
  hmac_midstate() noexcept {}  // NOLINT(modernize-use-equals-default)
  /// Takes a key of up to 64 bytes. Returns true.
  bool save(std::string_view key) noexcept;

 private:
  friend class hmac_sha256;
  std::array<char, 64> key_;  // padded with zeros, which makes no other key
};

}  // namespace presign::detail
