// What looks wrong in a presigned URL by itself.
#pragma once

#include "base/url.hpp"
#include "verify/verify.hpp"

#include <presign/explain.hpp>

#include <vector>

namespace presign::detail {

/// Returns what can be found without the secret and without a server's response, at this time.
std::vector<finding> check_url(const url_parts& url, const parsed_request& parsed, time_point at);

}  // namespace presign::detail
