// The error category: a sentence for each code.
#include "base/error_of.hpp"

#include <string>
#include <utility>

namespace presign {
namespace {

const char* sentence(errc code) noexcept {
  switch (code) {
    case errc::invalid_expiry: return "the expiry is not within 1 to 604800 seconds";
    case errc::invalid_signing_time: return "the signing time is not within the years 1 to 9999";
    case errc::credentials_expired: return "the credentials have expired";
    case errc::credentials_expire_first: return "the credentials expire before the URL";
    case errc::missing_credentials: return "there are no credentials";
    case errc::incomplete_credentials: return "half of the access key is missing";
    case errc::invalid_credentials: return "the credentials hold an impossible character";
    case errc::invalid_expiration: return "the credentials' expiry is not an ISO 8601 time";
    case errc::profile_not_found: return "the profile does not exist";
    case errc::profile_needs_network: return "the profile's credentials come from elsewhere";
    case errc::unreadable_file: return "a file cannot be read";
    case errc::malformed_file: return "a file has a line that means nothing";
    case errc::missing_region: return "there is no region";
    case errc::invalid_method: return "the method is not an HTTP method";
    case errc::invalid_scheme: return "the scheme is neither http nor https";
    case errc::invalid_host: return "the host is not a host with an optional port";
    case errc::invalid_path: return "the path does not begin with a slash, or holds a NUL";
    case errc::invalid_service: return "the service is not a service name";
    case errc::invalid_region: return "the region is not a region name or a region set";
    case errc::invalid_endpoint: return "the endpoint is not a URL of scheme, host, port and path";
    case errc::invalid_bucket: return "the bucket name is not one";
    case errc::invalid_arn: return "the ARN is not one of something in S3";
    case errc::conflicting_options: return "two options do not go together";
    case errc::empty_key: return "the key is empty";
    case errc::key_too_long: return "the key is longer than 1024 bytes";
    case errc::key_has_nul: return "the key holds a NUL byte";
    case errc::key_not_utf8: return "the key is not UTF-8";
    case errc::invalid_parameter: return "a parameter has a value outside its bounds";
    case errc::reserved_parameter: return "a query parameter is one that signing adds";
    case errc::reserved_header: return "a header is one that signing adds";
    case errc::invalid_header_name: return "a header name is not an HTTP field name";
    case errc::invalid_header_value: return "a header value holds a control character";
    case errc::invalid_payload_hash: return "the payload hash holds a blank or control character";
    case errc::reserved_field: return "a form field is one that signing adds";
    case errc::invalid_field: return "a form field's name or value is not one";
    case errc::form_too_large: return "the form's fields exceed 20 KB";
    case errc::invalid_target: return "the target is not the path and query of a request line";
    case errc::missing_signature: return "the request is not signed";
    case errc::incomplete_signature: return "something that goes with the signature is missing";
    case errc::two_signatures: return "the request is signed in its query and in its headers";
    case errc::duplicate_parameter: return "a query parameter that signing adds is there twice";
    case errc::misspelt_parameter: return "a query parameter that signing adds is misspelt";
    case errc::duplicate_header: return "a header that can be there once is there twice";
    case errc::malformed_authorization: return "the Authorization header is not one of SigV4";
    case errc::unknown_algorithm: return "the algorithm is neither SigV4 nor SigV4A";
    case errc::malformed_credential: return "the credential is not a key id with its scope";
    case errc::wrong_scope_date: return "the credential scope is of another day";
    case errc::malformed_signed_headers: return "the list of signed headers is not one";
    case errc::host_not_signed: return "the host is not signed";
    case errc::missing_header: return "a signed header is missing";
    case errc::unsigned_header: return "an x-amz-* header is not signed";
    case errc::missing_payload_hash: return "the header x-amz-content-sha256 is missing";
    case errc::malformed_signature: return "the signature is not the hex of one";
    case errc::wrong_service: return "the signature is for another service";
    case errc::wrong_region: return "the signature is for another region";
    case errc::wrong_access_key: return "the signature names another access key";
    case errc::signature_mismatch: return "the signature does not match";
    case errc::token_mismatch: return "the session token is not that of the credentials";
    case errc::not_yet_valid: return "the signature is not valid yet";
    case errc::expired: return "the signature has expired";
    case errc::payload_mismatch: return "the body is not the one that was signed";
    case errc::invalid_answer: return "the answer is not the XML of an S3 error";
    case errc::crypto_failure: return "libcrypto failed";
  }
  return "unknown error";
}

class category final : public std::error_category {
 public:
  const char* name() const noexcept override { return "presign"; }
  std::string message(int code) const override { return sentence(static_cast<errc>(code)); }
};

}  // namespace

const std::error_category& error_category() noexcept {
  static const category the_category;
  return the_category;
}

error detail::error_of(errc code, std::initializer_list<std::string_view> sentence) {
  std::string message;
  for (const auto piece : sentence) message.append(piece);
  return {code, std::move(message)};
}

}  // namespace presign
