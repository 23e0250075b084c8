#include "text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <iostream>
#include <utility>

namespace cli {
namespace {

// Hides the value of an environment variable in a text, in any case, even if the message shortened
// it. A value of less than 8 characters is no secret, and may be part of any word.
std::string without_value_of(const char* variable, std::string text) {
  constexpr std::size_t least = 8;
  constexpr std::string_view replacement = "(a secret)";
  // NOLINTNEXTLINE(concurrency-mt-unsafe): nobody changes it
  const char* const value = std::getenv(variable);
  const auto secret = lower(value ? value : "");
  if (secret.size() < least) return text;
  for (std::size_t at = 0;;) {
    const auto lowered = lower(text);
    at = lowered.find(secret.substr(0, least), at);
    if (at == text.npos) return text;
    const auto end =
        std::mismatch(secret.begin(), secret.end(),
                      lowered.begin() + static_cast<std::ptrdiff_t>(at), lowered.end());
    text.replace(at, static_cast<std::size_t>(end.first - secret.begin()), replacement);
    at += replacement.size();
  }
}

}  // namespace

// A message may quote an argument, and somebody may have given a secret in its place.
void say(std::string_view kind, std::string_view message) {
  std::string text(message);
  for (const char* variable :
       {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_SECURITY_TOKEN"}) {
    text = without_value_of(variable, std::move(text));
  }
  std::cerr << "presign: " << kind << ": " << printable(text) << '\n';
}

int fail(const presign::error& error) {
  say("error", error.message);
  return 1;
}

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

std::string printable(std::string_view text, unsigned char last) {
  constexpr char digits[] = "0123456789abcdef";
  std::string result;
  unsigned char before = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    // U+0080 to U+009F are control characters, too: C2 80 to C2 9F.
    const bool is_c1 = byte >= 0x80 && byte < 0xa0 && (before < 0x80 || before == 0xc2);
    if (byte < 0x20 || byte == 0x7f || byte > last || is_c1) {
      result.append({'\\', 'x', digits[byte >> 4], digits[byte & 15]});
    } else {
      result.push_back(c);
    }
    before = byte;
  }
  return result;
}

std::string iso8601(presign::time_point time) {
  const std::time_t seconds = time.time_since_epoch().count();
  const std::tm* utc = std::gmtime(&seconds);  // NOLINT(concurrency-mt-unsafe): one thread prints
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", utc->tm_year + 1900,
                utc->tm_mon + 1, utc->tm_mday, utc->tm_hour, utc->tm_min, utc->tm_sec);
  return text;
}

}  // namespace cli
