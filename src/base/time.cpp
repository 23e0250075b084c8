// ISO 8601 times, as AWS writes them beside credentials.
#include "base/civil_time.hpp"
#include "base/text.hpp"

#include <presign/time.hpp>

#include <cstdlib>
#include <string>

namespace presign {

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
