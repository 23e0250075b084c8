// Whether credentials made a signature that a request presents.
#include "verify/presented_signature.hpp"

#include "base/crypto.hpp"
#include "base/hex.hpp"
#include "base/text.hpp"

#include <presign/sigv4.hpp>

namespace presign::detail {
result<bool> is_made_by(const credentials& who, const unverified_request& presented,
                        std::string_view string_to_sign, const sigv4::amz_date& date,
                        signing_key_cache* kept) {
  const auto secret_key = who.secret_access_key.reveal();
  if (presented.algorithm == signing_algorithm::sigv4a) {
    const auto key = sigv4a::signing_key::derive(who.access_key_id, secret_key);
    if (!key) return key.error();
    const auto half = sigv4a::public_key::of(*key);
    if (!half) return half.error();
    return sigv4a::verify(*half, string_to_sign, presented.signature);
  }
  signing_key_cache once;
  const auto day = (kept ? *kept : once)
                       .find_or_derive(secret_key, date, presented.region, presented.service);
  if (!day.is_valid()) return hash_failure();
  const auto expected = hmac_sha256{day.mac()}.finish_with(string_to_sign);
  if (!expected) return expected.error();
  return equal_in_constant_time(hex_digits(*expected).view(), presented.signature);
}

}  // namespace presign::detail
