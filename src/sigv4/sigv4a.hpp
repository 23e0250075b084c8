// The regions that a SigV4A signature is valid in.
#pragma once

#include <string_view>

namespace presign::detail {

/// Returns whether a text is "*", or regions joined with ',' in which '*' may replace letters.
bool is_region_set(std::string_view text);

/// Returns whether a region is in such a set. '*' stands for any characters, or none.
bool is_in_region_set(std::string_view set, std::string_view region) noexcept;

}  // namespace presign::detail
