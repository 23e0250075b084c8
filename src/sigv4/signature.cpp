// Step: the signature.
#include "base/crypto.hpp"
#include "base/hex.hpp"

#include <presign/sigv4.hpp>

namespace presign::sigv4 {

std::string hex(const digest& bytes) { return std::string(detail::hex_digits(bytes).view()); }

// "signature = hex(HMAC-SHA256(SigningKey, StringToSign))"
result<std::string> signature(const signing_key& key, std::string_view string_to_sign) {
  const detail::hmac_sha256 mac{detail::as_chars(key.reveal())};
  const auto signed_bytes = mac.finish_with(string_to_sign);
  if (!signed_bytes) return signed_bytes.error();
  return hex(*signed_bytes);
}

}  // namespace presign::sigv4
