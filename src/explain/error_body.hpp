// The body of a server's error answer: the XML in which S3, and what speaks its protocol, says why.
#pragma once

#include <presign/error.hpp>

#include <string>
#include <string_view>

namespace presign::detail {

/// What the answer says, as far as explain() uses it; empty what it does not say.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
struct error_body {
  std::string code = {};  ///< "SignatureDoesNotMatch"
  std::string message = {};
  std::string canonical_request = {};  ///< as the server computed it from what it received
  std::string string_to_sign = {};
  std::string region = {};              ///< the one that was expected
  std::string endpoint = {};            ///< where the bucket is
  std::string headers_not_signed = {};  ///< those that should have been
  std::string server_time = {};
};

/// Reads the few elements that are wanted, and no more XML than that takes: no document type, so no
/// entities but XML's five. It takes time and memory in proportion to the text.
/// Error: invalid_response.
result<error_body> parse_error_body(std::string_view xml);

}  // namespace presign::detail
