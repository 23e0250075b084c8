// What is to be allowed: one HTTP request, described in raw bytes.
//
// Everything here is written as it is meant, not as it travels: a space is a space, an 'ä' is its
// UTF-8 bytes. presign percent-encodes, once. Encoding anything beforehand encodes it twice.
//
// These are plain values: distinct objects may be used by distinct threads freely, one object by
// many as long as nobody changes it.
#pragma once

#include <presign/error.hpp>

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace presign {

/// A query parameter, raw. A parameter without a value ("?acl") is one with an empty value: SigV4
/// writes both as "acl=".
struct parameter {
  std::string name;   ///< "versionId"
  std::string value;  ///< raw
};

/// An HTTP header. Names are compared without regard to case.
struct header {
  std::string name;   ///< "Content-Type"
  std::string value;  ///< as it is sent
};

/// A query parameter that lies elsewhere: what it views must outlive it.
struct parameter_view {
  std::string_view name;   ///< "versionId"
  std::string_view value;  ///< raw
};

/// An HTTP header that lies elsewhere: what it views must outlive it.
struct header_view {
  std::string_view name;   ///< "Content-Type"
  std::string_view value;  ///< as it is sent
};

/// How a service wants SigV4 applied where services differ.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
struct service_rules {
  /// Remove "." and ".." segments and doubled slashes from the path before it is signed.
  bool normalize_path = true;
  /// Sign the path as it is when the percent-encoded path is encoded once more.
  bool encode_path_twice = true;
  /// Where a presigned request names no payload hash: sign UNSIGNED-PAYLOAD, not the hash of an
  /// empty body.
  bool unsigned_payload = false;
  /// Send and sign the payload hash as the header x-amz-content-sha256, except in a presigned URL
  /// whose payload is unsigned.
  bool content_sha256_header = false;
  /// Sign the session token. Some services (iotdevicegateway) want it sent unsigned.
  bool sign_session_token = true;
  /// Name the session token X-Amz-S3session-Token, not X-Amz-Security-Token: S3 Express, for the
  /// tokens that its CreateSession gives.
  bool s3_session_token = false;

  /// The rules of a service by its signing name. The S3 family (s3, s3express, s3-object-lambda,
  /// s3-outposts) signs the path as it is sent and leaves the payload unsigned; s3express
  /// has session tokens of its own. Every other service has the defaults above.
  PRESIGN_EXPORT static service_rules of(std::string_view service) noexcept;
};

/// How a request is signed.
enum class signing_algorithm {
  sigv4,  ///< AWS4-HMAC-SHA256, for one region: what nearly all services and all other stores take
  /// AWS4-ECDSA-P256-SHA256, for a set of regions: what an S3 multi-region access point wants. No
  /// two of its signatures are the same, not even of the same request.
  sigv4a,
};

/// A request to be signed. An aggregate: fill in what you need, or let s3::bucket do it.
struct request {
  /// The HTTP method, as it will be sent: methods are case-sensitive.
  std::string method = "GET";
  /// "https" or "http".
  std::string scheme = "https";
  /// Host name or address, with ":port" where it is not the scheme's own. It feeds both the URL
  /// and the signed Host header, in lower case and without the scheme's default port.
  std::string host;
  /// The path, raw, beginning with '/'. Nothing is split, joined or collapsed.
  std::string path = "/";
  /// The query parameters besides those that signing adds, in any order.
  std::vector<parameter> query_parameters = {};
  /// The headers to sign besides host. Whoever uses the URL must send each of them with exactly
  /// this value, so sign none that a plain link in a browser is to do without.
  std::vector<presign::header> headers = {};
  /// The payload hash, where it is known: sigv4::payload_hash(body), or a literal of the service.
  /// Empty means the service's default: UNSIGNED-PAYLOAD in a presigned S3 URL, otherwise the
  /// SHA-256 of an empty body.
  std::string payload_hash = {};
  /// The signing name of the service: "s3", "sts", "execute-api", …
  std::string service = "s3";
  /// The region whose key signs: "us-east-1", "auto", … It stands in the credential scope.
  /// With SigV4A, the region set, which stands in X-Amz-Region-Set: "*" for all regions, or names
  /// joined with ',' ("us-east-1,us-west-2"), in which a '*' is a wildcard.
  std::string region = {};
  /// SigV4A wants a region set, above.
  signing_algorithm algorithm = signing_algorithm::sigv4;
  /// Where this request departs from service_rules::of(service).
  std::optional<service_rules> rules = {};
  /// Set by those who build requests, s3::bucket for one, when they were given something that no
  /// request can be made of. Signing such a request returns this error.
  std::optional<error> flaw = {};
  /// Set by s3::bucket: where in the path the object's key begins. A url_batch puts other keys
  /// there.
  std::optional<std::size_t> key_at = {};

  /// @{
  /// Adds a query parameter, raw, and returns the request, so that calls can be chained.
  request& query(std::string name, std::string value) & {
    query_parameters.push_back({std::move(name), std::move(value)});
    return *this;
  }
  request&& query(std::string name, std::string value) && {
    return std::move(query(std::move(name), std::move(value)));
  }
  /// @}

  /// @{
  /// Adds a header to sign, and returns the request, so that calls can be chained.
  request& header(std::string name, std::string value) & {
    headers.push_back({std::move(name), std::move(value)});
    return *this;
  }
  request&& header(std::string name, std::string value) && {
    return std::move(header(std::move(name), std::move(value)));
  }
  /// @}
};

}  // namespace presign
