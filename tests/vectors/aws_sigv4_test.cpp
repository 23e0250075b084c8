// AWS's signing test suite: 38 cases, each signed in its query and in its headers, and checked at
// four stages. 38 × 2 × 4 = 304 checks, and none is skipped.
#include "aws_suite_signing.hpp"
#include "tally.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>

namespace {

using suite::both_ways;
using suite::cases;
using suite::signing;
namespace sigv4 = presign::sigv4;

constexpr auto by = suite::algorithm::sigv4;

}  // namespace

TEST_SUITE_BEGIN("AWS's signing test suite");

TEST_CASE("every case, signed in its query and in its headers, at every stage") {
  suite::tally tally({"canonical request", "string to sign", "signature", "signed request"});
  for (const auto& test : cases) {
    for (const auto way : both_ways) {
      const auto& published = test.expected(way, by);
      const auto by_steps = suite::sign_by_steps(test, way, by);
      const auto by_signer = suite::sign_by_signer(test, way, by);
      tally.check(test.name, 0, way, by_steps.canonical_request,
                  suite::canonical_request(test, way, by));
      tally.check(test.name, 1, way, by_steps.string_to_sign, suite::string_to_sign(test, way, by));
      tally.check(test.name, 2, way, by_signer.signature, std::string(published.signature));
      // The published requests keep the request line, with its spaces, and add parameters to it in
      // the order Algorithm, Credential, Date, SignedHeaders, Expires. presign writes the whole
      // query again, encoded and sorted, so that what is sent is what was signed. A server sees the
      // same request: the same method, path, parameters, headers and body.
      tally.check(
          test.name, 3, way, by_signer.sent,
          http::message::read(suite::signed_request(test, way, by, published.sent_signature)));
    }
  }
  tally.print("AWS's signing test suite");
  REQUIRE(cases.size() == 38);
  REQUIRE(tally.checks() == 304);
}

TEST_CASE("the steps and the signer agree") {
  for (const auto& test : cases) {
    for (const auto way : both_ways) {
      CAPTURE(test.name);
      CHECK(suite::sign_by_steps(test, way, by).signature == test.expected(way, by).signature);
      CHECK(suite::sign_by_signer(test, way, by).signature == test.expected(way, by).signature);
    }
  }
}

TEST_CASE("URLs are encoded, and their queries sorted with the signature last") {
  for (const auto& test : cases) {
    for (const auto way : both_ways) {
      const auto url = suite::sign_by_signer(test, way, by).url;
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
        if (test.omit_token_) {
          CHECK(parameters.back().first == "X-Amz-Security-Token");
          parameters.pop_back();
        }
      }
      CHECK(std::is_sorted(parameters.begin(), parameters.end()));
    }
  }
}

TEST_CASE("the hash of a canonical request is the hash of its text") {
  for (const auto& test : cases) {
    for (const auto way : both_ways) {
      CAPTURE(test.name);
      CHECK(sigv4::payload_hash(suite::sign_by_steps(test, way, by).canonical_request).value() ==
            test.expected(way, by).hashed_canonical_request);
    }
  }
}

// The suite unfolds this header first. presign rejects it.
TEST_CASE("a folded header is rejected") {
  const auto headers = sigv4::canonical_headers({{"My-Header1", "value1\n  value2\n     value3"}});
  REQUIRE(!headers);
  CHECK(headers.error().code == presign::errc::invalid_header);
  CHECK(headers.error().message.find("\"My-Header1\"") != std::string::npos);
  CHECK(headers.error().message.find("byte 6") != std::string::npos);
}

TEST_SUITE_END();
