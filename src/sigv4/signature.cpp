// Step 4: derive a signing key. Step 5: calculate the signature.
#include "base/crypto.hpp"
#include "base/text.hpp"

#include <presign/sigv4.hpp>

#include <string>

namespace presign::sigv4 {
namespace {

// Returns false if libcrypto fails. The MAC may overwrite the key.
bool hmac(std::string_view key, std::string_view data, digest& mac) noexcept {
  detail::hmac_sha256 keyed{key};
  keyed.update(data);
  return keyed.finish(mac);
}

}  // namespace

// DateKey              = HMAC-SHA256("AWS4" + secret access key, "YYYYMMDD")
// DateRegionKey        = HMAC-SHA256(DateKey, region)
// DateRegionServiceKey = HMAC-SHA256(DateRegionKey, service)
// SigningKey           = HMAC-SHA256(DateRegionServiceKey, "aws4_request")
result<signing_key> signing_key::derive(std::string_view secret_access_key, const amz_date& date,
                                        std::string_view region, std::string_view service) {
  std::string secret;
  secret.reserve(4 + secret_access_key.size());
  secret.append("AWS4").append(secret_access_key);
  signing_key key;
  bool succeeded = hmac(secret, date.date(), key.bytes_);
  detail::wipe(secret.data(), secret.size());
  for (const auto data : {region, service, std::string_view("aws4_request")}) {
    succeeded = succeeded && hmac(detail::as_chars(key.bytes_), data, key.bytes_);
  }
  if (!succeeded) return detail::hash_failure();
  return key;
}

signing_key::~signing_key() { detail::wipe(bytes_.data(), bytes_.size()); }

// "signature = hex(HMAC-SHA256(SigningKey, StringToSign))"
result<std::string> signature(const signing_key& key, std::string_view string_to_sign) {
  const detail::hmac_sha256 keyed{detail::as_chars(key.reveal())};
  const auto mac = keyed.finish_with(string_to_sign);
  if (!mac) return mac.error();
  return hex(*mac);
}

std::string hex(const digest& bytes) { return std::string(detail::hex_digits(bytes).view()); }

}  // namespace presign::sigv4
