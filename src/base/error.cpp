// The error category: a sentence for each code. What happens to a failed result without exceptions.
#include <presign/error.hpp>

#include <cstdio>
#include <cstdlib>

namespace presign {
namespace {

const char* sentence(errc code) noexcept {
  switch (code) {
    case errc::invalid_expiry: return "the expiry is not within 1 to 604800 seconds";
    case errc::invalid_time: return "the time is malformed, or outside the years 1 to 9999";
    case errc::credentials_expired: return "the credentials have expired";
    case errc::credentials_expire_first: return "the credentials expire before the URL";
    case errc::missing_credentials: return "there are no credentials";
    case errc::invalid_credentials: return "the credentials are incomplete or malformed";
    case errc::profile_not_found: return "the profile does not exist";
    case errc::profile_needs_network:
      return "the profile's credentials come from a service or a program";
    case errc::invalid_file: return "a credentials or config file cannot be read or is malformed";
    case errc::missing_region: return "there is no region";
    case errc::invalid_method: return "the method is not an HTTP method";
    case errc::invalid_endpoint: return "the scheme, host, port or base path is not valid";
    case errc::invalid_path: return "the path or the request target is not valid";
    case errc::invalid_service: return "the service is not a signing name";
    case errc::invalid_region: return "the region is not a region name or a region set";
    case errc::invalid_bucket:
      return "the bucket is not a bucket name or an ARN that can be used here";
    case errc::conflicting_options: return "two options cannot be used together";
    case errc::invalid_key: return "the key is not 1 to 1024 bytes of UTF-8 without NUL";
    case errc::invalid_parameter: return "a parameter's value is not allowed";
    case errc::reserved_name: return "only the signer may set this parameter, header or form field";
    case errc::invalid_header: return "a header's name or value is not valid";
    case errc::invalid_field: return "a form field is not valid, or the form is too large";
    case errc::missing_signature: return "the request is not signed";
    case errc::malformed_signature:
      return "a part of the signature is missing, malformed or duplicated";
    case errc::two_signatures: return "the request is signed in its query and in its headers";
    case errc::unknown_algorithm: return "the algorithm is neither SigV4 nor SigV4A";
    case errc::missing_header: return "a header that is signed or required is missing";
    case errc::unsigned_header: return "the host or an x-amz-* header is not signed";
    case errc::wrong_scope: return "the signature is for another date, region or service";
    case errc::wrong_access_key: return "the signature is made with another access key";
    case errc::signature_mismatch: return "the signature does not match";
    case errc::token_mismatch: return "the session token is not that of the credentials";
    case errc::not_yet_valid: return "the signature is not valid yet";
    case errc::expired: return "the signature has expired";
    case errc::payload_mismatch: return "the body is not the one that was signed";
    case errc::invalid_response: return "the response is not the XML or JSON of an error";
    case errc::crypto_failure: return "the cryptographic library failed";
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

// Weak, so that a program's own function replaces it. Windows has no such definitions.
// GCOVR_EXCL_START: it ends the children of a test, which then do not report what ran.
#ifndef _WIN32
[[gnu::weak]]
#endif
void on_missing_value(const error& failure) {
  std::fprintf(stderr, "presign: %s\n", failure.message.c_str());
  std::abort();
}
// GCOVR_EXCL_STOP

}  // namespace presign
