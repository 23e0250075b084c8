// Bucket and key, read back from a URL.
#pragma once

#include <string>
#include <string_view>

namespace presign::detail {

struct s3_address {
  std::string bucket = {};
  std::string key = {};
  bool bucket_is_in_host = false;
  std::string region = {};      ///< the one in AWS's host; empty where the host names none
  bool is_global_host = false;  ///< AWS's, without a region
};

/// Takes the host with or without its port, and the path raw. A host that is none of AWS's tells
/// nothing, and the bucket then is the first part of the path.
s3_address s3_address_of(std::string_view host, std::string_view path);

}  // namespace presign::detail
