// S3's rules for addresses and keys.
//
// The "endpoint rule set" in AWS's SDKs says how to address a bucket and how to sign for it
// (botocore: data/s3/2006-03-01/endpoint-rule-set-1.json). endpoint.cpp follows its order.
//
// presign departs from it if an address could not work or an option would silently be dropped:
//   - A region that is not a host label is always rejected, not only if the bucket is in the host.
//   - A custom endpoint must be a URL. Its scheme and base path are always used, for S3 Outposts
//     too. A multi-region access point, which has no address except AWS's, rejects one.
//   - Under an endpoint of a single label (localhost, minio), which hardly ever has subdomains, a
//     bucket goes into the path unless the location asks for a virtual host.
//   - ARNs and Outposts aliases, which put more than a bucket before the host, reject an endpoint
//     that is an IP address; a bucket with a dot in its name goes into the path there.
//   - For "aws-global", us-east-1 always signs, for an http endpoint too.
//   - An Outposts alias rejects FIPS, dual-stack and S3 Accelerate, as an Outposts ARN does.
//   - S3 Express and Outposts aliases reject path-style addressing if they would not use it.
//   - An ARN has nothing after its access point, agrees with itself (region with partition, service
//     with resource), and makes host labels of at most 63 characters. Its service and resource are
//     checked first.
//   - S3 Outposts, for which AWS lists SigV4A and SigV4, is signed with SigV4: for one region.
#pragma once

#include <presign/s3.hpp>

namespace presign::detail {

/// Resolves a bucket's name, alias or ARN, raw, to the request that all requests of the bucket
/// begin as. Its path is what comes before the key: "", "/base" or "/base/bucket". An empty name
/// stands for the service, without a bucket. Cold, as it is called once for many requests.
/// Errors: invalid_bucket, invalid_region, invalid_endpoint, conflicting_options.
[[gnu::cold]] result<request> resolve_endpoint(std::string_view name, const s3::location& location);

/// The bucket and key of a URL.
struct s3_address {
  std::string bucket = {};
  std::string key = {};
  bool bucket_is_in_host = false;
  std::string region = {};      ///< the one in AWS's host; empty if the host names none
  bool is_global_host = false;  ///< AWS's, without a region
};

/// Reads the bucket and key from a host, with or without its port, and a raw path. A host that is
/// neither AWS's nor of R2, Spaces, Wasabi or B2 tells nothing; the bucket then is the first
/// segment of the path.
[[gnu::cold]] s3_address s3_address_of(std::string_view host, std::string_view path);

/// Returns whether a host (without a port) is one of Amazon S3's, which has no bucket in it:
/// s3.us-east-2.amazonaws.com, s3-accelerate.amazonaws.com, … A VPC endpoint is none, nor is a load
/// balancer, which may be called s3-something.
bool is_s3_host(std::string_view host);

/// Returns whether a bucket's name is meant as an ARN.
inline bool looks_like_arn(std::string_view text) noexcept { return text.substr(0, 4) == "arn:"; }

/// Checks that a key is one that an object can have. Error: invalid_key.
std::optional<error> check_key(std::string_view key);

}  // namespace presign::detail
