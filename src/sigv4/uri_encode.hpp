// Percent-encoding, for the files that write URLs.
#pragma once

#include "base/text_writer.hpp"

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

/// What a '+' stands for in encoded text: itself, or a space.
enum class plus { stays, is_space };

enum class escapes {
  broken,     ///< a '%' is not followed by two hex digits
  other,      ///< one is in lower case, or stands for a byte that needs none
  canonical,  ///< all are as append_encoded writes them
};

/// Appends encoded with each "%XY" turned back into its byte; where one is broken, part of it.
escapes append_decoded(text_writer& out, std::string_view encoded, plus treatment);

/// Whether all of a query is '&', '=', '%' or a byte that append_encoded leaves as it is.
bool has_no_reserved(std::string_view query) noexcept;

/// Appends it decoded. False, with out as it was, where a '%' is not followed by two hex digits.
bool append_decoded(std::string& out, std::string_view encoded);

}  // namespace presign::detail
