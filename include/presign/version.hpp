// Which presign this is: at compile time, and at run time.
#pragma once

#include <presign/export.hpp>

#include <string_view>

/// The version of these headers as a number: 10,000 * major + 100 * minor + patch. 0.1.0 is 100.
#define PRESIGN_VERSION 100

namespace presign {

/// The version of the linked library: "0.1.0". A shared library may be later than the headers.
PRESIGN_EXPORT std::string_view version() noexcept;

}  // namespace presign
