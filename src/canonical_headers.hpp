// Canonical headers from views, for the presigner, which adds some of its own.
#pragma once

#include <presign/sigv4.hpp>

#include <string_view>
#include <vector>

namespace presign::detail {

using presign::header_view;

/// Errors: invalid_header_name, invalid_header_value.
result<sigv4::canonical_headers> canonicalize(std::vector<header_view> headers);

}  // namespace presign::detail
