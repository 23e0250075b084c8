#include "libcrypto.hpp"
#include "support.hpp"

#include <presign/sigv4.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <memory>
#include <string>
#include <string_view>

namespace {

using presign::errc;
using presign::time_point;
using presign::sigv4::amz_date;
using presign::sigv4::credential_scope;
using presign::sigv4::digest;
using presign::sigv4::string_to_sign;
using std::chrono::seconds;
using support::exact_copy;
using support::wrong_error;
namespace sigv4a = presign::sigv4a;

digest digest_of(std::string_view bytes) {
  digest hash{};
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

time_point at(long long since_epoch) { return time_point{seconds{since_epoch}}; }

// The instants where something changes, by GNU date.
struct instant {
  long long since_epoch;
  std::string_view text;
};
constexpr instant instants[] = {
    {-62135596800, "00010101T000000Z"},
    {-62135596799, "00010101T000001Z"},
    {-62104060801, "00011231T235959Z"},
    {-2203891201, "19000228T235959Z"},
    {-2203891200, "19000301T000000Z"},
    {-1, "19691231T235959Z"},
    {0, "19700101T000000Z"},
    {1, "19700101T000001Z"},
    {86399, "19700101T235959Z"},
    {86400, "19700102T000000Z"},
    {951782399, "20000228T235959Z"},
    {951782400, "20000229T000000Z"},
    {951868799, "20000229T235959Z"},
    {951868800, "20000301T000000Z"},
    {1369353600, "20130524T000000Z"},
    {1440938160, "20150830T123600Z"},
    {2147483647, "20380119T031407Z"},
    {2147483648, "20380119T031408Z"},
    {4107542399, "21000228T235959Z"},
    {4107542400, "21000301T000000Z"},
    {4294967296, "21060207T062816Z"},
    {253402300799, "99991231T235959Z"},
};

}  // namespace

TEST_SUITE_BEGIN("string_to_sign");

// ── The signing time ────────────────────────────────────────────────────────────────────────────

TEST_CASE("amz_date: Amazon's example") {
  const auto date = amz_date::at(at(1369353600)).value();
  CHECK(date.text() == support::example::date);
  CHECK(date.date() == "20130524");
  CHECK(date.time() == at(1369353600));
}

TEST_CASE("times as text, and text as times") {
  for (const auto& one : instants) {
    CAPTURE(one.text);
    const auto written = amz_date::at(at(one.since_epoch)).value();
    CHECK(written.text() == one.text);
    CHECK(written.date() == one.text.substr(0, 8));
    CHECK(written.time() == at(one.since_epoch));

    const exact_copy exact(one.text);
    const auto read = amz_date::parse(exact.view()).value();
    CHECK(read.text() == one.text);
    CHECK(read.time() == at(one.since_epoch));
  }
}

TEST_CASE("only the years 1 to 9999 have four digits") {
  for (const long long outside : {-62135596801LL, 253402300800LL, -62135596800000LL,
                                  1369353600000LL /* milliseconds, taken for seconds */}) {
    CHECK(wrong_error(amz_date::at(at(outside)), errc::invalid_time,
                      {"years 1 to 9999", "got " + std::to_string(outside) + " seconds"}) == "");
  }
  CHECK(wrong_error(amz_date::at(time_point::min()), errc::invalid_time,
                    {std::to_string(seconds::min().count())}) == "");
  CHECK(wrong_error(amz_date::at(time_point::max()), errc::invalid_time,
                    {std::to_string(seconds::max().count())}) == "");
}

TEST_CASE("a copy has its own text") {
  auto first = std::make_unique<amz_date>(amz_date::at(at(0)).value());
  amz_date copy = *first;
  CHECK(copy.text().data() != first->text().data());
  *first = amz_date::at(at(86400)).value();
  CHECK(first->text() == "19700102T000000Z");
  first.reset();
  CHECK(copy.text() == "19700101T000000Z");
  CHECK(copy.date() == "19700101");
}

TEST_CASE("text of any other form is rejected, and shown") {
  for (const auto bad :
       {// other texts, and other forms of times
        "", "Z", "T", "now", "1369353600", "20130524", "2013-05-24T00:00:00Z", "20130524 000000Z",
        "20130524t000000Z",
        // other ends and beginnings
        "20130524T000000", "20130524T000000z", "20130524T000000+", "20130524T000000+0000",
        "20130524T000000ZZ", "20130524T000000Z ", " 20130524T000000Z",
        // too few digits, or too many
        "20130524T00000Z", "20130524T0000000Z", "2013052T0000000Z", "120130524T000000Z",
        // no digits
        "+0130524T000000Z", "-0130524T000000Z", "0x130524T000000Z", "2013 524T000000Z",
        "20130524T0000 0Z", "20130524T-10000Z", "20130524T00000\xb0Z"}) {
    CAPTURE(bad);
    const exact_copy exact(bad);
    CHECK(wrong_error(amz_date::parse(exact.view()), errc::invalid_time,
                      {"must look like 20130524T000000Z"}) == "");
  }
  CHECK(wrong_error(amz_date::parse("2013-05-24"), errc::invalid_time, {"got \"2013-05-24\""}) ==
        "");
  CHECK(wrong_error(amz_date::parse({"20130524T000000Z\0", 17}), errc::invalid_time,
                    {"got \"20130524T000000Z\\x00\""}) == "");
}

TEST_CASE("each beginning of a time is rejected") {
  for (std::size_t size = 0; size < support::example::date.size(); ++size) {
    CAPTURE(size);
    const exact_copy exact(support::example::date.substr(0, size));
    CHECK(wrong_error(amz_date::parse(exact.view()), errc::invalid_time) == "");
  }
}

TEST_CASE("a time with any one byte changed is another time or none") {
  std::string text(support::example::date);
  for (std::size_t i = 0; i < text.size(); ++i) {
    for (const char c : support::all_bytes()) {
      auto changed = text;
      changed[i] = c;
      const exact_copy exact(changed);
      const auto read = amz_date::parse(exact.view());
      const bool is_digit_place = i != 8 && i != 15;
      if (read) {
        CHECK(read->text() == changed);
        CHECK((is_digit_place ? c >= '0' && c <= '9' : c == text[i]));
      } else {
        CHECK(wrong_error(read, errc::invalid_time) == "");
        CHECK(c != text[i]);
      }
    }
  }
}

TEST_CASE("a time that does not exist is rejected") {
  for (const auto bad :
       {"00000101T000000Z", "20130024T000000Z", "20131324T000000Z", "20139924T000000Z",
        "20130500T000000Z", "20130532T000000Z", "20130431T000000Z", "20130631T000000Z",
        "20130931T000000Z", "20131131T000000Z", "20130229T000000Z", "20000230T000000Z",
        "19000229T000000Z", "21000229T000000Z", "20130524T240000Z", "20130524T990000Z",
        "20130524T006000Z", "20130524T000060Z", "20161231T235960Z"}) {
    CAPTURE(bad);
    CHECK(wrong_error(amz_date::parse(bad), errc::invalid_time, {bad}) == "");
  }
  for (const auto good : {"20000229T000000Z", "20120229T000000Z", "24000229T000000Z"}) {
    CAPTURE(good);
    CHECK(amz_date::parse(good).value().text() == good);
  }
}

// ── The credential scope ────────────────────────────────────────────────────────────────────────

TEST_CASE("credential_scope: Amazon's example") {
  const auto date = amz_date::parse(support::example::date).value();
  CHECK(credential_scope(date, support::example::region, support::example::service) ==
        support::example::scope);
}

TEST_CASE("the date is the day of the signing time, in UTC, and SigV4A has no region") {
  for (const std::string time :
       {"20150830T000000Z", "20150830T235959Z", "20150831T000000Z", "00010101T000000Z"}) {
    const auto date = amz_date::parse(time).value();
    const auto day = time.substr(0, 8);
    CHECK(credential_scope(date, "eu-west-1", "sts") == day + "/eu-west-1/sts/aws4_request");
    CHECK(sigv4a::credential_scope(date, "s3") == day + "/s3/aws4_request");
  }
}

TEST_CASE("region and service are not changed") {
  const auto date = amz_date::parse("20150830T123600Z").value();
  for (const auto& name : {std::string(), std::string("s3"), std::string(1000, 'x')}) {
    const exact_copy exact(name);
    CHECK(credential_scope(date, exact.view(), exact.view()) ==
          "20150830/" + name + "/" + name + "/aws4_request");
    CHECK(sigv4a::credential_scope(date, exact.view()) == "20150830/" + name + "/aws4_request");
  }
  CHECK(credential_scope(date, "auto", {}) == "20150830/auto//aws4_request");
  CHECK(sigv4a::credential_scope(date, {}) == "20150830//aws4_request");
}

// ── The string to sign ──────────────────────────────────────────────────────────────────────────

TEST_CASE("string_to_sign: Amazon's example") {
  const auto hash = libcrypto::sha256(support::example::canonical_request);
  CHECK(string_to_sign(amz_date::parse(support::example::date).value(), support::example::scope,
                       digest_of(hash)) == support::example::string_to_sign);
}

TEST_CASE("four lines, and no line break after the last") {
  const auto date = amz_date::parse("00010203T040506Z").value();
  CHECK(string_to_sign(date, support::exact_copy("a/b").view(), digest{}) ==
        "AWS4-HMAC-SHA256\n00010203T040506Z\na/b\n" + std::string(64, '0'));
  CHECK(string_to_sign(date, {}, digest_of(std::string(32, '\xff'))) ==
        "AWS4-HMAC-SHA256\n00010203T040506Z\n\n" + std::string(64, 'f'));
}

TEST_CASE("a credential scope of any length, after the name of either algorithm") {
  CHECK(presign::sigv4::algorithm == "AWS4-HMAC-SHA256");
  CHECK(sigv4a::algorithm == "AWS4-ECDSA-P256-SHA256");
  const auto date = amz_date::parse("20150830T123600Z").value();
  for (const std::size_t size : {0u, 1u, 63u, 64u, 65u, 1000u}) {
    const support::exact_copy scope(std::string(size, 's'));
    const auto rest = "\n20150830T123600Z\n" + std::string(size, 's') + "\n" + std::string(64, '0');
    CHECK(string_to_sign(date, scope.view(), digest{}) == "AWS4-HMAC-SHA256" + rest);
    CHECK(sigv4a::string_to_sign(date, scope.view(), digest{}) == "AWS4-ECDSA-P256-SHA256" + rest);
  }
}

// https://github.com/awslabs/aws-c-auth, tests/aws-signing-test-suite/v4a/get-vanilla
TEST_CASE("string_to_sign: AWS's example of SigV4A") {
  constexpr std::string_view hash =
      "cf59db423e841c8b7e3444158185aa261b724a5c27cbe762676f3eed19f4dc02";
  CHECK(sigv4a::string_to_sign(amz_date::parse("20150830T123600Z").value(),
                               "20150830/service/aws4_request", support::digest_of_hex(hash)) ==
        "AWS4-ECDSA-P256-SHA256\n"
        "20150830T123600Z\n"
        "20150830/service/aws4_request\n" +
            std::string(hash));
}

TEST_SUITE_END();
