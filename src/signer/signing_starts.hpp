// What all signatures of one second, region and service begin with, kept by a signer for those
// that follow. A verifier, which is asked about signatures of all times, keeps what those of a day
// begin with.
//
// Deriving a signing key takes four HMACs, and the string to sign begins with lines that do not
// change: done once a second, they are no longer seen in the cost of a URL. Both are shared by
// threads that never wait for each other, so this is made of slots that each have a sequence
// number (a "seqlock"): it is odd while a thread stores, and whoever reads looks at it before and
// after. A reader that was disturbed, or finds nothing, makes what it needs itself; a writer that
// finds another at the same slot leaves it alone.
#pragma once

#include "base/crypto.hpp"

#include <presign/time.hpp>

#include <array>
#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <ratio>
#include <string_view>
#include <type_traits>

namespace presign::detail {

/// Where the UTC day of a time begins.
inline time_point midnight_of(time_point at) {
  using days = std::chrono::duration<int, std::ratio<86400>>;
  return std::chrono::floor<days>(at);
}

struct signing_start {
  time_point at;
  std::array<char, 16> date;           // X-Amz-Date; nothing in that of a day
  std::array<unsigned char, 2> sizes;  // of region and service, whose
  std::array<char, 126> names;         // text is here: labels of up to 63 characters
  hmac_start mac;  // of the string to sign, under the signing key, up to the request's hash

  /// Fills it in: in place, for who holds a copy has to wipe it. Region and service are host
  /// labels.
  std::optional<error> make(std::string_view secret_access_key, time_point time,
                            std::string_view region, std::string_view service);
  /// As that of a day, by any time of it: the signing key, and nothing of the string to sign.
  std::optional<error> make_of_day(std::string_view secret_access_key, const sigv4::amz_date& day,
                                   std::string_view region, std::string_view service);
  bool is_for(std::string_view region, std::string_view service) const noexcept;
};

/// One that is wiped whatever comes: where libcrypto refuses, there may be no memory to say so.
struct wiped_signing_start : signing_start {
  wiped_signing_start() = default;
  wiped_signing_start(const wiped_signing_start&) = delete;
  wiped_signing_start& operator=(const wiped_signing_start&) = delete;
  ~wiped_signing_start() { wipe(&mac, sizeof mac); }
};

class signing_starts {
 public:
  signing_starts() = default;
  signing_starts(const signing_starts&) = delete;
  signing_starts& operator=(const signing_starts&) = delete;
  ~signing_starts() { wipe(&slots_, sizeof slots_); }

  /// False where there is none such.
  bool find(signing_start& found, time_point at, std::string_view region,
            std::string_view service) const noexcept;
  void keep(const signing_start& one) noexcept;

 private:
  // As bytes, in words that threads may read and write at once.
  using word = std::uint64_t;
  static constexpr std::size_t word_count = sizeof(signing_start) / sizeof(word);
  static_assert(std::is_trivially_copyable_v<signing_start>);
  static_assert(sizeof(signing_start) == word_count * sizeof(word));

  struct slot {
    std::atomic<word> sequence{0};
    std::array<std::atomic<word>, word_count> words{};
  };

  std::array<slot, 8> slots_;
  std::atomic<unsigned> next_{0};
};

}  // namespace presign::detail
