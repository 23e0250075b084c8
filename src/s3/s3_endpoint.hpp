// Where S3 is: AWS's rules, from what is known of a bucket to an address and how to sign for it.
//
// The rules are those of the "endpoint rule set" that AWS publishes with its SDKs (botocore:
// data/s3/2006-03-01/endpoint-rule-set-1.json), and src/s3_endpoint.cpp takes them in its order.
//
// Presign departs from them where they would build an address that cannot work, or drop what they
// were given without a word:
//   - A region that is no host label is refused always, not only where the bucket is in the host.
//   - A custom endpoint must be a URL always, and is where the request goes, with its scheme and
//     its base path, before the bucket: for S3 Outposts too. A multi-region access point, which has
//     no other address than AWS's, refuses one.
//   - What puts more than a bucket before the host (ARNs, Outposts aliases) refuses an endpoint
//     that is an IP address; a bucket with a dot in its name goes into the path there.
//   - For "aws-global", us-east-1 signs always, before an http endpoint too.
//   - An Outposts alias refuses FIPS, dual-stack and S3 Accelerate, as an Outposts ARN does.
//   - An ARN has nothing behind its access point, agrees with itself (region with partition,
//     service with resource), and makes host labels of no more than 63 characters.
//   - S3 Outposts, for which AWS lists SigV4A and SigV4 both, is signed with SigV4: a signature for
//     one region, not for all.
// s3::bucket asks these rules; what it adds stands above parameters_of in src/s3.cpp.
#pragma once

#include "s3/endpoint_url.hpp"

#include <presign/error.hpp>
#include <presign/request.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace presign::detail {

/// The rule set's parameters, by its names. The last five are those of operations that s3::bucket
/// does not have, or of a client's settings.
struct s3_endpoint_parameters {
  std::string_view bucket = {};  ///< name, alias or ARN, raw; empty for an operation without one
  std::string_view region = {};
  std::optional<endpoint_url> endpoint = {};
  bool use_fips = false;
  bool use_dual_stack = false;
  bool accelerate = false;
  bool force_path_style = false;
  bool use_arn_region = true;
  bool disable_s3_express_session_auth = false;

  bool use_global_endpoint = false;
  bool use_s3_express_control_endpoint = false;
  bool use_object_lambda_endpoint = false;
  bool disable_access_points = false;
  bool disable_multi_region_access_points = false;
};

struct s3_endpoint {
  std::string scheme = "https";
  std::string host = {};
  std::string path = {};  ///< what comes before the key, raw: "", "/base" or "/base/bucket"
  bool bucket_in_path = false;

  std::string service = "s3";
  std::string region = {};  ///< that signs; with SigV4A, the region set
  signing_algorithm algorithm = signing_algorithm::sigv4;
  bool express_session = false;  ///< the session token is one of S3 Express
};

/// Errors: invalid_region, invalid_bucket, invalid_endpoint, conflicting_options.
result<s3_endpoint> resolve_s3_endpoint(const s3_endpoint_parameters& in);

}  // namespace presign::detail
