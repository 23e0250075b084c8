// A bucket over HTTP: each operation is a presigned URL, used at once.
#pragma once

#include "http_client.hpp"
#include "store_error.hpp"

#include <presign/credentials.hpp>
#include <presign/s3.hpp>

#include <optional>
#include <string>

namespace broker {

/// Returns the bucket at an endpoint, or at AWS's if that is empty. Other stores have buckets in
/// the path: few have a host name for each. Throws std::system_error if the name is not valid.
presign::s3::bucket bucket_at(const std::string& name, const std::string& region,
                              const std::string& endpoint);

/// Describes a store's error response: "AssumeRole: 403 AccessDenied …", with the store's message.
store_rejected rejection(const std::string& operation, const http_response& response);

/// The operations of a bucket. All of them throw store_unavailable and store_rejected.
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

  /// Returns a response of ListObjectsV2, as XML.
  std::string list(const presign::s3::list_options& options,
                   const presign::credentials& credentials) const;

 private:
  http_response send(const presign::request& request, const presign::credentials& credentials,
                     const std::string& body = {}) const;

  presign::s3::bucket bucket_;
  const http_client& http_;
};

}  // namespace broker
