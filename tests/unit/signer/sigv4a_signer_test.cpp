#include "libcrypto.hpp"
#include "support.hpp"

#include <presign/presign.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using presign::errc;
using presign::signing_algorithm;
using support::options_at;
using support::time_at;
using support::url_parts;
using support::wrong_error;

const auto noon = time_at("20130524T120000Z");
const presign::signer signer{support::example_credentials()};
constexpr std::string_view host = "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com";

// An object by a multi-region access point, good in all regions.
presign::request example() {
  presign::request what;
  what.host = host;
  what.path = "/test.txt";
  what.region = "*";
  what.algorithm = signing_algorithm::sigv4a;
  return what;
}

presign::result<presign::presigned_url> presign_at_noon(const presign::request& what,
                                                        const presign::signer& by = signer) {
  return by.presign(what, 1h, options_at(noon));
}

// As a server does it, with no step of presign's but the public key.
bool verifies(std::string_view canonical_request, std::string_view date_and_scope,
              std::string_view signature) {
  const auto key =
      presign::sigv4a::signing_key::derive(support::access_key_id, support::secret_access_key);
  const auto half = presign::sigv4a::public_key::of(key.value()).value();
  const auto string_to_sign = "AWS4-ECDSA-P256-SHA256\n" + std::string(date_and_scope) + "\n" +
                              libcrypto::hex(libcrypto::sha256(canonical_request));
  return libcrypto::ecdsa_p256_verifies(
      '\x04' + support::bytes_of(half.x) + support::bytes_of(half.y), string_to_sign,
      support::from_hex(signature));
}

bool verifies_at_noon(std::string_view url_text) {
  const url_parts url(url_text);
  const auto signed_query = url.query.substr(0, url.query.rfind("&X-Amz-Signature="));
  return verifies("GET\n" + url.path + "\n" + signed_query + "\nhost:" + url.host +
                      "\n\nhost\nUNSIGNED-PAYLOAD",
                  "20130524T120000Z\n20130524/s3/aws4_request", url.parameter("X-Amz-Signature"));
}

std::string without_signature(const std::string& url) {
  return url.substr(0, url.rfind("X-Amz-Signature="));
}

}  // namespace

TEST_SUITE_BEGIN("sigv4a signer");

TEST_CASE("presign: the region set stands in the query, and not in the scope") {
  const auto link = presign_at_noon(example()).value();
  CHECK(without_signature(link.url) ==
        "https://mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com/test.txt"
        "?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T120000Z&X-Amz-Expires=3600&X-Amz-Region-Set=%2A"
        "&X-Amz-SignedHeaders=host&");
  CHECK(verifies_at_noon(link.url));
  CHECK(link.headers.empty());
  CHECK(link.warnings.empty());
  CHECK(link.signed_at == noon);
  CHECK(link.expires_at == noon + 1h);
}

TEST_CASE("sign: the region set is a header, signed") {
  const auto ready = signer.sign(example(), {noon}).value();
  CHECK(ready.url == "https://" + std::string(host) + "/test.txt");
  REQUIRE(ready.headers.size() == 4);
  CHECK(ready.headers[0].name == "x-amz-content-sha256");
  CHECK(ready.headers[1].name == "x-amz-date");
  CHECK(ready.headers[2].name == "x-amz-region-set");
  CHECK(ready.headers[2].value == "*");
  CHECK(ready.headers[3].name == "authorization");
  const std::string head =
      "AWS4-ECDSA-P256-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/s3/aws4_request, "
      "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-region-set, Signature=";
  const auto& authorization = ready.headers[3].value;
  REQUIRE(authorization.substr(0, head.size()) == head);
  const std::string hash(presign::sigv4::empty_payload_hash);
  CHECK(verifies("GET\n/test.txt\n\nhost:" + std::string(host) + "\nx-amz-content-sha256:" + hash +
                     "\nx-amz-date:20130524T120000Z\nx-amz-region-set:*\n\n"
                     "host;x-amz-content-sha256;x-amz-date;x-amz-region-set\n" +
                     hash,
                 "20130524T120000Z\n20130524/s3/aws4_request", authorization.substr(head.size())));
}

TEST_CASE("a session token and the caller's own parameters are signed with it") {
  const presign::signer temporary{support::temporary_credentials()};
  const auto link =
      presign_at_noon(example().query("versionId", "v 1").query("X-Amz-R", "before"), temporary)
          .value();
  CHECK(link.url.find("&X-Amz-Expires=3600&X-Amz-R=before&X-Amz-Region-Set=%2A"
                      "&X-Amz-Security-Token=FwoGZXIvYXdzE%2Bsecret%2Ftoken%3D%3D"
                      "&X-Amz-SignedHeaders=host&versionId=v%201&X-Amz-Signature=") !=
        std::string::npos);
  CHECK(verifies_at_noon(link.url));
  const auto ready = temporary.sign(example(), {noon}).value();
  CHECK(ready.headers.back().value.find(
            "host;x-amz-content-sha256;x-amz-date;x-amz-region-set;x-amz-security-token,") !=
        std::string::npos);
}

TEST_CASE("signatures differ each time, all else in a stable window does not") {
  auto options = options_at(noon);
  options.stable_window = 1h;
  const auto first = signer.presign(example(), 1h, options).value().url;
  options.at = noon + 59min;
  const auto second = signer.presign(example(), 1h, options).value().url;
  CHECK(first != second);
  CHECK(without_signature(first) == without_signature(second));
  CHECK(verifies_at_noon(first));
  CHECK(verifies_at_noon(second));
}

TEST_CASE("region sets that are accepted") {
  const std::string longest(63, 'r');
  for (const std::string& set :
       {std::string("*"), std::string("us-east-1"), std::string("us-east-1,us-west-2"),
        std::string("us-*"), std::string("us-west-*,eu-*,*"), std::string("*-east-1"),
        std::string("auto"), longest, longest + "," + longest}) {
    CAPTURE(set);
    auto what = example();
    what.region = set;
    const auto link = presign_at_noon(what).value();
    CHECK(url_parts(link.url).parameter("X-Amz-Region-Set") == set);
    CHECK(verifies_at_noon(link.url));
    const auto ready = signer.sign(what, {noon}).value();
    CHECK(ready.headers[2].value == set);
  }
}

TEST_CASE("region sets that are rejected") {
  for (const std::string& set :
       {std::string(), std::string(","), std::string("us-east-1,"), std::string(",us-east-1"),
        std::string("us-east-1,,us-west-2"), std::string("us-east-1, us-west-2"),
        std::string("us east"), std::string("-*"), std::string("us-"), std::string("us-*,eu-"),
        std::string("us_east"), std::string("us-east-1;us-west-2"), std::string("us/east"),
        std::string("*\n"), std::string("*\0", 2), std::string("é"), std::string(64, 'r'),
        std::string("*,") + std::string(64, '*')}) {
    CAPTURE(set);
    auto what = example();
    what.region = set;
    CHECK(wrong_error(presign_at_noon(what), errc::invalid_region,
                      {"region set", "\"*\"", "1 to 63"}) == "");
    CHECK(wrong_error(signer.sign(what, {noon}), errc::invalid_region, {"region set"}) == "");
  }
  auto what = example();
  what.region = "us-east-1,us east";
  CHECK(wrong_error(presign_at_noon(what), errc::invalid_region, {"\"us-east-1,us east\""}) == "");
}

TEST_CASE("a region set is no region of SigV4, which is the default") {
  CHECK(presign::request{}.algorithm == signing_algorithm::sigv4);
  for (const std::string set : {"*", "us-east-1,us-west-2", "us-*"}) {
    auto what = example();
    what.region = set;
    what.algorithm = signing_algorithm::sigv4;
    CHECK(wrong_error(presign_at_noon(what), errc::invalid_region, {"region"}) == "");
    CHECK(wrong_error(signer.sign(what, {noon}), errc::invalid_region, {"region"}) == "");
  }
}

TEST_CASE("the region set cannot be given a second time") {
  for (const auto by : {signing_algorithm::sigv4, signing_algorithm::sigv4a}) {
    auto what = example();
    what.region = "us-east-1";
    what.algorithm = by;
    CHECK(wrong_error(presign_at_noon(presign::request(what).query("x-amz-region-set", "*")),
                      errc::reserved_name, {"x-amz-region-set"}) == "");
    CHECK(wrong_error(presign_at_noon(presign::request(what).header("X-Amz-Region-Set", "*")),
                      errc::reserved_name, {"X-Amz-Region-Set"}) == "");
  }
}

TEST_CASE("credentials are checked as for SigV4") {
  const std::string id(support::access_key_id);
  const auto check = [](const presign::credentials& who, errc code) {
    CHECK(wrong_error(presign_at_noon(example(), presign::signer{who}), code) == "");
    CHECK(wrong_error(presign::signer{who}.sign(example(), {noon}), code) == "");
  };
  check({"", ""}, errc::missing_credentials);
  check({id, ""}, errc::invalid_credentials);
  check({"", support::secret_access_key}, errc::invalid_credentials);
  check({id + "/", support::secret_access_key}, errc::invalid_credentials);
  auto expired = support::temporary_credentials();
  expired.expires_at = noon;
  check(expired, errc::credentials_expired);
}

TEST_CASE("other services sign an empty body, by the same rules as with SigV4") {
  auto what = example();
  what.host = "abc.execute-api.us-east-1.amazonaws.com";
  what.path = "/a//b/../c d";
  what.service = "execute-api";
  what.region = "us-east-1,us-west-2";
  const auto link = presign_at_noon(what).value();
  const url_parts url(link.url);
  CHECK(url.path == "/a//b/../c%20d");
  CHECK(url.parameter("X-Amz-Credential") ==
        "AKIAIOSFODNN7EXAMPLE/20130524/execute-api/aws4_request");
  CHECK(verifies("GET\n/a/c%2520d\n" + url.query.substr(0, url.query.rfind("&X-Amz-Signature=")) +
                     "\nhost:abc.execute-api.us-east-1.amazonaws.com\n\nhost\n" +
                     std::string(presign::sigv4::empty_payload_hash),
                 "20130524T120000Z\n20130524/execute-api/aws4_request",
                 url.parameter("X-Amz-Signature")));
}

TEST_CASE("the URL can be redacted like another") {
  const auto link = presign_at_noon(example()).value();
  CHECK(presign::redact(link.url) == without_signature(link.url) + "X-Amz-Signature=REDACTED");
}

TEST_CASE("four threads that share a signer") {
  std::vector<std::vector<std::string>> urls(4);
  std::vector<std::thread> threads;
  for (auto& mine : urls) {
    threads.emplace_back([&mine] {
      for (int i = 0; i < 50; ++i) mine.push_back(presign_at_noon(example()).value().url);
    });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& theirs : urls) {
    for (const auto& url : theirs) CHECK(verifies_at_noon(url));
  }
}

TEST_SUITE_END();
