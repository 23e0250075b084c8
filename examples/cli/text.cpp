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

std::string iso8601(presign::time_point when) {
  const std::time_t seconds = when.time_since_epoch().count();
  const std::tm* utc = std::gmtime(&seconds);
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", utc->tm_year + 1900,
                utc->tm_mon + 1, utc->tm_mday, utc->tm_hour, utc->tm_min, utc->tm_sec);
  return text;
}

}  // namespace cli
