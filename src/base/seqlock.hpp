// A value that many threads read, and any of them replaces, without waiting for each other.
#pragma once

#include <array>
#include <atomic>
#include <cstring>
#include <type_traits>

namespace presign::detail {

/// A slot for a value, and a tag to find it by. The sequence number is odd while a thread stores.
/// A reader compares it before and after it copies, and has nothing if it was disturbed. A writer
/// that finds another one at work leaves the slot alone.
///
/// Boehm, "Can seqlocks get along with programming language memory models?", 2012
template <class T>
class seqlock {
 public:
  using tag = std::size_t;

  /// Copies the value if it has this tag. Returns false, with anything in `copy`, if it has another
  /// one, if none was ever stored, or if a thread stores one meanwhile.
  bool load(tag wanted, T& copy) const noexcept {
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
  void store(tag new_tag, const T& value) noexcept {
    auto sequence = sequence_.load(std::memory_order_relaxed);
    const bool is_idle = sequence % 2 == 0;
    const auto acquire = std::memory_order_acquire;
    if (!is_idle || !sequence_.compare_exchange_strong(sequence, sequence + 1, acquire)) return;
    // Release stores pair with acquire loads: a reader that sees any word of a newer value also
    // sees that writer's odd (or a later) sequence number.
    tag_.store(new_tag, std::memory_order_release);
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
  std::atomic<tag> tag_{0};
  std::array<std::atomic<word>, sizeof(T) / sizeof(word)> words_{};
};

}  // namespace presign::detail
