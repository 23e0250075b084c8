// What people are told, on standard error.
#pragma once

#include <string_view>

namespace cli {

/// Prints "presign: KIND: MESSAGE", one line whatever bytes the message has.
void say(std::string_view kind, std::string_view message);

}  // namespace cli
