// What can go wrong, and how it is told: errc, error and result<T>.
//
// Nothing in presign throws but std::bad_alloc, and result<T> when the value of a failed result is
// asked for. All types here are values: distinct objects may be used by distinct threads freely.
#pragma once

#include <presign/export.hpp>

#include <string>
#include <system_error>
#include <utility>
#include <variant>

namespace presign {

/// One name for each thing that can be wrong with an input.
enum class errc {
  // When the URL is to live
  invalid_expiry = 1,        ///< X-Amz-Expires would not be a whole number from 1 to 604800
  invalid_signing_time,      ///< the signing time is outside the years 1 to 9999
  credentials_expired,       ///< the credentials are dead already
  credentials_expire_first,  ///< the credentials die before the URL, and that was to be refused

  // Who signs
  missing_credentials,     ///< none given, or none found where they were looked for
  incomplete_credentials,  ///< an access key id without a secret access key, or the reverse
  invalid_credentials,     ///< a character that no credential can hold
  invalid_expiration,      ///< the credentials' own expiry is not an ISO 8601 time in UTC
  profile_not_found,       ///< neither AWS file has the profile
  profile_needs_network,   ///< the profile's credentials come from a service or a program
  unreadable_file,         ///< a credentials or config file exists and cannot be read
  malformed_file,          ///< a line of such a file is neither section, setting nor comment
  missing_region,          ///< no region in the environment or the profile

  // What is to be signed
  invalid_method,        ///< not an HTTP method
  invalid_scheme,        ///< neither http nor https
  invalid_host,          ///< not a host with an optional port
  invalid_path,          ///< a path that does not begin with '/', or holds a NUL
  invalid_service,       ///< not a service name
  invalid_region,        ///< not a region name, or not a region set
  invalid_endpoint,      ///< not an endpoint URL: scheme://host[:port][/base/path]
  invalid_bucket,        ///< not a bucket name, or not one for the addressing chosen
  invalid_arn,           ///< not an ARN, or not one of something in S3
  conflicting_options,   ///< two things that do not go together, each of which is fine alone
  empty_key,             ///< an object needs a key of at least one byte
  key_too_long,          ///< a key has 1024 bytes at the most
  key_has_nul,           ///< a key cannot hold a NUL byte
  key_not_utf8,          ///< a key is UTF-8
  invalid_parameter,     ///< a value that the operation does not know (max-keys, part number)
  reserved_parameter,    ///< a query parameter that signing itself adds
  reserved_header,       ///< a header that signing itself adds
  invalid_header_name,   ///< not an HTTP field name
  invalid_header_value,  ///< a line break or another control character in a header's value
  invalid_payload_hash,  ///< white space or a control character in a payload hash
  reserved_field,        ///< a form field that bucket::post or signing adds, or the file itself
  invalid_field,         ///< not a form field's name, one given twice, or a value that is not UTF-8
  form_too_large,        ///< the fields of a form with their policy exceed S3's 20 KB

  // What a received request presents
  invalid_target,            ///< not the path and query of a request line
  missing_signature,         ///< no signature where it was looked for
  incomplete_signature,      ///< something that goes with a signature is missing
  two_signatures,            ///< one in the query and one in the headers
  duplicate_parameter,       ///< a query parameter that signing adds is there twice
  misspelt_parameter,        ///< a query parameter that signing adds, in another case
  duplicate_header,          ///< a header that can be there once only is there twice
  malformed_authorization,   ///< an Authorization header that is not one of SigV4
  unknown_algorithm,         ///< neither SigV4 nor SigV4A
  malformed_credential,      ///< not access key id, date, region, service and aws4_request
  wrong_scope_date,          ///< the credential scope is of another day than the signing time
  malformed_signed_headers,  ///< names not in lower case, not sorted, or not each once
  host_not_signed,           ///< the signed headers are without host
  missing_header,            ///< a signed header is not there
  unsigned_header,           ///< an x-amz-* header is not signed
  missing_payload_hash,      ///< no x-amz-content-sha256 where the service wants one
  malformed_signature,       ///< not the hex of a signature

  // Whether that is good
  wrong_service,       ///< signed for another service than the receiver
  wrong_region,        ///< signed for another region than the receiver's
  wrong_access_key,    ///< the credentials to verify with are not those that it names
  signature_mismatch,  ///< the signature is not the one that these credentials make
  token_mismatch,      ///< the session token is not that of the credentials
  not_yet_valid,       ///< the signing time is ahead
  expired,             ///< the signature has had its time
  payload_mismatch,    ///< the body does not hash to what was signed

  // Why a URL was refused
  invalid_answer,  ///< a server's answer that is not the XML of an S3 error

  crypto_failure,  ///< libcrypto refused to hash or to sign
};

/// The category of errc: its name is "presign", its messages are one sentence a code.
PRESIGN_EXPORT const std::error_category& error_category() noexcept;

/// Found by std::error_code, which an errc thereby becomes and is compared with.
inline std::error_code make_error_code(errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}

/// A code for programs, and a sentence for people: which input, what it was, what is allowed.
/// The sentence never holds a secret access key, a session token or a signature.
struct error {
  std::error_code code;  ///< an errc
  std::string message;   ///< fit to be shown
};

/// A T, or the error that stood in its way.
///
///     auto url = signer.presign(request, 1h);
///     if (!url) return log(url.error().message);
///     use(url->url);
template <class T>
class [[nodiscard]] result {
 public:
  /// A success.
  result(T value) : state_(std::in_place_index<0>, std::move(value)) {}
  /// A failure.
  result(presign::error failure) : state_(std::in_place_index<1>, std::move(failure)) {}

  /// True where there is a value.
  explicit operator bool() const noexcept { return state_.index() == 0; }

  /// @{
  /// The value. Throws std::system_error with the error's code and message where there is none.
  T& value() & {
    require_value();
    return *std::get_if<0>(&state_);
  }
  const T& value() const& {
    require_value();
    return *std::get_if<0>(&state_);
  }
  T&& value() && { return std::move(value()); }
  /// @}

  /// @{
  /// The same as value(), checked too.
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(*this).value(); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  /// @}

  /// The error. Only for a result that is false; throws std::bad_variant_access otherwise.
  const presign::error& error() const { return std::get<1>(state_); }

 private:
  void require_value() const {
    if (const auto* failure = std::get_if<1>(&state_)) {
      throw std::system_error(failure->code, failure->message);
    }
  }

  std::variant<T, presign::error> state_;
};

}  // namespace presign

template <>
struct std::is_error_code_enum<presign::errc> : std::true_type {};
