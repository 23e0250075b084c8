// SHA-256 as plain data.
#pragma once

#include <presign/error.hpp>

#include <array>
#include <cstdint>
#include <string_view>

namespace presign::detail {

using digest = std::array<std::uint8_t, 32>;

/// A running SHA-256. It is plain data and allocates nothing. A copy continues on its own.
class sha256 {
 public:
  sha256() noexcept;
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
  friend class hmac_midstate;
  struct uninitialized {};
  explicit sha256(uninitialized) noexcept {}

  alignas(8) unsigned char context_[112];  // libcrypto's SHA256_CTX
  bool is_valid_;
};

/// The saved state of an HMAC that has absorbed its key. It is plain data, and as secret as the
/// key: the code that holds one wipes it.
class hmac_midstate {
 public:
  /// Leaves it uninitialised on purpose; save() fills it.
  hmac_midstate() noexcept : inner_(sha256::uninitialized{}), outer_(sha256::uninitialized{}) {}
  /// Takes a key of up to 64 bytes. Returns false if libcrypto fails.
  bool save(std::string_view key) noexcept;

 private:
  friend class hmac_sha256;
  sha256 inner_;
  sha256 outer_;
};

}  // namespace presign::detail
