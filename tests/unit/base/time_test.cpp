#include "support.hpp"

#include <presign/time.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

std::string parsed(std::string_view text) {
  const auto when = presign::parse_iso8601(support::exact_copy(text).view());
  if (!when) return when.error().code == presign::errc::invalid_time ? "refused" : "wrong";
  const auto date = presign::sigv4::amz_date::at(*when);
  return date ? std::string(date->text()) : "out of range";
}

}  // namespace

TEST_SUITE_BEGIN("time");

TEST_CASE("ISO 8601 as AWS writes it") {
  CHECK(parsed("2026-11-23T10:00:00Z") == "20261123T100000Z");
  CHECK(parsed("2026-11-23T10:00:00+00:00") == "20261123T100000Z");
  CHECK(parsed("2026-11-23T10:00:00.123Z") == "20261123T100000Z");
  CHECK(parsed("2026-11-23T10:00:00.999999999Z") == "20261123T100000Z");
  CHECK(parsed("2026-11-23t10:00:00z") == "20261123T100000Z");
  CHECK(parsed("2026-11-23 10:00:00Z") == "20261123T100000Z");
}

TEST_CASE("an offset leads to UTC, over midnight and leap days too") {
  CHECK(parsed("2026-11-23T10:00:00+02:00") == "20261123T080000Z");
  CHECK(parsed("2026-11-23T10:00:00-0730") == "20261123T173000Z");
  CHECK(parsed("2024-02-28T23:30:00-01:00") == "20240229T003000Z");
  CHECK(parsed("2024-03-01T00:30:00.5+01:00") == "20240229T233000Z");
  CHECK(parsed("2026-11-23T10:00:00-23:59") == "20261124T095900Z");
}

TEST_CASE("anything else is refused") {
  for (const std::string_view text : {"",
                                      "2026",
                                      "2026-11-23",
                                      "2026-11-23T10:00:00",
                                      "2026-11-23T10:00Z",
                                      "20261123T100000Z",
                                      "2026-11-23T10:00:00Zz",
                                      " 2026-11-23T10:00:00Z",
                                      "2026-11-23T10:00:00Z ",
                                      "2026-11-23T10:00:00.Z",
                                      "2026-11-23T10:00:00+0",
                                      "2026-11-23T10:00:00+24:00",
                                      "2026-11-23T10:00:00+01:60",
                                      "2026-02-29T10:00:00Z",
                                      "2026-13-01T10:00:00Z",
                                      "2026-11-23T24:00:00Z",
                                      "2026-11-23T10:60:00Z",
                                      "2026-11-23T10:00:60Z",
                                      "0000-11-23T10:00:00Z",
                                      "-026-11-23T10:00:00Z",
                                      "1732356000",
                                      "soon"}) {
    CAPTURE(text);
    CHECK(parsed(text) == "refused");
  }
}

TEST_CASE("every beginning of a time is refused, and not read beyond") {
  constexpr std::string_view text = "2026-11-23T10:00:00.123+01:00";
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    CHECK(parsed(text.substr(0, size)) == "refused");
  }
}

TEST_CASE("the message shows the text, and what it should look like") {
  const auto got = presign::parse_iso8601("tomorrow\n");
  CHECK(support::wrong_error(got, presign::errc::invalid_time,
                             {"ISO 8601", "2026-11-23T10:00:00Z", "\"tomorrow\\x0a\""}) == "");
}

TEST_CASE("now is a whole second of today") {
  const auto before = std::chrono::system_clock::now();
  const auto when = presign::now();
  CHECK(when <= before + std::chrono::seconds{1});
  CHECK(when > before - std::chrono::seconds{2});
}

TEST_SUITE_END();
