// The string to sign, for those who have its credential scope in pieces.
#pragma once

#include "base/text_writer.hpp"

#include <presign/sigv4.hpp>

#include <string>
#include <string_view>

namespace presign::detail {

//   Algorithm\n
//   RequestDateTime\n
//   CredentialScope\n
//   HashedCanonicalRequest
//
// The last line is in hex, and not there in what is the same for a second.
template <class... Scope>
std::string string_to_sign(std::string_view algorithm, const sigv4::amz_date& date,
                           std::string_view hashed_in_hex, const Scope&... scope) {
  std::string text;
  string_writer out{text, 192};
  out.append(algorithm, "\n", date.text(), "\n", scope..., "\n", hashed_in_hex);
  out.finish();
  return text;
}

}  // namespace presign::detail
