// Step: the signing time, X-Amz-Date.
#include "base/civil_time.hpp"
#include "base/error_of.hpp"
#include "base/text.hpp"

#include <presign/sigv4.hpp>

#include <algorithm>
#include <string>

namespace presign::sigv4 {
namespace {

void write_number(char*& out, int number, int digits) noexcept {
  for (int i = digits - 1; i >= 0; --i, number /= 10) out[i] = static_cast<char>('0' + number % 10);
  out += digits;
}

}  // namespace

// "The date and time … in ISO 8601 format": YYYYMMDD'T'HHMMSS'Z', in UTC.
result<amz_date> amz_date::at(time_point when) {
  const auto civil = detail::to_civil_time(when);
  if (!civil) {
    return detail::error_of(
        errc::invalid_time,
        {"the signing time must be in the years 1 to 9999, got ",
         detail::decimal(when.time_since_epoch().count()).view(), " seconds since 1970"});
  }
  amz_date date;
  date.time_ = when;
  char* out = date.text_.data();
  write_number(out, civil->year, 4);
  write_number(out, civil->month, 2);
  write_number(out, civil->day, 2);
  *out++ = 'T';
  write_number(out, civil->hour, 2);
  write_number(out, civil->minute, 2);
  write_number(out, civil->second, 2);
  *out = 'Z';
  return date;
}

result<amz_date> amz_date::parse(std::string_view text) {
  std::string_view rest = text;
  const auto number = [&rest](std::size_t digits, int& value) {
    return detail::take_number(rest, digits, value);
  };
  const auto literal = [&rest](char c) {
    if (rest.empty() || rest.front() != c) return false;
    rest.remove_prefix(1);
    return true;
  };
  detail::civil_time civil{};
  const bool matches = number(4, civil.year) && number(2, civil.month) && number(2, civil.day) &&
                       literal('T') && number(2, civil.hour) && number(2, civil.minute) &&
                       number(2, civil.second) && literal('Z') && rest.empty();
  const auto when = detail::to_time_point(civil);
  if (!matches || !when) {
    return detail::error_of(
        errc::invalid_time,
        {"a signing time must look like 20130524T000000Z, got ", detail::quoted(text)});
  }
  amz_date date;
  date.time_ = *when;
  text.copy(date.text_.data(), date.text_.size());
  return date;
}

}  // namespace presign::sigv4
