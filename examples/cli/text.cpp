#include "text.hpp"

#include <cstdio>
#include <ctime>

namespace cli {

std::string lower(std::string_view text) {
  std::string result(text);
  for (char& c : result) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return result;
}

// "Enclosing characters in single-quotes shall preserve the literal value of each character within
// the single-quotes. A single-quote cannot occur within single-quotes." POSIX.1-2017, 2.2.2
std::string shell_quoted(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word.append("'\\''");
    } else {
      word.push_back(c);
    }
  }
  return word.append("'");
}

std::string printable(std::string_view text, unsigned char beyond) {
  constexpr char digits[] = "0123456789abcdef";
  std::string shown;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f || byte > beyond) {
      shown.append({'\\', 'x', digits[byte >> 4], digits[byte & 15]});
    } else {
      shown.push_back(c);
    }
  }
  return shown;
}

std::string iso8601(presign::time_point when) {
  const std::time_t seconds = when.time_since_epoch().count();
  const std::tm* utc = std::gmtime(&seconds);  // NOLINT(concurrency-mt-unsafe): one thread prints
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", utc->tm_year + 1900,
                utc->tm_mon + 1, utc->tm_mday, utc->tm_hour, utc->tm_min, utc->tm_sec);
  return text;
}

}  // namespace cli
