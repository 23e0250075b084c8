// The string to sign, fed to whatever takes it.
#pragma once

#include "hex.hpp"

#include <presign/sigv4.hpp>

#include <string_view>

namespace presign::detail {

//   Algorithm\n
//   RequestDateTime\n
//   CredentialScope\n
//   HashedCanonicalRequest
template <class Sink>
void write_string_to_sign(Sink& sink, std::string_view algorithm, const sigv4::amz_date& date,
                          std::string_view scope, const sigv4::digest& hashed_canonical_request) {
  sink.update(algorithm);
  sink.update("\n");
  sink.update(date.text());
  sink.update("\n");
  sink.update(scope);
  sink.update("\n");
  sink.update(hex_digits(hashed_canonical_request).view());
}

}  // namespace presign::detail
