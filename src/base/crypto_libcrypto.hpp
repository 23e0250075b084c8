// What crypto_libcrypto.cpp and crypto_evp.cpp share. A build has one of them, which defines the
// functions below.
#pragma once

#include "base/crypto_library.hpp"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>

#include <memory>
#include <type_traits>

namespace presign::crypto {

const char* const library_name = "libcrypto";
const bool has_ecdsa = true;

void wipe(void* memory, std::size_t size) noexcept { OPENSSL_cleanse(memory, size); }

bool equal_in_constant_time(const void* a, const void* b, std::size_t size) noexcept {
  return CRYPTO_memcmp(a, b, size) == 0;
}

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

bool p256_public_key(const digest& private_key, p256_point& public_key) noexcept {
  const error_queue_guard guard;
  const owned<EC_GROUP, EC_GROUP_free> group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const owned<EC_POINT, EC_POINT_free> point(group ? EC_POINT_new(group.get()) : nullptr);
  const auto scalar = number_of(private_key);
  auto* const bytes = reinterpret_cast<unsigned char*>(&public_key);
  return point && scalar &&
         EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, nullptr) == 1 &&
         EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED, bytes,
                            sizeof public_key, nullptr) == sizeof public_key;
}

}  // namespace presign::crypto
