// SHA-256, HMAC-SHA-256, a key derivation and ECDSA by other functions of libcrypto than those that
// presign calls: EVP. A second implementation, to compare with.
#pragma once

#include <openssl/evp.h>
#include <openssl/kdf.h>

#include <cstddef>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

namespace libcrypto {

/// Raw bytes, 32 of them.
inline std::string sha256(std::string_view message) {
  std::string hash(32, '\0');
  const bool done =
      EVP_Digest(message.data(), message.size(), reinterpret_cast<unsigned char*>(hash.data()),
                 nullptr, EVP_sha256(), nullptr) == 1;
  if (!done) throw std::runtime_error("EVP_Digest");
  return hash;
}

/// Raw bytes, 32 of them.
inline std::string hmac_sha256(std::string_view key, std::string_view message) {
  const std::unique_ptr<EVP_MAC, decltype(&EVP_MAC_free)> hmac{
      EVP_MAC_fetch(nullptr, "HMAC", nullptr), EVP_MAC_free};
  const std::unique_ptr<EVP_MAC_CTX, decltype(&EVP_MAC_CTX_free)> context{
      EVP_MAC_CTX_new(hmac.get()), EVP_MAC_CTX_free};
  char digest_name[] = "SHA256";
  const OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("digest", digest_name, 0),
                                   OSSL_PARAM_construct_end()};
  std::string mac(32, '\0');
  std::size_t size = 0;
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  // Without a key, EVP_MAC_init would mean "the one from before": an empty one has to be somewhere.
  const bool done = EVP_MAC_init(context.get(), key.empty() ? bytes("") : bytes(key), key.size(),
                                 parameters) == 1 &&
                    EVP_MAC_update(context.get(), bytes(message), message.size()) == 1 &&
                    EVP_MAC_final(context.get(), reinterpret_cast<unsigned char*>(mac.data()),
                                  &size, mac.size()) == 1;
  if (!done || size != mac.size()) throw std::runtime_error("EVP_MAC");
  return mac;
}

/// 32 bytes by the key derivation function in counter mode of NIST SP 800-108, with HMAC-SHA-256.
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
  if (!done) throw std::runtime_error("EVP_KDF");
  return derived;
}

/// Whether it is a signature in DER of the message, by ECDSA over P-256 with SHA-256. The key is a
/// point, uncompressed: 0x04, 32 bytes of x, 32 bytes of y.
inline bool ecdsa_p256_verifies(std::string point, std::string_view message, std::string_view der) {
  const std::unique_ptr<EVP_PKEY_CTX, decltype(&EVP_PKEY_CTX_free)> making{
      EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr), EVP_PKEY_CTX_free};
  char group[] = "P-256";
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string("group", group, 0),
                             OSSL_PARAM_construct_octet_string("pub", point.data(), point.size()),
                             OSSL_PARAM_construct_end()};
  EVP_PKEY* made = nullptr;
  if (EVP_PKEY_fromdata_init(making.get()) != 1 ||
      EVP_PKEY_fromdata(making.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters) != 1) {
    throw std::runtime_error("EVP_PKEY_fromdata");
  }
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{made, EVP_PKEY_free};
  const std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> verification{EVP_MD_CTX_new(),
                                                                             EVP_MD_CTX_free};
  const auto bytes = [](std::string_view text) {
    return reinterpret_cast<const unsigned char*>(text.data());
  };
  return EVP_DigestVerifyInit(verification.get(), nullptr, EVP_sha256(), nullptr, key.get()) == 1 &&
         EVP_DigestVerify(verification.get(), bytes(der), der.size(), bytes(message),
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
