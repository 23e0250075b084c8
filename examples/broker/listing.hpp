// Reads responses of ListObjectsV2.
// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace broker {

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

/// Reads one page. Throws store_unavailable if it is not one.
listing parse_listing(const std::string& xml);

}  // namespace broker
