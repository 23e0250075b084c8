// S3 requests: where a bucket is, and what is asked of it.
#include "arn.hpp"
#include "error_of.hpp"
#include "partition.hpp"
#include "s3_endpoint.hpp"
#include "s3_key.hpp"
#include "text.hpp"

#include <presign/post.hpp>
#include <presign/s3.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace presign::s3 {
namespace {

using detail::decimal;
using detail::error_of;
using detail::quoted;

// ── The bucket ──────────────────────────────────────────────────────────────────────────────────

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
    return error{errc::invalid_arn,
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

// ── Keys and parameters ─────────────────────────────────────────────────────────────────────────

void add(request& what, std::string_view name, const std::string& value) {
  if (!value.empty()) what.query(std::string(name), value);
}

// A whole number within its bounds, or the request's flaw.
void add(request& what, std::string_view name, std::optional<int> value, int least, int most) {
  if (!value) return;
  if (*value < least || *value > most) {
    what.flaw =
        error_of(errc::invalid_parameter, {name, " must be ", decimal(least).view(), " to ",
                                           decimal(most).view(), ", got ", decimal(*value).view()});
  }
  what.query(std::string(name), std::to_string(*value));
}

void add(request& what, const get_options& options) {
  add(what, "versionId", options.version_id);
  add(what, "partNumber", options.part_number, 1, 10000);
  add(what, "response-cache-control", options.response_cache_control);
  add(what, "response-content-disposition", options.response_content_disposition);
  add(what, "response-content-encoding", options.response_content_encoding);
  add(what, "response-content-language", options.response_content_language);
  add(what, "response-content-type", options.response_content_type);
  add(what, "response-expires", options.response_expires);
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

request bucket::object(std::string_view method, std::string_view key) const {
  auto what = common_;
  what.method = method;
  what.path.append("/");
  what.key_at = what.path.size();
  what.path.append(key);
  what.flaw = detail::check_key(key);
  return what;
}

request bucket::get(std::string_view key, const get_options& options) const {
  auto what = object("GET", key);
  add(what, options);
  return what;
}

request bucket::head(std::string_view key, const get_options& options) const {
  auto what = get(key, options);
  what.method = "HEAD";
  return what;
}

request bucket::put(std::string_view key) const { return object("PUT", key); }

request bucket::remove(std::string_view key, std::string_view version_id) const {
  auto what = object("DELETE", key);
  add(what, "versionId", std::string(version_id));
  return what;
}

request bucket::list(const list_options& options) const {
  auto what = common_;
  if (what.path.empty()) what.path = "/";
  what.query("list-type", "2");
  add(what, "prefix", options.prefix);
  add(what, "delimiter", options.delimiter);
  add(what, "max-keys", options.max_keys, 0, 1000);
  add(what, "continuation-token", options.continuation_token);
  add(what, "start-after", options.start_after);
  if (options.encoding_type_url) what.query("encoding-type", "url");
  return what;
}

post_policy bucket::post(std::string_view key) const {
  auto address = common_;
  address.method = "POST";
  if (address.path.empty()) address.path = "/";
  address.flaw = detail::check_key(key);
  if (common_.algorithm == signing_algorithm::sigv4a) {
    address.flaw =
        error_of(errc::conflicting_options,
                 {"a form cannot be signed for the multi-region access point ", quoted(name_),
                  ": it needs a bucket or an access point of one region"});
  }
  return {std::move(address), name_, key};
}

}  // namespace presign::s3
