// Error responses: the XML in which S3, and what speaks its protocol, says why it rejects a
// request.
#pragma once

#include <presign/error.hpp>
#include <presign/explain.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace presign::detail {

/// What the response says, as far as explain() uses it. What it does not say is empty.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
struct error_response {
  std::string code = {};  ///< "SignatureDoesNotMatch"
  std::string message = {};
  std::string canonical_request = {};  ///< as the server computed it from what it received
  std::string string_to_sign = {};
  std::string region = {};              ///< the region that the server expected
  std::string endpoint = {};            ///< where the bucket is
  std::string headers_not_signed = {};  ///< headers that had to be signed
  std::string server_time = {};
};

/// Reads the children of the first <Error>. Broken XML is read as far as possible; no entities are
/// known except XML's five. Takes time and memory in proportion to the text.
/// Error: invalid_response, if there is no <Error>.
result<error_response> parse_error_response(std::string_view body);

/// Returns what the error code may mean, the most likely cause first; nothing if there is no code.
std::vector<finding> findings_of(const error_response& response);

}  // namespace presign::detail
