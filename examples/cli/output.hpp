// A signed URL as text: the URL itself, a JSON object, or a curl command.
#pragma once

#include "options.hpp"

#include <presign/error.hpp>
#include <presign/signer.hpp>

#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace cli {

/// The text for standard output, without a line break at its end. Error: invalid_header_value,
/// where JSON cannot hold the value of a header.
presign::result<std::string> write(const presign::presigned_url& link, format output);

nlohmann::ordered_json to_json(const std::vector<presign::warning>& warnings);

}  // namespace cli
