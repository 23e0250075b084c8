// One HTTP request to be signed, described in raw bytes.
//
// Everything here is raw: a space is a space, and 'ä' is its UTF-8 bytes. presign percent-encodes
// it once. If you encode it yourself, it is encoded twice, unless you say so (path_is_encoded).
//
// All types here are values: threads may share an object as long as none of them changes it.
#pragma once

#include <presign/error.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace presign {

/// A query parameter, a header or a field of a form. The names of headers and fields are compared
/// without regard to case. A parameter without a value ("?acl") has an empty value: SigV4 writes
/// both as "acl=".
struct name_value {
  std::string name;   ///< "versionId", "Content-Type"
  std::string value;  ///< raw, or for a header as it is sent
};

/// A view of a name_value.
struct name_value_view {
  std::string_view name;   ///< "versionId", "Content-Type"
  std::string_view value;  ///< raw, or for a header as it is sent
};

/// How a service applies SigV4, if services differ in it.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
struct service_rules {
  bool normalize_path = true;  ///< sign the path without ".", ".." and empty segments
  /// Percent-encode the path twice in the canonical request (the URL carries it encoded once).
  bool encode_path_twice = true;
  /// Presign a request that names no payload hash with UNSIGNED-PAYLOAD, not an empty body's hash.
  bool unsigned_payload = false;
  /// Send and sign the payload hash as the header x-amz-content-sha256, except in a presigned URL
  /// whose payload is unsigned.
  bool content_sha256_header = false;
  /// Sign the session token. AWS IoT wants it added after signing, unsigned.
  bool sign_session_token = true;
  /// Name tokens of CreateSession (S3 Express) X-Amz-S3session-Token, not X-Amz-Security-Token.
  bool s3_session_token = false;
  bool require_expires = false;  ///< verifying rejects a presigned URL that has no X-Amz-Expires

  /// Returns the rules of a service, by its signing name. The S3 family (s3, s3express,
  /// s3-object-lambda, s3-outposts) signs the path encoded once and not normalised, leaves the
  /// payload unsigned, and requires X-Amz-Expires; s3express has session tokens of its own.
  /// iotdevicegateway takes session tokens unsigned, and aoss wants the payload hash as a header.
  /// Every other service has the defaults above.
  PRESIGN_EXPORT static service_rules of(std::string_view service) noexcept;
};

/// The algorithm that signs a request.
enum class signing_algorithm {
  sigv4,  ///< AWS4-HMAC-SHA256, for one region: nearly all services, and all other stores
  /// AWS4-ECDSA-P256-SHA256, for a set of regions: S3 multi-region access points. Its signatures
  /// are random: no two are equal, even of the same request.
  sigv4a,
};

/// Something to know about a URL, a request or a form that is signed correctly.
enum class warning {
  /// The path has a segment "." or "..". Browsers and other clients that follow the WHATWG URL
  /// standard remove it before they send the URL, and the server then rejects the signature.
  dot_segments,
  /// A form field has a line break other than CRLF: browsers send CRLF, and the server rejects it.
  line_breaks,
  /// A form field has "$$", which Amazon S3 is known to reject.
  /// https://github.com/boto/boto3/issues/4514
  dollar_signs,
  credentials_expire_first,  ///< the URL expires with the credentials, before the time asked for
  /// The access key id begins with "ASIA", as those of temporary credentials do, and there is no
  /// session token, without which AWS rejects them.
  missing_token,
  /// The endpoint's host or base path names the bucket, which the URL then has twice. If the
  /// endpoint is the bucket's own, see s3::addressing::bucket_endpoint.
  bucket_in_endpoint,
  /// A header to be sent has a value that is not ASCII, which Amazon S3 and other servers reject.
  non_ascii_header,
  /// A response-* parameter has a character outside ISO-8859-1, which Amazon S3 rejects.
  /// s3::content_disposition() writes any file name in ASCII.
  /// https://github.com/guardian/grid/pull/1716
  non_latin1_response,
};

PRESIGN_EXPORT std::string_view name(warning warning) noexcept;  ///< as spelt above, for programs
PRESIGN_EXPORT std::string_view describe(warning warning) noexcept;  ///< a sentence for people

/// A request to be signed. Fill in what you need, or let s3::bucket do it.
class request {
 public:
  std::string method = "GET";    ///< as it will be sent: methods are case-sensitive
  std::string scheme = "https";  ///< "https" or "http"; for WebSockets, "wss" or "ws"
  /// Host name or address, with ":port" unless the port is the scheme's default. The URL and the
  /// signed Host header both have it, in lower case and without the default port. Give an IPv6
  /// address in its canonical form (RFC 5952, such as "[2001:db8::1]"), as clients rewrite others.
  std::string host;
  std::string path = "/";  ///< raw, beginning with '/'; nothing is split, joined or collapsed
  /// The path is percent-encoded already, and is sent as it is. Only in this form can a segment
  /// hold a slash: "/model/" + sigv4::uri_encode(arn) + "/invoke". RFC 3986 says what an encoded
  /// path may hold.
  bool path_is_encoded = false;
  std::vector<name_value> query_parameters = {};  ///< except those that signing adds, in any order
  /// The headers to sign besides host. Users of the URL must send each of them with exactly
  /// this value, so do not sign any if the URL is to work as a plain link in a browser.
  std::vector<name_value> headers = {};
  /// sigv4::payload_hash(body), or a literal of the service. If it is empty, a presigned S3 URL
  /// signs UNSIGNED-PAYLOAD, and any other request the SHA-256 of an empty body.
  std::string payload_hash = {};
  std::string service = "s3";  ///< its signing name: "s3", "sts", "execute-api", …
  /// The region in the credential scope: "us-east-1", "auto", … With SigV4A, the region set in
  /// X-Amz-Region-Set: "us-east-1,us-west-2", with '*' as a wildcard, or "*" for all regions.
  std::string region = {};
  signing_algorithm algorithm = signing_algorithm::sigv4;  ///< SigV4A takes a region set
  std::optional<service_rules> rules = {};  ///< instead of service_rules::of(service)

  /// Adds a query parameter, raw, and returns the request, so that calls can be chained.
  request& query(std::string name, std::string value) {
    query_parameters.push_back({std::move(name), std::move(value)});
    return *this;
  }
  /// Adds a header to sign, and returns the request, so that calls can be chained.
  request& header(std::string name, std::string value) {
    headers.push_back({std::move(name), std::move(value)});
    return *this;
  }

  /// Makes signing fail with this error, unless there is one already: for code that builds
  /// requests, such as s3::bucket, and was given something that no request can hold.
  void fail(presign::error reason) {
    if (!error_) error_ = std::move(reason);
  }
  /// Returns the error with which signing will fail, if fail() was called.
  const std::optional<presign::error>& error() const noexcept { return error_; }

  /// Adds a warning to those that signing gives; like fail(), for code that builds requests.
  void warn(warning about) { warnings_.push_back(about); }
  /// Returns the warnings that warn() has added.
  const std::vector<warning>& warnings() const noexcept { return warnings_; }

 private:
  std::optional<presign::error> error_;
  std::vector<warning> warnings_;
};

/// Returns a text that is safe to log: each signature, session token and secret access key in it is
/// replaced by "REDACTED". Takes any text, such as a URL, a URL in another, JSON or a header, and
/// leaves the rest as it is. Finds secrets by their names, such as X-Amz-Signature; signatures also
/// as 48 or more hex digits, except after '/' or "sha256="; and AWS's tokens by their beginning.
/// Where a word of a sentence may stand, after a blank or a quote, secrets of 16 characters or
/// more. Takes linear time.
PRESIGN_EXPORT std::string redact(std::string_view text);

}  // namespace presign
