// What the commands print and read as JSON. It hides the JSON library, nlohmann's, which takes long
// to compile.
#pragma once

#include "options.hpp"

#include <presign/error.hpp>
#include <presign/explain.hpp>
#include <presign/post.hpp>
#include <presign/signer.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace cli {

/// Returns a JSON object, indented by two spaces. Error: invalid_header, if the value of a header
/// is not UTF-8, as JSON must be.
presign::result<std::string> as_json(const presign::presigned_url& link);
std::string as_json(const presign::presigned_post& form);
/// The same; U+FFFD replaces bytes that are not UTF-8. The options are those of the explanation.
std::string as_json(const presign::explanation& explanation,
                    const presign::explain_options& options);

/// Reads an entry of a batch. Its options are added to the given ones, or replace them.
/// Error: invalid_parameter.
std::optional<presign::error> read_entry(std::string_view text, request_options& options);

}  // namespace cli
