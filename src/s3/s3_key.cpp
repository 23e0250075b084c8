// What the key of an object may be.
#include "s3/s3_key.hpp"

#include "base/error_of.hpp"
#include "base/text.hpp"

#include <string>

namespace presign::detail {

std::optional<error> check_key(std::string_view key) {
  if (key.empty())
    return error_of(errc::invalid_key, {"the key must have 1 to 1024 bytes, it is empty"});
  if (key.size() > 1024) {
    return error_of(errc::invalid_key,
                    {"the key must have 1 to 1024 bytes, it has ", decimal(key.size()).view()});
  }
  auto sound = ascii_length(key);
  while (const auto length = utf8_length(key.substr(sound))) sound += length;
  if (const auto nul = key.find('\0'); nul < sound) {
    return error_of(errc::invalid_key,
                    {"the key must not hold a NUL; byte ", decimal(nul).view(), " is one"});
  }
  if (sound < key.size()) {
    return error_of(errc::invalid_key,
                    {"the key must be UTF-8; it stops to be at byte ", decimal(sound).view()});
  }
  return {};
}

}  // namespace presign::detail
