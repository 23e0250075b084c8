// Percent-encoding, for the files that write URLs.
#pragma once

#include "text_writer.hpp"

#include <presign/sigv4.hpp>

#include <string>
#include <string_view>

namespace presign::detail {

using sigv4::slash;

/// Appends raw, percent-encoded.
void append_encoded(text_writer& out, std::string_view raw, slash treatment = slash::encode);
void append_encoded(std::string& out, std::string_view raw, slash treatment = slash::encode);

/// Whether a comes before b once both are encoded. Compares raw bytes: neither is encoded for it.
bool encoded_less(std::string_view a, std::string_view b) noexcept;

/// Appends encoded with each "%XY" turned back into its byte. False, with out as it was, where a
/// '%' is not followed by two hex digits.
bool append_decoded(std::string& out, std::string_view encoded);

}  // namespace presign::detail
