// Step of SigV4A: the string to sign.
#include "sigv4/string_to_sign.hpp"

#include "base/hex.hpp"

#include <presign/sigv4a.hpp>

namespace presign::sigv4a {

std::string string_to_sign(const sigv4::amz_date& date, std::string_view credential_scope,
                           const sigv4::digest& hashed_canonical_request) {
  return detail::string_to_sign(
      algorithm, date, detail::hex_digits(hashed_canonical_request).view(), credential_scope);
}

}  // namespace presign::sigv4a
