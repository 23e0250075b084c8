// Canonical headers from views, for those who have some of their own, or theirs elsewhere.
#pragma once

#include "base/text_writer.hpp"

#include <presign/sigv4.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace presign::detail {

using presign::header_view;

/// Errors: invalid_header.
std::optional<error> check_header(const header_view& one);

/// Sorts headers by name; those of one name stay in their order.
void sort_headers(header_view* begin, header_view* end);

/// Writes headers that were checked and sorted: canonical_headers::lines.
void write_header_lines(const header_view* begin, const header_view* end, text_writer& out);

/// The same for canonical_headers::names.
void write_header_names(const header_view* begin, const header_view* end, text_writer& out);

/// Errors: invalid_header.
result<sigv4::canonical_headers> canonicalize(std::vector<header_view> headers);

}  // namespace presign::detail
