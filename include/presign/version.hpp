// Which presign this is: at compile time, and at run time.
#pragma once

#include <presign/export.hpp>

#include <string_view>

/// The version of these headers, in a form that can be compared: 10,000 times the major number, 100
/// times the minor one, and the patch. 0.1.0 is 100.
#define PRESIGN_VERSION 100

namespace presign {

/// The version of the library that is linked: "0.1.0". With a shared one, it may be later than that
/// of the headers.
PRESIGN_EXPORT std::string_view version() noexcept;

}  // namespace presign
