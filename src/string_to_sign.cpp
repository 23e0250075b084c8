// Step: the string to sign.
#include "string_to_sign.hpp"

#include "text_or_hash.hpp"

namespace presign::sigv4 {

std::string string_to_sign(const amz_date& date, std::string_view credential_scope,
                           const digest& hashed_canonical_request) {
  detail::text_sink paper;
  detail::write_string_to_sign(paper, algorithm, date, credential_scope, hashed_canonical_request);
  return std::move(paper.text);
}

}  // namespace presign::sigv4
