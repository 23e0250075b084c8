#include "log.hpp"

#include "iso8601.hpp"

#include <presign/signer.hpp>

#include <iostream>
#include <string>

namespace broker {

void log(std::string_view text) {
  constexpr char digits[] = "0123456789abcdef";
  std::string line = iso8601(presign::now()) + ' ';
  for (const char c : presign::redact(text)) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20 || byte == 0x7f) {
      line.append({'\\', 'x', digits[byte >> 4], digits[byte & 15]});
    } else {
      line.push_back(c);
    }
  }
  line.push_back('\n');
  std::cerr << line << std::flush;  // one write, so that threads do not mix their lines
}

}  // namespace broker
