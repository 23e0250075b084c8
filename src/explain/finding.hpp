// What all sources of findings share.
#pragma once

#include <presign/explain.hpp>

#include <string>
#include <string_view>

namespace presign::detail {

/// Makes a finding. Its sentence is what was seen, if anything, and then what each finding of this
/// cause means.
finding make_finding(cause cause, certainty certainty, std::string seen = {});

/// Returns a text for people: without the signature and the session token of a URL that may be in
/// it, even percent-encoded. In that case the text is shown decoded.
std::string shown(std::string_view text);

/// Returns the text percent-decoded, or as it is if an escape is broken.
std::string decoded(std::string_view encoded);

}  // namespace presign::detail
