// What looks wrong in a presigned URL by itself.
#pragma once

#include "base/url_parts.hpp"
#include "verify/presented_request.hpp"

#include <presign/explain.hpp>

#include <vector>

namespace presign::detail {

/// What there is to find without the secret, and without a server's answer, at this time.
std::vector<finding> inspect(const url_parts& parts, const reading& read, time_point at);

}  // namespace presign::detail
