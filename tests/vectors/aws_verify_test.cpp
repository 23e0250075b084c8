// AWS's signing test suites, received: every published request is verified, with SigV4 and SigV4A,
// signed in its query and in its headers, and rejected if anything in it is changed.
#include "aws_suite_signing.hpp"
#include "tally.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using presign::errc;
using suite::algorithm;
using suite::both_ways;
using suite::cases;
using suite::signing;
using suite::sigv4_case;

// The request line and the headers that a server receives.
struct message {
  std::string method;
  std::string target;
  std::vector<std::pair<std::string, std::string>> headers;

  std::string& header(std::string_view name) {
    return std::find_if(headers.begin(), headers.end(),
                        [name](const auto& header) { return header.first == name; })
        ->second;
  }
};

// The published requests have spaces in their request lines, which a client encodes.
std::string without_spaces(std::string_view target) {
  std::string text;
  for (const char c : target) c == ' ' ? text.append("%20") : text.append(1, c);
  return text;
}

message read(std::string_view text) {
  const auto line = text.substr(0, text.find('\n'));
  const auto target = line.find(' ') + 1;
  message read{std::string(line.substr(0, target - 1)),
               without_spaces(line.substr(target, line.rfind(' ') - target)),
               {}};
  auto rest = text.substr(line.size() + 1, text.find("\n\n") - line.size());
  while (!rest.empty()) {
    auto end = rest.find('\n');
    while (end + 1 < rest.size() && rest[end + 1] == ' ') end = rest.find('\n', end + 1);
    const auto colon = rest.find(':');
    read.headers.emplace_back(rest.substr(0, colon),
                              http::unfolded(rest.substr(colon + 1, end - colon - 1)));
    rest.remove_prefix(end + 1);
  }
  return read;
}

presign::result<presign::verified> verify(const message& sent, const sigv4_case& test,
                                          signing way) {
  const auto payload_hash = suite::payload_hash_of(test);
  presign::received_request received{sent.method, sent.target, {}, payload_hash};
  for (const auto& [name, value] : sent.headers) received.headers.push_back({name, value});
  const auto request = presign::parse_request(received);
  if (!request) return request.error();
  CHECK(request->is_presigned == (way == signing::by_query));
  presign::verify_options options;
  options.region = suite::region;
  options.service = suite::service;
  options.rules = suite::rules_of(test, way);
  options.at = presign::sigv4::amz_date::parse(suite::timestamp).value().time();
  return presign::verifier{
      {std::string(suite::access_key_id), suite::secret_access_key, test.token_}}
      .verify(*request, options);
}

std::string outcome(const presign::result<presign::verified>& got) {
  return got ? "verified" : got.error().code.message();
}

std::string mismatch() { return make_error_code(errc::signature_mismatch).message(); }

// Changes the last digit of a text.
void change_last_digit(std::string& text) { text.back() = text.back() == '0' ? '1' : '0'; }

}  // namespace

TEST_SUITE_BEGIN("AWS's signing test suites, received");

TEST_CASE("every published request is verified, and no other") {
  for (const auto by : {algorithm::sigv4, algorithm::sigv4a}) {
    suite::tally tally({"as published", "another method", "another path", "another parameter",
                        "another header", "another signature"});
    for (const auto& test : cases) {
      for (const auto way : both_ways) {
        const auto published =
            read(suite::signed_request(test, way, by, test.expected(way, by).sent_signature));
        const auto check = [&](std::size_t stage, const message& sent,
                               const std::string& expected) {
          tally.check(test.name, stage, way, outcome(verify(sent, test, way)), expected);
        };
        check(0, published, "verified");
        auto changed = published;
        changed.method = "PUT";
        check(1, changed, mismatch());
        changed = published;
        changed.target.insert(1, "x/");
        check(2, changed, mismatch());
        changed = published;
        changed.target += changed.target.find('?') == std::string::npos ? "?z=1" : "&z=1";
        check(3, changed, mismatch());
        changed = published;
        changed.header("Host") += ".example";
        check(4, changed, mismatch());
        changed = published;
        change_last_digit(way == signing::by_query ? changed.target
                                                   : changed.header("Authorization"));
        check(5, changed, mismatch());
      }
    }
    tally.print(by == algorithm::sigv4 ? "AWS's signing test suite, received"
                                       : "AWS's signing test suite for SigV4A, received");
    REQUIRE(tally.checks() == cases.size() * 2 * 6);
  }
  REQUIRE(cases.size() == 38);
}

TEST_SUITE_END();
