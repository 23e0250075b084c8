// Where S3 is: AWS's rules, from what is known of a bucket to an address and how to sign for it.
#include "s3/s3_endpoint.hpp"

#include "s3/arn.hpp"
#include "base/error_of.hpp"
#include "base/host.hpp"
#include "s3/partition.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <cstddef>
#include <utility>

namespace presign::detail {
namespace {

using parameters = s3_endpoint_parameters;

error conflict(const std::string& one, const std::string& other) {
  return {errc::conflicting_options, one + " cannot be used with " + other};
}

error bad_bucket(const parameters& in, const std::string& why) {
  return {errc::invalid_bucket, "the bucket " + quoted(in.bucket) + ' ' + why};
}

error bad_arn(const parameters& in, const std::string& why) {
  return {errc::invalid_bucket, "the ARN " + quoted(in.bucket) + ' ' + why};
}

error bad_arn_part(const parameters& in, const std::string& part, std::string_view got) {
  return bad_arn(in, "has the " + part + ' ' + quoted(got) +
                         "; it is letters, digits and inner hyphens, 1 to 63 of them");
}

// "aws.isVirtualHostableS3Bucket"
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
bool is_virtual_hostable(std::string_view name, bool with_dots) {
  const bool lower_case =
      std::none_of(name.begin(), name.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
  return name.size() >= 3 && name.size() <= 63 && lower_case && !is_ip_address(name) &&
         (with_dots ? are_host_labels(name) : is_host_label(name));
}

bool is_at_ip_address(const parameters& in) { return in.endpoint && in.endpoint->is_ip_address(); }

// ── Pieces of an address ────────────────────────────────────────────────────────────────────────

// Where a service is in a region: at the custom endpoint, or at
// NAME[-fips][-ZONE][.dualstack].REGION.SUFFIX
s3_endpoint service_in(const parameters& in, std::string_view region, std::string_view name,
                       std::string_view signing_name, std::string_view zone = {}) {
  s3_endpoint found;
  found.service = signing_name;
  found.region = region;
  if (in.endpoint) {
    found.scheme = in.endpoint->scheme;
    found.host = in.endpoint->host;
    found.path = in.endpoint->base_path;
    return found;
  }
  found.host = name;
  if (in.use_fips) found.host += "-fips";
  if (!zone.empty()) found.host.append("-").append(zone);
  if (in.use_dual_stack) found.host += ".dualstack";
  found.host.append(".").append(region).append(".").append(partition_of(region).dns_suffix);
  return found;
}

s3_endpoint with_bucket_in_host(s3_endpoint service, std::string_view labels) {
  service.host.insert(0, ".").insert(0, labels);
  return service;
}

s3_endpoint with_bucket_in_path(s3_endpoint service, std::string_view bucket) {
  service.path.append("/").append(bucket);
  service.bucket_in_path = true;
  return service;
}

// S3 itself. "aws-global" is the host of old that names no region, and us-east-1 signs for it.
s3_endpoint s3_service(const parameters& in) {
  const bool is_global = in.region == "aws-global";
  auto found = service_in(in, is_global ? "us-east-1" : in.region, "s3", "s3");
  const bool names_no_region = !in.endpoint && !in.use_fips && !in.use_dual_stack &&
                               (is_global || (in.use_global_endpoint && in.region == "us-east-1"));
  if (names_no_region) found.host.assign("s3.").append(partition_of(in.region).dns_suffix);
  return found;
}

// S3 Accelerate has one host for all regions. (AWS has it that with dual-stack, "aws-global" is
// known as us-east-1.)
s3_endpoint accelerate_service(const parameters& in) {
  auto found = s3_service(in);
  found.host = "s3-accelerate";
  if (in.use_dual_stack) found.host += ".dualstack";
  if (in.use_dual_stack && in.region == "aws-global") found.host += ".us-east-1";
  found.host.append(".").append(partition_of(in.region).dns_suffix);
  return found;
}

// ── S3 Express: BASE--ZONE--x-s3, and access points BASE--ZONE--xa-s3 ───────────────────────────

constexpr std::string_view express_bucket_suffix = "--x-s3";
constexpr std::string_view express_access_point_suffix = "--xa-s3";

bool is_express(std::string_view name) {
  return ends_with(name, express_bucket_suffix) || ends_with(name, express_access_point_suffix);
}

// Zones have names of these lengths: "usw2-az1", "usw2-az12", "usw2-lax1-az1", …
std::string_view express_zone(std::string_view name) {
  name.remove_suffix(ends_with(name, express_bucket_suffix) ? express_bucket_suffix.size()
                                                            : express_access_point_suffix.size());
  for (const std::size_t length : {8u, 9u, 13u, 14u, 20u}) {
    if (name.size() < length) break;
    const auto base = name.substr(0, name.size() - length);
    if (ends_with(base, "--")) return name.substr(base.size());
  }
  return {};
}

s3_endpoint express_control(const parameters& in) {
  return service_in(in, in.region, "s3express-control", "s3express");
}

result<s3_endpoint> express(const parameters& in) {
  if (in.accelerate) return conflict("S3 Accelerate", "S3 Express");
  if (in.use_s3_express_control_endpoint && !in.endpoint &&
      ends_with(in.bucket, express_bucket_suffix)) {
    return with_bucket_in_path(express_control(in), in.bucket);
  }
  const auto zone = express_zone(in.bucket);
  const bool in_path = is_at_ip_address(in);
  if (!in_path && !is_virtual_hostable(in.bucket, false)) {
    return bad_bucket(in, "cannot be a host label, as S3 Express wants it to be");
  }
  if (!in.endpoint && zone.empty()) {
    return bad_bucket(in, "names no S3 Express zone: it must end as in --usw2-az1--x-s3");
  }
  auto service = service_in(in, in.region, "s3express", "s3express", zone);
  service.express_session = !in.disable_s3_express_session_auth;
  return in_path ? with_bucket_in_path(std::move(service), in.bucket)
                 : with_bucket_in_host(std::move(service), in.bucket);
}

// ── S3 Outposts ─────────────────────────────────────────────────────────────────────────────────

std::optional<error> check_outposts_options(const parameters& in) {
  if (in.use_dual_stack) return conflict("dual-stack", "S3 Outposts");
  if (in.use_fips) return conflict("FIPS", "S3 Outposts");
  if (in.accelerate) return conflict("S3 Accelerate", "S3 Outposts");
  if (is_at_ip_address(in)) return conflict("an endpoint that is an IP address", "S3 Outposts");
  return {};
}

// An alias of an access point, by its last 50 characters:
//
//   test-accessp-o0b1d075431d83bebde8xz5w8ijx1qzlbp3i3kuse10--op-s3
//                │└─ outpost id, 17 ┘└────── 20 ───────┘└┬─┘ └─────┘
//                hardware: 'o', or 'e' for EC2         region
constexpr std::string_view outposts_alias_suffix = "--op-s3";

bool is_outposts_alias(std::string_view name) {
  return name.size() >= 50 && ends_with(name, outposts_alias_suffix);
}

result<s3_endpoint> outposts_alias(const parameters& in) {
  const auto tail = in.bucket.substr(in.bucket.size() - 50);
  const char hardware = tail[0];
  const auto outpost_id = tail.substr(1, 17);
  const auto region = tail.substr(38, 4);
  if (auto failure = check_outposts_options(in)) return *std::move(failure);
  if (!is_host_label(outpost_id)) {
    return bad_bucket(in, "has the outpost id " + quoted(outpost_id) +
                              "; it is letters, digits and inner hyphens");
  }
  if (!is_virtual_hostable(in.bucket, false)) {
    return bad_bucket(in, "cannot be a host label, as an Outposts alias must");
  }
  if (hardware != 'o' && hardware != 'e') {
    return bad_bucket(in, "has the Outposts hardware type " + quoted(tail.substr(0, 1)) +
                              "; it is \"o\" or \"e\"");
  }
  if (region == "beta" && !in.endpoint) {
    return bad_bucket(in,
                      "is an Outposts alias of AWS's beta stage, which needs a custom endpoint");
  }
  std::string labels(in.bucket);
  labels.append(hardware == 'e' ? ".ec2" : ".op-");
  if (hardware == 'o') labels.append(outpost_id);
  return with_bucket_in_host(service_in(in, in.region, "s3-outposts", "s3-outposts"), labels);
}

// ── ARNs ────────────────────────────────────────────────────────────────────────────────────────

std::optional<error> check_partition(const parameters& in, std::string_view of_arn) {
  const auto ours = partition_of(in.region).name;
  if (of_arn == ours) return {};
  return conflict("an ARN in the partition " + std::string(of_arn),
                  "the region " + quoted(in.region) + " in " + std::string(ours));
}

// What every ARN with a region must be: for this client, and sound in each part.
std::optional<error> check_regional_arn(const parameters& in, const arn& name) {
  if (!in.use_arn_region && name.region != in.region) {
    return conflict("the ARN's region " + quoted(name.region),
                    "the region " + quoted(in.region) + ", as use_arn_region is false");
  }
  const auto partition = partition_of(name.region).name;
  if (auto failure = check_partition(in, partition)) return failure;
  if (!is_host_label(name.region)) return bad_arn_part(in, "region", name.region);
  if (name.partition != partition) {
    return bad_arn(in, "has the partition " + quoted(name.partition) + "; its region is in " +
                           quoted(partition));
  }
  if (!is_host_label(name.account)) return bad_arn_part(in, "account", name.account);
  return {};
}

// NAME-ACCOUNT, which stands before the host.
result<std::string> access_point_label(const parameters& in, const arn& name,
                                       std::string_view access_point) {
  if (!is_host_label(access_point)) return bad_arn_part(in, "access point", access_point);
  auto label = std::string(access_point).append("-").append(name.account);
  if (!is_host_label(label)) {
    return bad_arn(in, "makes a host label of " + std::to_string(label.size()) +
                           " characters with its access point and account; 63 are allowed");
  }
  return label;
}

std::optional<error> check_object_lambda_options(const parameters& in) {
  if (in.use_dual_stack) return conflict("dual-stack", "S3 Object Lambda");
  if (in.accelerate) return conflict("S3 Accelerate", "S3 Object Lambda");
  return {};
}

// arn:aws:s3:REGION:ACCOUNT:accesspoint:NAME, and the same of s3-object-lambda
result<s3_endpoint> access_point(const parameters& in, const arn& name) {
  const bool is_object_lambda = name.service == "s3-object-lambda";
  if (is_object_lambda) {
    if (auto failure = check_object_lambda_options(in)) return *std::move(failure);
  }
  if (in.disable_access_points) return conflict("an access point", "this operation");
  if (name.resource.size() > 2) return bad_arn(in, "has something behind its access point");
  if (auto failure = check_regional_arn(in, name)) return *std::move(failure);
  if (!is_object_lambda && name.service != "s3") {
    return bad_arn(in, "has the service " + quoted(name.service) +
                           "; those of S3 are s3, s3-object-lambda and s3-outposts");
  }
  const auto label = access_point_label(in, name, name.resource[1]);
  if (!label) return label.error();
  if (in.accelerate) return conflict("S3 Accelerate", "an access point");
  auto service = is_object_lambda
                     ? service_in(in, name.region, "s3-object-lambda", "s3-object-lambda")
                     : service_in(in, name.region, "s3-accesspoint", "s3");
  return with_bucket_in_host(std::move(service), *label);
}

// arn:aws:s3::ACCOUNT:accesspoint:ALIAS.mrap
result<s3_endpoint> multi_region_access_point(const parameters& in, const arn& name) {
  const std::string what = "a multi-region access point";
  const auto alias = name.resource[1];
  if (!are_host_labels(alias)) return bad_arn_part(in, "multi-region access point", alias);
  if (name.service != "s3") return bad_arn(in, "has no region");
  if (name.resource.size() > 2) return bad_arn(in, "has something behind its access point");
  if (!is_host_label(name.account)) return bad_arn_part(in, "account", name.account);
  if (in.use_dual_stack) return conflict("dual-stack", what);
  if (in.use_fips) return conflict("FIPS", what);
  if (in.accelerate) return conflict("S3 Accelerate", what);
  if (in.endpoint) return conflict("a custom endpoint", what);
  if (in.disable_multi_region_access_points) return conflict("this client", what);
  if (!partition_named(name.partition)) {
    return bad_arn(in, "has the partition " + quoted(name.partition) + ", which is none of AWS's");
  }
  if (auto failure = check_partition(in, name.partition)) return *std::move(failure);
  s3_endpoint found;
  found.host.append(alias).append(".accesspoint.s3-global.");
  found.host.append(partition_of(in.region).dns_suffix);
  found.region = "*";
  found.algorithm = signing_algorithm::sigv4a;
  return found;
}

// arn:aws:s3-outposts:REGION:ACCOUNT:outpost:ID:accesspoint:NAME
result<s3_endpoint> outposts_access_point(const parameters& in, const arn& name) {
  const auto& resource = name.resource;
  if (auto failure = check_outposts_options(in)) return *std::move(failure);
  if (resource.size() > 4) return bad_arn(in, "has something behind its access point");
  if (resource.size() < 2) return bad_arn(in, "has no outpost id");
  if (!is_host_label(resource[1])) return bad_arn_part(in, "outpost id", resource[1]);
  if (auto failure = check_regional_arn(in, name)) return *std::move(failure);
  if (resource.size() < 4) {
    return bad_arn(in, "has no access point: it must end as in outpost:ID:accesspoint:NAME");
  }
  if (resource[0] != "outpost" || resource[2] != "accesspoint") {
    return bad_arn(in, "has the resource types " + quoted(resource[0]) + " and " +
                           quoted(resource[2]) + "; they are \"outpost\" and \"accesspoint\"");
  }
  const auto label = access_point_label(in, name, resource[3]);
  if (!label) return label.error();
  return with_bucket_in_host(service_in(in, name.region, "s3-outposts", "s3-outposts"),
                             std::string(*label).append(".").append(resource[1]));
}

result<s3_endpoint> by_arn(const parameters& in) {
  const auto name = parse_arn(in.bucket);
  if (!name) {
    return bad_arn(in, "is not of the form arn:partition:service:region:account:resource");
  }
  if (in.force_path_style) return conflict("path-style addressing", "an ARN");
  if (is_at_ip_address(in)) return conflict("an endpoint that is an IP address", "an ARN");
  const auto type = name->resource[0];
  if (type.empty()) return bad_arn(in, "has no resource type");
  if (type == "accesspoint") {
    if (name->resource.size() < 2 || name->resource[1].empty()) {
      return bad_arn(in, "names no access point: it must end as in accesspoint:NAME");
    }
    return name->region.empty() ? multi_region_access_point(in, *name) : access_point(in, *name);
  }
  if (name->service == "s3-outposts") return outposts_access_point(in, *name);
  return bad_arn(in, "has the service " + quoted(name->service) + " and the resource type " +
                         quoted(type) + "; S3 has access points, and outposts of s3-outposts");
}

// ── Buckets, and no bucket ──────────────────────────────────────────────────────────────────────

result<s3_endpoint> by_name(const parameters& in) {
  // A certificate for *.s3.us-east-1.amazonaws.com covers one label.
  const bool with_dots = in.endpoint && in.endpoint->scheme == "http";
  if (in.force_path_style || is_at_ip_address(in) || !is_virtual_hostable(in.bucket, with_dots)) {
    if (in.accelerate) return conflict("S3 Accelerate", "path-style addressing");
    return with_bucket_in_path(s3_service(in), in.bucket);
  }
  if (!in.accelerate) return with_bucket_in_host(s3_service(in), in.bucket);
  if (partition_of(in.region).name == "aws-cn") {
    return conflict("S3 Accelerate", "the region " + quoted(in.region) + " in aws-cn");
  }
  return with_bucket_in_host(accelerate_service(in), in.bucket);
}

// WriteGetObjectResponse
result<s3_endpoint> object_lambda(const parameters& in) {
  if (auto failure = check_object_lambda_options(in)) return *std::move(failure);
  return service_in(in, in.region, "s3-object-lambda", "s3-object-lambda");
}

}  // namespace

result<s3_endpoint> resolve_s3_endpoint(const s3_endpoint_parameters& in) {
  if (in.bucket.empty() ? !are_host_labels(in.region) : !is_host_label(in.region)) {
    return error_of(errc::invalid_region,
                    {"the region must be a name such as us-east-1, got ", quoted(in.region)});
  }
  if (in.accelerate && in.use_fips) return conflict("S3 Accelerate", "FIPS");
  if (in.use_dual_stack && in.endpoint) return conflict("dual-stack", "a custom endpoint");
  if (in.use_fips && in.endpoint) return conflict("FIPS", "a custom endpoint");
  if (in.accelerate && in.endpoint) return conflict("S3 Accelerate", "a custom endpoint");
  if (in.use_fips && partition_of(in.region).name == "aws-cn") {
    return conflict("FIPS", "the region " + quoted(in.region) + " in aws-cn");
  }

  if (is_express(in.bucket)) return express(in);
  if (in.bucket.empty() && in.use_s3_express_control_endpoint) return express_control(in);
  if (is_outposts_alias(in.bucket)) return outposts_alias(in);
  if (looks_like_arn(in.bucket)) return by_arn(in);
  if (!in.bucket.empty()) return by_name(in);
  if (in.use_object_lambda_endpoint) return object_lambda(in);
  return s3_service(in);
}

}  // namespace presign::detail
