// Errors are values: errc, error and result<T>.
//
// Nothing in presign throws except std::bad_alloc, and result<T> if the value of a failed result is
// taken. In a program without exceptions (-fno-exceptions) the first ends the program, and
// result<T> calls on_missing_value(). If the program has exceptions, compile the library with them,
// too: otherwise a std::bad_alloc that passes through it frees no memory and wipes no secret.
//
// Distinct objects may be used by distinct threads freely.
#pragma once

#include <presign/export.hpp>

#include <optional>
#include <string>
#include <system_error>
#include <utility>

// Gives the functions that throw another symbol in code that is compiled without exceptions, so
// that a program can have code of both kinds.
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define PRESIGN_THROWS
#else
#define PRESIGN_THROWS [[gnu::abi_tag("no_exceptions")]]
#endif

namespace presign {

/// Tells programs what is wrong. error::message tells people, and names the input.
enum class errc {
  // Times
  invalid_expiry = 1,        ///< X-Amz-Expires would not be a whole number from 1 to 604800
  invalid_time,              ///< a time is malformed, or outside the years 1 to 9999
  credentials_expired,       ///< the credentials have expired
  credentials_expire_first,  ///< the credentials expire before the URL, and the options forbid that

  // Credentials, and where they come from
  missing_credentials,    ///< no credentials were given or found
  invalid_credentials,    ///< half of the access key is missing, or a character is not allowed
  profile_not_found,      ///< neither AWS file has the profile
  profile_needs_network,  ///< the profile's credentials come from a service or a program
  invalid_file,           ///< a credentials or config file cannot be read, or is malformed
  missing_region,         ///< neither the environment nor the profile has a region

  // Requests to be signed
  invalid_method,       ///< not an HTTP method
  invalid_endpoint,     ///< the scheme, the host, the port or the base path is not valid
  invalid_path,         ///< a path or request target is malformed, or does not begin with '/'
  invalid_service,      ///< not a signing name of a service
  invalid_region,       ///< not a region, or with SigV4A not a region set
  invalid_bucket,       ///< not a bucket name or ARN, or not one for this addressing
  conflicting_options,  ///< two options that cannot be used together
  invalid_key,          ///< not 1 to 1024 bytes of UTF-8 without NUL
  invalid_parameter,    ///< a value that is not allowed: max-keys, payload hash, a setting
  reserved_name,        ///< a parameter, header or form field that only the signer may set
  invalid_header,       ///< not an HTTP header name, or a control character in its value
  invalid_field,        ///< not a form field, or a form of more than S3's 20 KB

  // Received requests
  missing_signature,    ///< the request is not signed
  malformed_signature,  ///< a part of the signature is missing, malformed, or given twice
  two_signatures,       ///< one signature in the query and one in the headers
  unknown_algorithm,    ///< neither SigV4 nor SigV4A
  missing_header,       ///< a header that is signed, or required, was not sent
  unsigned_header,      ///< host, or an x-amz-* header, is not signed

  // Verification
  wrong_scope,         ///< signed for another date, region or service
  wrong_access_key,    ///< the access key id is not that of the credentials
  signature_mismatch,  ///< these credentials do not make this signature
  token_mismatch,      ///< the session token is not that of the credentials
  not_yet_valid,       ///< the signing time is in the future
  expired,             ///< the signature has expired
  payload_mismatch,    ///< the body does not have the hash that was signed

  // Explanations
  invalid_response,  ///< not the XML or JSON of an error

  crypto_failure,  ///< libcrypto, or the library instead of it, failed
};

/// The category of errc: its name is "presign", and it has one sentence for each code.
PRESIGN_EXPORT const std::error_category& error_category() noexcept;

/// Lets an errc convert to a std::error_code, and compare with one.
inline std::error_code make_error_code(errc code) noexcept {
  return {static_cast<int>(code), error_category()};
}

/// A code for programs and a sentence for people: which input, what it was, what is allowed. The
/// sentence never holds a secret access key, a session token or a signature.
struct error {
  std::error_code code;  ///< an errc
  std::string message;   ///< fit to be shown
};

/// Called by code that is compiled without exceptions, in place of throwing. Writes "presign: " and
/// the message to standard error, and calls std::abort(). As with operator new, a program replaces
/// it by defining this function itself (not on Windows). It must not return.
[[noreturn]] PRESIGN_EXPORT void on_missing_value(const error& failure);

/// A T, or the error that prevented it.
///
///     auto link = signer.presign(request, 1h);
///     if (!link) return log(link.error().message);
///     use(link->url);
template <class T>
class [[nodiscard]] result {
 public:
  /// @{
  /// A success, with its value, or a failure.
  result(const T& value) : value_(value) {}
  result(T&& value) : value_(std::move(value)) {}
  result(const presign::error& failure) : error_(failure) {}
  result(presign::error&& failure) : error_(std::move(failure)) {}
  /// @}

  /// Whether there is a value.
  explicit operator bool() const noexcept { return value_.has_value(); }

  /// @{
  /// The value. If there is none, throws std::system_error with the error's code and message; code
  /// without exceptions calls on_missing_value() instead.
  PRESIGN_THROWS T& value() & { return value_of(value_, error_); }
  PRESIGN_THROWS const T& value() const& { return value_of(value_, error_); }
  PRESIGN_THROWS T&& value() && { return std::move(value()); }
  /// @}

  /// @{
  /// The same as value(), and checked as well.
  PRESIGN_THROWS T& operator*() & { return value(); }
  PRESIGN_THROWS const T& operator*() const& { return value(); }
  PRESIGN_THROWS T&& operator*() && { return std::move(*this).value(); }
  PRESIGN_THROWS T* operator->() { return &value(); }
  PRESIGN_THROWS const T* operator->() const { return &value(); }
  /// @}

  /// The error. A success returns an empty one: code 0, no message. Never throws.
  const presign::error& error() const noexcept { return error_; }

 private:
  template <class Optional>
  PRESIGN_THROWS static auto& value_of(Optional& value, const presign::error& failure) {
    if (!value) {
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
      throw std::system_error(failure.code, failure.message);
#else
      on_missing_value(failure);
#endif
    }
    return *value;
  }

  std::optional<T> value_;
  presign::error error_;
};

}  // namespace presign

template <>
struct std::is_error_code_enum<presign::errc> : std::true_type {};
