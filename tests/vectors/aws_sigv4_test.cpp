// AWS's signing test suite: 38 cases, each signed in its query and in its headers, each of these
// checked at four stages. 38 × 2 × 4 = 304 checks, and none is skipped.
#include "aws_sigv4_suite.hpp"
#include "http_message.hpp"

#include <presign/presign.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using suite::cases;
using suite::signing;
using suite::sigv4_case;
namespace sigv4 = presign::sigv4;

constexpr std::array<signing, 2> both_ways{signing::by_query, signing::by_header};
constexpr std::array<std::string_view, 4> stages{"canonical request", "string to sign", "signature",
                                                 "signed request"};
constexpr std::size_t cases_published = 38;
constexpr std::size_t checks_published = cases_published * both_ways.size() * stages.size();

// ── Counting ────────────────────────────────────────────────────────────────────────────────────

struct tally {
  struct count {
    std::size_t made = 0;
    std::size_t passed = 0;
  };
  std::array<std::array<count, both_ways.size()>, stages.size()> counts{};

  template <class T>
  void check(std::string_view name, std::size_t stage, signing way, const T& got,
             const T& published) {
    INFO(name, ", signed in its ", way == signing::by_query ? "query" : "headers", ": ",
         stages[stage]);
    CHECK(got == published);
    auto& one = counts[stage][static_cast<std::size_t>(way)];
    ++one.made;
    if (got == published) ++one.passed;
  }

  static void add(count& sum, const count& one) {
    sum.made += one.made;
    sum.passed += one.passed;
  }

  count total() const {
    count sum;
    for (const auto& row : counts) {
      for (const auto& one : row) add(sum, one);
    }
    return sum;
  }

  void print() const {
    std::printf("AWS's signing test suite, %zu cases\n\n", cases.size());
    std::printf("%-20s%8s%8s%14s\n", "stage", "query", "header", "passed");
    for (std::size_t stage = 0; stage < stages.size(); ++stage) {
      count sum;
      for (const auto& one : counts[stage]) add(sum, one);
      std::printf("%-20s%8zu%8zu%7zu of %3zu\n", stages[stage].data(), counts[stage][0].passed,
                  counts[stage][1].passed, sum.passed, sum.made);
    }
    std::printf("%-36s%7zu of %3zu\n\n", "all", total().passed, total().made);
    std::fflush(stdout);
  }
};

// ── Signing, the suite's way ────────────────────────────────────────────────────────────────────

// The suite signs the path encoded once ("use_double_uri_encode" is off), whether or not it is
// normalised. `sign_body` sends the body's hash as a header where the signature is in the headers,
// and only there.
presign::service_rules rules_of(const sigv4_case& one, signing way) {
  presign::service_rules rules;
  rules.normalize_path = one.normalize_;
  rules.encode_path_twice = false;
  rules.content_sha256_header = one.sign_body_ && way == signing::by_header;
  rules.sign_session_token = !one.omit_token_;
  return rules;
}

// A header that is folded over several lines is unfolded by whoever reads HTTP; presign takes
// values, and refuses line breaks in them.
std::vector<presign::header> headers_of(const sigv4_case& one) {
  std::vector<presign::header> headers;
  for (const auto& [name, value] : one.headers_) {
    headers.push_back({std::string(name), http::unfolded(value)});
  }
  return headers;
}

std::vector<presign::parameter> parameters_of(const sigv4_case& one) {
  std::vector<presign::parameter> parameters;
  for (const auto& [name, value] : http::split_query(one.query_)) {
    parameters.push_back({http::decoded(name), http::decoded(value)});
  }
  return parameters;
}

std::string payload_hash_of(const sigv4_case& one) {
  return sigv4::payload_hash(one.body_).value();
}

struct signed_by_steps {
  std::string canonical_request;
  std::string string_to_sign;
  std::string signature;
};

// The public steps, one after another, as somebody would who signs without presign::presigner.
signed_by_steps sign_by_steps(const sigv4_case& one, signing way) {
  const auto rules = rules_of(one, way);
  const bool signs_token = !one.token_.empty() && rules.sign_session_token;
  const auto date = sigv4::amz_date::parse(suite::timestamp).value();
  const auto scope = sigv4::credential_scope(date, suite::region, suite::service);
  const auto payload_hash = payload_hash_of(one);

  auto headers = headers_of(one);
  headers.push_back({"Host", std::string(suite::host)});
  if (way == signing::by_header) {
    headers.push_back({"X-Amz-Date", std::string(date.text())});
    if (signs_token) headers.push_back({"X-Amz-Security-Token", std::string(one.token_)});
    if (rules.content_sha256_header) headers.push_back({"X-Amz-Content-Sha256", payload_hash});
  }
  const auto canonical_headers = sigv4::canonical_headers::of(headers).value();

  auto parameters = parameters_of(one);
  if (way == signing::by_query) {
    parameters.push_back({"X-Amz-Algorithm", std::string(sigv4::algorithm)});
    parameters.push_back({"X-Amz-Credential", std::string(suite::access_key_id) + '/' + scope});
    parameters.push_back({"X-Amz-Date", std::string(date.text())});
    parameters.push_back({"X-Amz-Expires", std::to_string(suite::expires)});
    parameters.push_back({"X-Amz-SignedHeaders", canonical_headers.names});
    if (signs_token) parameters.push_back({"X-Amz-Security-Token", std::string(one.token_)});
  }

  const auto path = sigv4::canonical_path(one.path_, rules);
  const auto query = sigv4::canonical_query(parameters);
  const sigv4::canonical_request canonical{
      one.method_, path, query, canonical_headers.lines, canonical_headers.names, payload_hash};
  const auto string_to_sign = sigv4::string_to_sign(date, scope, canonical.hash().value());
  const auto key =
      sigv4::signing_key::derive(suite::secret_access_key, date, suite::region, suite::service)
          .value();
  return {canonical.text(), string_to_sign, sigv4::signature(key, string_to_sign).value()};
}

// What presign::presigner makes of it, as a client sends it.
struct signed_by_presigner {
  std::string url;
  std::string signature;
  http::message sent;
};

std::string after(std::string_view text, std::string_view mark) {
  const auto at = text.rfind(mark);
  return at == text.npos ? "(none)" : std::string(text.substr(at + mark.size()));
}

signed_by_presigner sign_by_presigner(const sigv4_case& one, signing way) {
  presign::request what;
  what.method = one.method_;
  what.host = suite::host;
  what.path = one.path_;
  what.query_parameters = parameters_of(one);
  what.headers = headers_of(one);
  if (one.sign_body_) what.payload_hash = payload_hash_of(one);
  what.service = suite::service;
  what.region = suite::region;
  what.rules = rules_of(one, way);

  const auto at = sigv4::amz_date::parse(suite::timestamp).value().time();
  const presign::presigner signer{
      {std::string(suite::access_key_id), suite::secret_access_key, one.token_}};
  if (way == signing::by_header) {
    const auto made = signer.sign(what, at).value();
    return {made.url, after(made.headers.back().value, "Signature="),
            http::message::to_url(made.method, made.url, made.headers, one.body_)};
  }
  presign::presign_options options;
  options.at = at;
  const auto made = signer.presign(what, std::chrono::seconds{suite::expires}, options).value();
  return {made.url, after(made.url, "&X-Amz-Signature="),
          http::message::to_url(made.method, made.url, made.headers, one.body_)};
}

}  // namespace

TEST_SUITE_BEGIN("AWS's signing test suite");

TEST_CASE("every case, signed in its query and in its headers, at every stage") {
  REQUIRE(cases.size() == cases_published);
  tally tally;
  for (const auto& one : cases) {
    for (const auto way : both_ways) {
      const auto by_steps = sign_by_steps(one, way);
      const auto by_presigner = sign_by_presigner(one, way);
      tally.check(one.name, 0, way, by_steps.canonical_request, suite::canonical_request(one, way));
      tally.check(one.name, 1, way, by_steps.string_to_sign, suite::string_to_sign(one, way));
      tally.check(one.name, 2, way, by_presigner.signature,
                  std::string(one.expected(way).signature));
      // The published requests keep the request line as it was, spaces and all, and add parameters
      // to it in the order Algorithm, Credential, Date, SignedHeaders, Expires; presign writes the
      // whole query anew, encoded and sorted, so that what is sent is what was signed. To a server
      // that is the same request: the same method, path, parameters, headers and body.
      tally.check(one.name, 3, way, by_presigner.sent,
                  http::message::read(suite::signed_request(one, way)));
    }
  }
  tally.print();
  REQUIRE(tally.total().made == checks_published);
  REQUIRE(checks_published == 304);
}

TEST_CASE("the steps and the presigner agree") {
  for (const auto& one : cases) {
    for (const auto way : both_ways) {
      CAPTURE(one.name);
      CHECK(sign_by_steps(one, way).signature == one.expected(way).signature);
      CHECK(sign_by_presigner(one, way).signature == one.expected(way).signature);
    }
  }
}

TEST_CASE("URLs are encoded, and their queries sorted with the signature last") {
  for (const auto& one : cases) {
    for (const auto way : both_ways) {
      const auto url = sign_by_presigner(one, way).url;
      CAPTURE(url);
      CHECK(url.find_first_not_of("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
                                  "-._~%:/?&=") == url.npos);
      const auto question_mark = url.find('?');
      if (question_mark == url.npos) continue;
      auto parameters = http::split_query(std::string_view(url).substr(question_mark + 1));
      if (way == signing::by_query) {
        CHECK(parameters.back().first == "X-Amz-Signature");
        parameters.pop_back();
        // A token that is not signed is not part of the canonical query either.
        if (one.omit_token_) {
          CHECK(parameters.back().first == "X-Amz-Security-Token");
          parameters.pop_back();
        }
      }
      CHECK(std::is_sorted(parameters.begin(), parameters.end()));
    }
  }
}

TEST_CASE("a canonical request's hash is that of its text") {
  for (const auto& one : cases) {
    for (const auto way : both_ways) {
      CAPTURE(one.name);
      CHECK(sigv4::payload_hash(sign_by_steps(one, way).canonical_request).value() ==
            one.expected(way).hashed_canonical_request);
    }
  }
}

// Where the suite's folded header is given as it is, presign says what is wrong with it.
TEST_CASE("a folded header is refused") {
  const auto got = sigv4::canonical_headers::of({{"My-Header1", "value1\n  value2\n     value3"}});
  REQUIRE(!got);
  CHECK(got.error().code == presign::errc::invalid_header_value);
  CHECK(got.error().message.find("\"My-Header1\"") != std::string::npos);
  CHECK(got.error().message.find("byte 6") != std::string::npos);
}

TEST_SUITE_END();
