#include "messages.hpp"

#include "text.hpp"

#include <algorithm>
#include <cstddef>
#include <cstdlib>
#include <iostream>
#include <string>
#include <utility>

namespace cli {
namespace {

// Text in which what an environment variable holds is not shown, in whatever case, nor what is left
// of it where a message was cut short. What has less than 8 characters is no secret, and may be
// part of any word.
std::string without_value_of(const char* variable, std::string text) {
  constexpr std::size_t least = 8;
  constexpr std::string_view shown = "(a secret)";
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
    text.replace(at, static_cast<std::size_t>(end.first - secret.begin()), shown);
    at += shown.size();
  }
}

}  // namespace

// A message may quote an argument, in whose place somebody has given a secret.
void say(std::string_view kind, std::string_view message) {
  std::string text(message);
  for (const char* variable : {"AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"}) {
    text = without_value_of(variable, std::move(text));
  }
  std::cerr << "presign: " << kind << ": " << printable(text) << '\n';
}

int fail(const presign::error& why) {
  say("error", why.message);
  return 1;
}

}  // namespace cli
