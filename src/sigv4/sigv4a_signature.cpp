// Step of SigV4A: the signature, and its verification.
#include "base/crypto.hpp"
#include "base/hex.hpp"

#include <presign/sigv4a.hpp>

namespace presign::sigv4a {

// Hex of the DER of ECDSA-P256-SHA256(signing key, string to sign)
result<std::string> signature(const signing_key& key, std::string_view string_to_sign) {
  const auto hashed = detail::sha256_of(string_to_sign);
  if (!hashed) return hashed.error();
  const auto der = detail::ecdsa_sign(key.reveal(), *hashed);
  if (!der) return der.error();
  return detail::to_hex(*der);
}

result<bool> verify(const public_key& key, std::string_view string_to_sign,
                    std::string_view signature) {
  const auto der = detail::from_hex(signature);
  if (!der) return false;
  const auto hashed = detail::sha256_of(string_to_sign);
  if (!hashed) return hashed.error();
  return detail::ecdsa_verify(key, *hashed, *der);
}

}  // namespace presign::sigv4a
