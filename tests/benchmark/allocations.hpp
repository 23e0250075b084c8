// Counts a program's allocations, including libcrypto's.
#pragma once

namespace allocations {

/// Returns how often this thread has called malloc, calloc, realloc or aligned_alloc so far.
/// operator new counts, too: it calls malloc.
unsigned long long so_far() noexcept;

}  // namespace allocations
