// Messages, and text in the form that shells, terminals and other programs want.
#pragma once

#include <presign/error.hpp>
#include <presign/time.hpp>

#include <string>
#include <string_view>

namespace cli {

/// Prints "presign: KIND: MESSAGE" to standard error, on one line whatever bytes the message has.
void say(std::string_view kind, std::string_view message);

/// Prints an error and returns the exit status of a command that failed.
int fail(const presign::error& error);

/// Returns the text with ASCII's letters in lower case.
std::string lower(std::string_view text);

/// Returns a word for sh(1) that stands for exactly this text.
std::string shell_quoted(std::string_view text);

/// Returns the text with control characters, and with bytes above this one, written as \xNN, so
/// that it cannot end the line or control the terminal.
std::string printable(std::string_view text, unsigned char last = 0xff);

/// Returns a time as "2013-05-24T00:00:00Z".
std::string iso8601(presign::time_point time);

}  // namespace cli
