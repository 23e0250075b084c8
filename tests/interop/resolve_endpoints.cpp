// Resolves the S3 endpoints that compare_endpoints.py asks for. Reads a JSON object a line, and
// writes a JSON object a line.
#include "s3/endpoint.hpp"

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

// The parameters have the names that AWS's rules give them. A missing parameter has its default.
json resolve(const json& in) {
  const std::string bucket = in.value("Bucket", "");
  const auto flag = [&in](const char* name, bool missing = false) {
    return in.value(name, missing);
  };
  presign::s3::location location{in.value("Region", ""), in.value("Endpoint", "")};
  if (flag("ForcePathStyle")) location.style = presign::s3::addressing::path;
  location.fips = flag("UseFIPS");
  location.dual_stack = flag("UseDualStack");
  location.accelerate = flag("Accelerate");
  location.use_arn_region = flag("UseArnRegion", true);
  location.express_session = !flag("DisableS3ExpressSessionAuth");

  const auto request = presign::detail::resolve_endpoint(bucket, location);
  if (!request) {
    return {{"error", name_of(request.error().code)}, {"message", request.error().message}};
  }
  const auto rules = request->rules.value_or(presign::service_rules::of(request->service));
  const auto* scheme = request->algorithm == signing_algorithm::sigv4a ? "sigv4a"
                       : rules.s3_session_token                        ? "sigv4-s3express"
                                                                       : "sigv4";
  return {{"url", request->scheme + "://" + request->host +
                      presign::sigv4::uri_encode(request->path, false)},
          {"signing", {scheme, request->service, request->region}}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    try {
      std::cout << resolve(json::parse(line)) << std::endl;
    } catch (const std::exception& failure) {
      std::cout << json{{"error", "exception"}, {"message", failure.what()}} << std::endl;
    }
  }
}
