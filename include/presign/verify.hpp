// The receiving side: read what a request presents as its signature, and verify it.
//
//   received_request ─► parse_presigned ─► unverified_request ─┐
//                        (or parse_signed)        │            ├─► verify ─► verified
//                                                 ▼            │
//                              the credentials of its access key id
//
//     auto presented = presign::parse_presigned({"GET", target, headers});
//     if (!presented) return refuse(presented.error());
//     auto who = keys.find(presented->access_key_id);
//     if (!who) return refuse(…);
//     auto verdict = presign::verify(*presented, *who);
//     if (!verdict) return refuse(verdict.error());
//     serve(presented->method, verdict->path, presented->query_parameters);
//
// Nothing here does I/O or calls back, and all functions may be called by any number of threads.
// Memory grows with the length of the request alone, to less than a hundred bytes for each of its
// own, and time but for sorting too: bound the length of what you receive, and both are bounded.
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

/// A request as it was received. It is made of views, which must last for the call that takes it.
struct received_request {
  /// "GET", as it stands in the request line.
  std::string_view method;
  /// The target of the request line as it was received: "/path?query", still percent-encoded, and
  /// neither normalised nor rewritten by anything on the way.
  std::string_view target;
  /// All headers, Host among them, names in any case, in any order; HTTP/2's ":authority" is
  /// given as "host". Values with or without the blanks around them.
  std::vector<header_view> headers;
  /// The SHA-256 of the body in hex, where the receiver has computed it; empty where it has not.
  /// What it is good for is said at verified::payload_hash.
  std::string_view payload_hash = {};
};

/// What a request presents as its signature: read, and not believed yet. It owns all its text, and
/// shares it with its copies: a view of it lasts as long as one of these does. Whoever puts another
/// view into it keeps what that shows.
struct unverified_request {
  signing_algorithm algorithm = signing_algorithm::sigv4;  ///< X-Amz-Algorithm, or the header's
  /// Of the credentials that verify() is to be given.
  std::string_view access_key_id;
  /// With SigV4A, the region set.
  std::string_view region;
  std::string_view service;  ///< its signing name
  time_point signed_at;      ///< the signing time, X-Amz-Date
  /// X-Amz-Expires, 1 second to 7 days; none for a request that is signed in its headers.
  std::optional<std::chrono::seconds> expires;
  /// The names in lower case, sorted: "host;range".
  std::string_view signed_headers;
  /// As it was sent; empty where there is none.
  std::string_view session_token;

  /// What is asked for, decoded: raw bytes as in presign::request. Serve these (the path, as
  /// verified::path has it), not what another parser makes of the target. A '+' in the query was a
  /// space, and in the path it is a plus.
  /// @{
  std::string_view method;
  std::string_view path;
  /// @}
  /// In the order received, without those that signing adds.
  std::vector<parameter_view> query_parameters;

  // What verify() needs besides.

  /// The query parameters that signing adds, as sigv4::canonical_query has them, but for
  /// X-Amz-Signature. Empty for a request that is signed in its headers.
  std::string_view signing_query;
  /// sigv4::canonical_headers::lines of the signed headers.
  std::string_view header_lines;
  /// The value of the header x-amz-content-sha256; empty where there is none.
  std::string_view content_sha256;
  /// received_request::payload_hash.
  std::string_view payload_hash;
  /// Whether the session token has the name that S3 Express gives it.
  bool s3_session_token = false;
  /// The names, in lower case, of x-amz-* headers that are not signed.
  std::vector<std::string_view> unsigned_headers;
  /// In hex.
  std::string_view signature;

  /// What owns the text that all of these are views of.
  std::shared_ptr<const void> text;
};

/// Reads a request whose signature is in its query. The target is decoded, and verify() encodes it
/// anew: the case of hex digits, and whether a character was encoded at all, is not signed.
///
/// Errors: invalid_path, invalid_method, missing_signature, malformed_signature, two_signatures,
/// malformed_signature, unknown_algorithm,
/// malformed_signature, invalid_region, invalid_time, wrong_scope, invalid_expiry,
/// malformed_signature, unsigned_header, missing_header, invalid_header,
/// invalid_header, token_mismatch (two of them), malformed_signature.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
PRESIGN_EXPORT result<unverified_request> parse_presigned(const received_request& received);

/// Reads a request whose signature is in its Authorization header.
///
/// Errors: those of parse_presigned, and malformed_signature.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-auth-using-authorization-header.html
PRESIGN_EXPORT result<unverified_request> parse_signed(const received_request& received);

/// What the receiver is; the defaults take every region and service.
struct verify_options {
  /// The receiver's region: it must be the one signed for, or with SigV4A be in the region set.
  /// Empty: any.
  std::string_view region = {};
  /// The receiver's service, by its signing name. Empty: any.
  std::string_view service = {};
  /// How far ahead a signing time may be. A request that is signed in its headers is good for as
  /// long after it, 7 days at the most.
  std::chrono::seconds clock_skew{900};
  /// Where requests depart from service_rules::of(their service).
  std::optional<service_rules> rules = {};
};

/// A signature that is good.
struct verified {
  /// It is good before this time: the earlier of its own end and that of the credentials.
  time_point valid_until;
  /// The path that was signed, and is to be served: unverified_request::path, and where the rules
  /// normalise it, what is left of that. "/a/../b" and "//b" are not signed then, but "/b" is.
  std::string path;
  /// What the body must hash to, in hex, or a literal: UNSIGNED-PAYLOAD, STREAMING-…
  ///
  /// Where it is a hash and received_request::payload_hash was given, the two are the same. Where
  /// that was not given, the body is the receiver's to check: nothing else ties it to the
  /// signature.
  std::string payload_hash;
};

/// Verifies a signature with the credentials that its access key id names. Signatures and session
/// tokens are compared in constant time.
///
/// Errors, the first that applies in this order:
/// - about what was received: wrong_scope, unsigned_header, missing_header,
/// - about the credentials: invalid_credentials, wrong_access_key,
/// - signature_mismatch, and only after it, so that nothing is learnt from a forged signature,
/// - token_mismatch, not_yet_valid, expired, credentials_expired, payload_mismatch;
/// crypto_failure where libcrypto fails, and invalid_time where `at` is outside the years
/// 1 to 9999.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
PRESIGN_EXPORT result<verified> verify(const unverified_request& presented, const credentials& who,
                                       time_point at = now(), const verify_options& options = {});

/// Verifies again and again with the same credentials: it keeps their signing key of a day, region
/// and service, which verify() derives anew for each signature. As a signer, it is cheap to
/// copy, and shared by threads without a lock.
class verifier {
 public:
  /// Takes the credentials as they are: what is wrong with them is told by verify().
  PRESIGN_EXPORT explicit verifier(credentials who);

  /// As presign::verify with these credentials.
  PRESIGN_EXPORT result<verified> verify(const unverified_request& presented, time_point at = now(),
                                         const verify_options& options = {}) const;

 private:
  struct state;
  std::shared_ptr<const state> state_;
};

}  // namespace presign
