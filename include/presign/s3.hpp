// Amazon S3 and compatible stores: bucket and key in, request out.
//
// A bucket is immutable after at(); any number of threads may share one.
#pragma once

#include <presign/error.hpp>
#include <presign/request.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace presign {
class signer;
}

/// What only S3 has: buckets, keys and their addresses.
namespace presign::s3 {

class post_policy;

/// Where the bucket's name stands in the URL.
enum class addressing {
  /// Virtual host if the bucket can be a host label. Path otherwise: for a name under 3 or over 63
  /// characters, with upper case or an underscore, or with a dot under https; or if the endpoint is
  /// an IP address or a single label (localhost).
  automatic,
  virtual_host,  ///< https://bucket.s3.us-east-2.amazonaws.com/key
  path,          ///< https://s3.us-east-2.amazonaws.com/bucket/key
};

/// Where a bucket is. Most buckets need only the region.
struct location {
  /// The bucket's region, which is signed and is part of AWS's host names. It may be empty for an
  /// ARN.
  std::string region;
  /// The address of another store, as users of the URL see it (the public one of a proxy):
  /// "scheme://host[:port][/base/path]", percent-encoded. Empty means AWS's endpoint in the region.
  std::string endpoint = {};
  /// Where the bucket's name stands.
  addressing style = addressing::automatic;
  // Variants of AWS's endpoints
  bool fips = false;        ///< the one validated under FIPS 140
  bool dual_stack = false;  ///< the one for IPv6 as well as IPv4
  bool accelerate = false;  ///< S3 Transfer Acceleration
  /// If `region` and an ARN's region differ, use the ARN's; false: errc::conflicting_options.
  bool use_arn_region = true;
  /// S3 Express: the session token comes from CreateSession, and is sent as X-Amz-S3session-Token.
  /// False: it belongs to temporary credentials of the usual kind.
  bool express_session = true;
};

/// Query parameters of GetObject and HeadObject. Values are raw; empty ones are left out.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
struct get_options {
  std::string version_id = {};          ///< versionId: an older version
  std::optional<int> part_number = {};  ///< partNumber, 1 to 10000
  /// @{
  /// The header of S3's response, in place of the one stored with the object; for
  /// Content-Disposition see content_disposition().
  std::string response_cache_control = {};
  std::string response_content_disposition = {};
  std::string response_content_encoding = {};
  std::string response_content_language = {};
  std::string response_content_type = {};
  std::string response_expires = {};
  /// @}
};

/// Query parameters of ListObjectsV2. Values are raw; empty ones are left out.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/API_ListObjectsV2.html
struct list_options {
  std::string prefix = {};              ///< only keys that begin with this
  std::string delimiter = {};           ///< keys are grouped up to it: "/"
  std::optional<int> max_keys = {};     ///< 0 to 1000
  std::string continuation_token = {};  ///< from the previous response
  std::string start_after = {};         ///< only keys after this one
  /// Ask for percent-encoded keys: XML 1.0 cannot hold every key.
  bool encoding_type_url = false;
};

/// A bucket at its address. The methods below describe one request each; give it to
/// signer::presign. A key that no object can have (empty, over 1024 bytes, with a NUL or
/// invalid UTF-8) is reported when the request is signed.
class PRESIGN_EXPORT bucket {
 public:
  /// Takes a bucket's name, the alias of an access point, or the ARN of an access point, of a
  /// multi-region one (signed with SigV4A, for all regions) or of one of S3 Object Lambda or S3 on
  /// Outposts. The name of an S3 Express bucket ends as in "--usw2-az1--x-s3". The address follows
  /// AWS's rules; options that conflict (FIPS with S3 Accelerate) are rejected.
  /// Errors: invalid_bucket, invalid_region, invalid_endpoint, conflicting_options.
  /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-bucket-intro.html
  static result<bucket> at(std::string_view name_or_arn, const s3::location& location);

  /// GetObject.
  request get(std::string_view key, const get_options& options = {}) const;
  /// HeadObject.
  request head(std::string_view key, const get_options& options = {}) const;
  /// PutObject.
  request put(std::string_view key) const;
  /// DeleteObject; with a version id, that version for good.
  request remove(std::string_view key, std::string_view version_id = {}) const;
  /// ListObjectsV2.
  request list(const list_options& options = {}) const;
  /// A form that uploads an object from a browser, for signer::presign_post; see
  /// <presign/post.hpp>. "${filename}" in the key stands for the name of the file. A multi-region
  /// access point takes no forms: errc::conflicting_options, when it is signed.
  post_policy post(std::string_view key) const;

 private:
  friend class presign::signer;
  bucket() = default;
  request object(std::string_view method, std::string_view key) const;

  request common_;  // what all requests begin as; its path is what comes before "/key"
  std::string name_;
};

/// A Content-Disposition value that makes browsers save the object under a name in any script:
/// `attachment; filename="fallback.txt"; filename*=UTF-8''…`. Takes the raw file name, in UTF-8;
/// what cannot stand in a file name ('/', '\', control characters) becomes '_', and bytes that are
/// not UTF-8 become U+FFFD. RFC 6266, RFC 8187.
PRESIGN_EXPORT std::string content_disposition(std::string_view file_name);

}  // namespace presign::s3
