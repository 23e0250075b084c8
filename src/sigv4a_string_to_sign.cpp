// Step of SigV4A: the string to sign.
#include "string_to_sign.hpp"
#include "text_or_hash.hpp"

#include <presign/sigv4a.hpp>

namespace presign::sigv4a {

std::string string_to_sign(const sigv4::amz_date& date, std::string_view credential_scope,
                           const sigv4::digest& hashed_canonical_request) {
  detail::text_sink paper;
  detail::write_string_to_sign(paper, algorithm, date, credential_scope, hashed_canonical_request);
  return std::move(paper.text);
}

}  // namespace presign::sigv4a
