// A cache of derived signing keys, for signing and for verifying.
#pragma once

#include "base/crypto.hpp"
#include "base/seqlock.hpp"

#include <presign/sigv4.hpp>

#include <array>
#include <atomic>
#include <string_view>

namespace presign::detail {

/// A signing key, as the saved state of an HMAC that has absorbed it. Wiped on destruction.
class saved_signing_key {
 public:
  saved_signing_key() = default;
  saved_signing_key(const saved_signing_key&) = default;
  saved_signing_key& operator=(const saved_signing_key&) = delete;
  ~saved_signing_key() { wipe(&entry_.midstate, sizeof entry_.midstate); }

  /// False if libcrypto failed to derive it.
  bool is_valid() const noexcept { return is_valid_; }
  const hmac_midstate& midstate() const noexcept { return entry_.midstate; }

 private:
  friend class signing_key_cache;
  struct entry {
    std::array<unsigned char, 2> sizes;  // of the names of region and service
    std::array<char, 126> names;         // one after the other, up to 63 characters each
    hmac_midstate midstate;

    bool is_for(std::string_view region, std::string_view service) const noexcept;
    void set_names(std::string_view region, std::string_view service) noexcept;
  };

  entry entry_;
  bool is_valid_ = false;
};

/// Caches the signing keys of one secret access key by day, region and service. Deriving a key
/// takes four HMACs, a third of the cost of a URL. Threads share a cache without a lock: a thread
/// that finds nothing derives the key itself.
class signing_key_cache {
 public:
  signing_key_cache() = default;
  signing_key_cache(const signing_key_cache&) = delete;
  signing_key_cache& operator=(const signing_key_cache&) = delete;
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
