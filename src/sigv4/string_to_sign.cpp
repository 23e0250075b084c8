// Step: the string to sign.
#include "sigv4/string_to_sign.hpp"

#include "base/hex.hpp"

namespace presign::sigv4 {

std::string string_to_sign(const amz_date& date, std::string_view credential_scope,
                           const digest& hashed_canonical_request) {
  return detail::string_to_sign(
      algorithm, date, detail::hex_digits(hashed_canonical_request).view(), credential_scope);
}

}  // namespace presign::sigv4
