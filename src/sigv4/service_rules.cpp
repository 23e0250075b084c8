// How services differ in applying SigV4, and the names that only the signer may set.
#include "sigv4/service_rules.hpp"

#include "sigv4/uri_encode.hpp"

namespace presign {

// The S3 family is what endpoint rules of the AWS SDKs mark with disableDoubleEncoding. S3 Tables,
// S3 Vectors and S3 Files are not of it.
// https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
// https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-clients.html
service_rules service_rules::of(std::string_view service) noexcept {
  const bool is_s3 = service == "s3" || service == "s3express" || service == "s3-object-lambda" ||
                     service == "s3-outposts";
  service_rules rules;
  rules.normalize_path = !is_s3;
  rules.encode_path_twice = !is_s3;
  rules.unsigned_payload = is_s3;
  rules.content_sha256_header = is_s3 || service == "aoss";
  rules.sign_session_token = service != "iotdevicegateway";
  rules.s3_session_token = service == "s3express";
  rules.require_expires = is_s3;
  return rules;
}

namespace detail {
namespace {

bool is_secret(std::string_view encoded_name) {
  std::string name;
  if (!append_decoded(name, encoded_name)) name = encoded_name;
  return equal_ignoring_case(name, signing_parameters[in_query::signature]) ||
         is_token_parameter(name);
}

}  // namespace

bool is_token_parameter(std::string_view name) noexcept {
  return equal_ignoring_case(name, signing_parameters[in_query::security_token]) ||
         equal_ignoring_case(name, signing_parameters[in_query::s3session_token]);
}

bool is_token_header(std::string_view name) noexcept {
  return name == signing_headers[in_headers::security_token] ||
         name == signing_headers[in_headers::s3session_token];
}

}  // namespace detail

// The text may be a line of a log, so whatever ends a query ends a parameter, too.
std::string redact(std::string_view url) {
  constexpr std::string_view separators = "?&;#\"'<> \t\r\n";
  std::string safe;
  while (true) {
    const auto parameter = url.substr(0, url.find_first_of(separators));
    const auto name = parameter.substr(0, parameter.find('='));
    const bool is_secret = name.size() < parameter.size() && detail::is_secret(name);
    safe.append(is_secret ? name : parameter).append(is_secret ? "=REDACTED" : "");
    if (parameter.size() == url.size()) return safe;
    safe.push_back(url[parameter.size()]);
    url.remove_prefix(parameter.size() + 1);
  }
}

}  // namespace presign
