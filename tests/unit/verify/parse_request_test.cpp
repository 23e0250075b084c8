#include "verify/verify.hpp"

#include "received.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using presign::errc;
using presign::parse_request;
using presign::signing_algorithm;
using presign::detail::parse_all;
using support::sent_example;
using support::sent_request;
using support::time_at;

const auto noon = time_at("20130524T120000Z");
constexpr std::string_view scope = "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request";

// A request that is signed in its headers, and one that is signed so with SigV4A.
sent_request signed_example(signing_algorithm algorithm = signing_algorithm::sigv4) {
  auto what = support::example_request().query("versionId", "1").header("Range", "bytes=0-9");
  what.algorithm = algorithm;
  return sent_request::to(
      presign::signer{support::temporary_credentials()}.sign(what, {noon}).value());
}

sent_request sigv4a_example() {
  const auto what = support::example_request_by_sigv4a("us-east-1");
  const auto options = support::options_at(noon);
  return sent_request::to(
      presign::signer{support::example_credentials()}.presign(what, 1h, options).value());
}

// What is wrong with the rejection of a request, with exactly this message; empty where nothing is.
std::string wrong_message(const sent_request& sent, errc code, std::string_view message) {
  return support::wrong_message(parse_request(sent.received()), code, message);
}

std::string with_authorization_part(const sent_request& sent, std::string_view part,
                                    std::string_view value) {
  auto text = sent.header("authorization");
  const auto begin = text.find(std::string(part) + "=") + part.size() + 1;
  const auto end = std::min(text.find(',', begin), text.size());
  return text.replace(begin, end - begin, value);
}

std::string codes_of(const presign::detail::parsed_request& got) {
  std::string codes;
  for (const auto& one : got.errors) codes += one.code.message() + "\n";
  return codes;
}

std::string messages(std::initializer_list<errc> codes) {
  std::string lines;
  for (const auto code : codes) lines += make_error_code(code).message() + "\n";
  return lines;
}

// ── The target ──────────────────────────────────────────────────────────────────────────────────

// The request of a target that is valid.
presign::unverified_request read(std::string_view target) {
  const support::exact_copy exact(target);
  auto parsed = parse_all({"GET", exact.view(), {}});
  for (const auto& failure : parsed.errors) {
    if (failure.code == errc::invalid_path) support::fail(failure.message);
  }
  return std::move(parsed.request);
}

// The messages about a target, a line each.
std::string errors_of(std::string_view target) {
  const support::exact_copy exact(target);
  std::string lines;
  for (const auto& failure : parse_all({"GET", exact.view(), {}}).errors) {
    if (failure.code == errc::invalid_path) lines += failure.message + "\n";
  }
  return lines;
}

std::string joined(const std::vector<presign::name_value_view>& parameters) {
  std::string text;
  for (const auto& each : parameters) {
    text.append("[").append(each.name).append("|").append(each.value).append("]");
  }
  return text;
}

// ── The Authorization header ────────────────────────────────────────────────────────────────────

// "access key id|signed headers|signature", and after '!' the error of the header's form.
std::string read_authorization(std::string_view value) {
  const support::exact_copy exact(value);
  const auto parsed = parse_all({"GET", "/", {{"Authorization", exact.view()}}});
  auto text = std::string(parsed.request.access_key_id)
                  .append("|")
                  .append(parsed.request.signed_headers)
                  .append("|")
                  .append(parsed.request.parts->signature);
  for (const auto& failure : parsed.errors) {
    const bool is_about_form = failure.message.find("nothing else") != std::string::npos ||
                               failure.message.find("Signature once") != std::string::npos;
    if (!is_about_form) continue;
    CHECK(failure.code == errc::malformed_signature);
    text += "!" + failure.message;
  }
  return text;
}

}  // namespace

TEST_SUITE_BEGIN("parse_request");

TEST_CASE("what a presigned URL says") {
  const auto sent = sent_example()
                        .with("/test.txt?", "/a%20b+c?z=1&a=x+y&acl&")
                        .with("&X-Amz-SignedHeaders",
                              "&X-Amz-Security-Token=a%2Bb"
                              "&X-Amz-SignedHeaders")
                        .and_header("User-Agent", "curl")
                        .and_header("X-AMZ-Acl", "private");
  const auto got = parse_request(sent.received());
  REQUIRE_MESSAGE(got, got.error().message);
  CHECK(got->algorithm == signing_algorithm::sigv4);
  CHECK(got->access_key_id == support::access_key_id);
  CHECK(got->region == "us-east-1");
  CHECK(got->service == "s3");
  CHECK(got->signed_at == time_at(support::example::date));
  CHECK(got->expires == 86400s);
  CHECK(got->signed_headers == "host");
  CHECK(got->session_token == "a+b");
  CHECK(!got->parts->s3_session_token);
  CHECK(got->is_presigned);
  CHECK(got->method == "GET");
  CHECK(got->path == "/a b+c");
  REQUIRE(got->query_parameters.size() == 3);
  CHECK(got->query_parameters[0].name == "z");
  CHECK(got->query_parameters[1].value == "x y");
  CHECK(got->query_parameters[2].name == "acl");
  CHECK(got->parts->signing_query ==
        "X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-Security-Token=a%2Bb"
        "&X-Amz-SignedHeaders=host");
  CHECK(got->parts->header_lines == support::example::headers);
  CHECK(got->parts->content_sha256.empty());
  CHECK(got->parts->payload_hash.empty());
  REQUIRE(got->parts->unsigned_headers.size() == 1);
  CHECK(got->parts->unsigned_headers.front() == "x-amz-acl");
  CHECK(got->parts->signature == support::example::signature);
}

TEST_CASE("what a request says that is signed in its headers") {
  auto sent = signed_example();
  sent.payload_hash = "known";
  const auto got = parse_request(sent.received());
  REQUIRE_MESSAGE(got, got.error().message);
  CHECK(got->access_key_id == support::access_key_id);
  CHECK(got->region == "us-east-1");
  CHECK(got->service == "s3");
  CHECK(got->signed_at == noon);
  CHECK(!got->expires);
  CHECK_FALSE(got->is_presigned);
  CHECK(got->signed_headers == "host;range;x-amz-content-sha256;x-amz-date;x-amz-security-token");
  CHECK(got->session_token == support::session_token);
  REQUIRE(got->query_parameters.size() == 1);
  CHECK(got->parts->signing_query.empty());
  CHECK(got->parts->content_sha256 == presign::sigv4::empty_payload_hash);
  CHECK(got->parts->payload_hash == "known");
  CHECK(got->parts->unsigned_headers.empty());
  CHECK(got->parts->signature.size() == 64);
}

TEST_CASE("SigV4A has a region set, in the query or in a header") {
  const auto in_query = parse_request(sigv4a_example().with("us-east-1", "%2A").received());
  REQUIRE_MESSAGE(in_query, in_query.error().message);
  CHECK(in_query->algorithm == signing_algorithm::sigv4a);
  CHECK(in_query->region == "*");
  CHECK(in_query->service == "s3");
  const auto in_headers = parse_request(signed_example(signing_algorithm::sigv4a).received());
  REQUIRE_MESSAGE(in_headers, in_headers.error().message);
  CHECK(in_headers->algorithm == signing_algorithm::sigv4a);
  CHECK(in_headers->region == "us-east-1");
}

TEST_CASE("the token of S3 Express has a name of its own") {
  const auto sent = sent_example().with("&X-Amz-Date", "&X-Amz-S3session-Token=t&X-Amz-Date");
  const auto got = parse_request(sent.received());
  REQUIRE(got);
  CHECK(got->session_token == "t");
  CHECK(got->parts->s3_session_token);
}

TEST_CASE("a presented request owns its text, and shares it with its copies") {
  auto sent = signed_example();
  sent.headers.push_back({"X-AMZ-Acl", "private"});
  presign::unverified_request copy;
  {
    const support::exact_copy target("/test.txt?versionId=%31&" + std::string(400, 'a'));
    auto received = sent.received();
    received.target = target.view();
    const auto got = parse_request(received).value();
    copy = got;
  }
  const auto assigned = std::move(copy);
  sent.headers.clear();
  sent.method = "another";
  CHECK(assigned.method == "GET");
  CHECK(assigned.path == "/test.txt");
  REQUIRE(assigned.query_parameters.size() == 2);
  CHECK(assigned.query_parameters.front().value == "1");
  CHECK(assigned.query_parameters.back().name == std::string(400, 'a'));
  CHECK(assigned.access_key_id == support::access_key_id);
  CHECK(assigned.session_token == support::session_token);
  CHECK(assigned.parts->header_lines.substr(0, 5) == "host:");
  CHECK(assigned.parts->content_sha256 == presign::sigv4::empty_payload_hash);
  REQUIRE(assigned.parts->unsigned_headers.size() == 1);
  CHECK(assigned.parts->unsigned_headers.front() == "x-amz-acl");
}

TEST_CASE("the parts of a signature in a header can stand in any order") {
  const auto sent = signed_example();
  const auto expected = parse_request(sent.received()).value();
  const auto text = sent.header("authorization");
  const auto part = [&text](std::string_view name) {
    const auto begin = text.find(name);
    return text.substr(begin, text.find(',', begin) - begin);
  };
  const auto reordered =
      sent.with_authorization("AWS4-HMAC-SHA256 " + part("Signature=") + "," + part("Credential=") +
                              " ,  " + part("SignedHeaders="));
  const auto got = parse_request(reordered.received());
  REQUIRE_MESSAGE(got, got.error().message);
  CHECK(got->parts->signature == expected.parts->signature);
  CHECK(got->signed_headers == expected.signed_headers);
  CHECK(got->access_key_id == expected.access_key_id);
}

// ── Errors: the request line ────────────────────────────────────────────────────────────────────

TEST_CASE("an invalid method is rejected") {
  for (const std::string method : {"", "G T", "GET\n", "G\xc3\x84T"}) {
    auto sent = sent_example();
    sent.method = method;
    CHECK(support::wrong_error(parse_request(sent.received()), errc::invalid_method,
                               {"the method must be an HTTP method such as GET, got \""}) == "");
  }
}

TEST_CASE("an invalid target is rejected") {
  CHECK(wrong_message(sent_example().with("/test", "test"), errc::invalid_path,
                      "the target of the request line must begin with '/', got \"test.txt\"") ==
        "");
  CHECK(wrong_message(sent_example().with("test.txt", "test%2"), errc::invalid_path,
                      "the target of the request line must have two hex digits after each '%', in "
                      "its path") == "");
}

// ── Errors: where the signature is ──────────────────────────────────────────────────────────────

TEST_CASE("a request without a signature is rejected") {
  const auto* const not_signed =
      "the request is not signed: it has no query parameter X-Amz-Signature and no Authorization "
      "header";
  auto sent = sent_example();
  sent.target = "/test.txt?versionId=1";
  CHECK(wrong_message(sent, errc::missing_signature, not_signed) == "");
  CHECK(wrong_message(signed_example().without_header("authorization"), errc::missing_signature,
                      not_signed) == "");
  CHECK(wrong_message(
            sent_example().with("&X-Amz-Signature=" + std::string(support::example::signature), ""),
            errc::missing_signature, "the query has no X-Amz-Signature") == "");
  CHECK(wrong_message(
            signed_example().with_authorization(
                "AWS4-HMAC-SHA256 Credential=" + std::string(scope) + ",SignedHeaders=host"),
            errc::missing_signature, "the Authorization header has no Signature=") == "");
}

TEST_CASE("a signature without what goes with it is rejected") {
  for (const std::string name : {"Algorithm", "Credential", "Date", "SignedHeaders"}) {
    const auto missing = "X-Amz-" + name;
    CHECK(wrong_message(sent_example().with(missing + "=", "X-Amz-Other="),
                        errc::malformed_signature, "the query must have " + missing) == "");
  }
  CHECK(wrong_message(sigv4a_example().with("X-Amz-Region-Set", "X-Amz-Other"),
                      errc::malformed_signature, "the query must have X-Amz-Region-Set") == "");

  const auto sent = signed_example();
  CHECK(wrong_message(sent.with_authorization("AWS4-HMAC-SHA256 Signature=s"),
                      errc::malformed_signature,
                      "the Authorization header must have Credential=") == "");
  CHECK(
      wrong_message(
          sent.with_authorization("AWS4-HMAC-SHA256 Signature=s, Credential=" + std::string(scope)),
          errc::malformed_signature, "the Authorization header must have SignedHeaders=") == "");
  CHECK(wrong_message(sent.without_header("x-amz-date"), errc::malformed_signature,
                      "the header x-amz-date must be sent") == "");
  CHECK(wrong_message(signed_example(signing_algorithm::sigv4a).without_header("x-amz-region-set"),
                      errc::malformed_signature, "the header x-amz-region-set must be sent") == "");
}

TEST_CASE("a signature in both places is rejected") {
  const auto message = [](const std::string& name) {
    return "the request must not be signed twice: it has an Authorization header and the query "
           "parameter \"" +
           name + "\"";
  };
  CHECK(wrong_message(sent_example().and_header("AUTHORIZATION", "Bearer token"),
                      errc::two_signatures, message("X-Amz-Algorithm")) == "");
  for (const std::string name : {"X-Amz-Signature", "x-amz-signature", "X-Amz-Security-Token"}) {
    auto sent = signed_example();
    sent.target += "&" + name + "=x";
    CHECK(wrong_message(sent, errc::two_signatures, message(name)) == "");
  }
}

TEST_CASE("a parameter that signing adds is rejected if it is there twice") {
  for (const std::string name : {"Algorithm", "Credential", "Date", "Expires", "SignedHeaders",
                                 "Signature", "Security-Token", "S3session-Token", "Region-Set"}) {
    for (const auto& as : {"X-Amz-" + name, "X%2DAmz-" + name}) {
      CAPTURE(as);
      auto sent = sent_example();
      sent.target += "&" + as + "=x&X-Amz-" + name + "=x";
      CHECK(wrong_message(sent, errc::malformed_signature,
                          "the query parameter X-Amz-" + name + " must appear once") == "");
    }
  }
}

TEST_CASE("a parameter that signing adds is rejected in another case") {
  CHECK(wrong_message(sent_example().with("X-Amz-Date=", "x-amz-date="), errc::malformed_signature,
                      "the query parameter X-Amz-Date is misspelt: \"x-amz-date\"") == "");
  CHECK(wrong_message(sent_example().with("&X-Amz-Date=", "&X-AMZ-Security-token=&X-Amz-Date="),
                      errc::malformed_signature,
                      "the query parameter X-Amz-Security-Token is misspelt: "
                      "\"X-AMZ-Security-token\"") == "");
}

TEST_CASE("a header that may be there once is rejected if it is there twice") {
  CHECK(wrong_message(sent_example().and_header("host", "examplebucket.s3.amazonaws.com"),
                      errc::malformed_signature, "the header host must be sent once") == "");
  for (const std::string name :
       {"authorization", "host", "x-amz-content-sha256", "x-amz-date", "x-amz-region-set",
        "x-amz-s3session-token", "x-amz-security-token"}) {
    const auto sent = signed_example(signing_algorithm::sigv4a);
    CHECK(wrong_message(sent.and_header(name, "x").and_header(name, "x"), errc::malformed_signature,
                        "the header " + name + " must be sent once") == "");
  }
}

TEST_CASE("an Authorization header of another kind is rejected, and not shown") {
  const auto sent = signed_example();
  CHECK(wrong_message(sent.with_authorization("Bearer " + std::string(support::session_token)),
                      errc::malformed_signature,
                      "the Authorization header must have Credential=…, SignedHeaders=… and "
                      "Signature=… after its algorithm, separated by ',', and nothing else") == "");
}

// ── Errors: the parts ───────────────────────────────────────────────────────────────────────────

TEST_CASE("another algorithm is rejected") {
  for (const std::string name : {"", "AWS4-HMAC-SHA1", "aws4-hmac-sha256", "AWS4-HMAC-SHA256x"}) {
    const auto* const message = "the algorithm must be AWS4-HMAC-SHA256 or AWS4-ECDSA-P256-SHA256";
    CHECK(wrong_message(sent_example().with("AWS4-HMAC-SHA256", name), errc::unknown_algorithm,
                        message) == "");
    const auto sent = signed_example();
    const auto value = name + sent.header("authorization").substr(16);
    CHECK(wrong_message(sent.with_authorization(value), errc::unknown_algorithm, message) == "");
  }
}

TEST_CASE("an invalid credential is rejected") {
  for (const std::string credential : {
           "",
           "AKIA",
           "AKIA/20130524/us-east-1/s3",
           "AKIA/20130524/s3/aws4_request",
           "/20130524/us-east-1/s3/aws4_request",
           "AKIA/20130524/us-east-1/s3/aws4_request/",
           "AKIA/20130524/us-east-1/s3/AWS4_REQUEST",
           "AKIA/20130524/us-east-1//aws4_request",
           "AK/IA/20130524/us-east-1/s3/aws4_request",
           "AK%20IA/20130524/us-east-1/s3/aws4_request",
           "AK%0AIA/20130524/us-east-1/s3/aws4_request",
           "AKIA/20130524/us-east-1/s%0A3/aws4_request",
           "AKIA/20130524/us-east-1/s3/aws4_request+",
       }) {
    CAPTURE(credential);
    CHECK(wrong_message(
              sent_example().with("AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request",
                                  credential),
              errc::malformed_signature,
              "the credential must be an access key id, a date, a region, a service and "
              "aws4_request, with '/' between them") == "");
  }
  CHECK(wrong_message(
            sigv4a_example().with("%2Fs3%2F", "%2Fus-east-1%2Fs3%2F"), errc::malformed_signature,
            "the credential must be an access key id, a date, a service and aws4_request, "
            "with '/' between them") == "");
  const auto sent = signed_example();
  CHECK(
      wrong_message(sent.with_authorization(with_authorization_part(sent, "Credential", "AKIA/s3")),
                    errc::malformed_signature,
                    "the credential must be an access key id, a date, a region, a service and "
                    "aws4_request, with '/' between them") == "");
}

TEST_CASE("an invalid region is rejected") {
  CHECK(wrong_message(sent_example().with("us-east-1", "us_east"), errc::invalid_region,
                      "the region of the credential scope must be a name such as us-east-1, got "
                      "\"us_east\"") == "");
  CHECK(wrong_message(sigv4a_example().with("Set=us-east-1", "Set=a,,b"), errc::invalid_region,
                      "the region set must be \"*\" or regions joined with ',', got \"a,,b\"") ==
        "");
}

TEST_CASE("an invalid signing time is rejected") {
  for (const std::string date : {"", "20130524", "20130532T000000Z", "20130524T000000", "now"}) {
    CHECK(wrong_message(
              sent_example().with("Date=20130524T000000Z", "Date=" + date), errc::invalid_time,
              "the signing time must look like 20130524T000000Z, got \"" + date + "\"") == "");
  }
  const auto sent = signed_example();
  CHECK(wrong_message(sent.without_header("x-amz-date").and_header("x-amz-date", "noon"),
                      errc::invalid_time,
                      "the signing time must look like 20130524T000000Z, got \"noon\"") == "");
}

TEST_CASE("a scope of another day than the signing time is rejected") {
  for (const std::string day : {"20130525", "20130523", "2013052", "", "20130524T000000Z"}) {
    const auto message =
        "the date of the credential scope must be that of the signing time, 20130524, got \"" +
        day + "\"";
    CHECK(wrong_message(sent_example().with("%2F20130524%2F", "%2F" + day + "%2F"),
                        errc::wrong_scope, message) == "");
    CHECK(wrong_message(sigv4a_example().with("%2F20130524%2F", "%2F" + day + "%2F"),
                        errc::wrong_scope, message) == "");
  }
}

TEST_CASE("an expiry from 1 to 604800 seconds is accepted, any other rejected") {
  const auto with_expiry = [](const std::string& text) {
    return sent_example().with("Expires=86400", "Expires=" + text);
  };
  for (const auto* text : {"1", "9", "10", "604799", "604800"}) {
    const auto got = parse_request(with_expiry(text).received());
    REQUIRE_MESSAGE(got, got.error().message);
    CHECK(got->expires == std::chrono::seconds{std::stol(text)});
  }
  const std::pair<std::string, std::string> rejected[] = {
      {"", ""},
      {"0", "0"},
      {"-1", "-1"},
      {"%2B1", "+1"},
      {"+1", " 1"},
      {"1+", "1 "},
      {"1%20", "1 "},
      {"604801", "604801"},
      {"999999", "999999"},
      {"1000000", "1000000"},
      {"18446744073709551617", "18446744073709551617"},
      {"1.5", "1.5"},
      {"1e3", "1e3"},
      {"0x10", "0x10"},
      {"060", "060"},
      {"abc", "abc"},
      {"1%00", "1\\x00"},
      {"%D9%A1", "\\xd9\\xa1"}};
  for (const auto& [sent, shown] : rejected) {
    CHECK(wrong_message(with_expiry(sent), errc::invalid_expiry,
                        "X-Amz-Expires must be a whole number from 1 to 604800, got \"" + shown +
                            "\"") == "");
  }
}

TEST_CASE("signed headers that are no sorted list of names in lower case are rejected") {
  const auto message = [](const std::string& list) {
    return "the signed headers must be names in lower case, sorted, each once, with ';' between "
           "them, got \"" +
           list + "\"";
  };
  const auto in_query = [](const std::string& encoded) {
    return sent_example().with("SignedHeaders=host", "SignedHeaders=" + encoded);
  };
  const auto in_header = [](const std::string& list) {
    const auto sent = signed_example();
    return sent.with_authorization(with_authorization_part(sent, "SignedHeaders", list));
  };
  for (const std::string list :
       {"", "Host", "host;", ";host", "host;;range", "host;host", "range;host", "host;Range"}) {
    CAPTURE(list);
    CHECK(wrong_message(in_query(list), errc::malformed_signature, message(list)) == "");
    CHECK(wrong_message(in_header(list), errc::malformed_signature, message(list)) == "");
  }
  CHECK(wrong_message(in_query("host,range"), errc::malformed_signature, message("host,range")) ==
        "");
  CHECK(wrong_message(in_query("host+range"), errc::malformed_signature, message("host range")) ==
        "");
  CHECK(wrong_message(in_header("host range"), errc::malformed_signature, message("host range")) ==
        "");
}

TEST_CASE("a request whose host is not signed is rejected") {
  CHECK(
      wrong_message(
          sent_example().with("SignedHeaders=host", "SignedHeaders=range").and_header("Range", "x"),
          errc::unsigned_header, "the signed headers must include host") == "");
}

TEST_CASE("a signed header that was not sent is rejected") {
  CHECK(wrong_message(sent_example().without_header("Host"), errc::missing_header,
                      "all signed headers must be sent; missing: \"host\"") == "");
  CHECK(wrong_message(
            sent_example()
                .with("SignedHeaders=host", "SignedHeaders=accept%3Bhost%3Brange%3Bx-amz-acl")
                .and_header("RANGE", "x"),
            errc::missing_header,
            "all signed headers must be sent; missing: \"accept\" and 1 more") == "");
}

TEST_CASE("a signed header with a control character in its value is rejected, and not shown") {
  const auto sent = sent_example()
                        .with("SignedHeaders=host", "SignedHeaders=host%3Brange")
                        .and_header("Range", "a\nx-amz-acl:public-read");
  CHECK(wrong_message(sent, errc::invalid_header,
                      "the value of header \"Range\" must not hold line breaks or control "
                      "characters; byte 1 is one") == "");
}

TEST_CASE("two session tokens are rejected") {
  CHECK(wrong_message(
            sent_example().with("&X-Amz-Date",
                                "&X-Amz-S3session-Token=t&X-Amz-Security-Token=t&X-Amz-Date"),
            errc::token_mismatch,
            "there must be one session token, got one as X-Amz-Security-Token and one as "
            "X-Amz-S3session-Token") == "");
}

TEST_CASE("a signature of the wrong form is rejected, and not shown") {
  const std::string good(support::example::signature);
  for (const auto& text : {std::string(), good.substr(1), good + "0", "A" + good.substr(1),
                           "g" + good.substr(1), "%20" + good.substr(1)}) {
    CHECK(wrong_message(sent_example().with(good, text), errc::malformed_signature,
                        "the signature must be 64 lower-case hex digits") == "");
  }
  const auto sent = sigv4a_example();
  const auto begin = sent.target.find("Signature=") + 10;
  const auto signature = sent.target.substr(begin);
  for (const auto& text :
       {std::string(), signature.substr(1), "z" + signature.substr(1), std::string(146, '0')}) {
    CHECK(wrong_message(sent.with(signature, text), errc::malformed_signature,
                        "the signature must be DER in lower-case hex, up to 144 digits") == "");
  }
}

// ── The target ──────────────────────────────────────────────────────────────────────────────────

TEST_CASE("a path is decoded once, and a plus in it is a plus") {
  CHECK(read("/").path == "/");
  CHECK(read("/a%20b+c%2Bd%2541").path == "/a b+c+d%41");
  CHECK(read("//a/../%2e%2E/.").path == "//a/../../.");
  CHECK(read("/%c3%A4\xc3\xa4").path == "/\xc3\xa4\xc3\xa4");
  CHECK(read("/a%3Fb?c").path == "/a?b");
}

TEST_CASE("parameters are decoded once, in the order received, and a plus is a space") {
  CHECK(joined(read("/?a=1&b=2&a=1&a=0").query_parameters) == "[a|1][b|2][a|1][a|0]");
  CHECK(joined(read("/?a+b=c+d%2Be%252B+").query_parameters) == "[a b|c d+e%2B ]");
  CHECK(joined(read("/?acl").query_parameters) == "[acl|]");
  CHECK(joined(read("/?acl=").query_parameters) == "[acl|]");
  CHECK(joined(read("/?=v&=&==").query_parameters) == "[|v][|][|=]");
  CHECK(joined(read("/?a=b=c&d?e=/").query_parameters) == "[a|b=c][d?e|/]");
  CHECK(joined(read("/?a%26b=c%3Dd%00").query_parameters) ==
        "[a&b|c=d" + std::string(1, '\0') + "]");
}

TEST_CASE("nothing between two ampersands is no parameter") {
  for (const auto* target : {"/", "/?", "/?&", "/?&&&"}) {
    CHECK(read(target).query_parameters.empty());
  }
  CHECK(joined(read("/?&a=1&&b&").query_parameters) == "[a|1][b|]");
}

TEST_CASE("the parameters that signing adds stand apart, however they are written") {
  const auto request = read("/?X-Amz-Date=1+&a=2&x-amz-date=3&X%2dAmz%2DSignature=%34&X-Amz-Foo=5");
  CHECK(request.parts->signing_query == "X-Amz-Date=1%20&x-amz-date=3");
  CHECK(request.parts->signature == "4");
  CHECK(joined(request.query_parameters) == "[a|2][X-Amz-Foo|5]");
}

TEST_CASE("a target that is no path is rejected") {
  const std::string must_begin = "the target of the request line must begin with '/', got ";
  CHECK(errors_of("") == must_begin + "\"\"\n");
  CHECK(errors_of("?a=b") == must_begin + "\"\"\n");
  CHECK(errors_of("*") == must_begin + "\"*\"\n");
  CHECK(errors_of("a/b") == must_begin + "\"a/b\"\n");
  CHECK(errors_of("%2Fa") == must_begin + "\"%2Fa\"\n");
  CHECK(errors_of("https://example.com/a") == must_begin + "\"https://example.com/a\"\n");
}

TEST_CASE("the message about a target shows no password") {
  const auto message = errors_of("https://user:hunter2@example.com/");
  CHECK(message.find("begin with '/'") != message.npos);
  CHECK(message.find("hunter2") == message.npos);
}

TEST_CASE("spaces, control characters and '#' are rejected, wherever they are") {
  for (const char c : std::string("\0\1\t\r\n\x1f\x7f #", 9)) {
    for (const std::string before : {"/", "/?a", "/?a=b"}) {
      CHECK(errors_of(before + c + "d") ==
            "the target of the request line must have no space, no '#' and no control character; "
            "byte " +
                std::to_string(before.size()) + " is one\n" +
                (c == '\0' && before == "/"
                     ? "the target of the request line must have no NUL byte in its path\n"
                     : ""));
    }
  }
}

TEST_CASE("an encoded NUL is rejected in a path") {
  CHECK(errors_of("/a%00b") ==
        "the target of the request line must have no NUL byte in its path\n");
}

TEST_CASE("broken escapes are rejected, reported once for each part, and the rest is read") {
  const auto told = [](std::string_view part) {
    return "the target of the request line must have two hex digits after each '%', in its " +
           std::string(part) + "\n";
  };
  for (const auto* broken : {"%", "%4", "%4g", "%g4", "%%41", "% 41", "%-1", "%0x"}) {
    CAPTURE(broken);
    const std::string text(broken);
    const std::string space =
        text.find(' ') == text.npos ? "" : errors_of("/" + text).substr(0, errors_of("/ ").size());
    CHECK(errors_of("/" + text) == space + told("path"));
    CHECK(errors_of("/?" + text + "=1").find(told("query")) != text.npos);
    CHECK(errors_of("/?a=" + text).find(told("query")) != text.npos);
  }
  CHECK(errors_of("/%?%=%&%=%&a=%") == told("path") + told("query"));

  const auto parsed = parse_all({"GET", "/a%2?b=%20&c=%2&d=%41+", {}});
  CHECK(parsed.errors.size() == 3);  // and it is not signed
  CHECK(parsed.request.path == "/a%2");
  CHECK(joined(parsed.request.query_parameters) == "[b| ][c|%2][d|A ]");
}

TEST_CASE("what signing adds is signed sorted, and encoded again unless it was received so") {
  const auto signed_as = [](std::string_view query) {
    return std::string(read("/?" + std::string(query)).parts->signing_query);
  };
  const std::string canonical =
      "X-Amz-Date=1&X-Amz-Security-Token=a%2Bb%3D%3D~_.-&X-Amz-SignedHeaders=host%3Brange";
  CHECK(signed_as(canonical) == canonical);
  CHECK(signed_as(canonical + "&X-Amz-Signature=0") == canonical);
  for (const auto* query :
       {"X-Amz-SignedHeaders=host%3Brange&X-Amz-Security-Token=a%2Bb%3D%3D~_.-&X-Amz-Date=1",
        "X-Amz-Date=1&X-Amz-Security-Token=a%2bb%3D%3D~_.-&X-Amz-SignedHeaders=host%3Brange",
        "X-Amz-Date=1&X-Amz-Security-Token=a%2Bb%3D%3D~_%2E-&X-Amz-SignedHeaders=host%3Brange",
        "X-Amz-Date=%31&X-Amz-Security-Token=a%2Bb==~_.-&X-Amz-SignedHeaders=host%3Brange",
        "X-Amz-Date=1&X-Amz-Security-Token=a%2Bb%3D%3D~_.-&X-Amz-SignedHeaders=host;range"}) {
    CHECK(signed_as(query) == canonical);
  }
  CHECK(signed_as("X-Amz-Date=a+b/c&X-Amz-Date=") == "X-Amz-Date=&X-Amz-Date=a%20b%2Fc");
}

// ── The Authorization header ────────────────────────────────────────────────────────────────────

TEST_CASE("the three parts, in any order and with or without blanks after the commas") {
  const std::string c = "Credential=" + std::string(scope);
  for (const auto& value : {
           "A " + c + ", SignedHeaders=h, Signature=s",
           "A " + c + ",SignedHeaders=h,Signature=s",
           "A Signature=s," + c + ",\t SignedHeaders=h",
           "  A   SignedHeaders=h , Signature=s , " + c + "  ",
           "A\tSignedHeaders=h,Signature=s," + c + ",",
       }) {
    CAPTURE(value);
    CHECK(read_authorization(value) == "AKIAIOSFODNN7EXAMPLE|h|s");
  }
  CHECK(read_authorization("A Credential=a=b/20130524/r/s3/aws4_request, SignedHeaders=, "
                           "Signature==") == "a=b||=");
}

TEST_CASE("parts that are missing stay empty") {
  CHECK(read_authorization("") == "||");
  CHECK(read_authorization(" \t ") == "||");
  CHECK(read_authorization("A") == "||");
  CHECK(read_authorization("A Signature=s") == "||s");
}

TEST_CASE("anything else in an Authorization header is rejected, reported once, and not shown") {
  const std::string error =
      "!the Authorization header must have Credential=…, SignedHeaders=… and Signature=… after its "
      "algorithm, separated by ',', and nothing else";
  const auto c = "Credential=" + std::string(scope);
  CHECK(read_authorization("Bearer token") == "||" + error);
  CHECK(read_authorization("A " + c + " Signature=s") == "||");
  CHECK(read_authorization("A Credential, Signature=s") == "||s" + error);
  CHECK(read_authorization("A credential=c, Other=o,,Signature=s") == "||s" + error);
  CHECK(read_authorization("A Credential =c") == "||" + error);
}

TEST_CASE("a part that is there twice is rejected, and the first is read") {
  const std::string error =
      "!the Authorization header must have Credential, SignedHeaders and Signature once";
  const auto c = "Credential=" + std::string(scope);
  CHECK(read_authorization("A " + c + ", Credential=d, Signature=s") ==
        "AKIAIOSFODNN7EXAMPLE||s" + error);
  CHECK(read_authorization("A Signature=s, Signature=s, Signature=t") == "||s" + error);
}

// ── All that is wrong ───────────────────────────────────────────────────────────────────────────

TEST_CASE("all errors are reported at once, and what can be read is read") {
  auto sent = sent_example()
                  .with("/test.txt", "/test%zz")
                  .with("20130524%2Fus-east-1", "20130525%2Fus-east-1")
                  .with("Expires=86400", "Expires=700000")
                  .with("SignedHeaders=host", "SignedHeaders=Range")
                  .with(support::example::signature, "abc");
  sent.target += "&x-amz-date=x";
  sent.headers.push_back({"Authorization", "Basic"});
  const auto got = parse_all(sent.received());
  CHECK(codes_of(got) ==
        messages({errc::invalid_path, errc::two_signatures, errc::malformed_signature,
                  errc::malformed_signature, errc::wrong_scope, errc::invalid_expiry,
                  errc::malformed_signature, errc::unsigned_header, errc::missing_header,
                  errc::malformed_signature}));
  CHECK(got.request.path == "/test%zz");
  CHECK(got.request.access_key_id == support::access_key_id);
  CHECK(got.request.region == "us-east-1");
  CHECK(got.has_signing_time);
  CHECK(got.request.signed_at == time_at(support::example::date));
  CHECK(!got.request.expires);
  CHECK(got.request.parts->signature == "abc");
}

TEST_CASE("headers that are signed in disorder are read all the same") {
  const auto sent = sent_example()
                        .with("SignedHeaders=host", "SignedHeaders=range%3BHost%3Brange")
                        .and_header("Range", "x");
  const auto got = parse_all(sent.received());
  CHECK(codes_of(got) == messages({errc::malformed_signature}));
  CHECK(got.request.parts->header_lines == std::string(support::example::headers) + "range:x\n");
  CHECK(got.request.signed_headers == "range;Host;range");
}

TEST_CASE("a valid request has no errors, and one that is not signed has one") {
  CHECK(parse_all(sent_example().received()).errors.empty());
  CHECK(parse_all(signed_example().received()).errors.empty());
  CHECK(parse_all({"GET", "/", {}}).errors.size() == 1);
  CHECK(!parse_all({"GET", "/", {}}).has_signing_time);
}

// ── Hostile input ───────────────────────────────────────────────────────────────────────────────

// A copy of each text in a buffer of exactly its size.
struct exact_request {
  explicit exact_request(const sent_request& sent)
      : method(sent.method), target(sent.target), payload_hash(sent.payload_hash) {
    for (const auto& one : sent.headers) {
      headers.emplace_back(support::exact_copy(one.name), support::exact_copy(one.value));
    }
  }
  presign::received_request received() const {
    std::vector<presign::name_value_view> views;
    for (const auto& [name, value] : headers) views.push_back({name.view(), value.view()});
    return {method.view(), target.view(), std::move(views), payload_hash.view()};
  }

  support::exact_copy method, target, payload_hash;
  std::vector<std::pair<support::exact_copy, support::exact_copy>> headers;
};

TEST_CASE("a target cut off anywhere is rejected, and not read beyond its end") {
  for (const auto& sent : {sent_example(), sigv4a_example()}) {
    for (std::size_t size = 0; size < sent.target.size(); ++size) {
      auto cut = sent;
      cut.target.resize(size);
      CAPTURE(cut.target);
      const exact_request exact(cut);
      const auto got = parse_request(exact.received());
      if (!got) continue;
      // Half of the hex of SigV4A is hex too: that it is no signature is for verify to say.
      CHECK(got->algorithm == signing_algorithm::sigv4a);
      CHECK(support::wrong_error(support::verify(*got, support::example_credentials(), noon),
                                 errc::signature_mismatch) == "");
    }
  }
}

TEST_CASE("headers cut off anywhere are not read beyond their end") {
  const auto sent = signed_example();
  for (std::size_t i = 0; i < sent.headers.size(); ++i) {
    for (std::size_t size = 0; size < sent.headers[i].value.size(); ++size) {
      auto cut = sent;
      cut.headers[i].value.resize(size);
      const exact_request exact(cut);
      const auto got = parse_request(exact.received());
      if (cut.headers[i].name == "authorization") CHECK(!got);
    }
    for (std::size_t size = 0; size < sent.headers[i].name.size(); ++size) {
      auto cut = sent;
      cut.headers[i].name.resize(size);
      CHECK(!parse_request(exact_request(cut).received()));
    }
  }
}

TEST_CASE("a hundred thousand of anything are read, or rejected with a handful of errors") {
  constexpr int many = 100000;
  const auto repeated = [](std::string_view text) {
    std::string all;
    all.reserve(text.size() * many);
    for (int i = 0; i < many; ++i) all.append(text);
    return all;
  };
  const auto count_errors = [](const sent_request& sent) {
    const auto got = parse_all(sent.received());
    for (const auto& one : got.errors) CHECK(one.message.size() < 300);
    return got.errors.size();
  };
  const auto of_query = [&](const std::string& added) {
    auto sent = sent_example();
    sent.target += added;
    return count_errors(sent);
  };
  CHECK(of_query(repeated("&a")) == 0);
  CHECK(of_query(repeated("&")) == 0);
  CHECK(of_query(repeated("&=")) == 0);
  CHECK(of_query(repeated("&%")) == 1);
  CHECK(of_query(repeated("&X-Amz-Date=")) == 1);
  CHECK(of_query(repeated("&x-amz-date=")) == 2);

  const auto of_list = [&](const std::string& list) {
    auto sent = sent_example().with("SignedHeaders=host", "SignedHeaders=" + list);
    for (int i = 0; i < many; ++i) sent.headers.push_back({"X-Amz-" + std::to_string(i), "v"});
    return count_errors(sent);
  };
  CHECK(of_list("host") == 0);
  CHECK(of_list(repeated(";")) == 3);
  CHECK(of_list(repeated("h;")) == 3);
  std::string numbers;
  for (int i = 0; i < many; ++i) numbers += "x-amz-" + std::to_string(i) + ";";
  CHECK(of_list(numbers + "host") == 1);

  const auto of_authorization = [&](const std::string& value) {
    return count_errors(signed_example().with_authorization(value));
  };
  CHECK(of_authorization(repeated("a,")) == 4);
  CHECK(of_authorization("A " + repeated("Signature=,")) == 4);
  CHECK(of_authorization(repeated(" ")) == 4);

  auto sent = sent_example().with("AKIAIOSFODNN7EXAMPLE", repeated("/"));
  CHECK(count_errors(sent) == 1);
  sent = sent_example();
  for (int i = 0; i < many; ++i) sent.headers.push_back({"host", "h"});
  CHECK(count_errors(sent) == 1);
}

TEST_SUITE_END();
