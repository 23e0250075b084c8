// Credentials and a request in; a signed URL, signed headers or a signed form out.
// Signers and batches are immutable: any number of threads may share one, and copies are cheap.
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
#include <vector>

/// Presigned URLs: signer makes them, verifier checks them, explain() says why one was rejected.
namespace presign {

namespace s3 {
class bucket;
class post_policy;
}  // namespace s3
struct presigned_post;
namespace detail {
struct signer_state;
}

/// X-Amz-Expires is at least 1 second and at most 7 days.
inline constexpr std::chrono::seconds max_expiry{604800};

/// What to do if the credentials expire before the URL does.
enum class on_credential_expiry {
  report,  ///< sign as asked; presigned_url::expires_at tells when the URL really expires
  clamp,   ///< shorten X-Amz-Expires, so that the URL expires with the credentials
  fail,    ///< errc::credentials_expire_first
};

/// How to presign. The defaults are what most callers want.
struct presign_options {
  std::optional<time_point> at = {};  ///< the signing time; empty: now
  /// Applies if credentials::expires_at is known.
  on_credential_expiry when_credentials_expire_first = on_credential_expiry::report;
  /// If positive, rounds the signing time down to a multiple of this, and adds this to
  /// X-Amz-Expires. During such a window the same request gives the same URL, except with SigV4A,
  /// so browsers and CDNs can cache it. Every URL is valid for at least the time asked for.
  std::chrono::seconds stable_window{0};
  /// If positive, sets the signing time back by this, and adds this to X-Amz-Expires: for
  /// servers whose clock is behind ours.
  std::chrono::seconds backdate{0};
};

/// How to sign a request in its headers.
struct sign_options {
  std::optional<time_point> at = {};  ///< the signing time; empty: now
};

/// What the URLs of a batch have in common. The fields mean the same as in presign::request.
struct batch_options {
  std::string method = "GET";                     ///< the HTTP method
  std::vector<name_value> query_parameters = {};  ///< raw
  std::vector<name_value> headers = {};           ///< to be sent with each URL
  std::string payload_hash = {};                  ///< empty: UNSIGNED-PAYLOAD
  presign_options signing = {};                   ///< the options of presign()
};

/// A signed URL.
struct presigned_url {
  std::string url;     ///< percent-encoded, ready to be used as it is
  std::string method;  ///< the method that the URL is valid for
  /// The signed headers except host: send exactly these values. They are those of the request, and
  /// x-amz-content-sha256 if the service wants it.
  std::vector<name_value> headers;
  time_point signed_at;  ///< the signing time, X-Amz-Date
  /// When the URL stops working: its own expiry or that of the credentials, whichever is earlier.
  time_point expires_at;
  std::vector<warning> warnings;  ///< what to know about the URL
};

/// A request whose signature is in its headers.
struct signed_request {
  std::string url;     ///< percent-encoded, ready to be used as it is
  std::string method;  ///< the method that was signed
  /// All signed headers except host, and those that signing adds: x-amz-date, for temporary
  /// credentials x-amz-security-token (S3 Express: x-amz-s3session-token), for S3
  /// x-amz-content-sha256, for SigV4A x-amz-region-set, and authorization.
  std::vector<name_value> headers;
  time_point signed_at;           ///< the signing time, x-amz-date
  std::vector<warning> warnings;  ///< what to know about the request
};

/// URLs for any number of objects of one bucket, such as those on a page, with one signing time.
/// They differ in the key and the signature alone.
class PRESIGN_EXPORT url_batch {
 public:
  url_batch(const url_batch&) = default;             ///< shares the immutable state
  url_batch& operator=(const url_batch&) = default;  ///< shares it; a moved-from one stays usable

  /// Appends the URL for a key, which is raw. Allocates nothing if `url` has room. If it fails,
  /// `url` is as before. Errors: invalid_key, crypto_failure.
  [[nodiscard]] std::optional<error> append(std::string& url, std::string_view key) const;

  /// Returns what all the URLs have in common. Its own `url` is empty, and its warnings are those
  /// that do not depend on a key.
  const presigned_url& common() const noexcept;

 private:
  friend class signer;
  struct state;
  explicit url_batch(std::shared_ptr<const state> shared) : state_(std::move(shared)) {}
  std::shared_ptr<const state> state_;
};

/// Signs requests with one set of credentials. If the credentials change, make a new signer. It
/// caches its signing keys by day, region and service, so keep a signer as long as its credentials.
class PRESIGN_EXPORT signer {
 public:
  /// Takes the credentials as they are. If they are not valid, presign() and sign() report it.
  explicit signer(credentials credentials);
  signer(const signer&) = default;             ///< shares the immutable state
  signer& operator=(const signer&) = default;  ///< shares it; a moved-from signer stays usable

  /// Signs the request in its URL ("query signing"), valid for expires_in from the signing time.
  /// Errors: invalid_expiry, invalid_time, credentials_expired, credentials_expire_first,
  /// missing_credentials, invalid_credentials, invalid_method, invalid_endpoint, invalid_path,
  /// invalid_service, invalid_region, invalid_parameter, reserved_name, invalid_header,
  /// crypto_failure, and the error of request::fail(), such as invalid_key.
  /// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
  result<presigned_url> presign(const request& request, std::chrono::seconds expires_in,
                                const presign_options& options = {}) const;

  /// Prepares URLs for any number of objects of the bucket: everything except the key is done here,
  /// once. Errors: as presign().
  result<url_batch> batch(const s3::bucket& bucket, std::chrono::seconds expires_in,
                          const batch_options& options = {}) const;

  /// Signs a form for uploads from a browser, valid for expires_in from the signing time; see
  /// <presign/post.hpp>. Errors: as presign(), and invalid_field.
  /// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
  result<presigned_post> presign_post(const s3::post_policy& policy,
                                      std::chrono::seconds expires_in,
                                      const presign_options& options = {}) const;

  /// Signs the request in its headers. Servers accept it for about 15 minutes from the signing
  /// time. Unless the request has a payload hash, its body must be empty. Errors: as presign().
  /// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
  result<signed_request> sign(const request& request, const sign_options& options = {}) const;

 private:
  std::shared_ptr<const detail::signer_state> state_;
};

}  // namespace presign
