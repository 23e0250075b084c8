// Calendar arithmetic, which C++17's <chrono> does not have, and ISO 8601 times.
#include "base/time.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace presign {
namespace detail {
namespace {

using std::chrono::seconds;

constexpr seconds a_day{86400};

// Years are counted from 1 March of the year 0, so that a leap day is the last day of its year.
// From there, months have (153 * month + 2) / 5 days before them.
//
// Howard Hinnant, "chrono-compatible low-level date algorithms"
constexpr time_point march_first_of_year_0{a_day * -719468};

constexpr time_point midnight(int year, int month, int day) {
  const int march_year = month > 2 ? year : year - 1;
  const int march_month = month > 2 ? month - 3 : month + 9;
  const int leap_days = march_year / 4 - march_year / 100 + march_year / 400;
  const int days = march_year * 365 + leap_days + (153 * march_month + 2) / 5 + day - 1;
  return march_first_of_year_0 + a_day * days;
}

constexpr int days_in(int year, int month) {
  if (month != 2) return 30 + (month + month / 8) % 2;
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
}

// Takes one character from the front of text, if it is one of these.
bool take_any_of(std::string_view& text, std::string_view characters) noexcept {
  if (text.empty() || characters.find(text.front()) == text.npos) return false;
  text.remove_prefix(1);
  return true;
}

}  // namespace

bool is_in_calendar(time_point time) noexcept {
  return time >= midnight(1, 1, 1) && time < midnight(10000, 1, 1);
}

std::optional<time_point> to_time_point(const civil_time& civil) noexcept {
  const bool exists = is_within(civil.year, 1, 9999) && is_within(civil.month, 1, 12) &&
                      is_within(civil.day, 1, days_in(civil.year, civil.month)) &&
                      is_within(civil.hour, 0, 23) && is_within(civil.minute, 0, 59) &&
                      is_within(civil.second, 0, 59);
  if (!exists) return {};
  return midnight(civil.year, civil.month, civil.day) +
         seconds{civil.hour * 3600 + civil.minute * 60 + civil.second};
}

// Neri and Schneider, "Euclidean affine functions and their application to calendar algorithms"
std::optional<civil_time> to_civil_time(time_point time) noexcept {
  if (!is_in_calendar(time)) return {};
  const auto since_march = time - march_first_of_year_0;
  const int second = static_cast<int>((since_march % a_day).count());
  const int quarter_days = 4 * static_cast<int>(since_march / a_day) + 3;
  const int of_century = quarter_days % 146097 | 3;
  const int fifths_of_year = 5 * (of_century % 1461 / 4) + 2;
  const int day = fifths_of_year % 153 / 5 + 1;
  const int month = (fifths_of_year / 153 + 2) % 12 + 1;
  const int year = quarter_days / 146097 * 100 + of_century / 1461 + (month < 3 ? 1 : 0);
  return civil_time{year, month, day, second / 3600, second / 60 % 60, second % 60};
}

bool take_number(std::string_view& text, std::size_t digits, int& value) noexcept {
  if (text.size() < digits) return false;
  int number = 0;
  for (const char c : text.substr(0, digits)) {
    if (!is_digit(c)) return false;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  value = number;
  return true;
}

std::optional<time_point> take_time(std::string_view& text,
                                    const std::array<std::string_view, 5>& between) noexcept {
  civil_time civil{};
  int* const fields[] = {&civil.month, &civil.day, &civil.hour, &civil.minute, &civil.second};
  bool has_time = take_number(text, 4, civil.year);
  for (std::size_t i = 0; i < between.size(); ++i) {
    has_time = has_time && (between[i].empty() || take_any_of(text, between[i])) &&
               take_number(text, 2, *fields[i]);
  }
  return has_time ? to_time_point(civil) : std::nullopt;
}

}  // namespace detail

// 2026-11-23T10:00:00[.123][Z|+00:00|-0700]
result<time_point> parse_iso8601(std::string_view text) {
  const auto failure = [text] {
    return detail::error_of(errc::invalid_time,
                            "a time in ISO 8601 must look like 2026-11-23T10:00:00Z", text);
  };
  std::string_view rest = text;
  auto time = detail::take_time(rest, {"-", "-", "Tt ", ":", ":"});
  if (!time) return failure();
  if (detail::take_any_of(rest, ".")) {
    const auto fraction_size = std::min(rest.find_first_not_of("0123456789"), rest.size());
    if (fraction_size == 0) return failure();
    rest.remove_prefix(fraction_size);
  }
  if (!detail::take_any_of(rest, "Zz")) {
    const bool west = rest.substr(0, 1) == "-";
    int hours = 0;
    int minutes = 0;
    if (!detail::take_any_of(rest, "+-") || !detail::take_number(rest, 2, hours)) return failure();
    detail::take_any_of(rest, ":");
    if (!detail::take_number(rest, 2, minutes) || hours > 23 || minutes > 59) return failure();
    const auto offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
    *time += west ? offset : -offset;
  }
  if (!rest.empty() || !detail::is_in_calendar(*time)) return failure();
  return *time;
}

}  // namespace presign
