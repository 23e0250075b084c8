// What was signed instead of the request: tried out with the secret.
#pragma once

#include "base/url.hpp"

#include <presign/explain.hpp>
#include <presign/verify.hpp>

#include <optional>

namespace presign::detail {

/// Returns the one mistake with which the credentials, which are those of the request's access key
/// id, would have made the signature; nothing if there is none, or more than one at once.
/// Error: crypto_failure.
result<std::optional<finding>> find_mistake(const credentials& credentials,
                                            const unverified_request& request,
                                            const service_rules& rules, const url_parts& url);

}  // namespace presign::detail
