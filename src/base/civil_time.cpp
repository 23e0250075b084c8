// Calendar arithmetic. C++20 has it in <chrono>; the floor here is C++17.
#include "base/civil_time.hpp"

#include <array>

namespace presign::detail {
namespace {

constexpr int seconds_a_day = 86400;

constexpr bool is_leap(int year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

// Days of a year before the first of a month; of a 13th, those of the year.
constexpr int days_before(int year, int month) {
  constexpr std::array<int, 13> days{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365};
  return days[static_cast<std::size_t>(month - 1)] + (month > 2 && is_leap(year) ? 1 : 0);
}

constexpr int days_in(int year, int month) {
  return days_before(year, month + 1) - days_before(year, month);
}

// Days from 0001-01-01 to the first day of a year.
constexpr int days_before(int year) {
  const int past = year - 1;
  return past * 365 + past / 4 - past / 100 + past / 400;
}

constexpr int epoch_day = days_before(1970);
constexpr time_point first{-std::chrono::seconds{seconds_a_day} * epoch_day};
constexpr time_point last{std::chrono::seconds{seconds_a_day} * (days_before(10000) - epoch_day)};

}  // namespace

bool is_in_calendar(time_point when) noexcept { return when >= first && when < last; }

std::optional<time_point> to_time_point(const civil_time& civil) noexcept {
  const bool exists = civil.year >= 1 && civil.year <= 9999 && civil.month >= 1 &&
                      civil.month <= 12 && civil.day >= 1 &&
                      civil.day <= days_in(civil.year, civil.month) && civil.hour >= 0 &&
                      civil.hour < 24 && civil.minute >= 0 && civil.minute < 60 &&
                      civil.second >= 0 && civil.second < 60;
  if (!exists) return {};
  const int day = days_before(civil.year) + days_before(civil.year, civil.month) + civil.day - 1;
  using std::chrono::seconds;
  return time_point{seconds{seconds_a_day} * (day - epoch_day) +
                    seconds{civil.hour * 3600 + civil.minute * 60 + civil.second}};
}

std::optional<civil_time> to_civil_time(time_point when) noexcept {
  if (!is_in_calendar(when)) return {};

  const auto since_first = (when - first).count();  // not negative from here on
  int day = static_cast<int>(since_first / seconds_a_day);
  const int second = static_cast<int>(since_first % seconds_a_day);

  // 400 years have 146097 days: the estimate is at most one year off.
  int year = static_cast<int>(static_cast<long long>(day) * 400 / 146097) + 1;
  if (days_before(year) > day) --year;
  if (days_before(year + 1) <= day) ++year;
  day -= days_before(year);
  // No month has 32 days: here, too.
  int month = day / 32 + 1;
  if (days_before(year, month + 1) <= day) ++month;
  day -= days_before(year, month);
  return civil_time{year, month, day + 1, second / 3600, second / 60 % 60, second % 60};
}

bool take_number(std::string_view& text, std::size_t digits, int& value) noexcept {
  if (text.size() < digits) return false;
  int number = 0;
  for (const char c : text.substr(0, digits)) {
    if (c < '0' || c > '9') return false;
    number = number * 10 + (c - '0');
  }
  text.remove_prefix(digits);
  value = number;
  return true;
}

}  // namespace presign::detail
