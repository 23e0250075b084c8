// The receiving side: parse a signed request, and verify its signature.
//
//   received_request ─► parse_request ─► unverified_request ─┐
//                                              │             ├─► verifier ─► verified
//                                              ▼             │
//                             credentials of its access key id
//
//     const auto request = presign::parse_request({"GET", target, headers});
//     if (!request) return reject(request.error());
//     const auto verifier = verifiers.find(request->access_key_id);  // yours: one for each key
//     if (!verifier) return reject("unknown access key id");
//     const auto verified = verifier->verify(*request);
//     if (!verified) return reject(verified.error());
//     serve(request->method, verified->path, request->query_parameters);
//
// Nothing here does I/O or calls back, and any number of threads may call all of it. Memory and
// (except for sorting) time grow with the length of the request only: limit what you receive.
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

namespace presign {

namespace detail {
struct unverified_parts;
}

/// A request as it was received. Its views must last for the call that takes it.
struct received_request {
  std::string_view method;  ///< as it stands in the request line: "GET"
  /// The target of the request line as it was received: "/path?query", still percent-encoded, and
  /// neither normalised nor rewritten on the way.
  std::string_view target;
  /// All headers, Host among them: names in any case, in any order, values with or without blanks
  /// around them. Pass HTTP/2's ":authority" as "host".
  std::vector<name_value_view> headers;
  /// sigv4::payload_hash(body), or empty if the body is not known. Services other than S3 sign the
  /// hash and do not send it: without it, only requests with an empty body are valid for them.
  std::string_view payload_hash = {};
};

/// A parsed request, whose signature is not verified yet. Copies share its text: a view lasts as
/// long as any of them does. Serve the method, verified::path and query_parameters, which are
/// decoded to raw bytes as in presign::request, not what another parser makes of the target.
/// Verify it as it was parsed, with no member changed.
struct unverified_request {
  signing_algorithm algorithm = signing_algorithm::sigv4;  ///< X-Amz-Algorithm
  std::string_view access_key_id;  ///< names the credentials that the verifier needs
  std::string_view region;         ///< in SigV4A, the region set
  std::string_view service;        ///< its signing name, such as "s3"
  time_point signed_at;            ///< X-Amz-Date
  /// X-Amz-Expires, 1 second to 7 days. Empty if the request is signed in its headers, or if the
  /// URL has none: S3 rejects such a URL, and most other services accept it.
  std::optional<std::chrono::seconds> expires;
  std::string_view signed_headers;  ///< names in lower case, sorted: "host;range"
  std::string_view session_token;   ///< decoded; empty if there is none
  bool is_presigned = true;         ///< the signature was in the query; false: in the headers

  std::string_view method;  ///< "GET"
  std::string_view path;    ///< raw; a '+' is a plus
  /// Raw; a '+' is a space. In the order received, which is not signed, also among parameters of
  /// one name; without those that signing adds.
  std::vector<name_value_view> query_parameters;
  /// What else the verifier needs, and the text of all views.
  std::shared_ptr<const detail::unverified_parts> parts;
};

/// Parses a signed request. Looks for the signature in the query first (any parameter that only
/// signing adds), then in the Authorization header. If you accept only presigned URLs, check
/// unverified_request::is_presigned. The query is decoded, and the verifier encodes it again:
/// neither the case of hex digits nor whether a character was encoded at all is signed. For S3 the
/// same is true of the path. Services that encode the path twice sign it as it was received: then
/// "/a:b" and "/a%3Ab" are different requests. Allocates the text once, and the vectors.
///
/// Errors, the first that applies in this order: invalid_method, invalid_path, malformed_signature
/// (a header of signing is there twice), missing_signature, two_signatures, malformed_signature,
/// unknown_algorithm, invalid_region, invalid_time, wrong_scope (another date than the signing
/// time's), invalid_expiry, token_mismatch (two tokens), unsigned_header (host is not signed),
/// missing_header, invalid_header. malformed_signature may also come anywhere after its place here,
/// even last; for SigV4A, invalid_region comes after invalid_expiry; missing_signature comes last
/// if only X-Amz-Signature is missing.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
PRESIGN_EXPORT result<unverified_request> parse_request(const received_request& received);

/// What the receiver accepts. By default, it accepts every region and service.
struct verify_options {
  std::optional<time_point> at = {};  ///< the receiver's time; empty: now
  /// The receiver's region: the signature, or in SigV4A its region set, must be for it. Empty: any.
  std::string region = {};
  std::string service = {};  ///< the receiver's service, by its signing name; empty: any
  /// How far in the future a signing time may be. A request that is signed in its headers is valid
  /// for as long after its signing time, up to 7 days.
  std::chrono::seconds clock_skew{900};
  /// How long a presigned URL without X-Amz-Expires is valid, up to 7 days. The default is the
  /// validity that STS gives. To reject such URLs, set service_rules::require_expires.
  std::chrono::seconds default_expires{900};
  std::optional<service_rules> rules = {};  ///< instead of service_rules::of(the request's service)
};

/// A valid signature.
struct verified {
  time_point valid_until;  ///< valid before this: the earlier of its own end and the credentials'
  /// The path to serve. For S3 it is unverified_request::path, whose key may have ".." in it, as no
  /// file's name should. Other rules normalise what was sent: "/a/../b" and "//b" are signed as
  /// "/b". An encoded slash in a segment ("%2F") is a slash here; to tell it from a separator,
  /// split the path of the target before you decode it.
  std::string path;
  /// The SHA-256 that the body must have, in hex, or a literal: UNSIGNED-PAYLOAD, STREAMING-…
  /// A hash is equal to received_request::payload_hash if that was given. If it was not, check the
  /// body yourself: nothing else ties it to the signature.
  std::string payload_hash;
};

/// Verifies requests that one set of credentials signed. Copies share one immutable state; threads
/// share a verifier without a lock. Keep one for each access key: it caches its signing keys by
/// day, region and service, and deriving a key takes four HMACs.
class verifier {
 public:
  /// Takes any credentials; verify() reports if a half of the access key is missing.
  PRESIGN_EXPORT explicit verifier(credentials credentials);
  verifier(const verifier&) = default;             ///< shares the immutable state
  verifier& operator=(const verifier&) = default;  ///< shares it; a moved-from one stays usable

  /// Verifies a parsed request. Compares signatures and session tokens in constant time.
  ///
  /// Errors, the first that applies in this order: missing_signature (it was not parsed),
  /// wrong_scope, malformed_signature (X-Amz-Expires is missing, and the rules require it),
  /// unsigned_header, missing_header, invalid_credentials, wrong_access_key,
  /// signature_mismatch, token_mismatch, not_yet_valid, expired, credentials_expired,
  /// payload_mismatch, invalid_path (a segment ".." shows only in the decoded path, for rules that
  /// normalise paths). Those after signature_mismatch are reported only if the signature matches,
  /// so that a forger learns nothing from them. crypto_failure if libcrypto fails; invalid_time if
  /// verify_options::at is outside the years 1 to 9999.
  /// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
  PRESIGN_EXPORT result<verified> verify(const unverified_request& request,
                                         const verify_options& options = {}) const;

 private:
  struct state;
  std::shared_ptr<const state> state_;
};

}  // namespace presign
