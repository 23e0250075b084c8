// A bucket over HTTP: each operation is a presigned URL, used at once.
#pragma once

#include "http_client.hpp"
#include "store_error.hpp"

#include <presign/credentials.hpp>
#include <presign/s3.hpp>

#include <optional>
#include <string>

namespace broker {

/// Returns the bucket at an endpoint; at AWS's own if that is empty. Other stores have buckets in
/// the path: few have a host name for each. Throws std::system_error if the name is not valid.
presign::s3::bucket bucket_at(const std::string& name, const std::string& region,
                              const std::string& endpoint);

/// Describes a store's error response: "AssumeRole: 403 AccessDenied".
store_refused refusal(const std::string& operation, const http_answer& answer);

/// All its operations throw store_unavailable and store_refused.
class object_store {
 public:
  object_store(presign::s3::bucket where, const http_client& http)
      : bucket_(std::move(where)), http_(http) {}

  /// Returns the object's bytes, or nothing if there is no such object.
  std::optional<std::string> get(const std::string& key, const presign::credentials& who) const;

  /// Stores an object unless there is one under this key, and says whether it did. Of any number
  /// that try at once, one does.
  bool create(const std::string& key, const std::string& body,
              const presign::credentials& who) const;

  /// Stores an object, whatever was there.
  void put(const std::string& key, const std::string& body, const presign::credentials& who) const;

  /// Returns a response of ListObjectsV2, as XML.
  std::string list(const presign::s3::list_options& what, const presign::credentials& who) const;

 private:
  http_answer send(const presign::request& what, const presign::credentials& who,
                   const std::string& body = {}) const;

  presign::s3::bucket bucket_;
  const http_client& http_;
};

}  // namespace broker
