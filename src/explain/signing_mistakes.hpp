// What was signed, if not what is asked for: tried out with the secret.
#pragma once

#include "base/url_parts.hpp"

#include <presign/explain.hpp>
#include <presign/verify.hpp>

#include <optional>

namespace presign::detail {

/// The one mistake after which the credentials, which are those of the access key id that is
/// presented, would have made the signature; nothing where there is none, or more than one.
/// Error: crypto_failure.
result<std::optional<finding>> find_mistake(const credentials& who,
                                            const unverified_request& presented,
                                            const service_rules& rules, const url_parts& url);

}  // namespace presign::detail
