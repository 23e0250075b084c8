// Whether credentials made a signature that a request presents.
#include "presented_signature.hpp"

#include "crypto.hpp"

#include <presign/sigv4a.hpp>

namespace presign::detail {

result<bool> is_made_by(const credentials& who, const presented_request& presented,
                        std::string_view string_to_sign, const sigv4::amz_date& date) {
  const auto secret_key = who.secret_access_key.reveal();
  if (presented.algorithm == signing_algorithm::sigv4a) {
    const auto key = sigv4a::signing_key::derive(who.access_key_id, secret_key);
    if (!key) return key.error();
    const auto half = sigv4a::public_key::of(*key);
    if (!half) return half.error();
    return sigv4a::verify(*half, string_to_sign, presented.signature);
  }
  const auto key =
      sigv4::signing_key::derive(secret_key, date, presented.region, presented.service);
  if (!key) return key.error();
  const auto expected = sigv4::signature(*key, string_to_sign);
  if (!expected) return expected.error();
  return equal_in_constant_time(*expected, presented.signature);
}

}  // namespace presign::detail
