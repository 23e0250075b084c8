#include "base/time.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <climits>
#include <ctime>
#include <ostream>
#include <string>
#include <string_view>
#include <tuple>

namespace {

using presign::time_point;
using presign::detail::civil_time;
using presign::detail::take_number;
using presign::detail::to_civil_time;
using presign::detail::to_time_point;
using std::chrono::seconds;

constexpr long long a_day = 86400;
constexpr long long first_second = -62135596800;  // 0001-01-01T00:00:00Z, by GNU date
constexpr long long last_second = 253402300799;   // 9999-12-31T23:59:59Z

time_point at(long long since_epoch) { return time_point{seconds{since_epoch}}; }

auto fields(const civil_time& one) {
  return std::make_tuple(one.year, one.month, one.day, one.hour, one.minute, one.second);
}

bool both_ways(long long since_epoch, const civil_time& expected) {
  const auto civil = to_civil_time(at(since_epoch));
  return civil && fields(*civil) == fields(expected) && to_time_point(expected) == at(since_epoch);
}

// A calendar by counting: it knows the lengths of months, and what a leap year is, in other words
// than the code under test.
struct calendar {
  int year = 1, month = 1, day = 1;

  int month_length() const {
    switch (month) {
      case 4:
      case 6:
      case 9:
      case 11: return 30;
      case 2: return year % (year % 100 == 0 ? 400 : 4) == 0 ? 29 : 28;
      default: return 31;
    }
  }
  void next() {
    if (++day <= month_length()) return;
    day = 1;
    if (++month <= 12) return;
    month = 1;
    ++year;
  }
};

std::string parsed(std::string_view text) {
  const auto when = presign::parse_iso8601(support::exact_copy(text).view());
  if (!when) return when.error().code == presign::errc::invalid_time ? "rejected" : "wrong";
  const auto date = presign::sigv4::amz_date::at(*when);
  return date ? std::string(date->text()) : "out of range";
}

}  // namespace

TEST_SUITE_BEGIN("time");

TEST_CASE("each day of the years 1 to 9999") {
  calendar today;
  long long midnight = first_second;
  int wrong = 0;
  int month_ends = 0;
  for (; today.year <= 9999; today.next(), midnight += a_day) {
    // A full date check on every day would take long under a sanitizer: month ends get both ends.
    const civil_time noon{today.year, today.month, today.day, 12, 0, 0};
    if (!both_ways(midnight + a_day / 2, noon)) ++wrong;
    if (today.day != 1 && today.day != today.month_length()) continue;
    ++month_ends;
    if (!both_ways(midnight, {today.year, today.month, today.day, 0, 0, 0})) ++wrong;
    if (!both_ways(midnight + a_day - 1, {today.year, today.month, today.day, 23, 59, 59})) ++wrong;
    if (to_time_point({today.year, today.month, today.month_length() + 1, 0, 0, 0})) ++wrong;
    if (to_time_point({today.year, today.month, 0, 0, 0, 0})) ++wrong;
  }
  CHECK(wrong == 0);
  CHECK(month_ends == 9999 * 12 * 2);
  CHECK(midnight == last_second + 1);
}

TEST_CASE("each day of eight centuries, as std::gmtime has it") {
  int wrong = 0;
  int days = 0;
#ifdef _WIN32
  constexpr long long begin = 0;  // its std::gmtime knows no earlier time
#else
  constexpr long long begin = -11676096000;
#endif
  // 1600-01-01 to 2399-12-31, at another time each day
  for (long long time = begin; time < 13569465600; time += a_day + 1) {
    const auto as_time_t = static_cast<std::time_t>(time);
    if (as_time_t != time) continue;  // one of 32 bits holds 136 years
    ++days;
    const std::tm* utc = std::gmtime(&as_time_t);
    REQUIRE(utc != nullptr);
    if (!both_ways(time, {utc->tm_year + 1900, utc->tm_mon + 1, utc->tm_mday, utc->tm_hour,
                          utc->tm_min, utc->tm_sec})) {
      ++wrong;
    }
  }
  CHECK(wrong == 0);
  CHECK(days > (sizeof(std::time_t) < 8 || begin == 0 ? 49'000 : 292'000));
}

TEST_CASE("each second of a day, before 1970 and after") {
  for (const long long midnight :
       {-a_day, 0LL, 951782400LL, first_second, last_second + 1 - a_day}) {
    const auto date = to_civil_time(at(midnight)).value();
    long long second_of_day = 0;
    int wrong = 0;
    for (int hour = 0; hour < 24; ++hour) {
      for (int minute = 0; minute < 60; ++minute) {
        for (int second = 0; second < 60; ++second, ++second_of_day) {
          if (!both_ways(midnight + second_of_day,
                         {date.year, date.month, date.day, hour, minute, second})) {
            ++wrong;
          }
        }
      }
    }
    CHECK(wrong == 0);
    CHECK(second_of_day == a_day);
  }
}

TEST_CASE("the first and the last second, and the ones beyond") {
  CHECK(both_ways(first_second, {1, 1, 1, 0, 0, 0}));
  CHECK(both_ways(last_second, {9999, 12, 31, 23, 59, 59}));
  CHECK(!to_civil_time(at(first_second - 1)));
  CHECK(!to_civil_time(at(last_second + 1)));
  CHECK(!to_civil_time(time_point::min()));
  CHECK(!to_civil_time(time_point::max()));
  CHECK(!to_time_point({0, 12, 31, 23, 59, 59}));
  CHECK(!to_time_point({10000, 1, 1, 0, 0, 0}));
}

TEST_CASE("times that no calendar and no clock shows") {
  const civil_time noon{2012, 2, 29, 12, 30, 30};
  REQUIRE(to_time_point(noon));
  const auto changed = [&noon](int civil_time::*field, int value) {
    auto one = noon;
    one.*field = value;
    return to_time_point(one);
  };
  for (const int far : {INT_MIN, -1, 100, INT_MAX}) {
    CAPTURE(far);
    if (far != 100) CHECK(!changed(&civil_time::year, far));
    for (const auto field : {&civil_time::month, &civil_time::day, &civil_time::hour,
                             &civil_time::minute, &civil_time::second}) {
      CHECK(!changed(field, far));
    }
  }
  CHECK(!changed(&civil_time::year, 0));
  CHECK(!changed(&civil_time::year, 2013));  // no 29 February
  CHECK(!changed(&civil_time::month, 0));
  CHECK(!changed(&civil_time::month, 13));
  CHECK(!changed(&civil_time::day, 0));
  CHECK(!changed(&civil_time::day, 30));
  CHECK(!changed(&civil_time::hour, 24));
  CHECK(!changed(&civil_time::minute, 60));
  CHECK(!changed(&civil_time::second, 60));  // POSIX time has no leap seconds
  CHECK(!to_time_point({}));
}

TEST_CASE("take_number takes exactly so many digits") {
  const auto take = [](std::string_view text, std::size_t digits) {
    const support::exact_copy exact(text);
    auto rest = exact.view();
    int value = -7;
    const bool taken = take_number(rest, digits, value);
    if (!taken) {
      CHECK(value == -7);
      CHECK(rest == text);
      return std::string("(none)");
    }
    return std::to_string(value) + "|" + std::string(rest);
  };
  CHECK(take("2013", 4) == "2013|");
  CHECK(take("20130524", 4) == "2013|0524");
  CHECK(take("0007x", 4) == "7|x");
  CHECK(take("9999", 4) == "9999|");
  CHECK(take("5", 1) == "5|");
  CHECK(take("", 1) == "(none)");
  CHECK(take("201", 4) == "(none)");
  CHECK(take("201x", 4) == "(none)");
  CHECK(take("x201", 4) == "(none)");
  CHECK(take("+201", 4) == "(none)");
  CHECK(take("-201", 4) == "(none)");
  CHECK(take(" 201", 4) == "(none)");
  CHECK(take("20/1", 4) == "(none)");  // the neighbours of '0' and '9'
  CHECK(take("20:1", 4) == "(none)");
  CHECK(take("20\2621", 4) == "(none)");
}

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

TEST_CASE("anything else is rejected") {
  auto texts = support::words(
      "2026 2026-11-23 2026-11-23T10:00:00 2026-11-23T10:00Z 20261123T100000Z "
      "2026-11-23T10:00:00Zz 2026-11-23T10:00:00.Z 2026-11-23T10:00:00+0 "
      "2026-11-23T10:00:00+24:00 2026-11-23T10:00:00+01:60 2026-02-29T10:00:00Z "
      "2026-13-01T10:00:00Z 2026-11-23T24:00:00Z 2026-11-23T10:60:00Z 2026-11-23T10:00:60Z "
      "0000-11-23T10:00:00Z -026-11-23T10:00:00Z 1732356000 soon "
      "0001-01-01T00:00:00+01:00 9999-12-31T23:59:59-01:00");
  texts.insert(texts.end(), {"", " 2026-11-23T10:00:00Z", "2026-11-23T10:00:00Z "});
  for (const auto& text : texts) {
    CAPTURE(text);
    CHECK(parsed(text) == "rejected");
  }
}

TEST_CASE("every beginning of a time is rejected, and not read beyond") {
  constexpr std::string_view text = "2026-11-23T10:00:00.123+01:00";
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    CHECK(parsed(text.substr(0, size)) == "rejected");
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
