// The path as most services take it, before it is encoded.
#pragma once

#include <string>
#include <string_view>

namespace presign::detail {

/// A raw path without "." and ".." segments and doubled slashes.
std::string normalized(std::string_view raw);

}  // namespace presign::detail
