// The address of a bucket by AWS's rules, and the bucket of an address.
#include "s3/endpoint.hpp"

#include "base/text.hpp"
#include "base/url.hpp"
#include "sigv4/steps.hpp"

namespace presign::detail {
namespace {

// A set of regions that share a domain, and nothing with other regions.
struct partition {
  std::string_view name;           // as an ARN has it: "aws-cn"
  std::string_view dns_suffix;     // ".amazonaws.com.cn", of dual-stack hosts too
  std::string_view region_prefix;  // "cn-": its regions are named cn-WORD-NUMBER
};

// AWS's partitions, from partitions.json, version 1.1, as botocore and the other SDKs have it.
constexpr partition partitions[] = {
    {"aws-cn", ".amazonaws.com.cn", "cn-"},
    {"aws-eusc", ".amazonaws.eu", "eusc-de-"},
    {"aws-iso", ".c2s.ic.gov", "us-iso-"},
    {"aws-iso-b", ".sc2s.sgov.gov", "us-isob-"},
    {"aws-iso-e", ".cloud.adc-e.uk", "eu-isoe-"},
    {"aws-iso-f", ".csp.hci.ic.gov", "us-isof-"},
    {"aws-us-gov", ".amazonaws.com", "us-gov-"},
    {"aws", ".amazonaws.com", ""},  // and regions that fit nowhere: us-, eu-, ap- …
};

// Returns whether a region is in a partition: "^cn\-\w+\-\d+$", or "aws-cn-global" for all of it.
bool holds(const partition& each, std::string_view region) noexcept {
  if (begins_with(region, each.name) && region.substr(each.name.size()) == "-global") return true;
  if (!begins_with(region, each.region_prefix)) return false;
  region.remove_prefix(each.region_prefix.size());
  const auto word = take_until('-', region);
  const auto is_letter = [](char c) { return is_alnum(c) || c == '_'; };
  return !word.empty() && all_of(word, is_letter) && !region.empty() && all_of(region, is_digit);
}

// Returns the partition that a region is in: "aws" if the name belongs to no other.
const partition& partition_of(std::string_view region) noexcept {
  const auto* const partition =
      find_in(partitions, [region](const auto& each) { return holds(each, region); });
  return partition ? *partition : *std::rbegin(partitions);
}

// Returns the partition with this name, or nullptr.
const partition* partition_named(std::string_view name) noexcept {
  return find_in(partitions, [name](const auto& each) { return each.name == name; });
}

// Returns the partition in whose domain a host is, or nullptr.
const partition* partition_of_host(std::string_view host) {
  return find_in(partitions, [host](const auto& each) { return ends_with(host, each.dns_suffix); });
}

// ── AWS's rules ─────────────────────────────────────────────────────────────────────────────────

// Options of a location that not everything can be used with, by their names in messages.
constexpr std::string_view dual_stack = "dual-stack";
constexpr std::string_view fips = "FIPS";
constexpr std::string_view accelerate = "S3 Accelerate";
constexpr std::string_view path_style = "path-style addressing";
constexpr std::string_view custom_endpoint = "a custom endpoint";
constexpr std::string_view bucket_endpoint = "an endpoint of the bucket's own";
constexpr std::string_view ip_address = "an endpoint that is an IP address";

// arn:partition:service:region:account:resource, as views of its text
struct arn {
  std::string_view partition, service, region, account, resource;
};

// Parses an ARN. Returns nothing if it has no partition, service or resource.
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
std::optional<arn> parse_arn(std::string_view text) {
  if (!looks_like_arn(text)) return {};
  auto rest = text.substr(4);
  arn parsed;
  for (auto* part : {&parsed.partition, &parsed.service, &parsed.region, &parsed.account}) {
    *part = take_until(':', rest);
  }
  parsed.resource = rest;
  if (parsed.partition.empty() || parsed.service.empty() || rest.empty()) return {};
  return parsed;
}

// Returns the zone in BASE--ZONE--x-s3 or BASE--ZONE--xa-s3. Zones have names of these lengths:
// "usw2-az1", "usw2-az12", "usw2-lax1-az1", …
std::string_view express_zone(std::string_view name) {
  name = name.substr(0, name.rfind("--"));
  for (const std::size_t length : {8u, 9u, 13u, 14u, 20u}) {
    if (name.size() < length) break;
    const auto base = name.substr(0, name.size() - length);
    if (ends_with(base, "--")) return name.substr(base.size());
  }
  return {};
}

// "aws.isVirtualHostableS3Bucket"
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
bool is_virtual_hostable(std::string_view name, bool with_dots) {
  return name.size() >= 3 && name.size() <= 63 && is_lower(name) && !is_ip_address(name) &&
         are_host_labels(name) && (with_dots || name.find('.') == name.npos);
}

// Builds the request. Each rule that is broken fails it, and the first failure counts.
class resolver {
 public:
  resolver(std::string_view name, const s3::location& location)
      : name_(name), location_(location), arn_(parse_arn(name)), region_(location.region) {
    request_.path.clear();
    if (!location.endpoint.empty()) read_endpoint();
    options_ = {location.dual_stack ? dual_stack : "",
                location.fips ? fips : "",
                location.accelerate ? accelerate : "",
                location.style == s3::addressing::path ? path_style : "",
                location.style == s3::addressing::bucket_endpoint ? bucket_endpoint : "",
                location.endpoint.empty() ? "" : custom_endpoint,
                is_ip_address(without_port(request_.host)) ? ip_address : ""};
    if (region_.empty() && arn_) {
      region_ = arn_->region;
      if (!is_host_label(region_)) region_ = joined({arn_->partition, "-global"});
    }
  }

  result<request> resolve() {
    request_.region = region_;
    const bool is_implied = location_.region.empty() && looks_like_arn(name_);
    if (!is_implied && !is_host_label(region_)) {
      fail(errc::invalid_region,
           {"the region must be a name such as us-east-1, got ", quoted_text(region_)});
    }
    if (has(fips)) reject({accelerate}, fips);
    if (has(custom_endpoint)) reject({dual_stack, fips, accelerate}, custom_endpoint);
    if (has(bucket_endpoint) && !has(custom_endpoint)) {
      fail(errc::conflicting_options, {bucket_endpoint, " is asked for, but none is given"});
    }
    warn_if_endpoint_names_bucket();
    if (partition_of(region_).name == "aws-cn") reject({fips}, described_region());

    if (ends_with(name_, "--x-s3") || ends_with(name_, "--xa-s3")) {
      resolve_express();
    } else if (name_.size() >= 50 && ends_with(name_, "--op-s3")) {
      resolve_outposts_alias();
    } else if (looks_like_arn(name_)) {
      resolve_arn();
    } else {
      resolve_bucket();
    }
    if (request_.error()) return *request_.error();
    return std::move(request_);
  }

 private:
  bool has(std::string_view option) const noexcept {
    return find_in(options_, [option](auto each) { return each == option; }) != nullptr;
  }

  [[gnu::cold]] void fail(errc code, std::initializer_list<std::string_view> sentence) {
    request_.fail(error_of(code, sentence));
  }

  [[gnu::cold]] void fail_bucket(std::initializer_list<std::string_view> predicate) {
    const auto subject = looks_like_arn(name_) ? "the ARN " : "the bucket ";
    fail(errc::invalid_bucket, {subject, quoted_text(name_), joined(predicate)});
  }

  // Fails if an option is set that cannot be used with a thing.
  void reject(std::initializer_list<std::string_view> options, std::string_view thing) {
    for (const auto option : options) {
      if (has(option)) fail(errc::conflicting_options, {option, " cannot be used with ", thing});
    }
  }

  void check_part(std::string_view part, std::string_view value, bool with_dots = false) {
    if (with_dots ? are_host_labels(value) : is_host_label(value)) return;
    fail_bucket({" has the ", part, " ", quoted_text(value),
                 "; it is letters, digits and inner hyphens, 1 to 63 of them",
                 with_dots ? " in each part; dots separate the parts" : ""});
  }

  // Returns "the region "cn-north-1" in aws-cn".
  std::string described_region() const {
    return joined({"the region ", quoted_text(region_), " in ", partition_of(region_).name});
  }

  // Looks at the endpoint before the bucket is added to its host or path.
  void warn_if_endpoint_names_bucket() {
    const auto host = joined({without_port(request_.host), "."});
    const auto is_in_host = begins_with(host, joined({name_, "."}));
    const auto is_in_path = ends_with(request_.path, joined({"/", name_}));
    if (!has(bucket_endpoint) && (is_in_host || is_in_path)) {
      request_.warn(warning::bucket_in_endpoint);
    }
  }

  // Reads a custom endpoint: scheme://host[:port][/base/path], percent-encoded.
  void read_endpoint() {
    const auto url = split_url(location_.endpoint).value_or(url_parts{});
    request_.scheme = lower(url.scheme);
    string_writer host{request_.host};
    const bool is_http = begins_with(request_.scheme, "http");
    const bool has_host = is_http && !append_host(host, request_.scheme, url.authority);
    host.finish();
    const bool has_path = url.target.find_first_of(" ?#") == std::string_view::npos &&
                          !find_in(url.target, is_control);
    if (!has_host || !has_path || !append_decoded(request_.path, url.target)) {
      fail(errc::invalid_endpoint, {"the endpoint must be a URL of the form "
                                    "http[s]://host[:port][/base/path], percent-encoded, got ",
                                    quoted_address(location_.endpoint)});
    }
    // A request's path is raw: decoded, %2F would separate segments, and no path can hold a NUL.
    const auto escapes = lower(url.target);
    if (escapes.find("%2f") != escapes.npos || escapes.find("%00") != escapes.npos) {
      fail(errc::invalid_endpoint,
           {"the endpoint's base path must not hold %2F or %00, got ", quoted_text(url.target)});
    }
    request_.path.erase(request_.path.find_last_not_of('/') + 1);
  }

  // Makes the host NAME[-fips][-ZONE][.dualstack][.REGION].SUFFIX, unless one is given.
  void set_host(std::string_view name, std::string_view region, std::string_view zone = {}) {
    if (has(custom_endpoint)) return;
    request_.host = name;
    if (has(fips)) request_.host += "-fips";
    if (!zone.empty()) request_.host.append("-").append(zone);
    if (has(dual_stack)) request_.host += ".dualstack";
    if (!region.empty()) request_.host.append(".").append(region);
    request_.host.append(partition_of(region_).dns_suffix);
  }

  void put_before_host(std::string_view labels) {
    request_.host.insert(0, 1, '.').insert(0, labels);
  }

  void put_bucket_into_path() {
    if (location_.style == s3::addressing::virtual_host) {
      fail_bucket({" cannot be a host name before ", quoted_text(request_.host), " under ",
                   request_.scheme});
    }
    request_.path.append("/").append(name_);
  }

  void resolve_bucket() {
    // "aws-global" is the old host that names no region, and us-east-1 signs for it.
    const bool is_global = region_ == "aws-global";
    if (is_global) request_.region = "us-east-1";
    set_host("s3", is_global && !has(fips) && !has(dual_stack) ? "" : request_.region);
    if (name_.empty() || has(bucket_endpoint)) return;
    if (name_.find(':') != name_.npos && partition_of_host(without_port(request_.host))) {
      return fail_bucket({" has a tenant: it needs the endpoint of Ceph or OpenStack, not AWS's"});
    }

    // A certificate for *.s3.us-east-1.amazonaws.com covers one label.
    const bool with_dots = request_.scheme == "http";
    const bool hardly_has_subdomains = request_.host.find('.') == std::string::npos &&
                                       location_.style == s3::addressing::automatic;
    if (has(path_style) || has(ip_address) || hardly_has_subdomains ||
        !is_virtual_hostable(name_, with_dots)) {
      reject({accelerate}, has(path_style)
                               ? path_style
                               : "path-style addressing, which the bucket's name makes necessary");
      return put_bucket_into_path();
    }
    if (has(accelerate)) {
      if (partition_of(region_).name == "aws-cn") reject({accelerate}, described_region());
      // One host for all regions. (By AWS's rules, "aws-global" with dual-stack is us-east-1.)
      set_host("s3-accelerate", is_global && has(dual_stack) ? "us-east-1" : "");
    }
    put_before_host(name_);
  }

  void resolve_express() {
    if (looks_like_arn(name_)) fail_bucket({" ends as the name of an S3 Express bucket does"});
    reject({accelerate, bucket_endpoint}, "S3 Express");
    if (!has(ip_address) && !is_virtual_hostable(name_, false)) {
      fail_bucket({" cannot be a host label, as S3 Express requires"});
    }
    const auto zone = express_zone(name_);
    if (!has(custom_endpoint) && zone.empty()) {
      fail_bucket({" names no S3 Express zone: it must end as in --usw2-az1--x-s3"});
    }
    request_.service = "s3express";
    set_host("s3express", region_, zone);
    if (!location_.express_session) {
      request_.rules = service_rules::of(request_.service);
      request_.rules->s3_session_token = false;
    }
    if (has(ip_address)) return put_bucket_into_path();
    reject({path_style}, "S3 Express");
    put_before_host(name_);
  }

  // The alias of an access point, by its last 50 characters:
  //
  //   test-accessp-o0b1d075431d83bebde8xz5w8ijx1qzlbp3i3kuse10--op-s3
  //                │└─ outpost id, 17 ┘└────── 20 ───────┘└┬─┘ └─────┘
  //                hardware: 'o', or 'e' for EC2         region
  void resolve_outposts_alias() {
    const auto tail = name_.substr(name_.size() - 50);
    const auto hardware = tail.substr(0, 1);
    const auto outpost_id = tail.substr(1, 17);
    reject({dual_stack, fips, accelerate, path_style, bucket_endpoint, ip_address}, "S3 Outposts");
    check_part("outpost id", outpost_id);
    if (!is_virtual_hostable(name_, false)) {
      fail_bucket({" cannot be a host label, as an Outposts alias must"});
    }
    if (hardware != "o" && hardware != "e") {
      fail_bucket(
          {" has the Outposts hardware type ", quoted_text(hardware), "; it is \"o\" or \"e\""});
    }
    if (tail.substr(38, 4) == "beta" && !has(custom_endpoint)) {
      fail_bucket({" is an Outposts alias of AWS's beta stage, which needs a custom endpoint"});
    }
    request_.service = "s3-outposts";
    set_host("s3-outposts", region_);
    put_before_host(hardware == "e" ? "ec2" : joined({"op-", outpost_id}));
    put_before_host(name_);
  }

  // An ARN is one of
  //   arn:PARTITION:s3:REGION:ACCOUNT:accesspoint:NAME
  //   arn:PARTITION:s3::ACCOUNT:accesspoint:ALIAS.mrap
  //   arn:PARTITION:s3-object-lambda:REGION:ACCOUNT:accesspoint:NAME
  //   arn:PARTITION:s3-outposts:REGION:ACCOUNT:outpost:ID:accesspoint:NAME
  void resolve_arn() {
    if (!arn_) {
      return fail_bucket({" is not of the form arn:partition:service:region:account:resource"});
    }
    reject({path_style, bucket_endpoint, ip_address}, "an ARN");
    const auto service = arn_->service;
    const bool is_outposts = service == "s3-outposts";
    if (!is_outposts && service != "s3" && service != "s3-object-lambda") {
      return fail_bucket({" has the service ", quoted_text(service),
                          "; those of S3 are s3, s3-object-lambda and s3-outposts"});
    }
    const auto resource = replaced(arn_->resource, "/", ":");
    const auto parts = split(resource, ':');
    const auto name = parts.back();
    const bool is_access_point =
        is_outposts ? parts.size() == 4 && parts[0] == "outpost" && parts[2] == "accesspoint"
                    : parts.size() == 2 && parts[0] == "accesspoint";
    if (!is_access_point || name.empty()) {
      return fail_bucket({" has the resource ", quoted_text(arn_->resource), "; it must be ",
                          is_outposts ? "outpost:ID:accesspoint:NAME" : "accesspoint:NAME",
                          ", and a bucket is given by its name"});
    }
    if (service == "s3" && arn_->region.empty()) return resolve_multi_region_access_point(name);
    resolve_access_point(name, is_outposts ? parts[1] : "");
  }

  void resolve_access_point(std::string_view name, std::string_view outpost_id) {
    if (arn_->region.empty()) fail_bucket({" has no region"});
    if (arn_->service == "s3-object-lambda") reject({dual_stack, accelerate}, "S3 Object Lambda");
    if (arn_->service == "s3-outposts") {
      reject({dual_stack, fips, accelerate}, "S3 Outposts");
      check_part("outpost id", outpost_id);
    }
    if (!location_.use_arn_region && arn_->region != region_) {
      fail(errc::conflicting_options,
           {"the ARN's region ", quoted_text(arn_->region), " cannot be used with the region ",
            quoted_text(region_), ", as use_arn_region is false"});
    }
    const auto partition = partition_of(arn_->region).name;
    check_partition(partition);
    check_part("region", arn_->region);
    if (arn_->partition != partition) {
      fail_bucket({" has the partition ", quoted_text(arn_->partition), "; its region is in ",
                   quoted_text(partition)});
    }
    check_part("account", arn_->account);
    check_part("access point", name);
    const auto label = joined({name, "-", arn_->account});
    if (label.size() > 63) {
      fail_bucket({" makes a host label of ", std::to_string(label.size()),
                   " characters with its access point and account; 63 are allowed"});
    }
    request_.service = arn_->service;
    request_.region = arn_->region;
    set_host(arn_->service == "s3" ? "s3-accesspoint" : arn_->service, arn_->region);
    if (!outpost_id.empty()) put_before_host(outpost_id);
    put_before_host(label);
    reject({accelerate}, "an access point");
  }

  void resolve_multi_region_access_point(std::string_view alias) {
    check_part("multi-region access point", alias, true);
    check_part("account", arn_->account);
    reject({dual_stack, fips, accelerate, custom_endpoint}, "a multi-region access point");
    if (!partition_named(arn_->partition)) {
      fail_bucket({" has the partition ", quoted_text(arn_->partition), ", which is not AWS's"});
    }
    check_partition(arn_->partition);
    set_host("accesspoint.s3-global", "");
    put_before_host(alias);
    request_.region = "*";
    request_.algorithm = signing_algorithm::sigv4a;
  }

  void check_partition(std::string_view of_arn) {
    if (of_arn == partition_of(region_).name) return;
    fail(errc::conflicting_options,
         {"an ARN in the partition ", of_arn, " cannot be used with ", described_region()});
  }

  const std::string_view name_;
  const s3::location& location_;
  const std::optional<arn> arn_;
  std::string region_;                       // the location's, or the one that an ARN implies
  std::array<std::string_view, 7> options_;  // those that are set; "" for the others
  request request_;
};

// ── Addresses, read back from URLs ──────────────────────────────────────────────────────────────

// Returns whether a label looks like a region: "us-east-2".
bool is_region(std::string_view label) {
  return std::count(label.begin(), label.end(), '-') >= 2 && is_digit(label.back());
}

// Reads [bucket.]s3[.region].backblazeb2.com and the like. Some stores have an account or a region
// in place of "s3[.region]": [bucket.]ams3.digitaloceanspaces.com.
s3_address read_host_of_other_store(std::string_view host) {
  constexpr std::string_view suffixes[] = {".eu.r2.cloudflarestorage.com",
                                           ".fedramp.r2.cloudflarestorage.com",
                                           ".r2.cloudflarestorage.com",
                                           ".cdn.digitaloceanspaces.com",
                                           ".digitaloceanspaces.com",
                                           ".wasabisys.com",
                                           ".backblazeb2.com"};
  const auto is_its_end = [host](auto suffix) { return ends_with(host, suffix); };
  const auto* const suffix = find_in(suffixes, is_its_end);
  if (!suffix) return {};
  auto labels = split(host.substr(0, host.size() - suffix->size()), '.');
  const auto last = labels.back();
  labels.pop_back();
  const bool may_have_region = *suffix == ".wasabisys.com" || *suffix == ".backblazeb2.com";
  if (may_have_region && last != "s3" && !labels.empty() && labels.back() == "s3") {
    labels.pop_back();
  }
  return {joined(labels, "."), {}, !labels.empty()};
}

// Reads [bucket.]s3[-something][.dualstack][.region].amazonaws.com; the bucket may have dots. Of
// hosts that are not AWS's, only some stores' tell something.
s3_address read_host(std::string_view host) {
  const auto* const partition = partition_of_host(host);
  if (!partition) return read_host_of_other_store(host);
  host.remove_suffix(partition->dns_suffix.size());
  s3_address address;
  while (!host.empty()) {
    const auto label = host.substr(host.rfind('.') + 1);
    host.remove_suffix(std::min(label.size() + 1, host.size()));
    // "s3", "s3-fips", "s3-us-west-2", "s3express-use1-az4", …
    const bool has_dash = begins_with(label, "s3-");
    if (label == "s3" || has_dash || begins_with(label, "s3express-")) {
      if (has_dash && is_region(label.substr(3))) address.region = label.substr(3);
      address.is_global_host = label == "s3" && address.region.empty();
      address.bucket_is_in_host = !host.empty();
      address.bucket = host;
      return address;
    }
    if (label == "dualstack") continue;
    if (!address.region.empty() || !is_region(label)) return {};
    address.region = label;
  }
  return {};
}

}  // namespace

result<request> resolve_endpoint(std::string_view name, const s3::location& location) {
  return resolver(name, location).resolve();
}

bool is_s3_host(std::string_view host) {
  const auto name = lower(host);
  return (begins_with(name, "s3.") || begins_with(name, "s3-")) &&
         name.find(".elb.") == name.npos && partition_of_host(name);
}

s3_address s3_address_of(std::string_view host, std::string_view path) {
  auto address = read_host(without_port(host));
  path.remove_prefix(std::min<std::size_t>(1, path.size()));
  if (!address.bucket_is_in_host) address.bucket = take_until('/', path);
  address.key = path;
  return address;
}

}  // namespace presign::detail
