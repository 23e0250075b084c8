// Memory for secrets on their way through.
#pragma once

#include "base/crypto.hpp"

#include <cstddef>
#include <memory>
#include <vector>

namespace presign::detail {

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

}  // namespace presign::detail
