// Resolves the S3 endpoints that compare_endpoints.py thinks up: a JSON object a line in, a JSON
// object a line out.
#include "s3/s3_endpoint.hpp"

#include <nlohmann/json.hpp>
#include <presign/sigv4.hpp>

#include <iostream>
#include <string>

namespace {

using nlohmann::json;
using presign::errc;
using presign::signing_algorithm;

const char* name_of(const std::error_code& code) {
  if (code == errc::invalid_region) return "invalid_region";
  if (code == errc::invalid_endpoint) return "invalid_endpoint";
  if (code == errc::invalid_bucket) return "invalid_bucket";
  if (code == errc::conflicting_options) return "conflicting_options";
  return "another";
}

json refusal(const presign::error& failure) {
  return {{"refused", name_of(failure.code)}, {"message", failure.message}};
}

// The parameters have the names that AWS's rules give them; what is not there has its default.
json answer(const json& in) {
  const std::string bucket = in.value("Bucket", "");
  const std::string region = in.value("Region", "");
  presign::detail::s3_endpoint_parameters out;
  out.bucket = bucket;
  out.region = region;
  if (in.contains("Endpoint")) {
    auto endpoint = presign::detail::parse_endpoint_url(in.at("Endpoint").get<std::string>());
    if (!endpoint) return refusal(endpoint.error());
    out.endpoint = *std::move(endpoint);
  }
  const auto flag = [&in](const char* name, bool absent = false) { return in.value(name, absent); };
  out.use_fips = flag("UseFIPS");
  out.use_dual_stack = flag("UseDualStack");
  out.accelerate = flag("Accelerate");
  out.force_path_style = flag("ForcePathStyle");
  out.use_arn_region = flag("UseArnRegion", true);
  out.disable_s3_express_session_auth = flag("DisableS3ExpressSessionAuth");
  out.use_global_endpoint = flag("UseGlobalEndpoint");
  out.use_s3_express_control_endpoint = flag("UseS3ExpressControlEndpoint");
  out.use_object_lambda_endpoint = flag("UseObjectLambdaEndpoint");
  out.disable_access_points = flag("DisableAccessPoints");
  out.disable_multi_region_access_points = flag("DisableMultiRegionAccessPoints");

  const auto found = resolve_s3_endpoint(out);
  if (!found) return refusal(found.error());
  const auto* scheme = found->algorithm == signing_algorithm::sigv4a ? "sigv4a"
                       : found->express_session                      ? "sigv4-s3express"
                                                                     : "sigv4";
  return {{"url", found->scheme + "://" + found->host +
                      presign::sigv4::uri_encode(found->path, presign::sigv4::slash::keep)},
          {"signing", {scheme, found->service, found->region}}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    try {
      std::cout << answer(json::parse(line)) << std::endl;
    } catch (const std::exception& failure) {
      std::cout << json{{"refused", "exception"}, {"message", failure.what()}} << std::endl;
    }
  }
}
