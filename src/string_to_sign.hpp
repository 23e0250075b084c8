// The string to sign, in two parts: what is the same for a second, and the hash.
#pragma once

#include <presign/sigv4.hpp>

#include <string>
#include <string_view>

namespace presign::detail {

//   Algorithm\n
//   RequestDateTime\n
//   CredentialScope\n
//   HashedCanonicalRequest
//
// All but the last line, which is the canonical request's hash in hex.
inline std::string string_to_sign_head(std::string_view algorithm, const sigv4::amz_date& date,
                                       std::string_view scope) {
  std::string head;
  head.reserve(algorithm.size() + date.text().size() + scope.size() + 3 + 64);
  head.append(algorithm).append("\n");
  head.append(date.text()).append("\n");
  head.append(scope).append("\n");
  return head;
}

}  // namespace presign::detail
