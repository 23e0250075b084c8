// The object store and STS, over HTTP. The responses are parsed strictly.
//
// All functions here throw store_unavailable and store_rejected, and std::system_error if there are
// no credentials.
#pragma once

#include "settings.hpp"

#include <presign/s3.hpp>
#include <presign/signer.hpp>

#include <chrono>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

namespace broker {

/// The store could not be reached, failed, or sent an invalid response. Trying again may help.
struct store_unavailable : std::runtime_error {
  using runtime_error::runtime_error;
};

/// The store rejected the request.
struct store_rejected : std::runtime_error {
  store_rejected(const std::string& message, int http_status, std::string error_code)
      : runtime_error(message), status(http_status), code(std::move(error_code)) {}
  int status;
  std::string code;  // of S3: "AccessDenied"; empty if the response has none
};

struct http_response {
  int status;
  std::string body;
  std::chrono::seconds clock_ahead{0};  // how far the store's clock is ahead of this machine's
};

/// Sends a request as it was signed, within 10 seconds. Each has its own connection, so a store may
/// stop and start in between.
http_response send(const presign::signed_request& request, const std::string& body,
                   const std::string& ca_file);

/// Signs a request and sends it. Returns the body of the response if its status is 200. The name of
/// the operation is for messages. The default is the broker's own credentials, read again each
/// time, so that new ones need no restart.
std::string perform(const settings& config, const std::string& operation, presign::request request,
                    const std::string& body = {},
                    const presign::credentials& credentials = presign::credentials::find().value());

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

/// Returns one page of a bucket's objects.
listing list_objects(const settings& config, const presign::s3::bucket& bucket,
                     presign::s3::list_options options, const presign::credentials& credentials);

/// Returns the credentials in a response of AssumeRole. The status alone proves nothing: Ceph
/// responds with 200 and a list of buckets to requests that it does not understand. Throws
/// store_unavailable, too, if nothing can be signed with the credentials now.
presign::credentials parse_assume_role(const std::string& xml,
                                       presign::time_point now = presign::now());

/// Returns a session policy that allows listing and getting the objects under a prefix. An empty
/// policy, for an empty prefix, allows what the role allows.
std::string session_policy(const std::string& bucket, const std::string& prefix);

/// Assumes the role of the settings for one member, limited to a prefix unless that is empty.
/// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
presign::credentials assume_role(const settings& config, const std::string& member,
                                 const std::string& prefix);

}  // namespace broker
