// What people are told, on standard error.
#pragma once

#include <presign/error.hpp>

#include <string_view>

namespace cli {

/// Prints "presign: KIND: MESSAGE", one line whatever bytes the message has.
void say(std::string_view kind, std::string_view message);

/// Says why a command fails, and returns its exit status.
int fail(const presign::error& why);

}  // namespace cli
