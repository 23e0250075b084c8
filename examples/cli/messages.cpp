#include "messages.hpp"

#include <iostream>
#include <string>

namespace cli {

// A message may quote an argument. Its control characters, which could end the line or steer the
// terminal, are shown as \xNN.
void say(std::string_view kind, std::string_view message) {
  constexpr char digits[] = "0123456789abcdef";
  std::string line("presign: ");
  line.append(kind).append(": ");
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      line.append({'\\', 'x', digits[byte >> 4], digits[byte & 15]});
    } else {
      line.push_back(c);
    }
  }
  std::cerr << line << '\n';
}

int fail(const presign::error& why) {
  say("error", why.message);
  return 1;
}

}  // namespace cli
