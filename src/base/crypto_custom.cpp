// SHA-256 and ECDSA by a file of the user's: see crypto_library.hpp.
#include "base/crypto_library.hpp"

#ifndef PRESIGN_CRYPTO_FILE
#error "PRESIGN_CRYPTO_FILE must name a file that defines the functions of base/crypto_library.hpp"
#endif
#include PRESIGN_CRYPTO_FILE

namespace presign::crypto {

#ifdef PRESIGN_CRYPTO_NO_ECDSA
const bool has_ecdsa = false;
bool ecdsa_sign(const digest&, const digest&, ecdsa_signature&) noexcept { return false; }
bool ecdsa_verify(const p256_point&, const digest&, std::string_view, bool&) noexcept {
  return false;
}
bool p256_public_key(const digest&, p256_point&) noexcept { return false; }
#else
const bool has_ecdsa = true;
#endif

}  // namespace presign::crypto
