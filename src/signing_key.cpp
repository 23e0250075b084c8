// Step: the signing key.
#include "crypto.hpp"

#include <presign/sigv4.hpp>

#include <string>

namespace presign::sigv4 {
namespace {

result<digest> hmac(std::string_view key, std::string_view data) {
  detail::hmac_sha256 mac{key};
  mac.update(data);
  return mac.finish();
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
  auto first = hmac(secret, date.date());
  detail::wipe(secret.data(), secret.size());
  if (!first) return first.error();

  signing_key key;
  key.bytes_ = *first;
  detail::wipe(&*first, sizeof(digest));
  for (const auto data : {region, service, std::string_view("aws4_request")}) {
    auto next = hmac(detail::as_chars(key.bytes_), data);
    if (!next) return next.error();
    key.bytes_ = *next;
    detail::wipe(&*next, sizeof(digest));
  }
  return key;
}

signing_key::~signing_key() { detail::wipe(bytes_.data(), bytes_.size()); }

}  // namespace presign::sigv4
