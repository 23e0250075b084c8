// How services differ in applying SigV4.
#include <presign/request.hpp>

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

}  // namespace presign
