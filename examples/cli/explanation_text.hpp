// An explanation as text for people.
#pragma once

#include <presign/explain.hpp>

#include <string>
#include <string_view>

namespace cli {

/// Returns text without a line break at the end. The options are those of the explanation, with the
/// time set.
std::string as_text(const presign::explanation& explanation,
                    const presign::explain_options& options);

std::string_view name_of(presign::signing_algorithm algorithm);
std::string_view name_of(const presign::explanation::difference& difference);

}  // namespace cli
