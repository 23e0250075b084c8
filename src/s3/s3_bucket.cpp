// Where a bucket is: its endpoint, by AWS's rules or its own.
#include "s3/arn.hpp"
#include "base/error_of.hpp"
#include "s3/partition.hpp"
#include "s3/s3_endpoint.hpp"
#include "base/text.hpp"

#include <presign/s3.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace presign::s3 {
namespace {

using detail::error_of;
using detail::quoted;

// Names of the early years had up to 255 letters, digits, dots, hyphens and underscores.
bool is_bucket_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return detail::is_alnum(c) || c == '.' || c == '-' || c == '_';
         });
}

// What an ARN implies where no region was given: its own, or one of its partition.
std::string_view region_of(std::string_view name) {
  const auto arn = detail::parse_arn(name);
  if (arn && detail::is_host_label(arn->region)) return arn->region;
  const auto* partition = arn ? detail::partition_named(arn->partition) : nullptr;
  return (partition ? *partition : detail::partition_of("")).global_region;
}

// AWS's rules take any text for a bucket, and know two styles. Here, a name is a bucket's or an
// ARN, and an endpoint of a single label (localhost, minio), which hardly ever has subdomains, gets
// its buckets in the path unless it is told otherwise.
result<detail::s3_endpoint_parameters> parameters_of(std::string_view name, const location& where) {
  const bool is_arn = detail::looks_like_arn(name);
  if (!is_arn && !is_bucket_name(name)) {
    return error_of(
        errc::invalid_bucket,
        {"a bucket name has 1 to 255 letters, digits, dots, hyphens and underscores, got ",
         quoted(name)});
  }
  detail::s3_endpoint_parameters in;
  in.bucket = name;
  in.region = is_arn && where.region.empty() ? region_of(name) : where.region;
  in.use_fips = where.fips;
  in.use_dual_stack = where.dual_stack;
  in.accelerate = where.accelerate;
  in.use_arn_region = where.use_arn_region;
  in.disable_s3_express_session_auth = !where.express_session;
  if (!where.endpoint.empty()) {
    auto endpoint = detail::parse_endpoint_url(where.endpoint);
    if (!endpoint) return endpoint.error();
    in.endpoint = *std::move(endpoint);
  }
  const bool has_subdomains = is_arn || !in.endpoint || !in.endpoint->is_single_label();
  in.force_path_style =
      where.style == addressing::path || (where.style == addressing::automatic && !has_subdomains);
  return in;
}

// A style that was asked for is kept. AWS's rules, which look at a name's end first, would put an
// ARN into the path that ends as the name of an S3 Express bucket.
std::optional<error> check_style(std::string_view name, addressing style,
                                 const detail::s3_endpoint& found) {
  if (detail::looks_like_arn(name) && found.bucket_in_path) {
    return error{errc::invalid_bucket,
                 "the ARN " + quoted(name) + " ends as the name of an S3 Express bucket does"};
  }
  if (style == addressing::virtual_host && found.bucket_in_path) {
    return error_of(errc::invalid_bucket,
                    {"the bucket ", quoted(name), " cannot be a host name before ",
                     quoted(found.host), " under ", found.scheme});
  }
  if (style == addressing::path && !found.bucket_in_path) {
    return error_of(errc::conflicting_options,
                    {"path-style addressing cannot be used with the bucket ", quoted(name)});
  }
  return {};
}

// S3 Express takes other session tokens than its own, too, under their usual name.
std::optional<service_rules> rules_of(std::string_view service, bool express_session) {
  auto rules = service_rules::of(service);
  if (rules.s3_session_token == express_session) return {};
  rules.s3_session_token = express_session;
  return rules;
}

}  // namespace

result<bucket> bucket::at(std::string_view name, const location& where) {
  const auto parameters = parameters_of(name, where);
  if (!parameters) return parameters.error();
  auto found = detail::resolve_s3_endpoint(*parameters);
  if (!found) return found.error();
  if (auto failure = check_style(name, where.style, *found)) return *std::move(failure);

  bucket placed;
  auto& common = placed.common_;
  common.scheme = std::move(found->scheme);
  common.host = std::move(found->host);
  common.path = std::move(found->path);
  common.service = std::move(found->service);
  common.region = std::move(found->region);
  common.algorithm = found->algorithm;
  common.rules = rules_of(common.service, found->express_session);
  placed.name_ = name;
  return placed;
}

}  // namespace presign::s3
