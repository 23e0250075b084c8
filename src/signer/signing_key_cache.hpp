// A cache of derived signing keys, for signing and for verifying.
#pragma once

#include "base/crypto.hpp"

#include <presign/sigv4.hpp>

#include <atomic>
#include <cstring>
#include <type_traits>

namespace presign::detail {

/// A slot for a value, and a tag to find it by. The sequence number is odd while a thread stores.
/// A reader compares it before and after it copies, and discards the copy if the number has
/// changed. A writer that finds another one at work leaves the slot alone.
///
/// Boehm, "Can seqlocks get along with programming language memory models?", 2012
template <class T>
class seqlock {
 public:
  /// Copies the value if it has this tag. Returns false, with anything in `copy`, if it has another
  /// one, if none was ever stored, or if a thread stores one meanwhile.
  bool load(std::size_t wanted, T& copy) const noexcept {
    const auto before = sequence_.load(std::memory_order_acquire);
    if (tag_.load(std::memory_order_acquire) != wanted) return false;
    auto* bytes = reinterpret_cast<unsigned char*>(&copy);
    for (const auto& each : words_) {
      const auto value = each.load(std::memory_order_acquire);
      std::memcpy(bytes, &value, sizeof value);
      bytes += sizeof value;
    }
    const auto after = sequence_.load(std::memory_order_relaxed);
    return before == after && before % 2 == 0 && before != 0;
  }

  /// Replaces the value, unless another thread is about to.
  void store(std::size_t tag, const T& value) noexcept {
    auto sequence = sequence_.load(std::memory_order_relaxed);
    const bool is_idle = sequence % 2 == 0;
    const auto acquire = std::memory_order_acquire;
    if (!is_idle || !sequence_.compare_exchange_strong(sequence, sequence + 1, acquire)) return;
    // Release stores pair with acquire loads: a reader that sees any word of a newer value also
    // sees that writer's odd (or a later) sequence number.
    tag_.store(tag, std::memory_order_release);
    const auto* bytes = reinterpret_cast<const unsigned char*>(&value);
    for (auto& each : words_) {
      word copy;
      std::memcpy(&copy, bytes, sizeof copy);
      bytes += sizeof copy;
      each.store(copy, std::memory_order_release);
    }
    sequence_.store(sequence + 2, std::memory_order_release);
  }

 private:
  using word = std::size_t;
  static_assert(std::is_trivially_copyable_v<T>, "values are copied as bytes");
  static_assert(sizeof(T) % sizeof(word) == 0, "values are copied in words");
  static_assert(std::atomic<word>::is_always_lock_free, "readers never wait");

  std::atomic<word> sequence_{0};
  std::atomic<std::size_t> tag_{0};
  std::array<std::atomic<word>, sizeof(T) / sizeof(word)> words_{};
};

/// A signing key, as the saved state of an HMAC that has absorbed it. Wiped on destruction.
class saved_signing_key {
 public:
  saved_signing_key() = default;
  saved_signing_key(const saved_signing_key&) = default;
  saved_signing_key& operator=(const saved_signing_key&) = delete;
  ~saved_signing_key() { wipe(&entry_.midstate, sizeof entry_.midstate); }

  /// False if the cryptographic library failed to derive it.
  bool is_valid() const noexcept { return is_valid_; }
  const hmac_midstate& midstate() const noexcept { return entry_.midstate; }
  /// Step 5: writes the HMAC of a text. Returns false if the key is not valid or the library fails.
  [[nodiscard]] bool sign(std::string_view text, digest& mac) const noexcept {
    return is_valid_ && hmac_sha256{entry_.midstate}.finish_with(text, mac);
  }

 private:
  friend class signing_key_cache;
  struct entry {
    std::size_t region_size;
    std::size_t service_size;
    std::array<char, 126> names;  // of the region and the service, up to 63 characters each
    hmac_midstate midstate;
  };

  entry entry_;
  bool is_valid_ = false;
};

/// Caches the signing keys of one secret access key by day, region and service. Deriving a key
/// takes four HMACs, more than the rest of a URL. Threads share a cache without a lock: a thread
/// that finds nothing derives the key itself.
class signing_key_cache {
 public:
  ~signing_key_cache() { wipe(&slots_, sizeof slots_); }

  /// Returns the signing key of the date's day. If libcrypto fails, the key is not valid, and is
  /// not kept. Allocates only if it has to derive the key.
  saved_signing_key find_or_derive(std::string_view secret_access_key, const sigv4::amz_date& date,
                                   std::string_view region, std::string_view service);

 private:
  using slot = seqlock<saved_signing_key::entry>;

  std::array<slot, 8> slots_;
  std::atomic<unsigned> next_{0};  // the slot that is overwritten next
};

}  // namespace presign::detail
