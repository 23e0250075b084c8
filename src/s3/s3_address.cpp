// Bucket and key, read back from a URL: what s3_endpoint.cpp writes, the other way round.
#include "s3/s3_address.hpp"

#include "base/host.hpp"
#include "s3/partition.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <optional>

namespace presign::detail {
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
  s3_host found{};
  while (true) {
    const auto dot = rest->rfind('.');
    const auto label = rest->substr(dot == rest->npos ? 0 : dot + 1);
    const auto before = rest->substr(0, dot == rest->npos ? 0 : dot);
    if (is_s3_label(label)) {
      found.bucket = before;
      found.label = label;
      if (begins_with(label, "s3-") && is_region(label.substr(3))) found.region = label.substr(3);
      return found;
    }
    if (label != "dualstack") {
      if (!found.region.empty() || !is_region(label)) return {};
      found.region = label;
    }
    if (before.empty()) return {};
    rest = before;
  }
}

}  // namespace

s3_address s3_address_of(std::string_view host, std::string_view path) {
  s3_address found;
  const auto ours = read_host(without_port(host));
  if (ours) {
    found.bucket = ours->bucket;
    found.region = ours->region;
    found.is_global_host = ours->label == "s3" && ours->region.empty();
    found.bucket_is_in_host = !ours->bucket.empty();
  }
  path.remove_prefix(std::min<std::size_t>(1, path.size()));
  if (!found.bucket_is_in_host) {
    const auto end = std::min(path.find('/'), path.size());
    found.bucket = path.substr(0, end);
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  found.key = path;
  return found;
}

}  // namespace presign::detail
