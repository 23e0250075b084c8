#include "verify/verify.hpp"

#include "received.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <tuple>

namespace {

using namespace std::chrono_literals;
using presign::credentials;
using presign::errc;
using presign::service_rules;
using presign::signing_algorithm;
using presign::time_point;
using presign::unverified_request;
using presign::verified;
using presign::verify_options;
using presign::detail::received_canonical_request;
using presign::detail::string_to_sign;
using support::example_credentials;
using support::sent_example;
using support::sent_request;
using support::temporary_credentials;
using support::time_at;
using support::verify;
using support::wrong_message;

using verdict = presign::result<verified>;

const auto date = presign::sigv4::amz_date::parse(support::example::date).value();
const auto noon = time_at("20130524T120000Z");
constexpr std::string_view body_hash =
    "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072";

sent_request sent_presigned(const presign::request& what,
                            const credentials& who = example_credentials()) {
  const auto options = support::options_at(noon);
  return sent_request::to(presign::signer{who}.presign(what, 1h, options).value());
}

unverified_request parsed(const sent_request& sent) {
  return presign::parse_request(sent.received()).value();
}

// Parses a request whose body has this hash.
unverified_request with_hash(sent_request sent, std::string_view payload_hash) {
  sent.payload_hash = payload_hash;
  return parsed(sent);
}

unverified_request presigned(const presign::request& what,
                             const credentials& who = example_credentials()) {
  return parsed(sent_presigned(what, who));
}

sent_request sent_signed(const presign::request& what,
                         const credentials& who = example_credentials()) {
  return sent_request::to(presign::signer{who}.sign(what, {noon}).value());
}

unverified_request header_signed(const presign::request& what,
                                 const credentials& who = example_credentials()) {
  return parsed(sent_signed(what, who));
}

presign::request by_sigv4a() { return support::example_request_by_sigv4a("us-*,eu-west-1"); }

verdict at_noon(const unverified_request& request, const credentials& who = example_credentials(),
                const verify_options& options = {}) {
  return verify(request, who, noon, options);
}

verify_options receiver(std::string_view service, std::string_view region) {
  verify_options options;
  options.service = service;
  options.region = region;
  return options;
}

bool is_signed(const unverified_request& request, std::string_view text,
               const credentials& signer = example_credentials()) {
  presign::detail::signing_key_cache cache;
  return presign::detail::is_signed_by(signer, request, text, date, cache).value();
}

// Parses all that can be read of a request.
unverified_request read(const sent_request& sent) {
  return presign::detail::parse_all(sent.received()).request;
}

std::string why(const verdict& got) { return got ? "" : got.error().message; }

}  // namespace

TEST_SUITE_BEGIN("verify");

// ── The canonical request and the string to sign ────────────────────────────────────────────────

TEST_CASE("what was signed in Amazon's example") {
  const auto request = read(sent_example());
  const received_canonical_request canonical(request, service_rules::of("s3"));
  CHECK(canonical.text() == support::example::canonical_request);
  CHECK(string_to_sign(request, date, canonical).value() == support::example::string_to_sign);
}

TEST_CASE("the string to sign of SigV4A has no region in its scope") {
  auto request = read(sent_example());
  request.algorithm = signing_algorithm::sigv4a;
  CHECK(string_to_sign(request, date, {})
            ->find("AWS4-ECDSA-P256-SHA256\n20130524T000000Z\n20130524/s3/aws4_request\n") == 0);
}

TEST_CASE("the path by the rules of the service") {
  const auto path = [](std::string_view target, std::string_view service) {
    const auto request = read({"GET", std::string(target), {{"Host", "example.com"}}});
    return std::string(received_canonical_request(request, service_rules::of(service)).path);
  };
  CHECK(path("/a//b%20c/../d", "s3") == "/a//b%20c/../d");
  CHECK(path("/a//b%20c/../d", "sts") == "/a/d");
  CHECK(path("/b%20c", "sts") == "/b%2520c");
  // S3 signs what a path means, other services how it is spelt. What is encoded is no separator
  // and no dot when such a path is normalised: https://github.com/awslabs/aws-c-auth does it so.
  for (const auto& [target, of_s3, of_others] :
       std::initializer_list<std::tuple<std::string, std::string, std::string>>{
           {"/@:,()!$';=&+*~", "/%40%3A%2C%28%29%21%24%27%3B%3D%26%2B%2A~",
            "/%40%3A%2C%28%29%21%24%27%3B%3D%26%2B%2A~"},
           {"/%c3%bc", "/%C3%BC", "/%25c3%25bc"},
           {"/%C3%BC", "/%C3%BC", "/%25C3%25BC"},
           {"/\xc3\xbc", "/%C3%BC", "/%C3%BC"},
           {"/%41%7E", "/A~", "/%2541%257E"},
           {"/tags/arn%3Aaws%2Fx", "/tags/arn%3Aaws/x", "/tags/arn%253Aaws%252Fx"},
           {"/a/%2e%2E/b", "/a/../b", "/a/%252e%252E/b"},
           {"/a/%2F/../b", "/a///../b", "/a/b"}}) {
    const std::string shown(target);
    CAPTURE(shown);
    CHECK(path(target, "s3") == of_s3);
    CHECK(path(target, "execute-api") == of_others);
  }
  auto rules = service_rules::of("sts");
  rules.encode_path_twice = false;
  const auto request = read({"GET", "/a/%2e%2e/%41", {{"Host", "example.com"}}});
  CHECK(received_canonical_request(request, rules).path == "/A");
}

// The signatures are botocore's (SigV4QueryAuth, 1.29.27), of the path as it stands here.
TEST_CASE("a path that is signed as other signers spell it") {
  const credentials signer{"AKIDEXAMPLE", "SECRET"};
  const auto signed_target = [](std::string_view path, std::string_view signature) {
    return std::string(path) +
           "?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20231114%2Fus-east-1"
           "%2Fexecute-api%2Faws4_request&X-Amz-Date=20231114T221320Z&X-Amz-Expires=60"
           "&X-Amz-SignedHeaders=host&X-Amz-Signature=" +
           std::string(signature);
  };
  const auto verdict_on = [&](const std::string& target) {
    const sent_request sent{"GET", target, {{"Host", "h.example.com"}}};
    return verify(parsed(sent), signer, time_at("20231114T221320Z"));
  };
  for (const auto& [path, signature, served] :
       std::initializer_list<std::tuple<std::string, std::string, std::string>>{
           {"/a:b", "1356367a0b6f090adb097fefdb55cddb3fa25b8056875f8391b5a63b94f103c6", "/a:b"},
           {"/@connections/ID", "2c39b56a05a6d58477e24928423e2c8e5fbc914c7939eaa0886c9d0fbd6f254a",
            "/@connections/ID"},
           {"/logs-*/_search", "b46009be8e49017530ec0f2336522af90604aee9feec8d1df69e588e1b8bc32a",
            "/logs-*/_search"},
           {"/a(b)!$';=&+,c", "61e9db17025448518795e18d6f8fdcbae0a595bbd4c1dde5c4a3fb6049cbe752",
            "/a(b)!$';=&+,c"},
           {"/%c3%bc", "ccf445a76723a3f7683913555d6f991d80fbd5ba370110eceaf60f33f529b76a", "/ü"},
           {"/%41", "1f670d0d50eb2932d969211dd801c7ffb3238a2af1de70015016eb9b269995bd", "/A"},
           {"/tags/arn%3Aaws%2Fx",
            "101b1b81c97eb5577f7ecf048a391de3f1b88fe1c29202bbb87d1af50e57e4fb", "/tags/arn:aws/x"},
           {"/a//./b/../@c", "6ef8f7f2780646db01f0878d41fc1c3e03e8366cd6f756401bfc4418e10a6001",
            "/a/@c"}}) {
    const std::string shown(path);
    CAPTURE(shown);
    const auto got = verdict_on(signed_target(path, signature));
    REQUIRE(why(got) == "");
    CHECK(got->path == served);
    // The path in presign's own spelling is another request.
    const auto request = read({"GET", path, {}});
    const auto respelt = presign::sigv4::uri_encode(request.path, false);
    CHECK(!verdict_on(signed_target(respelt, signature)));
  }
}

TEST_CASE("an encoded slash does not become a separator that removes a segment") {
  auto what = support::example_request();
  what.service = "execute-api";
  what.path = "/a/b";
  auto sent = sent_presigned(what);
  sent.target.replace(0, 4, "/a/%2F/../b");  // normalised, that is the path that was signed
  const auto got = at_noon(parsed(sent));
  REQUIRE(why(got) == "");
  CHECK(got->path == "/a/b");
}

TEST_CASE("a path in which dots show only once it is decoded") {
  for (const auto* path :
       {"/objects/..%2F..%2Fadmin", "/objects/%2e%2E/admin", "/a/%2e", "/a%2F."}) {
    CAPTURE(path);
    auto what = support::example_request();
    what.path = path;
    what.path_is_encoded = true;
    what.service = "execute-api";
    CHECK(support::wrong_error(at_noon(presigned(what)), errc::invalid_path,
                               {"once it is decoded"}) == "");
    what.service = "s3";  // whose keys are no files
    CHECK(why(at_noon(presigned(what))) == "");
  }
}

TEST_CASE("the query sorted, with the parameters that signing adds among the others") {
  auto request = read(sent_example());
  request.query_parameters = {{"z", "1"}, {"X-Amz-Dated", "2"}, {"a", ""}, {"z", "0"}, {"", "+"}};
  CHECK(received_canonical_request(request, service_rules::of("s3")).query ==
        "=%2B&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Dated=2&X-Amz-Expires=86400"
        "&X-Amz-SignedHeaders=host&a=&z=0&z=1");
}

TEST_CASE("a token that is not signed is left out of the query") {
  for (const std::string name : {"X-Amz-Security-Token", "X-Amz-S3session-Token"}) {
    CAPTURE(name);
    const auto with_token =
        sent_example().with("&X-Amz-SignedHeaders", "&" + name + "=t&X-Amz-SignedHeaders");
    const auto request = read(with_token);
    service_rules rules = service_rules::of("s3");
    CHECK(received_canonical_request(request, rules).query.find("&" + name + "=t&") !=
          std::string::npos);
    rules.sign_session_token = false;
    CHECK(received_canonical_request(request, rules).text() == support::example::canonical_request);
  }
}

TEST_CASE("the payload hash: signed as a header, unsigned by rule, the receiver's, of no body") {
  const std::string empty(presign::sigv4::empty_payload_hash);
  auto sent = sent_example();
  const auto hash = [&sent](std::string_view service) {
    const auto request = read(sent);
    return std::string(
        received_canonical_request(request, service_rules::of(service)).payload_hash);
  };
  CHECK(hash("s3") == "UNSIGNED-PAYLOAD");
  CHECK(hash("sts") == empty);
  sent.payload_hash = "receiver's";
  CHECK(hash("s3") == "UNSIGNED-PAYLOAD");
  CHECK(hash("sts") == "receiver's");
  sent.headers.push_back({"x-amz-content-sha256", "header's"});
  CHECK(hash("s3") == "header's");
  CHECK(hash("sts") == "header's");

  sent = sent_signed(support::example_request()).without_header("x-amz-content-sha256");
  sent.payload_hash = "receiver's";
  CHECK(hash("s3") == "receiver's");
  sent.payload_hash.clear();
  CHECK(hash("s3") == empty);
}

// ── Whether a signature was made by credentials ─────────────────────────────────────────────────

TEST_CASE("the published signature is made by the published secret, of the published text") {
  auto request = read(sent_example());
  const std::string text(support::example::string_to_sign);
  CHECK(is_signed(request, text));
  CHECK_FALSE(is_signed(request, text + ' '));
  CHECK_FALSE(is_signed(request, text, {"AKIAIOSFODNN7EXAMPLE", "x"}));
  request.region = "us-east-2";
  CHECK_FALSE(is_signed(request, text));
}

TEST_CASE("a signature that is cut short, or empty, is nobody's") {
  const std::string signature(support::example::signature);
  for (std::size_t size = 0; size <= signature.size(); ++size) {
    const auto request = read(sent_example().with(signature, signature.substr(0, size)));
    CHECK(is_signed(request, support::example::string_to_sign) == (size == 64));
  }
}

TEST_CASE("a signature of SigV4A") {
  const auto key =
      presign::sigv4a::signing_key::derive(support::access_key_id, support::secret_access_key);
  const auto signature = *presign::sigv4a::signature(*key, "text");
  auto request = read(sent_example().with(support::example::signature, signature));
  request.algorithm = signing_algorithm::sigv4a;
  CHECK(is_signed(request, "text"));
  CHECK_FALSE(is_signed(request, "texts"));
  request = read(sent_example().with(support::example::signature, "00"));
  request.algorithm = signing_algorithm::sigv4a;
  CHECK_FALSE(is_signed(request, "text"));
}

// ── Verified requests ───────────────────────────────────────────────────────────────────────────

TEST_CASE("Amazon's example of a presigned URL") {
  const auto presented = parsed(sent_example());
  const auto at = time_at(support::example::date);
  const auto got = verify(presented, example_credentials(), at);
  REQUIRE_MESSAGE(got, got.error().message);
  CHECK(got->valid_until == at + 24h);
  CHECK(got->path == "/test.txt");
  CHECK(got->payload_hash == "UNSIGNED-PAYLOAD");
}

TEST_CASE("a request that is signed in its headers") {
  auto what = support::example_request();
  what.payload_hash = body_hash;
  const auto got = at_noon(header_signed(what));
  REQUIRE_MESSAGE(got, got.error().message);
  CHECK(got->valid_until == noon + 15min);
  CHECK(got->payload_hash == body_hash);
}

TEST_CASE("SigV4A, in the query and in the headers") {
  for (const auto& presented : {presigned(by_sigv4a()), header_signed(by_sigv4a())}) {
    CHECK(why(at_noon(presented)) == "");
    auto other = example_credentials();
    other.secret_access_key = "another";
    CHECK(support::wrong_error(at_noon(presented, other), errc::signature_mismatch) == "");
  }
}

TEST_CASE("now, if no time is given") {
  const auto link =
      presign::signer{example_credentials()}.presign(support::example_request(), 1h).value();
  const auto sent = sent_request::to(link);
  const auto presented = parsed(sent);
  CHECK(why(verify(presented, example_credentials())) == "");
}

// ── The request and the receiver ────────────────────────────────────────────────────────────────

TEST_CASE("the receiver's service and region") {
  const auto presented = presigned(support::example_request());
  const auto who = example_credentials();
  CHECK(why(at_noon(presented, who, receiver("s3", "us-east-1"))) == "");
  CHECK(why(at_noon(presented, who, receiver("", "us-east-1"))) == "");
  CHECK(why(at_noon(presented, who, receiver("s3", ""))) == "");
  CHECK(wrong_message(at_noon(presented, who, receiver("sts", "us-east-1")), errc::wrong_scope,
                      "the signature must be for the service \"sts\", got \"s3\"") == "");
  CHECK(wrong_message(at_noon(presented, who, receiver("s3", "us-east-2")), errc::wrong_scope,
                      "the signature must be for the region \"us-east-2\", got \"us-east-1\"") ==
        "");
  CHECK(support::wrong_error(at_noon(presented, who, receiver("S3", "")), errc::wrong_scope) == "");
  CHECK(support::wrong_error(at_noon(presented, who, receiver("", "US-EAST-1")),
                             errc::wrong_scope) == "");
}

TEST_CASE("the receiver's region is in the region set of SigV4A") {
  const auto presented = presigned(by_sigv4a());
  const auto who = example_credentials();
  for (const auto* region : {"us-east-1", "us-west-2", "eu-west-1", ""}) {
    CHECK(why(at_noon(presented, who, receiver("s3", region))) == "");
  }
  CHECK(wrong_message(
            at_noon(presented, who, receiver("s3", "eu-west-2")), errc::wrong_scope,
            "the signature must be for the region \"eu-west-2\", got \"us-*,eu-west-1\"") == "");
}

TEST_CASE("a star is no wildcard without SigV4A") {
  auto presented = presigned(support::example_request());
  presented.region = "*";
  CHECK(support::wrong_error(at_noon(presented, example_credentials(), receiver("", "us-east-1")),
                             errc::wrong_scope) == "");
}

TEST_CASE("an x-amz-* header that is not signed is rejected, and any other is not") {
  const auto sent = [](std::string name) {
    return parsed(sent_presigned(support::example_request()).and_header(std::move(name), "x"));
  };
  const auto who = example_credentials();
  CHECK(why(at_noon(sent("Range"), who)) == "");
  CHECK(why(at_noon(sent("x-amzn-trace-id"), who)) == "");
  // A receiver that reads headers loosely may take the blanks away.
  for (const auto* name : {" x-amz-acl", "\tX-Amz-Acl", "\r\nx-amz-acl", "x-amz-acl "}) {
    CHECK(at_noon(sent(name), who).error().code == errc::unsigned_header);
  }
  for (const std::string name :
       {"x-amz-acl", "x-amz-date", "x-amz-", "x-amz-content-sha256", "x-amz-security-token"}) {
    CHECK(wrong_message(at_noon(sent(name), who), errc::unsigned_header,
                        "every x-amz-* header must be signed; \"" + name + "\" is not") == "");
  }
  CHECK(support::wrong_error(at_noon(sent("X-AMZ-Acl"), who), errc::unsigned_header,
                             {"x-amz-acl"}) == "");
  // In a URL, a token that is not signed stands in the query.
  verify_options options;
  options.rules = service_rules::of("s3");
  options.rules->sign_session_token = false;
  CHECK(support::wrong_error(at_noon(sent("X-Amz-Security-Token"), who, options),
                             errc::unsigned_header) == "");
}

TEST_CASE("S3 wants the payload hash in the headers") {
  auto what = support::example_request();
  what.rules = service_rules::of("s3");
  what.rules->content_sha256_header = false;
  const auto presented = header_signed(what);
  CHECK(wrong_message(at_noon(presented), errc::missing_header,
                      "the header x-amz-content-sha256 must be sent and signed") == "");
  verify_options options;
  options.rules = what.rules;
  CHECK(why(at_noon(presented, example_credentials(), options)) == "");
}

// ── The credentials ─────────────────────────────────────────────────────────────────────────────

TEST_CASE("credentials that are not there, or half, verify nothing") {
  const auto presented = presigned(support::example_request());
  auto no_secret = example_credentials();
  no_secret.secret_access_key = "";
  auto no_id = example_credentials();
  no_id.access_key_id.clear();
  for (const auto& who : {credentials{}, no_secret, no_id}) {
    CHECK(wrong_message(at_noon(presented, who), errc::invalid_credentials,
                        "verifying needs an access key id and a secret access key") == "");
  }
}

TEST_CASE("credentials of another access key id are rejected") {
  auto other = example_credentials();
  other.access_key_id = "AKIAOTHER";
  CHECK(wrong_message(at_noon(presigned(support::example_request()), other), errc::wrong_access_key,
                      "the credentials must be those of the access key id "
                      "\"AKIAIOSFODNN7EXAMPLE\"") == "");
}

TEST_CASE("a signature by another secret access key, or of another request, is rejected") {
  const auto* const message =
      "the signature is not the one that the credentials make for this request";
  auto other = example_credentials();
  other.secret_access_key = "another";
  const auto presented = presigned(support::example_request());
  CHECK(wrong_message(at_noon(presented, other), errc::signature_mismatch, message) == "");

  auto method = presented, path = presented, query = presented;
  method.method = "PUT";
  path.path = "/test.txt/";
  query.query_parameters.push_back({"acl", ""});
  for (const auto& changed : {method, path, query}) {
    CHECK(wrong_message(at_noon(changed), errc::signature_mismatch, message) == "");
  }
}

TEST_CASE("the session token must be that of the credentials") {
  const auto temporary = temporary_credentials();
  auto another = temporary;
  another.session_token = "another token";
  const auto with_token = presigned(support::example_request(), temporary);
  const auto without = presigned(support::example_request());
  CHECK(why(at_noon(with_token, temporary)) == "");
  CHECK(why(at_noon(without)) == "");
  CHECK(wrong_message(at_noon(with_token, another), errc::token_mismatch,
                      "the session token must be that of the credentials") == "");
  CHECK(wrong_message(at_noon(with_token), errc::token_mismatch,
                      "the request has a session token, but the credentials have none") == "");
  CHECK(wrong_message(at_noon(without, temporary), errc::token_mismatch,
                      "the credentials have a session token, but the request has none") == "");
}

TEST_CASE("the session token must have the name that the service gives it") {
  auto what = support::example_request();
  what.service = "s3express";
  CHECK(why(at_noon(presigned(what, temporary_credentials()), temporary_credentials())) == "");
  what.rules = service_rules::of("s3");
  CHECK(wrong_message(at_noon(presigned(what, temporary_credentials()), temporary_credentials()),
                      errc::token_mismatch,
                      "the session token must have the name that its service gives it") == "");
}

TEST_CASE("a token that travels unsigned must be that of the credentials all the same") {
  auto what = support::example_request();
  what.rules = service_rules::of("s3");
  what.rules->sign_session_token = false;
  verify_options options;
  options.rules = what.rules;
  auto another = temporary_credentials();
  another.session_token = "another";
  for (const auto& presented :
       {presigned(what, temporary_credentials()), header_signed(what, temporary_credentials())}) {
    CHECK(why(at_noon(presented, temporary_credentials(), options)) == "");
    CHECK(support::wrong_error(at_noon(presented, another, options), errc::token_mismatch) == "");
  }
  CHECK(support::wrong_error(
            at_noon(presigned(what, temporary_credentials()), temporary_credentials()),
            errc::signature_mismatch) == "");
  CHECK(support::wrong_error(
            at_noon(header_signed(what, temporary_credentials()), temporary_credentials()),
            errc::unsigned_header) == "");
}

// ── The times ───────────────────────────────────────────────────────────────────────────────────

TEST_CASE("a URL is good from its signing time, less the skew, until it expires") {
  const auto presented = presigned(support::example_request());
  const auto who = example_credentials();
  const auto at = [&](time_point when) { return verify(presented, who, when); };
  CHECK(at(noon - 15min).value().valid_until == noon + 1h);
  CHECK(at(noon + 1h - 1s).value().valid_until == noon + 1h);
  CHECK(wrong_message(at(noon - 15min - 1s), errc::not_yet_valid,
                      "the signing time is 901 seconds in the future; at most 900 are allowed") ==
        "");
  CHECK(wrong_message(at(noon + 1h), errc::expired, "the signature expired 0 seconds ago") == "");
  CHECK(wrong_message(at(noon + 2h), errc::expired, "the signature expired 3600 seconds ago") ==
        "");
}

TEST_CASE("a request that is signed in its headers is good for the skew before and after") {
  const auto presented = header_signed(support::example_request());
  const auto at = [&](time_point when) { return verify(presented, example_credentials(), when); };
  CHECK(at(noon - 15min).value().valid_until == noon + 15min);
  CHECK(why(at(noon + 15min - 1s)) == "");
  CHECK(support::wrong_error(at(noon - 15min - 1s), errc::not_yet_valid) == "");
  CHECK(wrong_message(at(noon + 15min), errc::expired, "the signature expired 0 seconds ago") ==
        "");
}

// The signatures are botocore's (SigV4QueryAuth, 1.29.27), which was told to add no X-Amz-Expires.
TEST_CASE("a URL without X-Amz-Expires is valid for as long as the receiver says") {
  const auto sent_to = [](const std::string& service, const std::string& signature) {
    return sent_request{
        "GET",
        "/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIDEXAMPLE%2F20231114%2Fus-east-1%2F" +
            service +
            "%2Faws4_request&X-Amz-Date=20231114T221320Z&X-Amz-SignedHeaders=host"
            "&X-Amz-Signature=" +
            signature,
        {{"Host", "h.example.com"}}};
  };
  const credentials signer{"AKIDEXAMPLE", "SECRET"};
  const auto signed_at = time_at("20231114T221320Z");
  const auto sent =
      sent_to("sts", "d0ad3dc85f3e351d6823272a733ed39858002b6104733a0def0a1ad183f4ca44");
  const auto request = parsed(sent);
  CHECK(!request.expires);
  verify_options options;
  for (const auto expires : {900s, 60s, 604800s, 604801s}) {
    CAPTURE(expires.count());
    options.default_expires = expires;
    const auto end = signed_at + std::min(expires, 604800s);
    CHECK(verify(request, signer, end - 1s, options).value().valid_until == end);
    CHECK(support::wrong_error(verify(request, signer, end, options), errc::expired) == "");
  }
  CHECK(verify(request, signer, signed_at)->valid_until == signed_at + 900s);
  for (const auto none : {0s, -1s, std::chrono::seconds::min()}) {
    options.default_expires = none;
    CHECK(support::wrong_error(verify(request, signer, signed_at, options), errc::expired) == "");
  }
  options.rules = service_rules::of("sts");
  options.rules->require_expires = true;
  CHECK(wrong_message(verify(request, signer, signed_at, options), errc::malformed_signature,
                      "the query must have X-Amz-Expires") == "");

  for (const std::string service : {"s3", "s3express", "s3-outposts", "s3-object-lambda"}) {
    CAPTURE(service);
    const auto of_s3 = sent_to(service, std::string(64, '0'));
    CHECK(support::wrong_error(verify(parsed(of_s3), signer, signed_at),
                               errc::malformed_signature) == "");
  }
}

// As the device SDKs of AWS IoT make it: the session token is added after signing. The signature is
// botocore's, without a token.
TEST_CASE("AWS IoT takes a session token that is added after signing") {
  const sent_request sent{
      "GET",
      "/mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20231114%2Fus-east-1"
      "%2Fiotdevicegateway%2Faws4_request&X-Amz-Date=20231114T221320Z&X-Amz-SignedHeaders=host"
      "&X-Amz-Signature=43817fafc22fae0c0dd6a9df1b68b8c9284bafd80c437702c3e3ce0407c11293&X-Amz-"
      "Security-Token=a%2Bb%3D%3D",
      {{"Host", "h.example.com"}}};
  const credentials signer{"AKIDEXAMPLE", "SECRET", "a+b=="};
  const auto at = time_at("20231114T221320Z");
  const auto request = parsed(sent);
  CHECK(why(verify(request, signer, at)) == "");
  CHECK(support::wrong_error(verify(request, {"AKIDEXAMPLE", "SECRET", "another"}, at),
                             errc::token_mismatch) == "");
}

TEST_CASE("the skew can be another") {
  const auto presented = presigned(support::example_request());
  const auto at = [&](const unverified_request& what, time_point when, std::chrono::seconds skew) {
    verify_options options;
    options.clock_skew = skew;
    return verify(what, example_credentials(), when, options);
  };
  CHECK(why(at(presented, noon, 0s)) == "");
  CHECK(support::wrong_error(at(presented, noon - 1s, 0s), errc::not_yet_valid) == "");
  CHECK(why(at(presented, noon - 1h, 1h)) == "");
  CHECK(why(at(presented, time_at("00010101T000000Z"), std::chrono::seconds::max())) == "");
  CHECK(support::wrong_error(at(presented, noon, std::chrono::seconds::min()),
                             errc::not_yet_valid) == "");

  const auto in_headers = header_signed(support::example_request());
  CHECK(at(in_headers, noon, 1h).value().valid_until == noon + 1h);
  CHECK(at(in_headers, noon, std::chrono::seconds::max()).value().valid_until ==
        noon + presign::max_expiry);
  CHECK(support::wrong_error(at(in_headers, noon, 0s), errc::expired) == "");
}

TEST_CASE("times outside the years 1 to 9999 are rejected") {
  const auto presented = presigned(support::example_request());
  for (const auto at : {time_point::min(), time_point::max()}) {
    CHECK(support::wrong_error(verify(presented, example_credentials(), at), errc::invalid_time) ==
          "");
    auto changed = presented;
    changed.signed_at = at;
    CHECK(support::wrong_error(at_noon(changed), errc::invalid_time) == "");
  }
}

TEST_CASE("a signature expires with its credentials") {
  const auto presented = presigned(support::example_request());
  auto who = example_credentials();
  who.expires_at = noon + 10min;
  CHECK(at_noon(presented, who).value().valid_until == noon + 10min);
  CHECK(why(verify(presented, who, noon + 10min - 1s)) == "");
  CHECK(wrong_message(verify(presented, who, noon + 10min), errc::credentials_expired,
                      "the credentials have expired") == "");
  CHECK(support::wrong_error(verify(presented, who, noon + 1h), errc::expired) == "");
  who.expires_at = noon + 1h;
  CHECK(at_noon(presented, who).value().valid_until == noon + 1h);
  who.expires_at = time_point::max();
  CHECK(at_noon(presented, who).value().valid_until == noon + 1h);
  who.expires_at = time_point::min();
  CHECK(support::wrong_error(at_noon(presented, who), errc::credentials_expired) == "");
}

// ── The body ────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("a body that hashes to something else than was signed is rejected") {
  auto what = support::example_request();
  what.payload_hash = body_hash;
  for (const auto& sent : {sent_presigned(what), sent_signed(what)}) {
    CHECK(at_noon(with_hash(sent, "")).value().payload_hash == body_hash);
    CHECK(at_noon(with_hash(sent, body_hash)).value().payload_hash == body_hash);
    std::string upper_case(body_hash);
    for (char& c : upper_case) {
      if (c >= 'a') c = static_cast<char>(c - 'a' + 'A');
    }
    CHECK(at_noon(with_hash(sent, upper_case)).value().payload_hash == body_hash);
    const auto other = presign::sigv4::empty_payload_hash;
    CHECK(wrong_message(at_noon(with_hash(sent, other)), errc::payload_mismatch,
                        "the body must have the SHA-256 \"" + std::string(body_hash) +
                            "\", got \"" + std::string(other) + "\"") == "");
  }
}

TEST_CASE("a body whose hash is a literal is not looked at") {
  for (const std::string literal : {"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"}) {
    auto what = support::example_request();
    what.payload_hash = literal;
    const auto presented = with_hash(sent_signed(what), body_hash);
    const auto got = at_noon(presented);
    REQUIRE_MESSAGE(got, got.error().message);
    CHECK(got->payload_hash == literal);
  }
  for (const auto& text : {std::string("hello"), std::string(64, 'g'), std::string(63, '0')}) {
    auto what = support::example_request();
    what.payload_hash = text;
    CHECK(support::wrong_error(at_noon(with_hash(sent_signed(what), body_hash)),
                               errc::payload_mismatch) == "");
  }
}

TEST_CASE("a literal in place of the body's hash is sent, for every service") {
  for (const std::string service : {"s3", "aoss", "lambda", "execute-api"}) {
    auto what = support::example_request();
    what.service = service;
    what.payload_hash = "UNSIGNED-PAYLOAD";
    const auto sent = sent_signed(what);
    CHECK(sent.header("x-amz-content-sha256") == what.payload_hash);
    CHECK(at_noon(with_hash(sent, body_hash)).value().payload_hash == what.payload_hash);
  }
}

TEST_CASE("a verifier that was moved from stays usable") {
  presign::verifier owner{example_credentials()};
  const auto other = std::move(owner);
  CHECK(owner.verify(presigned(support::example_request()), {noon}));
  CHECK(other.verify(presigned(support::example_request()), {noon}));
}

TEST_CASE("a body whose hash is signed, and not sent, is part of the signature") {
  auto what = support::example_request();
  what.service = "execute-api";
  what.payload_hash = body_hash;
  for (const auto& sent : {sent_presigned(what), sent_signed(what)}) {
    CHECK(support::wrong_error(at_noon(with_hash(sent, "")), errc::signature_mismatch) == "");
    CHECK(at_noon(with_hash(sent, body_hash)).value().payload_hash == body_hash);
  }
  what.payload_hash.clear();
  const auto got = at_noon(presigned(what));
  CHECK(got.value().payload_hash == presign::sigv4::empty_payload_hash);
}

TEST_CASE("a path that is normalised to be signed is normalised to be served") {
  auto what = support::example_request();
  what.path = "//a/./b/../c d";
  CHECK(at_noon(presigned(what)).value().path == what.path);
  what.service = "execute-api";
  CHECK(at_noon(presigned(what)).value().path == "/a/c d");
  auto sent = sent_presigned(what);
  sent.target.insert(1, "secret/../");
  const auto changed = parsed(sent);
  CHECK(changed.path == "/secret/..//a/./b/../c d");
  CHECK(at_noon(changed).value().path == "/a/c d");
}

// ── The order of errors ─────────────────────────────────────────────────────────────────────────

TEST_CASE("nothing is learnt from a forged signature") {
  auto what = support::example_request();
  what.payload_hash = body_hash;
  auto sent = sent_presigned(what, temporary_credentials());
  char& digit = sent.target[sent.target.find("X-Amz-Signature=") + 16];
  digit = digit == '0' ? '1' : '0';
  const auto forged = with_hash(sent, presign::sigv4::empty_payload_hash);
  auto who = example_credentials();
  who.expires_at = noon;
  for (const auto at : {noon - 24h, noon, noon + 24h}) {
    CHECK(support::wrong_error(verify(forged, who, at), errc::signature_mismatch) == "");
  }
}

TEST_CASE("the order of errors") {
  auto what = support::example_request();
  what.payload_hash = body_hash;
  auto sent = sent_presigned(what, temporary_credentials()).and_header("x-amz-acl", "private");
  sent.payload_hash = presign::sigv4::empty_payload_hash;
  auto presented = parsed(sent);
  const std::string path(presented.path);
  presented.path = "/another";
  auto who = example_credentials();
  who.access_key_id.clear();
  auto options = receiver("sts", "us-east-2");
  const auto at = noon + 2h;
  const auto rejection = [&] { return verify(presented, who, at, options); };
  CHECK(support::wrong_error(rejection(), errc::wrong_scope) == "");
  options.service = "s3";
  CHECK(support::wrong_error(rejection(), errc::wrong_scope) == "");
  options.region = "us-east-1";
  CHECK(support::wrong_error(rejection(), errc::unsigned_header) == "");
  sent = sent.without_header("x-amz-acl");
  presented = parsed(sent);
  presented.path = "/another";
  CHECK(support::wrong_error(rejection(), errc::invalid_credentials) == "");
  who.access_key_id = "another";
  CHECK(support::wrong_error(rejection(), errc::wrong_access_key) == "");
  who.access_key_id = support::access_key_id;
  CHECK(support::wrong_error(rejection(), errc::signature_mismatch) == "");
  presented.path = path;
  CHECK(support::wrong_error(rejection(), errc::token_mismatch) == "");
  who.session_token = support::session_token;
  CHECK(support::wrong_error(rejection(), errc::expired) == "");
  presented.expires = 3h;
  CHECK(support::wrong_error(rejection(), errc::payload_mismatch) == "");
  sent.payload_hash.clear();
  presented = parsed(sent);
  presented.expires = 3h;
  CHECK(why(rejection()) == "");
}

TEST_CASE("a verifier gives the same result with a new key and with one that it has cached") {
  const presign::verifier owner{example_credentials()};
  auto what = support::example_request();
  for (const std::string region : {"us-east-1", "us-west-2", "us-east-1"}) {
    for (const auto later : {0h, 1h, 11h, 12h, 48h, 0h}) {
      CAPTURE(region);
      CAPTURE(later.count());
      what.region = region;
      const auto link = presign::signer{example_credentials()}.presign(
          what, 1h, support::options_at(noon + later));
      auto presented = parsed(sent_request::to(*link));
      CHECK(owner.verify(presented, {noon + later})->valid_until == noon + later + 1h);
      CHECK(owner.verify(presented, {noon + later + 1h}).error().code == errc::expired);
      CHECK(owner.verify(presented, {noon + later, "", "sts"}).error().code == errc::wrong_scope);
      presented.signed_at -= 24h;
      CHECK(owner.verify(presented, {noon + later}).error().code == errc::signature_mismatch);
    }
  }
  auto presented = presigned(by_sigv4a());
  CHECK(owner.verify(presented, {noon}));
  presented.path = "/another";
  CHECK(owner.verify(presented, {noon}).error().code == errc::signature_mismatch);
}

TEST_CASE("a verifier keeps no key for a region or a service that is no name") {
  const presign::verifier owner{example_credentials()};
  const std::string no_name(1000, 'x');
  for (const auto part : {&unverified_request::region, &unverified_request::service}) {
    auto presented = presigned(support::example_request());
    presented.*part = no_name;
    for (int i = 0; i < 2; ++i) {
      CHECK(owner.verify(presented, {noon}).error().code == errc::signature_mismatch);
    }
  }
}

TEST_CASE("a request that was not parsed is rejected") {
  CHECK(wrong_message(at_noon({}), errc::missing_signature,
                      "the request must come from parse_request") == "");
}

TEST_SUITE_END();
