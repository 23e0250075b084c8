// Where S3 is: AWS's rules, from a bucket and its location to an address and how to sign for it.
#include "s3/endpoint.hpp"

#include "base/text.hpp"
#include "base/url.hpp"
#include "s3/endpoint_url.hpp"
#include "s3/partition.hpp"

#include <algorithm>
#include <cstddef>
#include <initializer_list>
#include <iterator>
#include <utility>

namespace presign::detail {
namespace {

// ── Options, and what they cannot be used with ──────────────────────────────────────────────────

enum option : unsigned {
  dual_stack = 1u << 0,
  fips = 1u << 1,
  accelerate = 1u << 2,
  path_style = 1u << 3,
  custom_endpoint = 1u << 4,
  ip_address = 1u << 5,
};

constexpr std::string_view option_names[] = {
    "dual-stack",        "FIPS",
    "S3 Accelerate",     "path-style addressing",
    "a custom endpoint", "an endpoint that is an IP address"};

// Options that cannot be used with something.
struct conflict {
  unsigned options;
  std::string_view thing;
};

constexpr conflict fips_conflict{accelerate, "FIPS"};
constexpr conflict endpoint_conflict{dual_stack | fips | accelerate, "a custom endpoint"};
constexpr conflict path_conflict{accelerate, "path-style addressing"};
constexpr conflict express_conflict{accelerate, "S3 Express"};
constexpr conflict express_host_conflict{path_style, "S3 Express"};
constexpr conflict outposts_conflict{dual_stack | fips | accelerate | path_style | ip_address,
                                     "S3 Outposts"};
constexpr conflict arn_conflict{path_style | ip_address, "an ARN"};
constexpr conflict object_lambda_conflict{dual_stack | accelerate, "S3 Object Lambda"};
constexpr conflict access_point_conflict{accelerate, "an access point"};
constexpr conflict multi_region_conflict{dual_stack | fips | accelerate | custom_endpoint,
                                         "a multi-region access point"};

error conflict_of(std::initializer_list<std::string_view> sentence) {
  return error_of(errc::conflicting_options, sentence);
}

// ── What to resolve ─────────────────────────────────────────────────────────────────────────────

struct question {
  std::string_view name;
  const s3::location& location;
  std::string_view region;  // the location's, or the one that an ARN implies
  std::optional<endpoint_url> endpoint = {};
  unsigned options = 0;

  bool has(unsigned any_option) const noexcept { return (options & any_option) != 0; }

  std::optional<error> check(const conflict& conflict) const {
    for (std::size_t i = 0; i < std::size(option_names); ++i) {
      if (has(conflict.options & (1u << i))) {
        return conflict_of({option_names[i], " cannot be used with ", conflict.thing});
      }
    }
    return {};
  }

  // "the region "cn-north-1" in aws-cn"
  std::string described_region() const {
    return "the region " + quoted(region) + " in " + std::string(partition_of(region).name);
  }

  error bad_bucket(std::initializer_list<std::string_view> sentence) const {
    auto failure = error_of(errc::invalid_bucket, sentence);
    failure.message.insert(0, (looks_like_arn(name) ? "the ARN " : "the bucket ") + quoted(name));
    return failure;
  }

  error bad_arn_part(std::string_view part, std::string_view value) const {
    return bad_bucket({" has the ", part, " ", quoted(value),
                       "; it is letters, digits and inner hyphens, 1 to 63 of them"});
  }
};

// The region that an ARN implies if the location has none: its own, or one of its partition.
std::string_view region_of(std::string_view name) {
  const auto arn = parse_arn(name);
  if (arn && is_host_label(arn->region)) return arn->region;
  const auto* partition = arn ? partition_named(arn->partition) : nullptr;
  return (partition ? *partition : partition_of("")).global_region;
}

result<question> question_of(std::string_view name, const s3::location& location) {
  question in{name, location, location.region};
  if (in.region.empty() && looks_like_arn(name)) in.region = region_of(name);
  if (!location.endpoint.empty()) {
    auto endpoint = parse_endpoint_url(location.endpoint);
    if (!endpoint) return endpoint.error();
    in.endpoint = *std::move(endpoint);
  }
  const auto add = [&in](bool is_set, option option) { in.options |= is_set ? option : 0u; };
  add(location.dual_stack, dual_stack);
  add(location.fips, fips);
  add(location.accelerate, accelerate);
  add(location.style == s3::addressing::path, path_style);
  add(in.endpoint.has_value(), custom_endpoint);
  add(in.endpoint && in.endpoint->is_ip_address(), ip_address);
  return in;
}

// "aws.isVirtualHostableS3Bucket"
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
bool is_virtual_hostable(std::string_view name, bool with_dots) {
  return name.size() >= 3 && name.size() <= 63 && is_lower(name) && !detail::is_ip_address(name) &&
         (with_dots ? are_host_labels(name) : is_host_label(name));
}

// ── Pieces of an address ────────────────────────────────────────────────────────────────────────

// A service in a region: at the custom endpoint, or at
// NAME[-fips][-ZONE][.dualstack].REGION.SUFFIX
request service_in(const question& in, std::string_view region, std::string_view name,
                   std::string_view signing_name, std::string_view zone = {}) {
  request service;
  service.path.clear();
  service.service = signing_name;
  service.region = region;
  if (in.endpoint) {
    service.scheme = in.endpoint->scheme;
    service.host = in.endpoint->host;
    service.path = in.endpoint->base_path;
    return service;
  }
  service.host = name;
  if (in.has(fips)) service.host += "-fips";
  if (!zone.empty()) service.host.append("-").append(zone);
  if (in.has(dual_stack)) service.host += ".dualstack";
  service.host.append(".").append(region).append(".").append(partition_of(region).dns_suffix);
  return service;
}

request with_bucket_in_host(request service, std::string_view labels) {
  service.host.insert(0, ".").insert(0, labels);
  return service;
}

result<request> with_bucket_in_path(const question& in, request service) {
  if (in.location.style == s3::addressing::virtual_host) {
    return in.bad_bucket(
        {" cannot be a host name before ", quoted(service.host), " under ", service.scheme});
  }
  service.path.append("/").append(in.name);
  return service;
}

// S3 itself. "aws-global" is the old host that names no region, and us-east-1 signs for it.
request s3_service(const question& in) {
  if (in.region != "aws-global") return service_in(in, in.region, "s3", "s3");
  auto service = service_in(in, "us-east-1", "s3", "s3");
  if (!in.has(custom_endpoint | fips | dual_stack)) service.host = "s3.amazonaws.com";
  return service;
}

// S3 Accelerate has one host for all regions. (By AWS's rules, "aws-global" with dual-stack is
// us-east-1.)
request accelerate_service(const question& in) {
  auto service = s3_service(in);
  service.host = "s3-accelerate";
  if (in.has(dual_stack)) service.host += ".dualstack";
  if (in.has(dual_stack) && in.region == "aws-global") service.host += ".us-east-1";
  service.host.append(".").append(partition_of(in.region).dns_suffix);
  return service;
}

// ── S3 Express: BASE--ZONE--x-s3, and access points BASE--ZONE--xa-s3 ───────────────────────────

constexpr std::string_view express_suffixes[] = {"--x-s3", "--xa-s3"};

bool is_express(std::string_view name) {
  return ends_with(name, express_suffixes[0]) || ends_with(name, express_suffixes[1]);
}

// Zones have names of these lengths: "usw2-az1", "usw2-az12", "usw2-lax1-az1", …
std::string_view express_zone(std::string_view name) {
  name.remove_suffix(express_suffixes[ends_with(name, express_suffixes[0]) ? 0 : 1].size());
  for (const std::size_t length : {8u, 9u, 13u, 14u, 20u}) {
    if (name.size() < length) break;
    const auto base = name.substr(0, name.size() - length);
    if (ends_with(base, "--")) return name.substr(base.size());
  }
  return {};
}

result<request> express(const question& in) {
  if (looks_like_arn(in.name)) {
    return in.bad_bucket({" ends as the name of an S3 Express bucket does"});
  }
  if (auto failure = in.check(express_conflict)) return *std::move(failure);
  const auto zone = express_zone(in.name);
  if (!in.has(ip_address) && !is_virtual_hostable(in.name, false)) {
    return in.bad_bucket({" cannot be a host label, as S3 Express requires"});
  }
  if (!in.endpoint && zone.empty()) {
    return in.bad_bucket({" names no S3 Express zone: it must end as in --usw2-az1--x-s3"});
  }
  auto service = service_in(in, in.region, "s3express", "s3express", zone);
  if (!in.location.express_session) {
    service.rules = service_rules::of(service.service);
    service.rules->s3_session_token = false;
  }
  if (in.has(ip_address)) return with_bucket_in_path(in, std::move(service));
  if (auto failure = in.check(express_host_conflict)) return *std::move(failure);
  return with_bucket_in_host(std::move(service), in.name);
}

// ── S3 Outposts ─────────────────────────────────────────────────────────────────────────────────

// The alias of an access point, by its last 50 characters:
//
//   test-accessp-o0b1d075431d83bebde8xz5w8ijx1qzlbp3i3kuse10--op-s3
//                │└─ outpost id, 17 ┘└────── 20 ───────┘└┬─┘ └─────┘
//                hardware: 'o', or 'e' for EC2         region
bool is_outposts_alias(std::string_view name) {
  return name.size() >= 50 && ends_with(name, "--op-s3");
}

result<request> outposts_alias(const question& in) {
  const auto tail = in.name.substr(in.name.size() - 50);
  const auto hardware = tail.substr(0, 1);
  const auto outpost_id = tail.substr(1, 17);
  const auto region = tail.substr(38, 4);
  if (auto failure = in.check(outposts_conflict)) return *std::move(failure);
  if (!is_host_label(outpost_id)) return in.bad_arn_part("outpost id", outpost_id);
  if (!is_virtual_hostable(in.name, false)) {
    return in.bad_bucket({" cannot be a host label, as an Outposts alias must"});
  }
  if (hardware != "o" && hardware != "e") {
    return in.bad_bucket(
        {" has the Outposts hardware type ", quoted(hardware), "; it is \"o\" or \"e\""});
  }
  if (region == "beta" && !in.endpoint) {
    return in.bad_bucket(
        {" is an Outposts alias of AWS's beta stage, which needs a custom "
         "endpoint"});
  }
  const auto outpost = hardware == "e" ? ".ec2" : ".op-" + std::string(outpost_id);
  return with_bucket_in_host(service_in(in, in.region, "s3-outposts", "s3-outposts"),
                             std::string(in.name) + outpost);
}

// ── ARNs ────────────────────────────────────────────────────────────────────────────────────────

std::optional<error> check_partition(const question& in, std::string_view of_arn) {
  if (of_arn == partition_of(in.region).name) return {};
  return conflict_of(
      {"an ARN in the partition ", of_arn, " cannot be used with ", in.described_region()});
}

// Checks what every ARN with a region must be.
std::optional<error> check_regional_arn(const question& in, const arn& arn) {
  if (!in.location.use_arn_region && arn.region != in.region) {
    return conflict_of({"the ARN's region ", quoted(arn.region), " cannot be used with the region ",
                        quoted(in.region), ", as use_arn_region is false"});
  }
  const auto partition = partition_of(arn.region).name;
  if (auto failure = check_partition(in, partition)) return failure;
  if (!is_host_label(arn.region)) return in.bad_arn_part("region", arn.region);
  if (arn.partition != partition) {
    return in.bad_bucket(
        {" has the partition ", quoted(arn.partition), "; its region is in ", quoted(partition)});
  }
  if (!is_host_label(arn.account)) return in.bad_arn_part("account", arn.account);
  return {};
}

error more_after_access_point(const question& in) {
  return in.bad_bucket({" has more after its access point"});
}

// NAME-ACCOUNT, the first label of the host.
result<std::string> access_point_label(const question& in, const arn& arn,
                                       std::string_view access_point) {
  if (!is_host_label(access_point)) return in.bad_arn_part("access point", access_point);
  auto label = std::string(access_point).append("-").append(arn.account);
  if (!is_host_label(label)) {
    return in.bad_bucket({" makes a host label of ", decimal(label.size()).view(),
                          " characters with its access point and account; 63 are allowed"});
  }
  return label;
}

// arn:aws:s3:REGION:ACCOUNT:accesspoint:NAME, and the same of s3-object-lambda
result<request> access_point(const question& in, const arn& arn) {
  const bool is_object_lambda = arn.service == "s3-object-lambda";
  if (is_object_lambda) {
    if (auto failure = in.check(object_lambda_conflict)) return *std::move(failure);
  }
  if (arn.resource.size() > 2) return more_after_access_point(in);
  if (auto failure = check_regional_arn(in, arn)) return *std::move(failure);
  if (!is_object_lambda && arn.service != "s3") {
    return in.bad_bucket({" has the service ", quoted(arn.service),
                          "; those of S3 are s3, s3-object-lambda and s3-outposts"});
  }
  const auto label = access_point_label(in, arn, arn.resource[1]);
  if (!label) return label.error();
  if (auto failure = in.check(access_point_conflict)) return *std::move(failure);
  const auto host = is_object_lambda ? "s3-object-lambda" : "s3-accesspoint";
  return with_bucket_in_host(service_in(in, arn.region, host, arn.service), *label);
}

// arn:aws:s3::ACCOUNT:accesspoint:ALIAS.mrap
result<request> multi_region_access_point(const question& in, const arn& arn) {
  const auto alias = arn.resource[1];
  if (!are_host_labels(alias)) return in.bad_arn_part("multi-region access point", alias);
  if (arn.service != "s3") return in.bad_bucket({" has no region"});
  if (arn.resource.size() > 2) return more_after_access_point(in);
  if (!is_host_label(arn.account)) return in.bad_arn_part("account", arn.account);
  if (auto failure = in.check(multi_region_conflict)) return *std::move(failure);
  if (!partition_named(arn.partition)) {
    return in.bad_bucket({" has the partition ", quoted(arn.partition), ", which is not AWS's"});
  }
  if (auto failure = check_partition(in, arn.partition)) return *std::move(failure);
  auto service = service_in(in, "*", "", "s3");
  service.host.assign(alias).append(".accesspoint.s3-global.");
  service.host.append(partition_of(in.region).dns_suffix);
  service.algorithm = signing_algorithm::sigv4a;
  return service;
}

// arn:aws:s3-outposts:REGION:ACCOUNT:outpost:ID:accesspoint:NAME
result<request> outposts_access_point(const question& in, const arn& arn) {
  const auto& resource = arn.resource;
  if (auto failure = in.check(outposts_conflict)) return *std::move(failure);
  if (resource.size() > 4) return more_after_access_point(in);
  if (resource.size() < 2) return in.bad_bucket({" has no outpost id"});
  if (!is_host_label(resource[1])) return in.bad_arn_part("outpost id", resource[1]);
  if (auto failure = check_regional_arn(in, arn)) return *std::move(failure);
  if (resource.size() < 4) {
    return in.bad_bucket({" has no access point: it must end as in outpost:ID:accesspoint:NAME"});
  }
  if (resource[0] != "outpost" || resource[2] != "accesspoint") {
    return in.bad_bucket({" has the resource types ", quoted(resource[0]), " and ",
                          quoted(resource[2]), "; they are \"outpost\" and \"accesspoint\""});
  }
  const auto label = access_point_label(in, arn, resource[3]);
  if (!label) return label.error();
  return with_bucket_in_host(service_in(in, arn.region, "s3-outposts", "s3-outposts"),
                             std::string(*label).append(".").append(resource[1]));
}

result<request> by_arn(const question& in) {
  const auto arn = parse_arn(in.name);
  if (!arn) {
    return in.bad_bucket({" is not of the form arn:partition:service:region:account:resource"});
  }
  if (auto failure = in.check(arn_conflict)) return *std::move(failure);
  const auto type = arn->resource[0];
  if (type.empty()) return in.bad_bucket({" has no resource type"});
  if (type == "accesspoint") {
    if (arn->resource.size() < 2 || arn->resource[1].empty()) {
      return in.bad_bucket({" names no access point: it must end as in accesspoint:NAME"});
    }
    return arn->region.empty() ? multi_region_access_point(in, *arn) : access_point(in, *arn);
  }
  if (arn->service == "s3-outposts") return outposts_access_point(in, *arn);
  return in.bad_bucket({" has the service ", quoted(arn->service), " and the resource type ",
                        quoted(type), "; S3 has access points, and outposts of s3-outposts"});
}

// ── Buckets ─────────────────────────────────────────────────────────────────────────────────────

result<request> by_name(const question& in) {
  // A certificate for *.s3.us-east-1.amazonaws.com covers one label.
  const bool with_dots = in.endpoint && in.endpoint->scheme == "http";
  const bool hardly_has_subdomains = in.endpoint && in.endpoint->is_single_label() &&
                                     in.location.style == s3::addressing::automatic;
  if (in.has(path_style | ip_address) || hardly_has_subdomains ||
      !is_virtual_hostable(in.name, with_dots)) {
    if (auto failure = in.check(path_conflict)) return *std::move(failure);
    return with_bucket_in_path(in, s3_service(in));
  }
  if (!in.has(accelerate)) return with_bucket_in_host(s3_service(in), in.name);
  if (partition_of(in.region).name == "aws-cn") {
    return *in.check({accelerate, in.described_region()});
  }
  return with_bucket_in_host(accelerate_service(in), in.name);
}

}  // namespace

result<request> resolve_endpoint(std::string_view name, const s3::location& location) {
  const auto parsed = question_of(name, location);
  if (!parsed) return parsed.error();
  const auto& in = *parsed;
  if (!is_host_label(in.region)) {
    return error_of(errc::invalid_region,
                    {"the region must be a name such as us-east-1, got ", quoted(in.region)});
  }
  if (in.has(fips)) {
    if (auto failure = in.check(fips_conflict)) return *std::move(failure);
  }
  if (in.endpoint) {
    if (auto failure = in.check(endpoint_conflict)) return *std::move(failure);
  }
  if (in.has(fips) && partition_of(in.region).name == "aws-cn") {
    return *in.check({fips, in.described_region()});
  }

  if (is_express(name)) return express(in);
  if (is_outposts_alias(name)) return outposts_alias(in);
  if (looks_like_arn(name)) return by_arn(in);
  if (name.empty()) return s3_service(in);
  return by_name(in);
}

// ── ARNs as text ────────────────────────────────────────────────────────────────────────────────

std::optional<arn> parse_arn(std::string_view text) {
  if (!looks_like_arn(text)) return {};
  auto rest = text.substr(4);
  arn parsed;
  for (auto* part : {&parsed.partition, &parsed.service, &parsed.region, &parsed.account}) {
    const auto colon = rest.find(':');
    if (colon == rest.npos) return {};
    *part = rest.substr(0, colon);
    rest.remove_prefix(colon + 1);
  }
  if (parsed.partition.empty() || parsed.service.empty() || rest.empty()) return {};
  while (true) {
    const auto end = std::min(rest.find_first_of(":/"), rest.size());
    parsed.resource.push_back(rest.substr(0, end));
    if (end == rest.size()) return parsed;
    rest.remove_prefix(end + 1);
  }
}

// ── Addresses, read back from URLs ──────────────────────────────────────────────────────────────

namespace {

// S3's own label in one of AWS's hosts: "s3", "s3-fips", "s3express-use1-az4", …
bool is_s3_label(std::string_view label) {
  return label == "s3" || begins_with(label, "s3-") || begins_with(label, "s3express-");
}

// "us-east-2"
bool is_region(std::string_view label) {
  return std::count(label.begin(), label.end(), '-') >= 2 && is_digit(label.back());
}

struct s3_host {
  std::string_view bucket;  // all before S3's label
  std::string_view region;
  std::string_view label;
};

// [bucket.]s3[-something][.dualstack][.region].amazonaws.com; the bucket may have dots.
std::optional<s3_host> read_host(std::string_view host) {
  auto rest = without_aws_suffix(host);
  if (!rest) return {};
  s3_host parts{};
  while (true) {
    const auto dot = rest->rfind('.');
    const auto label = rest->substr(dot == rest->npos ? 0 : dot + 1);
    const auto before = rest->substr(0, dot == rest->npos ? 0 : dot);
    if (is_s3_label(label)) {
      parts.bucket = before;
      parts.label = label;
      if (begins_with(label, "s3-") && is_region(label.substr(3))) parts.region = label.substr(3);
      return parts;
    }
    if (label != "dualstack") {
      if (!parts.region.empty() || !is_region(label)) return {};
      parts.region = label;
    }
    if (before.empty()) return {};
    rest = before;
  }
}

}  // namespace

s3_address s3_address_of(std::string_view host, std::string_view path) {
  s3_address address;
  if (const auto parts = read_host(without_port(host))) {
    address.bucket = parts->bucket;
    address.region = parts->region;
    address.is_global_host = parts->label == "s3" && parts->region.empty();
    address.bucket_is_in_host = !parts->bucket.empty();
  }
  path.remove_prefix(std::min<std::size_t>(1, path.size()));
  if (!address.bucket_is_in_host) address.bucket = take_until('/', path);
  address.key = path;
  return address;
}

}  // namespace presign::detail
