#include "explain/findings.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
using presign::cause;
using presign::certainty;
using presign::finding;
using support::signed_url;

const auto signed_at = support::time_at(support::example::date);

std::vector<finding> inspected(std::string_view url, presign::time_point at = signed_at,
                               std::vector<presign::name_value_view> headers = {}) {
  const support::exact_copy copy(url);
  const auto parts = *presign::detail::parse_url(copy.view());
  headers.push_back({"host", parts.host});
  const auto read = presign::detail::parse_all({"GET", parts.target, headers});
  const auto rules = presign::service_rules::of(read.request.service);
  return presign::detail::check_url(parts, read, rules, at);
}

std::vector<cause> causes(const std::vector<finding>& findings) {
  std::vector<cause> found;
  for (const auto& one : findings) found.push_back(one.cause);
  return found;
}

/// What is wrong where this should be the one finding.
std::string wrong(const std::vector<finding>& got, cause what, certainty how_sure,
                  std::string_view words = {}) {
  if (got.size() != 1) {
    return std::to_string(got.size()) +
           " findings, the first: " + (got.empty() ? "" : got.front().sentence);
  }
  if (got[0].cause != what || got[0].certainty != how_sure) return "another: " + got[0].sentence;
  return got[0].sentence.find(words) == std::string::npos ? got[0].sentence : "";
}

std::string example_url() { return signed_url(support::example_request()); }

std::string replaced(std::string text, std::string_view old, std::string_view by) {
  return text.replace(text.find(old), old.size(), by);
}

}  // namespace

TEST_SUITE_BEGIN("inspection");

TEST_CASE("in a sound URL, nothing looks wrong") {
  CHECK(inspected(example_url()).empty());
  CHECK(inspected(example_url(), signed_at + 59min).empty());
  CHECK(inspected(example_url(), signed_at - 15min).empty());
}

TEST_CASE("its time") {
  const auto url = example_url();
  CHECK(inspected(url, signed_at + 1h - 1s).empty());
  CHECK(wrong(inspected(url, signed_at + 1h), cause::expired, certainty::certain) == "");
  CHECK(wrong(inspected(url, signed_at - 15min - 1s), cause::not_yet_valid, certainty::certain) ==
        "");
  CHECK(wrong(inspected(replaced(url, "Expires=3600", "Expires=604801")), cause::invalid_expiry,
              certainty::certain, "604801") == "");
}

TEST_CASE("what became of it when it was copied") {
  const auto url = example_url();
  const auto first_with = [&url](const std::string& separator) {
    auto text = url;
    for (auto at = text.find('&'); at != text.npos; at = text.find('&', at + separator.size())) {
      text.replace(at, 1, separator);
    }
    return inspected(text).at(0).sentence;
  };
  CHECK(first_with("&amp;").find("HTML") != std::string::npos);
  CHECK(first_with("\\u0026").find("JSON") != std::string::npos);
  CHECK(first_with("\\&").find("shell") != std::string::npos);
  CHECK(first_with("%26").find("percent-encoded") != std::string::npos);
  CHECK(first_with(";").find("ends") == std::string::npos);
  CHECK(inspected(replaced(url, "?", "?a=b?")).at(0).sentence.find("'?'") != std::string::npos);
  CHECK(inspected(signed_url(support::example_request().query("amp;a", "b"))).empty());
  CHECK(inspected(signed_url(support::example_request().query("a", "h?X-Amz-A&X-Amz-B"))).empty());
  for (const auto& each : inspected(replaced(url, "%2F", "%%2F"))) {
    CHECK(each.cause == cause::malformed_url);
  }
  CHECK(inspected(url.substr(0, url.find('&'))).at(0).sentence.find("shell") != std::string::npos);
  CHECK(wrong(inspected(url.substr(0, url.size() - 1)), cause::malformed_url, certainty::certain,
              "signature") == "");
}

TEST_CASE("what is not as it must be") {
  const auto url = example_url();
  CHECK(wrong(inspected(replaced(url, "&X-Amz-Date=20130524T000000Z", "")), cause::malformed_url,
              certainty::certain, "X-Amz-Date") == "");
  CHECK(wrong(inspected(replaced(url, "%2F20130524", "%2F20130525")), cause::date,
              certainty::certain, "20130525") == "");
  CHECK(wrong(inspected(replaced(url, "HMAC-SHA256", "HMAC-SHA1")), cause::algorithm,
              certainty::certain) == "");
  CHECK(wrong(inspected(url + "&X-Amz-Date=20130524T000000Z"), cause::malformed_url,
              certainty::certain, "once") == "");
  CHECK(wrong(inspected(url, signed_at, {{"Authorization", "Basic x"}}), cause::two_signatures,
              certainty::certain) == "");
}

TEST_CASE("a session token that does not go with the access key id") {
  auto who = support::temporary_credentials();
  const auto what = support::example_request();
  CHECK(wrong(inspected(signed_url(what, who)), cause::token_unwanted, certainty::likely) == "");
  who.access_key_id = "ASIAIOSFODNN7EXAMPLE";
  CHECK(inspected(signed_url(what, who)).empty());
  auto raw = signed_url(what, who);
  const auto token = raw.find("Security-Token=") + 15;
  CHECK(wrong(inspected(raw.insert(token, "+")), cause::plus_for_space, certainty::likely,
              "session token") == "");
  who.session_token = {};
  CHECK(wrong(inspected(signed_url(what, who)), cause::token_missing, certainty::likely) == "");
  who.access_key_id = "minio";
  CHECK(inspected(signed_url(what, who)).empty());
}

TEST_CASE("its path") {
  auto what = support::example_request();
  what.path = "/100%";
  CHECK(inspected(signed_url(what)).empty());
  what.path = "/a%20b";
  CHECK(wrong(inspected(signed_url(what)), cause::encoded_twice, certainty::likely) == "");
  what.path = "/a+b";
  CHECK(inspected(signed_url(what)).empty());
  CHECK(wrong(inspected(replaced(signed_url(what), "%2B", "+")), cause::plus_for_space,
              certainty::likely) == "");
  for (const std::string path : {"/a/../b", "/./a", "/a/.."}) {
    what.path = path;
    CHECK(wrong(inspected(signed_url(what)), cause::path_normalized, certainty::possible) == "");
  }
  what.path = "/a//b/...";
  CHECK(inspected(signed_url(what)).empty());
}

TEST_CASE("its host") {
  auto what = support::example_request();
  const auto host = [&what](std::string name, std::string region) {
    what.host = std::move(name);
    what.region = std::move(region);
    return inspected(signed_url(what));
  };
  CHECK(wrong(host("b.s3.eu-west-1.amazonaws.com", "us-east-1"), cause::region, certainty::likely,
              "\"eu-west-1\"") == "");
  CHECK(host("b.s3.eu-west-1.amazonaws.com", "eu-west-1").empty());
  CHECK(wrong(host("b.s3.amazonaws.com", "eu-west-1"), cause::wrong_endpoint,
              certainty::possible) == "");
  const auto lambda = host("a.s3-object-lambda.us-east-1.amazonaws.com", "us-east-1");
  CHECK(wrong(lambda, cause::service, certainty::likely, "\"s3-object-lambda\"") == "");
  CHECK(host("a.s3-object-lambda.example.com", "us-east-1").empty());
  CHECK(wrong(host("a.mrap.accesspoint.s3-global.amazonaws.com", "us-east-1"), cause::algorithm,
              certainty::likely, "SigV4A") == "");
  CHECK(host("b.s3-accelerate.amazonaws.com", "eu-west-1").empty());
  CHECK(host("minio.example.com", "eu-west-1").empty());
  CHECK(wrong(inspected(replaced(example_url(), ".com/", ".com:443/")), cause::port,
              certainty::possible) == "");
  what.scheme = "http";
  CHECK(wrong(host("minio.example.com", "us-east-1"), cause::plain_http, certainty::note) == "");
  what.scheme = "ws";
  CHECK(wrong(host("minio.example.com", "us-east-1"), cause::plain_http, certainty::note,
              "the URL is ws") == "");
  CHECK(host("localhost:9000", "us-east-1").empty());
  CHECK(host("10.0.0.1:9000", "us-east-1").empty());
}

TEST_CASE("a header that ought to be signed") {
  const auto url = example_url();
  CHECK(wrong(inspected(url, signed_at, {{"x-amz-acl", "private"}}), cause::header_not_signed,
              certainty::likely, "\"x-amz-acl\"") == "");
  CHECK(inspected(url, signed_at, {{"Accept", "*/*"}}).empty());
}

TEST_CASE("a parameter after the signature") {
  const auto url = example_url();
  CHECK(wrong(inspected(url + "&uploadId=a"), cause::parameter_added, certainty::possible,
              "\"uploadId\"") == "");
  CHECK(wrong(inspected(url + "&X-Amz-Security-Token=a"), cause::token_unwanted, certainty::likely)
            .find("2 findings") == 0);
  const std::string sorted =
      "https://a.example.com/?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE"
      "%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20130524T000000Z&X-Amz-Expires=3600"
      "&X-Amz-Signature=" +
      std::string(64, 'a') + "&X-Amz-SignedHeaders=host&x-id=GetObject";
  CHECK(inspected(sorted).empty());
}

TEST_CASE("all that looks wrong is reported") {
  const auto url = replaced(example_url(), "/test.txt", "/a%2520b+/../c");
  CHECK(causes(inspected(url, signed_at + 2h)) == std::vector{cause::expired, cause::encoded_twice,
                                                              cause::plus_for_space,
                                                              cause::path_normalized});
}

TEST_SUITE_END();
