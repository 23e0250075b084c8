#include "bucket.hpp"

#include "messages.hpp"
#include "text.hpp"

#include <presign/credentials.hpp>

#include <algorithm>
#include <cstdlib>
#include <string_view>

namespace cli {
namespace {

using presign::s3::addressing;

std::string environment(const char* name) {
  const char* value = std::getenv(name);  // NOLINT(concurrency-mt-unsafe): nobody changes it
  return value ? value : "";
}

bool begins_with(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool is_arn(std::string_view bucket) { return begins_with(bucket, "arn:"); }

// As with the AWS CLI, us-east-1 where nothing names a region. An ARN names its own.
presign::result<std::string> find_region(const common_options& asked) {
  if (!asked.region.empty() || is_arn(asked.bucket)) return asked.region;
  auto found = presign::find_region(asked.profile);
  if (found || found.error().code != presign::errc::missing_region) return found;
  say("note", "no region is configured, using us-east-1");
  return std::string("us-east-1");
}

// https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
std::string find_endpoint(const common_options& asked) {
  if (!asked.endpoint_url.empty()) return asked.endpoint_url;
  if (lower(environment("AWS_IGNORE_CONFIGURED_ENDPOINT_URLS")) == "true") return "";
  const auto for_s3 = environment("AWS_ENDPOINT_URL_S3");
  return for_s3.empty() ? environment("AWS_ENDPOINT_URL") : for_s3;
}

// S3's own hosts: s3.us-east-2.amazonaws.com, s3-accelerate.amazonaws.com, … Not so others under
// that domain, before which a bucket's name leads nowhere: VPC endpoints, machines, and load
// balancers, which may be called s3-something.
bool is_s3_host_of_aws(std::string_view endpoint) {
  const auto scheme_end = endpoint.find("://");
  if (scheme_end == endpoint.npos) return false;
  endpoint.remove_prefix(scheme_end + 3);
  const auto host = lower(endpoint.substr(0, endpoint.find_first_of(":/?#")));
  return (begins_with(host, "s3.") || begins_with(host, "s3-")) &&
         (ends_with(host, ".amazonaws.com") || ends_with(host, ".amazonaws.com.cn")) &&
         host.find(".elb.") == host.npos;
}

// The AWS CLI keeps the bucket in the path wherever an endpoint is given, and S3-compatible servers
// count on it: few have a name for each bucket. For AWS's own hosts, the library's rule is better,
// and ARNs and buckets of S3 Express have no place in a path.
addressing choose_style(const common_options& asked, std::string_view endpoint) {
  if (asked.style != addressing::automatic) return asked.style;
  const bool stands_in_host = endpoint.empty() || is_s3_host_of_aws(endpoint) ||
                              is_arn(asked.bucket) || ends_with(asked.bucket, "--x-s3");
  return stands_in_host ? addressing::automatic : addressing::path;
}

}  // namespace

presign::result<presign::s3::bucket> find_bucket(const common_options& asked) {
  const auto region = find_region(asked);
  if (!region) return region.error();
  const auto endpoint = find_endpoint(asked);
  presign::s3::location where{*region, endpoint, choose_style(asked, endpoint)};
  where.dual_stack = asked.dual_stack;
  where.fips = asked.fips;
  where.accelerate = asked.accelerate;
  return presign::s3::bucket::at(asked.bucket, where);
}

}  // namespace cli
