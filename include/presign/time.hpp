// Points in time, as SigV4 counts them: whole seconds of UTC.
#pragma once

#include <presign/error.hpp>

#include <chrono>
#include <string_view>

namespace presign {

/// Seconds since 1970-01-01T00:00:00Z, without leap seconds. (std::chrono::sys_seconds in C++20.)
using time_point = std::chrono::time_point<std::chrono::system_clock, std::chrono::seconds>;

/// The system clock's time, rounded down to a second.
inline time_point now() noexcept {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// Reads an ISO 8601 time as AWS writes it: "2026-11-23T10:00:00Z", also with a fraction of a
/// second (dropped) or an offset ("+00:00", "-07:00") in place of Z. Error: errc::invalid_time.
PRESIGN_EXPORT result<time_point> parse_iso8601(std::string_view text);

}  // namespace presign
