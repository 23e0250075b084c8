// Canonical headers from views, for the presigner, which adds some of its own.
#pragma once

#include "text_writer.hpp"

#include <presign/sigv4.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace presign::detail {

using presign::header_view;

/// Errors: invalid_header_name, invalid_header_value.
std::optional<error> check_header(const header_view& one);

/// Writes headers that were checked, which it sorts: canonical_headers::lines and ::names.
void write_canonical_headers(header_view* begin, header_view* end, text_writer& lines,
                             text_writer& names);

/// Errors: invalid_header_name, invalid_header_value.
result<sigv4::canonical_headers> canonicalize(std::vector<header_view> headers);

}  // namespace presign::detail
