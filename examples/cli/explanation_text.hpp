// An explanation as text for people.
#pragma once

#include <presign/explain.hpp>

#include <string>
#include <string_view>

namespace cli {

/// Takes the options that the explanation was made with, and among them the time. Without a line
/// break at the end.
std::string as_text(const presign::explanation& explanation,
                    const presign::explain_options& options);

std::string_view name_of(presign::signing_algorithm algorithm);
std::string_view name_of(const presign::explanation::difference& difference);

}  // namespace cli
