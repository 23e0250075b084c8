#include "messages.hpp"

#include "text.hpp"

#include <iostream>

namespace cli {

// A message may quote an argument.
void say(std::string_view kind, std::string_view message) {
  std::cerr << "presign: " << kind << ": " << printable(message) << '\n';
}

int fail(const presign::error& why) {
  say("error", why.message);
  return 1;
}

}  // namespace cli
