// Amazon S3 and compatible stores: bucket and key in, request out.
// A bucket is immutable after at() or find(); any number of threads may share one.
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
  /// https://images.example.com/key: nowhere, as the location's endpoint is the bucket's own, such
  /// as a custom domain. ARNs, S3 Express and Outposts have none.
  bucket_endpoint,
};

/// Where a bucket is. Most buckets need only the region.
struct location {
  std::string region;  ///< signed, and part of AWS's host names; may be empty for an ARN
  /// The address of another store, as users of the URL see it (the public one of a proxy):
  /// "scheme://host[:port][/base/path]", percent-encoded. Empty means AWS's endpoint in the region.
  std::string endpoint = {};
  addressing style = addressing::automatic;  ///< where the bucket's name stands
  bool fips = false;                         ///< AWS's endpoint that is validated under FIPS 140
  bool dual_stack = false;                   ///< AWS's endpoint for IPv6 as well as IPv4
  bool accelerate = false;                   ///< AWS's endpoint of S3 Transfer Acceleration
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
  /// The response's header in place of the object's own. See also content_disposition().
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
  bool encoding_type_url = false;       ///< percent-encode keys: XML 1.0 cannot hold every key
};

/// A bucket at its address. The methods below describe one request each; give it to
/// signer::presign. A key that no object can have (empty, over 1024 bytes, with a NUL or
/// invalid UTF-8) is reported when the request is signed.
class PRESIGN_EXPORT bucket {
 public:
  /// Takes a bucket's name, the alias of an access point, or the ARN of an access point, of a
  /// multi-region one (signed with SigV4A, for all regions) or of one of S3 Object Lambda or S3 on
  /// Outposts. The name of an S3 Express bucket ends as in "--usw2-az1--x-s3". "tenant:bucket" is a
  /// bucket in Ceph or OpenStack, and goes into the path. Errors:
  /// invalid_bucket, invalid_region, invalid_endpoint, conflicting_options.
  /// https://docs.aws.amazon.com/AmazonS3/latest/userguide/access-bucket-intro.html
  static result<bucket> at(std::string_view name_or_arn, const s3::location& location);

  /// Looks up where the bucket is, as `aws s3` does, in the environment and the profile (chosen as
  /// in credentials::from_profile), which are read at each call: region, endpoint, addressing,
  /// FIPS, dual-stack and so on. presign(1) lists them under SETTINGS. A field that the location
  /// sets takes precedence; others stay open. Under an endpoint, the bucket is in the path, except
  /// for ARNs, S3 Express, hosts of Amazon S3 and addressing_style = virtual. Errors besides
  /// those of at(): missing_region, invalid_file, profile_not_found, invalid_parameter (the value
  /// of a setting). https://docs.aws.amazon.com/sdkref/latest/guide/settings-reference.html
  static result<bucket> find(std::string_view name_or_arn, std::string_view profile = {},
                             s3::location location = {});

  request get(std::string_view key, const get_options& options = {}) const;   ///< GetObject
  request head(std::string_view key, const get_options& options = {}) const;  ///< HeadObject
  request put(std::string_view key) const;                                    ///< PutObject
  /// DeleteObject; with a version id, that version for good.
  request remove(std::string_view key, std::string_view version_id = {}) const;
  request list(const list_options& options = {}) const;  ///< ListObjectsV2
  /// A form for uploads from a browser: see <presign/post.hpp>. "${filename}" in the key stands for
  /// the file's name. Signing one for a multi-region access point fails: errc::conflicting_options.
  post_policy post(std::string_view key) const;

 private:
  friend class presign::signer;
  bucket(request common, std::string name) : common_(std::move(common)), name_(std::move(name)) {}
  request object(std::string_view method, std::string_view key) const;

  request common_;    // what all requests begin as; its path is what comes before "/key"
  std::string name_;  // without a tenant, as policies have it
};

/// A Content-Disposition value that makes browsers save the object under a name in any script:
/// `attachment; filename="fallback.txt"; filename*=UTF-8''…`. Takes the raw file name, in UTF-8;
/// what cannot stand in a file name ('/', '\', control characters) becomes '_', and bytes that are
/// not UTF-8 become U+FFFD. RFC 6266, RFC 8187.
PRESIGN_EXPORT std::string content_disposition(std::string_view file_name);

}  // namespace presign::s3
