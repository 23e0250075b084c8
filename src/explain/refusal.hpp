// What a server's refusal means for a presigned URL.
#pragma once

#include "explain/error_body.hpp"

#include <presign/explain.hpp>

#include <vector>

namespace presign::detail {

/// What to look for after this answer, the most likely first. Empty where it has no code.
std::vector<finding> meaning_of(const error_body& answer);

}  // namespace presign::detail
