// The front door: credentials and a request in, a signed URL (or signed headers) out.
#pragma once

#include <presign/credentials.hpp>
#include <presign/error.hpp>
#include <presign/request.hpp>
#include <presign/time.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

/// Signed URLs: signer makes them, and verify() judges them.
namespace presign {

namespace s3 {
class post_policy;
}
struct presigned_post;
namespace detail {
struct signer_state;
}

/// X-Amz-Expires is at least 1 second and at most 7 days.
inline constexpr std::chrono::seconds max_expiry{604800};

/// What to do when the credentials are known to die before the URL does.
enum class on_credential_expiry {
  report,  ///< sign as asked; presigned_url::expires_at tells the true end
  clamp,   ///< let X-Amz-Expires end with the credentials
  fail,    ///< errc::credentials_expire_first
};

/// How to presign; the defaults are what most want.
struct presign_options {
  /// The signing time; now, where it is not given.
  std::optional<time_point> at = {};
  /// Where credentials::expires_at is known.
  on_credential_expiry when_credentials_expire_first = on_credential_expiry::report;
  /// Round the signing time down to a multiple of this, and add as much to X-Amz-Expires: all
  /// through such a window the same request gives the same URL, which browsers and CDNs can
  /// cache, and at least the life asked for remains. 0 or less: no rounding. With SigV4A, whose
  /// signatures are random, each URL differs all the same.
  std::chrono::seconds stable_window{0};
  /// Set the signing time this much earlier, and add as much to X-Amz-Expires: for servers whose
  /// clock is behind ours. 0 or less: not at all.
  std::chrono::seconds backdate{0};
};

/// Something to know about a URL or a form that is signed correctly.
enum class warning {
  /// The path has a segment "." or "..". Browsers and other clients that follow the WHATWG URL
  /// standard rewrite it before they send it, and the server then refuses the signature.
  dot_segments,
  /// A form field has a line break other than CRLF. Browsers send it as CRLF, and the policy then
  /// refuses it.
  line_breaks,
  /// A form field has "$$", which Amazon S3 is known to refuse.
  /// https://github.com/boto/boto3/issues/4514
  dollar_signs,
  /// The credentials die before the expiry asked for, and what they signed dies with them.
  credentials_expire_first,
};

/// The warning as a sentence.
PRESIGN_EXPORT std::string_view describe(warning what) noexcept;

/// A signed URL, and what there is to know about it.
struct presigned_url {
  std::string url;     ///< percent-encoded, ready to be used as it is
  std::string method;  ///< the one that the URL is good for
  /// The headers that must be sent with the URL, with exactly these values: those that were asked
  /// to be signed. (Host is not among them: the URL implies it.)
  std::vector<header> headers;
  time_point signed_at;  ///< the signing time, X-Amz-Date
  /// When the URL stops to work: its own expiry or that of the credentials, whichever is earlier.
  time_point expires_at;
  std::vector<warning> warnings;  ///< what to know about it
};

/// A request whose signature travels in its headers.
struct signed_request {
  std::string url;     ///< percent-encoded, ready to be used as it is
  std::string method;  ///< the one that was signed
  /// All signed headers but host, and those that signing adds: x-amz-date, for temporary
  /// credentials x-amz-security-token (S3 Express: x-amz-s3session-token), for S3
  /// x-amz-content-sha256, for SigV4A x-amz-region-set, and authorization.
  std::vector<header> headers;
  time_point signed_at;  ///< the signing time, x-amz-date
};

/// A request signed at one time for any number of objects, such as those on a page. Its URLs differ
/// in the key and the signature alone. It gives no warnings. Immutable: any number of threads may
/// share one.
class PRESIGN_EXPORT url_batch {
 public:
  /// Appends the URL for the key, raw. It allocates nothing where `url` has room. Where there is an
  /// error, `url` is as it was: invalid_key, crypto_failure.
  std::optional<error> append(std::string& url, std::string_view key) const;

  /// @{
  /// What presigned_url tells of each of them.
  const std::string& method() const noexcept;
  const std::vector<header>& headers() const noexcept;
  time_point signed_at() const noexcept;
  time_point expires_at() const noexcept;
  /// @}

 private:
  friend class signer;
  struct state;
  explicit url_batch(std::shared_ptr<const state> made) : state_(std::move(made)) {}
  std::shared_ptr<const state> state_;
};

/// Signs requests with one set of credentials. Immutable: any number of threads may share one.
/// When the credentials change, make a new one.
class PRESIGN_EXPORT signer {
 public:
  /// Takes the credentials as they are: what is wrong with them is told by presign() and sign().
  explicit signer(credentials who);
  /// @{
  /// Shares the state; a move does too, and leaves a whole signer.
  signer(const signer&) = default;
  signer& operator=(const signer&) = default;
  /// @}
  ~signer() = default;

  /// Signs the request in its URL ("query signing"), good for expires_in from the signing time.
  /// Errors: those of errc but for the ones about files and profiles.
  /// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  result<presigned_url> presign(const request& what, std::chrono::seconds expires_in,
                                const presign_options& options = {}) const;

  /// Signs the request for one object after another: all but the key is done here, once. The key
  /// that the request has stands for any.
  /// Errors: as presign(); invalid_path for a request that s3::bucket did not make for an object.
  result<url_batch> batch(const request& what, std::chrono::seconds expires_in,
                             const presign_options& options = {}) const;

  /// Signs a form for uploads from a browser, good for expires_in from the signing time; see
  /// <presign/post.hpp>. Errors: as presign(), and invalid_field, reserved_name, invalid_field.
  /// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
  result<presigned_post> presign_post(const s3::post_policy& what, std::chrono::seconds expires_in,
                                      const presign_options& options = {}) const;

  /// Signs the request in its headers. Servers accept it for about 15 minutes from `at`, which is
  /// now where it is not given.
  /// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
  result<signed_request> sign(const request& what, std::optional<time_point> at = {}) const;

 private:
  std::shared_ptr<const detail::signer_state> state_;
};

/// The URL with the values of X-Amz-Signature and the session token replaced, fit for a log.
/// Takes any text; what is not such a parameter is returned as it is.
PRESIGN_EXPORT std::string redact(std::string_view url);

}  // namespace presign
