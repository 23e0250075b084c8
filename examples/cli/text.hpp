// Text as others want it.
#pragma once

#include <presign/time.hpp>

#include <string>
#include <string_view>

namespace cli {

/// ASCII's letters in lower case.
std::string lower(std::string_view text);

/// A word for sh(1) that means just this text.
std::string shell_quoted(std::string_view text);

/// Text of which no byte ends the line or steers the terminal: control characters, and bytes beyond
/// this one, are shown as \xNN.
std::string printable(std::string_view text, unsigned char beyond = 0xff);

/// "2013-05-24T00:00:00Z"
std::string iso8601(presign::time_point when);

}  // namespace cli
