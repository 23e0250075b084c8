// Step 4: derive a signing key. Step 5: calculate the signature.
#include "base/crypto.hpp"
#include "base/text.hpp"

#include <presign/sigv4.hpp>

namespace presign::sigv4 {

// DateKey              = HMAC-SHA256("AWS4" + secret access key, "YYYYMMDD")
// DateRegionKey        = HMAC-SHA256(DateKey, region)
// DateRegionServiceKey = HMAC-SHA256(DateRegionKey, service)
// SigningKey           = HMAC-SHA256(DateRegionServiceKey, "aws4_request")
result<signing_key> signing_key::derive(std::string_view secret_access_key, const amz_date& date,
                                        std::string_view region, std::string_view service) {
  signing_key key;
  std::string_view prefix = "AWS4";
  std::string_view previous = secret_access_key;
  for (const auto data : {date.date(), region, service, std::string_view("aws4_request")}) {
    detail::hmac_sha256 keyed{prefix, previous};
    keyed.update(data);
    if (!keyed.finish(key.bytes_)) return detail::hash_failure();
    prefix = {};
    previous = detail::as_chars(key.bytes_);
  }
  return key;
}

signing_key::~signing_key() { detail::wipe(bytes_.data(), bytes_.size()); }

// "signature = hex(HMAC-SHA256(SigningKey, StringToSign))". (The signer has an HMAC that has
// absorbed the beginning of the string to sign: prepared_request::append_signature.)
result<std::string> signature(const signing_key& key, std::string_view string_to_sign) {
  const detail::hmac_sha256 keyed{detail::as_chars(key.reveal())};
  digest mac;
  if (!keyed.finish_with(string_to_sign, mac)) return detail::hash_failure();
  return hex(mac);
}

std::string hex(const digest& bytes) { return std::string(detail::hex_digits(bytes).view()); }

}  // namespace presign::sigv4
