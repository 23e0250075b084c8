#include "support.hpp"

#include <presign/request.hpp>

#include <doctest/doctest.h>

#include <string_view>

TEST_SUITE_BEGIN("service_rules");

using presign::service_rules;

TEST_CASE("the S3 family signs the path as it is sent, and leaves the payload unsigned") {
  for (const auto* service : {"s3", "s3express", "s3-object-lambda", "s3-outposts"}) {
    CAPTURE(service);
    const auto rules = service_rules::of(service);
    CHECK(!rules.normalize_path);
    CHECK(!rules.encode_path_twice);
    CHECK(rules.unsigned_payload);
    CHECK(rules.content_sha256_header);
    CHECK(rules.sign_session_token);
    CHECK(rules.require_expires);
    CHECK(rules.s3_session_token == (service == std::string_view("s3express")));
  }
}

TEST_CASE("every other service normalises, encodes twice and signs the payload") {
  for (const auto* service : {"", "sts", "execute-api", "iam", "bedrock", "s", "s3 ", " s3", "S3",
                              "s3-", "s3x", "s3-control-plane", "sts3", "s3express2"}) {
    CAPTURE(service);
    const auto rules = service_rules::of(service);
    CHECK(rules.normalize_path);
    CHECK(rules.encode_path_twice);
    CHECK(!rules.unsigned_payload);
    CHECK(!rules.content_sha256_header);
    CHECK(rules.sign_session_token);
    CHECK(!rules.s3_session_token);
    CHECK(!rules.require_expires);
  }
}

// In botocore's models, these are signed as other services are, whatever their names begin with.
TEST_CASE("services with a name like S3's, and services with one rule of their own") {
  for (const std::string_view service :
       {"s3tables", "s3vectors", "s3files", "iotdata", "iotdevicegateway", "es", "aoss"}) {
    CAPTURE(service);
    const auto rules = service_rules::of(service);
    CHECK(rules.encode_path_twice);
    CHECK(!rules.unsigned_payload);
    CHECK(!rules.require_expires);
    CHECK(rules.sign_session_token == (service != "iotdevicegateway"));
    CHECK(rules.content_sha256_header == (service == "aoss"));
  }
}

TEST_CASE("the service is a view of any bytes") {
  CHECK(service_rules::of(support::exact_copy("s3").view()).unsigned_payload);
  CHECK(!service_rules::of(support::exact_copy("").view()).unsigned_payload);
  CHECK(!service_rules::of(std::string_view("s3\0", 3)).unsigned_payload);
  CHECK(service_rules::of(std::string_view("s3-control").substr(0, 2)).unsigned_payload);
}

TEST_CASE("the defaults of the struct are those of a service without a name") {
  const service_rules defaults;
  const auto unnamed = service_rules::of("");
  CHECK(defaults.normalize_path == unnamed.normalize_path);
  CHECK(defaults.encode_path_twice == unnamed.encode_path_twice);
  CHECK(defaults.unsigned_payload == unnamed.unsigned_payload);
  CHECK(defaults.content_sha256_header == unnamed.content_sha256_header);
  CHECK(defaults.sign_session_token == unnamed.sign_session_token);
  CHECK(defaults.s3_session_token == unnamed.s3_session_token);
  CHECK(defaults.require_expires == unnamed.require_expires);
}

TEST_SUITE_END();
