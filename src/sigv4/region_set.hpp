// The regions that a SigV4A signature is good in.
#pragma once

#include <string_view>

namespace presign::detail {

/// "*", or regions joined with ',', in which '*' is as good as a letter.
bool is_region_set(std::string_view text);

/// Whether a region is in such a set, '*' standing for any characters, or none.
bool is_in_region_set(std::string_view set, std::string_view region) noexcept;

}  // namespace presign::detail
