// SHA-256, HMAC-SHA-256 and wiping, on top of the functions of crypto_library.hpp.
#pragma once

#include "base/crypto_library.hpp"

#include <presign/error.hpp>

#include <memory>
#include <vector>

namespace presign::detail {

using crypto::digest;
using crypto::wipe;

/// A running SHA-256. A copy continues on its own.
class sha256 {
 public:
  sha256() noexcept : is_valid_(crypto::begin_sha256(state_)) {}
  explicit sha256(const crypto::sha256_state& saved) noexcept : state_(saved) {}
  void update(std::string_view bytes) noexcept {
    is_valid_ = is_valid_ && crypto::update_sha256(state_, bytes.data(), bytes.size());
  }
  /// Writes the hash of all updates, which may be secret; the object is used up. Returns false if
  /// the library fails.
  [[nodiscard]] bool finish(digest& hash) noexcept {
    return is_valid_ && crypto::finish_sha256(state_, hash);
  }
  bool is_valid() const noexcept { return is_valid_; }
  /// Makes finish() fail.
  void invalidate() noexcept { is_valid_ = false; }
  /// Wipes the state; afterwards the object may only be destroyed.
  void wipe() noexcept;

 private:
  friend struct hmac_midstate;
  crypto::sha256_state state_;
  bool is_valid_ = true;
};

/// Returns the SHA-256 of a text. Error: crypto_failure.
result<digest> sha256_of(std::string_view bytes);

/// Make the error that the library failed to do something ("sign"), or to compute a SHA-256.
error failed_to(std::string_view action);
error hash_failure();

/// An HMAC that has absorbed its key, of up to 64 bytes. It is as secret as the key: code that
/// holds one wipes it. It is left uninitialised on purpose; save() fills it, and returns false if
/// the library fails.
struct hmac_midstate {
  bool save(std::string_view new_key) noexcept;

#ifdef PRESIGN_CRYPTO_EVP
  std::array<char, 64> key;  // padded with zeros, which makes no other key; EVP saves no hashes
#else
  crypto::sha256_state inner;
  crypto::sha256_state outer;
#endif
};

/// A running HMAC-SHA-256 (RFC 2104). Wiped on destruction.
class hmac_sha256 {
 public:
  /// The key may come in two pieces.
  explicit hmac_sha256(std::string_view key, std::string_view more = {}) noexcept;
  explicit hmac_sha256(const hmac_midstate& saved) noexcept;
  ~hmac_sha256();
  hmac_sha256(const hmac_sha256&) = default;
  hmac_sha256& operator=(const hmac_sha256&) = delete;

  void update(std::string_view bytes) noexcept { inner_.update(bytes); }
  /// Writes the HMAC of all updates and of the rest. The object stays as it is, so that many
  /// messages can share their beginning. Returns false if the library fails.
  [[nodiscard]] bool finish_with(std::string_view rest, digest& mac) const noexcept;
  /// Writes the HMAC of all updates; the object is used up. Returns false if the library fails.
  [[nodiscard]] bool finish(digest& mac) noexcept { return finish(inner_, outer_, mac); }
  /// False if the library has failed: then finishing fails, too.
  bool is_valid() const noexcept { return inner_.is_valid() && outer_.is_valid(); }

 private:
  friend struct hmac_midstate;
  static bool finish(sha256& inner, sha256& outer, digest& mac) noexcept;

  sha256 inner_;  // has absorbed the key ^ ipad
  sha256 outer_;  // has absorbed the key ^ opad
};

/// Encodes in the standard alphabet, padded, without line breaks. RFC 4648, section 4.
std::string base64(std::string_view bytes);

/// Returns whether two texts are equal, in a time that depends only on their lengths.
bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept;

/// The standard allocator, except that it wipes what it frees.
template <class T>
struct wiping_allocator {
  using value_type = T;

  wiping_allocator() = default;
  template <class Other>
  wiping_allocator(const wiping_allocator<Other>&) noexcept {}

  T* allocate(std::size_t count) { return std::allocator<T>{}.allocate(count); }
  void deallocate(T* memory, std::size_t count) noexcept {
    wipe(memory, count * sizeof(T));
    std::allocator<T>{}.deallocate(memory, count);
  }

  friend bool operator==(wiping_allocator, wiping_allocator) noexcept { return true; }
  friend bool operator!=(wiping_allocator, wiping_allocator) noexcept { return false; }
};

/// Bytes that leave no copy behind, neither when they are freed nor when they are moved to a larger
/// block. (A std::string with this allocator would: short ones are not allocated.)
using wiping_buffer = std::vector<char, wiping_allocator<char>>;

inline std::string_view as_chars(const digest& bytes) noexcept {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

}  // namespace presign::detail
