#include "verify/rebuilt_request.hpp"

#include "received.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

using presign::service_rules;
using presign::detail::rebuilt_request;

presign::unverified_request example() {
  return presign::parse_presigned(support::sent_example().received()).value();
}

const auto date = presign::sigv4::amz_date::parse(support::example::date).value();

}  // namespace

TEST_SUITE_BEGIN("rebuilt_request");

TEST_CASE("what was signed in Amazon's example") {
  const auto presented = example();
  const rebuilt_request rebuilt{presented, service_rules::of("s3")};
  CHECK(rebuilt.canonical().text() == support::example::canonical_request);
  CHECK(rebuilt.string_to_sign(date).value() == support::example::string_to_sign);
}

TEST_CASE("the string to sign of SigV4A has no region in its scope") {
  auto presented = example();
  presented.algorithm = presign::signing_algorithm::sigv4a;
  const rebuilt_request rebuilt{presented, service_rules::of("s3")};
  CHECK(rebuilt.string_to_sign(date).value().find(
            "AWS4-ECDSA-P256-SHA256\n20130524T000000Z\n20130524/s3/aws4_request\n") == 0);
}

TEST_CASE("the path by the rules of the service") {
  auto presented = example();
  presented.path = "/a//b c/../d";
  CHECK(rebuilt_request{presented, service_rules::of("s3")}.canonical().path == "/a//b%20c/../d");
  CHECK(rebuilt_request{presented, service_rules::of("sts")}.canonical().path == "/a/d");
  presented.path = "/b c";
  CHECK(rebuilt_request{presented, service_rules::of("sts")}.canonical().path == "/b%2520c");
}

TEST_CASE("the query sorted, with what signing adds in its midst") {
  auto presented = example();
  presented.query_parameters = {{"z", "1"}, {"X-Amz-Dated", "2"}, {"a", ""}, {"z", "0"}, {"", "+"}};
  CHECK(rebuilt_request{presented, service_rules::of("s3")}.canonical().query ==
        "=%2B&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Dated=2&X-Amz-Expires=86400"
        "&X-Amz-SignedHeaders=host&a=&z=0&z=1");
}

TEST_CASE("a token that is not signed is left out of the query") {
  for (const std::string name : {"X-Amz-Security-Token", "X-Amz-S3session-Token"}) {
    CAPTURE(name);
    const auto with_token =
        support::sent_example().with("&X-Amz-SignedHeaders", "&" + name + "=t&X-Amz-SignedHeaders");
    const auto presented = presign::parse_presigned(with_token.received()).value();
    service_rules rules = service_rules::of("s3");
    CHECK(rebuilt_request{presented, rules}.canonical().query.find("&" + name + "=t&") !=
          std::string::npos);
    rules.sign_session_token = false;
    CHECK(rebuilt_request{presented, rules}.canonical().text() ==
          support::example::canonical_request);
  }
}

TEST_CASE("the payload hash: signed as a header, unsigned by rule, the receiver's, of no body") {
  const std::string empty(presign::sigv4::empty_payload_hash);
  auto presented = example();
  const auto hash = [&presented](std::string_view service) {
    return std::string(
        rebuilt_request{presented, service_rules::of(service)}.canonical().payload_hash);
  };
  CHECK(hash("s3") == "UNSIGNED-PAYLOAD");
  CHECK(hash("sts") == empty);
  presented.payload_hash = "receiver's";
  CHECK(hash("s3") == "UNSIGNED-PAYLOAD");
  CHECK(hash("sts") == "receiver's");
  presented.content_sha256 = "header's";
  CHECK(hash("s3") == "header's");
  CHECK(hash("sts") == "header's");

  presented.signing_query = {};  // signed in its headers
  presented.content_sha256 = {};
  CHECK(hash("s3") == "receiver's");
  presented.payload_hash = {};
  CHECK(hash("s3") == empty);
}

TEST_SUITE_END();
