#include "crypto.hpp"

#include <presign/sigv4.hpp>

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <stdexcept>
#include <vector>

namespace broker {

std::string random_hex(std::size_t bytes) {
  std::vector<unsigned char> random(bytes);
  if (RAND_bytes(random.data(), static_cast<int>(bytes)) != 1) {
    throw std::runtime_error("libcrypto has no random bytes");
  }
  constexpr char digits[] = "0123456789abcdef";
  std::string hex;
  for (const auto byte : random) hex.append({digits[byte >> 4], digits[byte & 15]});
  return hex;
}

std::string hmac_hex(std::string_view key, std::string_view text) {
  presign::sigv4::digest mac;
  if (!HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
            reinterpret_cast<const unsigned char*>(text.data()), text.size(), mac.data(),
            nullptr)) {
    throw std::runtime_error("libcrypto failed to compute an HMAC");
  }
  return presign::sigv4::hex(mac);
}

bool equal(std::string_view a, std::string_view b) noexcept {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace broker
