#include "explain/findings.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using presign::cause;
using presign::detail::canonical_diff;
using presign::detail::difference;

/// The six parts of a canonical request, and the four of its string to sign.
struct texts {
  std::string method = "GET";
  std::string path = "/test.txt";
  std::string query{support::example::query};
  std::string headers{support::example::headers};
  std::string signed_headers = "host";
  std::string payload_hash = "UNSIGNED-PAYLOAD";
  std::string algorithm = "AWS4-HMAC-SHA256";
  std::string date{support::example::date};
  std::string scope{support::example::scope};
  std::string hash = "3bfa";

  std::string canonical_request() const {
    return method + '\n' + path + '\n' + query + '\n' + headers + '\n' + signed_headers + '\n' +
           payload_hash;
  }
  std::string string_to_sign() const {
    return algorithm + '\n' + date + '\n' + scope + '\n' + hash;
  }
};

canonical_diff compared(std::string_view our_request, std::string_view our_string,
                        std::string_view their_request, std::string_view their_string) {
  const support::exact_copy request(our_request);
  const support::exact_copy string(our_string);
  presign::detail::error_response response;
  response.canonical_request = their_request;
  response.string_to_sign = their_string;
  return presign::detail::compare(request.view(), string.view(), response);
}

canonical_diff compared(const texts& ours, const texts& theirs) {
  return compared(ours.canonical_request(), ours.string_to_sign(), theirs.canonical_request(),
                  theirs.string_to_sign());
}

std::vector<cause> causes(const canonical_diff& made) {
  std::vector<cause> found;
  for (const auto& one : made.findings) found.push_back(one.cause);
  return found;
}

/// What is wrong, with one part changed, where this cause should be found both ways round.
template <class Part>
std::string wrong(Part part, std::string_view one, std::string_view other, cause expected,
                  std::string_view words = {}) {
  texts a;
  texts b;
  a.*part = one;
  b.*part = other;
  for (const auto& made : {compared(a, b), compared(b, a)}) {
    if (causes(made) != std::vector{expected}) {
      return std::to_string(made.findings.size()) + " findings, the first: " +
             (made.findings.empty() ? "" : made.findings.front().sentence);
    }
    const auto& found = made.findings.front();
    if (found.certainty != presign::certainty::certain) return "it is not certain";
    if (found.sentence.find(words) == std::string::npos) return found.sentence;
    if (!made.first_difference) return "no difference";
  }
  return "";
}

std::string with(std::string_view parameter) {
  return std::string(support::example::query) + '&' + std::string(parameter);
}

std::string changed(std::string_view old, std::string_view by) {
  std::string query(support::example::query);
  return query.replace(query.find(old), old.size(), by);
}

}  // namespace

TEST_SUITE_BEGIN("signed_texts");

TEST_CASE("equal texts have no difference") {
  const auto made = compared(texts{}, texts{});
  CHECK(made.findings.empty());
  CHECK_FALSE(made.first_difference);
}

TEST_CASE("no finding about texts that the response does not have") {
  const texts ours;
  const auto made = compared(ours.canonical_request(), ours.string_to_sign(), "", "");
  CHECK(made.findings.empty());
  CHECK_FALSE(made.first_difference);
}

TEST_CASE("each part that can differ, both ways round") {
  CHECK(wrong(&texts::method, "GET", "PUT", cause::method, "\"PUT\"") == "");
  CHECK(wrong(&texts::path, "/a%20b", "/a%2520b", cause::encoded_twice) == "");
  CHECK(wrong(&texts::path, "/a%20b%2Bc/%C3%BC", "/a%2520b%2Bc/%C3%BC", cause::encoded_twice) ==
        "");
  CHECK(wrong(&texts::path, "/a%2Bb%2Bc", "/a%20b%20c", cause::plus_for_space, "%2B") == "");
  CHECK(wrong(&texts::path, "/bucket/a", "/a", cause::path_prefix, "\"/bucket\"") == "");
  CHECK(wrong(&texts::path, "/a", "/b", cause::path) == "");
  CHECK(wrong(&texts::query, with("v=1"), with("v=2"), cause::parameter_changed, "\"v\"") == "");
  CHECK(wrong(&texts::query, with("v=a%2Bb"), with("v=a%20b"), cause::plus_for_space, "\"v\"") ==
        "");
  CHECK(wrong(&texts::query, with("v=a%20b"), with("v=a%2520b"), cause::encoded_twice, "\"v\"") ==
        "");
  CHECK(wrong(&texts::query, with("a=1&b=2"), with("b=2&a=1"), cause::parameter_order) == "");
  CHECK(wrong(&texts::query, with("X-Amz-Security-Token=T"), support::example::query,
              cause::token_not_signed) == "");
  CHECK(wrong(&texts::query, with("X-Amz-Security-Token=T"), with("X-Amz-Security-Token=U"),
              cause::token_invalid) == "");
  CHECK(wrong(&texts::query, with("X-Amz-Security-Token=a%2Bb"), with("X-Amz-Security-Token=a%20b"),
              cause::plus_for_space) == "");
  CHECK(wrong(&texts::query, support::example::query, changed("AKIAIOSFODNN7EXAMPLE", "AKIA2"),
              cause::access_key, "\"AKIA2\"") == "");
  CHECK(wrong(&texts::query, support::example::query, changed("us-east-1", "us-west-2"),
              cause::region, "\"us-west-2\"") == "");
  CHECK(wrong(&texts::query, support::example::query, changed("%2Fs3", "%2Fsts"), cause::service,
              "\"sts\"") == "");
  CHECK(wrong(&texts::query, support::example::query, changed("%2F20130524", "%2F20130525"),
              cause::date, "\"20130525\"") == "");
  CHECK(wrong(&texts::query, support::example::query,
              changed("20130524T000000Z", "20130524T000001Z"), cause::date) == "");
  CHECK(wrong(&texts::query, support::example::query, changed("86400", "86401"),
              cause::parameter_changed, "X-Amz-Expires") == "");
  CHECK(wrong(&texts::query, support::example::query, changed("%2Faws4_request", ""),
              cause::parameter_changed, "credential scope") == "");
  CHECK(wrong(&texts::headers, "host:h\n", "host:h:8080\n", cause::port, "\"h:8080\"") == "");
  CHECK(wrong(&texts::headers, "host:h:80\n", "host:h:8080\n", cause::port) == "");
  CHECK(wrong(&texts::headers, "host:h\n", "host:i\n", cause::host, "\"i\"") == "");
  CHECK(wrong(&texts::headers, "host:h\nrange:1\n", "host:h\nrange:2\n", cause::header_changed,
              "\"range\"") == "");
  CHECK(wrong(&texts::signed_headers, "host", "host;range", cause::signed_headers,
              "\"host;range\"") == "");
  const std::string many_names = "host;" + std::string(60, 'x');
  CHECK(wrong(&texts::signed_headers, many_names + 'y', many_names + 'z', cause::signed_headers,
              "66 bytes") == "");
  CHECK(wrong(&texts::payload_hash, "UNSIGNED-PAYLOAD", presign::sigv4::empty_payload_hash,
              cause::payload_hash, "UNSIGNED-PAYLOAD") == "");
  CHECK(wrong(&texts::algorithm, "AWS4-HMAC-SHA256", "AWS4-ECDSA-P256-SHA256", cause::algorithm) ==
        "");
  CHECK(wrong(&texts::date, "20130524T000000Z", "20130524T000001Z", cause::date) == "");
  CHECK(wrong(&texts::scope, "20130524/us-east-1/s3/aws4_request",
              "20130524/eu-west-1/s3/aws4_request", cause::region, "\"eu-west-1\"") == "");
  CHECK(wrong(&texts::scope, "20130524/us-east-1/s3/aws4_request",
              "20130525/us-east-1/s3/aws4_request", cause::date) == "");
  CHECK(wrong(&texts::scope, "20130524/us-east-1/s3/aws4_request",
              "20130524/us-east-1/sts/aws4_request", cause::service) == "");
  CHECK(wrong(&texts::scope, "20130524/us-east-1/s3/aws4_request",
              "20130524/us-east-1/s3/aws5_request", cause::algorithm) == "");
  CHECK(wrong(&texts::scope, "20130524/us-east-1/s3/aws4_request", "20130524/s3/aws4_request",
              cause::parameter_changed) == "");
}

TEST_CASE("a cause that has a direction") {
  const auto causes_of = [](auto part, std::string_view ours, std::string_view theirs) {
    texts a;
    texts b;
    a.*part = ours;
    b.*part = theirs;
    return causes(compared(a, b));
  };
  const auto is = [](cause what) { return std::vector{what}; };
  for (const std::string_view path : {"/a//b", "/a/./b", "//a/b", "/a/c/../b", "/c/%2e%2e/a/b"}) {
    CAPTURE(path);
    CHECK(causes_of(&texts::path, path, "/a/b") == is(cause::path_normalized));
  }
  CHECK(causes_of(&texts::query, with("v=1"), support::example::query) ==
        is(cause::parameter_missing));
  CHECK(causes_of(&texts::query, support::example::query, with("v=1")) ==
        is(cause::parameter_added));
  CHECK(causes_of(&texts::query, with("v=1&v=2"), with("v=1")) == is(cause::parameter_missing));
  CHECK(causes_of(&texts::query, with("v=1"), with("v=1&v=1")) == is(cause::parameter_added));
  CHECK(causes_of(&texts::headers, "host:h\nrange:1\n", "host:h\n") == is(cause::header_not_sent));
  CHECK(causes_of(&texts::headers, "host:h\nrange:1\n", "host:h\nrange:\n") ==
        is(cause::header_not_sent));
}

TEST_CASE("a header without a known value is taken to be what arrived") {
  texts ours;
  texts theirs;
  ours.headers = "host:h\nrange:\nx-amz-acl:\n";
  theirs.headers = "host:h\nrange:bytes=0-9\nx-amz-acl:private\n";
  CHECK(compared(ours, theirs).findings.empty());
  CHECK_FALSE(compared(ours, theirs).first_difference);
  theirs.headers = "host:h\nrange:\n";
  const auto made = compared(ours, theirs);
  CHECK(causes(made) == std::vector{cause::header_not_sent, cause::header_not_sent});
  CHECK(made.findings[0].sentence.find("\"range\"") != std::string::npos);
  CHECK(made.findings[1].sentence.find("\"x-amz-acl\"") != std::string::npos);
}

TEST_CASE("all that differs is reported, in the order of the texts") {
  texts theirs;
  theirs.method = "HEAD";
  theirs.path = "/b";
  theirs.headers = "host:examplebucket.s3.amazonaws.com:80\n";
  theirs.hash = "0000";
  const auto made = compared(texts{}, theirs);
  CHECK(causes(made) == std::vector{cause::method, cause::path, cause::port});
  REQUIRE(made.first_difference);
  CHECK(made.first_difference->line == 1);
}

TEST_CASE("the region is reported once, wherever it stands") {
  texts theirs;
  theirs.query = changed("us-east-1", "us-west-2");
  theirs.scope = "20130524/us-west-2/s3/aws4_request";
  CHECK(causes(compared(texts{}, theirs)) == std::vector{cause::region});
}

TEST_CASE("the line and the byte where the texts part") {
  const auto difference_of = [](auto part, std::string_view ours, std::string_view theirs) {
    texts a;
    texts b;
    a.*part = ours;
    b.*part = theirs;
    const auto made = compared(a, b);
    REQUIRE(made.first_difference);
    return *made.first_difference;
  };
  auto found = difference_of(&texts::path, "/a%20b", "/a%2520b");
  CHECK(found.text == difference::canonical_request);
  CHECK(found.line == 2);
  CHECK(found.byte == 5);
  CHECK(found.ours == "/a%20b");
  CHECK(found.theirs == "/a%2520b");

  found = difference_of(&texts::headers, "host:h\nrange:1\n", "host:h\nrange:12\n");
  CHECK(found.line == 5);
  CHECK(found.byte == 8);
  found = difference_of(&texts::headers, "host:h\n", "host:h\nrange:12\n");
  CHECK(found.line == 5);
  CHECK(found.byte == 1);
  CHECK(found.ours == "");
  found = difference_of(&texts::payload_hash, "a", "b");
  CHECK(found.line == 7);
  CHECK(found.byte == 1);

  found = difference_of(&texts::scope, "20130524/us-east-1/s3/aws4_request",
                        "20130524/us-west-1/s3/aws4_request");
  CHECK(found.text == difference::string_to_sign);
  CHECK(found.line == 3);
  CHECK(found.byte == 13);
  CHECK(found.theirs == "20130524/us-west-1/s3/aws4_request");
}

TEST_CASE("no token is shown, not even where the texts part in it") {
  const std::string token(support::session_token);
  texts ours;
  texts theirs;
  ours.query = with("X-Amz-Security-Token=" + token + "A&a=1");
  theirs.query = with("X-Amz-Security-Token=" + token + "B&a=1");
  auto made = compared(ours, theirs);
  REQUIRE(made.first_difference);
  CHECK(made.first_difference->ours == with("X-Amz-Security-Token=REDACTED&a=1"));
  CHECK(made.first_difference->theirs == made.first_difference->ours);
  CHECK(made.first_difference->byte == with("X-Amz-Security-Token=").size() + 1);

  for (const std::string name : {"x-amz-security-token", "x-amz-s3session-token", "authorization",
                                 "cookie", "x-amz-server-side-encryption-customer-key"}) {
    CAPTURE(name);
    ours = texts{};
    theirs = texts{};
    ours.headers = "host:h\n" + name + ':' + token + "A\n";
    theirs.headers = "host:h\n" + name + ':' + token + "B\n";
    made = compared(ours, theirs);
    REQUIRE(made.first_difference);
    CHECK(made.first_difference->ours == name + ":REDACTED");
    CHECK(made.first_difference->theirs == name + ":REDACTED");
    CHECK(made.first_difference->byte == name.size() + 2);
    CHECK(causes(made) == std::vector{cause::header_changed});
    CHECK(made.findings.front().sentence.find(token) == std::string::npos);
  }
}

TEST_CASE("a canonical request that lost its line breaks is reported to be damaged") {
  const texts ours;
  auto flat = ours.canonical_request();
  std::replace(flat.begin(), flat.end(), '\n', ' ');
  for (const std::string& theirs : {flat, std::string("GET"), std::string("a\nb\nc\nd\ne\nf")}) {
    const auto made = compared(ours.canonical_request(), ours.string_to_sign(), theirs, "");
    CHECK(causes(made) == std::vector{cause::garbled_response});
    CHECK_FALSE(made.first_difference);
  }
}

TEST_CASE("a string to sign that lost its line breaks is reported to be damaged") {
  const texts ours;
  auto flat = ours.string_to_sign();
  std::replace(flat.begin(), flat.end(), '\n', ' ');
  const auto made =
      compared(ours.canonical_request(), ours.string_to_sign(), ours.canonical_request(), flat);
  CHECK(causes(made) == std::vector{cause::garbled_response});
  CHECK_FALSE(made.first_difference);
}

TEST_CASE("a string to sign alone shows that the canonical requests differ, not where") {
  texts theirs;
  theirs.hash = "0000";
  const texts ours;
  CHECK(compared(ours, theirs).findings.empty());
  const auto made =
      compared(ours.canonical_request(), ours.string_to_sign(), "", theirs.string_to_sign());
  CHECK(causes(made) == std::vector{cause::unexplained});
  REQUIRE(made.first_difference);
  CHECK(made.first_difference->text == difference::string_to_sign);
  CHECK(made.first_difference->line == 4);
}

TEST_CASE("hostile texts are compared in bounded time, and give few findings") {
  std::string query;
  for (int i = 0; i < 200'000; ++i) query.append("&a").append(std::to_string(i)).append("=1");
  texts theirs;
  theirs.query = query;
  theirs.headers = std::string(500'000, ':') + std::string(500'000, '\n');
  const auto begin = support::processor_seconds();
  CHECK(compared(texts{}, theirs).findings.size() <= 16);
  CHECK(support::processor_seconds() - begin < 20);

  std::mt19937 random{4};
  for (int round = 0; round < 5000; ++round) {
    const auto text = support::random_text(random, "a=&/%2\n:;\0", 60);
    const auto made = compared(texts{}.canonical_request(), texts{}.string_to_sign(), text, text);
    CHECK(made.findings.size() <= 16);
  }
}

TEST_SUITE_END();
