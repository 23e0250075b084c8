// SHA-256, HMAC-SHA-256, a key derivation and ECDSA by other functions of libcrypto than those that
// presign calls: EVP. A second implementation, to compare with.
#pragma once

#include "support.hpp"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/x509.h>
#if OPENSSL_VERSION_NUMBER >= 0x30000000
#include <openssl/kdf.h>
#endif

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace libcrypto {

/// Raw bytes, 32 of them.
inline std::string sha256(std::string_view message) {
  std::string hash(32, '\0');
  const bool done =
      EVP_Digest(message.data(), message.size(), reinterpret_cast<unsigned char*>(hash.data()),
                 nullptr, EVP_sha256(), nullptr) == 1;
  if (!done) support::fail("EVP_Digest");
  return hash;
}

inline const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

/// Raw bytes, 32 of them.
inline std::string hmac_sha256(std::string_view key, std::string_view message) {
  std::string mac(32, '\0');
  // Without a pointer to a key, HMAC would take the one from before.
  if (!HMAC(EVP_sha256(), key.empty() ? "" : key.data(), static_cast<int>(key.size()),
            bytes_of(message), message.size(), reinterpret_cast<unsigned char*>(mac.data()),
            nullptr)) {
    support::fail("HMAC");
  }
  return mac;
}

/// 32 bytes by the key derivation function in counter mode of NIST SP 800-108, with HMAC-SHA-256.
#if OPENSSL_VERSION_NUMBER >= 0x30000000
inline std::string kdf_in_counter_mode(std::string key, std::string label, std::string context) {
  const std::unique_ptr<EVP_KDF, decltype(&EVP_KDF_free)> kdf{
      EVP_KDF_fetch(nullptr, "KBKDF", nullptr), EVP_KDF_free};
  const std::unique_ptr<EVP_KDF_CTX, decltype(&EVP_KDF_CTX_free)> derivation{
      EVP_KDF_CTX_new(kdf.get()), EVP_KDF_CTX_free};
  char mode[] = "COUNTER", mac[] = "HMAC", digest[] = "SHA256";
  const OSSL_PARAM parameters[] = {
      OSSL_PARAM_construct_utf8_string("mode", mode, 0),
      OSSL_PARAM_construct_utf8_string("mac", mac, 0),
      OSSL_PARAM_construct_utf8_string("digest", digest, 0),
      OSSL_PARAM_construct_octet_string("key", key.data(), key.size()),
      OSSL_PARAM_construct_octet_string("salt", label.data(), label.size()),
      OSSL_PARAM_construct_octet_string("info", context.data(), context.size()),
      OSSL_PARAM_construct_end()};
  std::string derived(32, '\0');
  const bool done =
      EVP_KDF_derive(derivation.get(), reinterpret_cast<unsigned char*>(derived.data()),
                     derived.size(), parameters) == 1;
  if (!done) support::fail("EVP_KDF");
  return derived;
}
#else
inline std::string kdf_in_counter_mode(const std::string& key, const std::string& label,
                                       const std::string& context) {
  using namespace std::string_literals;
  return hmac_sha256(key, "\0\0\0\1"s + label + '\0' + context + "\0\0\1\0"s);
}
#endif

/// Whether it is a signature in DER of the message, by ECDSA over P-256 with SHA-256. The key is a
/// point, uncompressed: 0x04, 32 bytes of x, 32 bytes of y.
inline bool ecdsa_p256_verifies(const std::string& point, std::string_view message,
                                std::string_view der) {
  using namespace std::string_literals;
  // A SubjectPublicKeyInfo, RFC 5480: id-ecPublicKey, secp256r1, and the point.
  const auto info =
      "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01"
      "\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00"s +
      point;
  const auto* at = bytes_of(info);
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{
      d2i_PUBKEY(nullptr, &at, static_cast<long>(info.size())), EVP_PKEY_free};
  if (!key) support::fail("d2i_PUBKEY");
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> verification{EVP_MD_CTX_new(),
                                                                             EVP_MD_CTX_free};
  return EVP_DigestVerifyInit(verification.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(verification.get(), bytes_of(der), der.size(), bytes_of(message),
                          message.size()) == 1;
}

inline std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    for (const int digit : {byte >> 4, byte & 15}) text.push_back("0123456789abcdef"[digit]);
  }
  return text;
}

}  // namespace libcrypto
