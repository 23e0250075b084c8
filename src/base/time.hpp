// Calendar arithmetic (proleptic Gregorian, UTC) for the files that write or read times.
#pragma once

#include <presign/time.hpp>

#include <array>
#include <optional>

namespace presign::detail {

struct civil_time {
  int year, month, day, hour, minute, second;
};

/// Returns nothing for a date or time of day that does not exist (30 February, second 60).
std::optional<time_point> to_time_point(const civil_time& civil) noexcept;

/// Returns whether a time is in the years 1 to 9999.
bool is_in_calendar(time_point time) noexcept;

/// Returns nothing for a time outside the years 1 to 9999.
std::optional<civil_time> to_civil_time(time_point time) noexcept;

/// Takes a number of exactly `digits` decimal digits from the front of text. Returns false, and
/// leaves text as it was, if there is none.
bool take_number(std::string_view& text, std::size_t digits, int& value) noexcept;

/// Takes a time from the front of text: six numbers, and between two of them one of the characters
/// that `between` has for the place, or nothing if it has none. Returns nothing for any other text.
std::optional<time_point> take_time(std::string_view& text,
                                    const std::array<std::string_view, 5>& between) noexcept;

}  // namespace presign::detail
