// What crypto_libcrypto.cpp and crypto_evp.cpp share: objects of libcrypto, and its error queue.
#pragma once

#include "base/crypto_library.hpp"

#include <openssl/bn.h>
#include <openssl/err.h>

#include <memory>
#include <type_traits>

namespace presign::crypto {

/// A failure queues an error for the thread, which a later SSL_get_error would misread. This
/// removes such errors, and no others.
struct error_queue_guard {
  error_queue_guard() noexcept { ERR_set_mark(); }
  error_queue_guard(const error_queue_guard&) = delete;
  error_queue_guard& operator=(const error_queue_guard&) = delete;
  ~error_queue_guard() { ERR_pop_to_mark(); }
};

template <class T, auto free>
using owned = std::unique_ptr<T, std::integral_constant<decltype(free), free>>;
using bignum = owned<BIGNUM, BN_clear_free>;

inline bignum number_of(const digest& bytes) noexcept {
  return bignum(BN_bin2bn(bytes.data(), int{sizeof(digest)}, nullptr));
}

}  // namespace presign::crypto
