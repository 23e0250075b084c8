// Counts what a program allocates, libcrypto's allocations among it.
#pragma once

namespace allocations {

/// How often this thread has called malloc, calloc, realloc or aligned_alloc so far. operator new
/// is among them: it calls malloc.
unsigned long long so_far() noexcept;

}  // namespace allocations
