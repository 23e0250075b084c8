// The log: one line an event, to standard error.
#pragma once

#include <string_view>

namespace broker {

/// Writes the time and the text. Control characters, which could forge a line, are shown as \xNN,
/// and URLs lose their signatures and tokens.
void log(std::string_view text);

}  // namespace broker
