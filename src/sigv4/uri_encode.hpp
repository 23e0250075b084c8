// Percent-encoding into text writers, and decoding.
#pragma once

#include "base/text_writer.hpp"

#include <presign/sigv4.hpp>

namespace presign::detail {

/// Appends raw bytes, percent-encoded.
void append_encoded(text_writer& out, std::string_view raw, bool encode_slash = true);

/// Returns whether a comes before b once both are encoded. Both are raw, and neither is encoded.
bool encoded_less(std::string_view a, std::string_view b) noexcept;

/// Whether '+' in encoded text means itself, or a space.
enum class plus { stays, is_space };

enum class escapes {
  broken,     ///< a '%' is not followed by two hex digits
  other,      ///< an escape has lower-case digits, or its byte needs none
  canonical,  ///< all are as append_encoded writes them
};

/// Appends text with each "%XY" decoded. If an escape is broken, appends only part of it.
escapes append_decoded(text_writer& out, std::string_view encoded, plus treatment);

/// Does the same, and keeps '+'. If an escape is broken, returns false and leaves out unchanged.
bool append_decoded(std::string& out, std::string_view encoded);

/// Returns whether a query consists of '&', '=', '%' and bytes that append_encoded leaves alone.
bool has_no_reserved(std::string_view query) noexcept;

}  // namespace presign::detail
