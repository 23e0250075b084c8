// Calendar arithmetic, which C++17's <chrono> does not have, and ISO 8601 times.
#include "base/time.hpp"

#include "base/text.hpp"

#include <string>

namespace presign {
namespace detail {
namespace {

constexpr int seconds_a_day = 86400;

// Years are counted from 1 March of the year 0, so that a leap day is the last day of its year.
// From there, months have (153 * month + 2) / 5 days before them.
//
// Howard Hinnant, "chrono-compatible low-level date algorithms"
constexpr int march_first_of_year_0 = -719468;  // in days from 1970-01-01

constexpr int days_before_year(int year) { return year * 365 + year / 4 - year / 100 + year / 400; }

constexpr int days_before_month(int month) { return (153 * month + 2) / 5; }

constexpr int to_days(int year, int month, int day) {
  const int march_year = month > 2 ? year : year - 1;
  const int march_month = month > 2 ? month - 3 : month + 9;
  return march_first_of_year_0 + days_before_year(march_year) + days_before_month(march_month) +
         day - 1;
}

constexpr int days_in(int year, int month) {
  if (month != 2) return 30 + (month + month / 8) % 2;
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28;
}

constexpr bool is_within(int value, int least, int most) { return value >= least && value <= most; }

constexpr time_point first{std::chrono::seconds{seconds_a_day} * to_days(1, 1, 1)};
constexpr time_point last{std::chrono::seconds{seconds_a_day} * to_days(10000, 1, 1)};

}  // namespace

bool is_in_calendar(time_point time) noexcept { return time >= first && time < last; }

std::optional<time_point> to_time_point(const civil_time& civil) noexcept {
  const bool exists = is_within(civil.year, 1, 9999) && is_within(civil.month, 1, 12) &&
                      is_within(civil.day, 1, days_in(civil.year, civil.month)) &&
                      is_within(civil.hour, 0, 23) && is_within(civil.minute, 0, 59) &&
                      is_within(civil.second, 0, 59);
  if (!exists) return {};
  using std::chrono::seconds;
  return time_point{seconds{seconds_a_day} * to_days(civil.year, civil.month, civil.day) +
                    seconds{civil.hour * 3600 + civil.minute * 60 + civil.second}};
}

std::optional<civil_time> to_civil_time(time_point time) noexcept {
  if (!is_in_calendar(time)) return {};

  const auto since_first = (time - first).count();  // not negative from here on
  const int second = static_cast<int>(since_first % seconds_a_day);
  int day =
      static_cast<int>(since_first / seconds_a_day) + to_days(1, 1, 1) - march_first_of_year_0;

  const int era = day / 146097;  // of 400 years
  day %= 146097;
  const int year_of_era = (day - day / 1460 + day / 36524 - day / 146096) / 365;
  day -= year_of_era * 365 + year_of_era / 4 - year_of_era / 100;
  const int month = (5 * day + 2) / 153;
  day -= days_before_month(month);
  return civil_time{era * 400 + year_of_era + (month < 10 ? 0 : 1),
                    month < 10 ? month + 3 : month - 9,
                    day + 1,
                    second / 3600,
                    second / 60 % 60,
                    second % 60};
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

}  // namespace detail

// 2026-11-23T10:00:00[.123][Z|+00:00|-0700]
result<time_point> parse_iso8601(std::string_view text) {
  const error failure{errc::invalid_time,
                      "a credential's expiry must be an ISO 8601 time such as "
                      "2026-11-23T10:00:00Z, got " +
                          detail::quoted(text)};
  std::string_view rest = text;
  const auto literal = [&rest](std::string_view allowed) {
    if (rest.empty() || allowed.find(rest.front()) == allowed.npos) return false;
    rest.remove_prefix(1);
    return true;
  };
  const auto number = [&rest](std::size_t digits, int& value) {
    return detail::take_number(rest, digits, value);
  };

  detail::civil_time civil{};
  const bool has_time = number(4, civil.year) && literal("-") && number(2, civil.month) &&
                        literal("-") && number(2, civil.day) && literal("Tt ") &&
                        number(2, civil.hour) && literal(":") && number(2, civil.minute) &&
                        literal(":") && number(2, civil.second);
  if (!has_time) return failure;
  if (literal(".")) {
    int digit = 0;
    if (!number(1, digit)) return failure;
    while (number(1, digit)) {
    }
  }

  std::chrono::minutes offset{0};
  if (!literal("Zz")) {
    const bool west = !rest.empty() && rest.front() == '-';
    int hours = 0;
    int minutes = 0;
    if (!literal("+-") || !number(2, hours)) return failure;
    literal(":");
    if (!number(2, minutes) || hours > 23 || minutes > 59) return failure;
    offset = std::chrono::hours{hours} + std::chrono::minutes{minutes};
    if (west) offset = -offset;
  }
  const auto local = detail::to_time_point(civil);
  if (!rest.empty() || !local) return failure;
  return *local - offset;
}

}  // namespace presign
