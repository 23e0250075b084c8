// SHA-256 and HMAC-SHA-256 by other functions of libcrypto than those that presign calls: EVP. A
// second implementation, to compare with.
#pragma once

#include <openssl/evp.h>

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

inline std::string hex(std::string_view bytes) {
  std::string text;
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    for (const int digit : {byte >> 4, byte & 15}) text.push_back("0123456789abcdef"[digit]);
  }
  return text;
}

}  // namespace libcrypto
