// Calendar arithmetic. C++20 has it in <chrono>; the floor here is C++17.
#include "base/civil_time.hpp"

namespace presign::detail {
namespace {

constexpr int seconds_a_day = 86400;

// Days from 0000-03-01 to a date. A year that begins in March has its leap day at its end, and its
// first n months have (153 n + 2) / 5 days. 400 years have 146097 days.
// Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms"
constexpr int days_from_civil(int year, int month, int day) {
  const int y = month > 2 ? year : year - 1;
  const int m = month > 2 ? month - 3 : month + 9;
  return y * 365 + y / 4 - y / 100 + y / 400 + (153 * m + 2) / 5 + day - 1;
}

constexpr int epoch_day = days_from_civil(1970, 1, 1);
constexpr auto time_of(int day) {
  return time_point{std::chrono::seconds{seconds_a_day} * (day - epoch_day)};
}
constexpr time_point first = time_of(days_from_civil(1, 1, 1));
constexpr time_point last = time_of(days_from_civil(10000, 1, 1));

}  // namespace

bool is_in_calendar(time_point time) noexcept { return time >= first && time < last; }

std::optional<civil_time> to_civil_time(time_point time) noexcept {
  if (!is_in_calendar(time)) return {};
  const auto since_year_0 = static_cast<unsigned long long>((time - time_of(0)).count());
  const auto day = static_cast<int>(since_year_0 / seconds_a_day);
  const auto second = static_cast<int>(since_year_0 % seconds_a_day);

  const int day_of_era = day % 146097;
  const int year_of_era =
      (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
  const int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
  const int m = (5 * day_of_year + 2) / 153;  // 0 is March
  const int month = m < 10 ? m + 3 : m - 9;
  const int year = day / 146097 * 400 + year_of_era + (month > 2 ? 0 : 1);
  return civil_time{
      year,       month, day_of_year - (153 * m + 2) / 5 + 1, second / 3600, second / 60 % 60,
      second % 60};
}

// A date that does not exist, such as 30 February, becomes another one on the way and back.
std::optional<time_point> to_time_point(const civil_time& civil) noexcept {
  const auto is_within = [](int number, int low, int high) {
    return number >= low && number <= high;
  };
  if (!is_within(civil.year, 1, 9999) || !is_within(civil.month, 1, 12) ||
      !is_within(civil.day, 1, 31) || !is_within(civil.hour, 0, 23) ||
      !is_within(civil.minute, 0, 59) || !is_within(civil.second, 0, 59)) {
    return {};
  }
  const auto midnight = time_of(days_from_civil(civil.year, civil.month, civil.day));
  if (to_civil_time(midnight)->day != civil.day) return {};
  return midnight + std::chrono::seconds{civil.hour * 3600 + civil.minute * 60 + civil.second};
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
