// Parses a signed request, with everything that is wrong with it.
#pragma once

#include "base/text_writer.hpp"

#include <presign/verify.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace presign::detail {

/// The parts of an unverified request that only verifying needs.
struct unverified_parts {
  /// Reserves room for as many bytes of text.
  explicit unverified_parts(std::size_t expected_size) : text(expected_size) {}

  /// Holds the text of all views, of the public ones too.
  text_store text;

  /// The query parameters that signing adds, as sigv4::canonical_query has them, without
  /// X-Amz-Signature. Empty if the request is signed in its headers.
  std::string_view signing_query = {};
  /// sigv4::canonical_headers::lines of the signed headers.
  std::string_view header_lines = {};
  /// The value of the header x-amz-content-sha256.
  std::string_view content_sha256 = {};
  /// received_request::payload_hash.
  std::string_view payload_hash = {};
  /// Whether the session token has the name that S3 Express gives it.
  bool s3_session_token = false;
  /// The names, in lower case, of x-amz-* headers that are not signed.
  std::vector<std::string_view> unsigned_headers = {};
  /// In hex.
  std::string_view signature = {};
};

/// What could be read of a request. Text that could not be read is empty.
struct parsed_request {
  unverified_request request;
  bool has_signing_time = false;
  /// All errors, in the order of parsing: no more than a handful, however long the request is.
  std::vector<error> errors;
};

/// Parses as much as it can. Errors: those of presign::parse_request.
parsed_request parse_all(const received_request& received);

}  // namespace presign::detail
