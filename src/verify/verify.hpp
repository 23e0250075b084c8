// A parsed request with everything that is wrong with it, and the steps of signing, taken again.
#pragma once

#include "base/text_writer.hpp"
#include "signer/signing_key_cache.hpp"

#include <presign/sigv4.hpp>
#include <presign/verify.hpp>

namespace presign::detail {

/// The parts of an unverified request that only verifying needs.
struct unverified_parts {
  /// Reserves room for `expected_size` bytes of text.
  explicit unverified_parts(std::size_t expected_size) : text(expected_size) {}

  text_store text;                  ///< what all views point to, those of unverified_request too
  std::string_view sent_path = {};  ///< percent-encoded, as it was received
  /// The query parameters that signing adds, as sigv4::canonical_query has them, without
  /// X-Amz-Signature. Empty if the request is signed in its headers.
  std::string_view signing_query = {};
  std::string_view header_lines = {};    ///< sigv4::canonical_headers of the signed headers
  std::string_view content_sha256 = {};  ///< the value of the header x-amz-content-sha256
  std::string_view payload_hash = {};    ///< received_request::payload_hash
  std::string_view signature = {};       ///< in hex
  bool s3_session_token = false;         ///< the session token has the name of S3 Express's
  /// The names, in lower case, of x-amz-* headers that are not signed.
  std::vector<std::string_view> unsigned_headers = {};
};

/// What could be read of a request. Text that could not be read is empty.
struct parsed_request {
  unverified_request request;
  bool has_signing_time = false;
  std::string_view missing_headers;  ///< signed, but not sent: "range;x-amz-acl"
  /// All errors, in the order of parsing: no more than a handful, however long the request is.
  std::vector<error> errors;
};

/// Parses as much as it can. Errors: those of presign::parse_request.
parsed_request parse_all(const received_request& received);

/// Checks that a presigned URL has X-Amz-Expires, whatever its value, if the rules require it.
/// Error: malformed_signature.
std::optional<error> check_expires(const unverified_request& request, const service_rules& rules);

/// What a receiver with these rules expects to be signed. The request must outlive it.
class received_canonical_request : public sigv4::canonical_request {
 public:
  received_canonical_request(const unverified_request& request, const service_rules& rules);
  received_canonical_request(const received_canonical_request&) = delete;
  received_canonical_request& operator=(const received_canonical_request&) = delete;

 private:
  std::string path_;
  std::string query_;  // unless the request's signing query is all of it
};

/// Returns the string to sign. The date is that of unverified_request::signed_at.
/// Error: crypto_failure.
result<std::string> string_to_sign(const unverified_request& request, const sigv4::amz_date& date,
                                   const sigv4::canonical_request& canonical);

/// Returns whether the credentials, which have the request's access key id, made its signature of
/// this string to sign. Takes constant time, except in SigV4A, which compares nothing secret. The
/// date is that of unverified_request::signed_at. The cache is for keys of these credentials.
/// Error: crypto_failure.
result<bool> is_signed_by(const credentials& signer, const unverified_request& request,
                          std::string_view string_to_sign, const sigv4::amz_date& date,
                          signing_key_cache& cache);

}  // namespace presign::detail
