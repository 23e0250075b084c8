// The object store and STS, over HTTP. Whatever a store answers is parsed strictly.
//
// All functions here throw store_unavailable and store_rejected, and std::system_error if there are
// no credentials. Threads may share the classes.
#pragma once

#include "settings.hpp"

#include <presign/credentials.hpp>
#include <presign/s3.hpp>
#include <presign/signer.hpp>

#include <chrono>
#include <cstdint>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace broker {

/// The store could not be reached, failed, or sent an invalid response. Trying again may help.
struct store_unavailable : std::runtime_error {
  using runtime_error::runtime_error;
};

/// The store rejected the request.
struct store_rejected : std::runtime_error {
  store_rejected(const std::string& message, std::string error_code)
      : runtime_error(message), code(std::move(error_code)) {}
  std::string code;  // of S3: "AccessDenied"; empty if the response has none
};

struct http_response {
  int status;
  std::string body;
  std::chrono::seconds clock_ahead{0};  // of this machine's
};

/// Describes a store's error response: "AssumeRole: 403 AccessDenied …", with the store's message,
/// and with the difference of the clocks if it may be the reason.
store_rejected rejection(const std::string& operation, const http_response& response);

/// Sends signed requests, by libcurl.
class http_client {
 public:
  /// Takes a file with certificate authorities, or nothing for the system's.
  explicit http_client(std::string ca_file = {});

  /// Sends a request, byte for byte as it was signed. Each has its own connection, so a store may
  /// stop and start in between. Takes 10 seconds at most.
  http_response send(const std::string& method, const std::string& url,
                     const std::vector<presign::name_value>& headers,
                     const std::string& body = {}) const;

  /// Sends a presigned_url or a signed_request.
  template <class Signed>
  http_response send(const Signed& request, const std::string& body = {}) const {
    return send(request.method, request.url, request.headers, body);
  }

 private:
  std::string ca_file_;
};

// ── S3 ──────────────────────────────────────────────────────────────────────────────────────────

struct listed_object {
  std::string key;  // raw bytes
  std::uint64_t size;
  std::string last_modified;  // ISO 8601
};

struct listing {
  std::vector<listed_object> objects;
  std::vector<std::string> prefixes;  // raw bytes
  std::string next;                   // the continuation token; empty on the last page
};

/// Reads one page of ListObjectsV2.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
listing parse_listing(const std::string& xml);

/// Returns the bucket at an endpoint, or at AWS's if that is empty. Other stores have buckets in
/// the path: few have a host name for each. Throws std::system_error if the name is not valid.
presign::s3::bucket bucket_at(const std::string& name, const std::string& region,
                              const std::string& endpoint);

/// The operations of a bucket: each is a presigned URL, used at once.
class object_store {
 public:
  object_store(presign::s3::bucket bucket, const http_client& http)
      : bucket_(std::move(bucket)), http_(http) {}

  /// Returns the object's bytes, or nothing if there is no such object.
  std::optional<std::string> get(const std::string& key,
                                 const presign::credentials& credentials) const;

  /// Stores an object unless there is one with this key, and returns whether it did. If several
  /// requests try at once, one succeeds.
  bool create(const std::string& key, const std::string& body,
              const presign::credentials& credentials) const;

  /// Stores an object, and replaces the one that is there.
  void put(const std::string& key, const std::string& body,
           const presign::credentials& credentials) const;

  listing list(presign::s3::list_options options, const presign::credentials& credentials) const;

 private:
  http_response send(const presign::request& request, const presign::credentials& credentials,
                     const std::string& body = {}) const;

  presign::s3::bucket bucket_;
  const http_client& http_;
};

// ── STS ─────────────────────────────────────────────────────────────────────────────────────────

/// Returns the credentials in a response of AssumeRole. The status alone proves nothing: Ceph
/// responds with 200 and a list of buckets to requests that it does not understand. Throws
/// store_unavailable, too, if nothing can be signed with the credentials now.
presign::credentials parse_assume_role(const std::string& xml,
                                       presign::time_point now = presign::now());

/// Returns a session policy that allows to list and to get the objects under a prefix. An empty
/// policy, for an empty prefix, allows what the role allows.
std::string session_policy(const std::string& bucket, const std::string& prefix);

/// Assumes the role of the settings for one member.
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
presign::credentials assume_role(const settings& config, const http_client& http,
                                 const std::string& member, const std::string& policy);

}  // namespace broker
