// Whether credentials made a signature that a request presents.
#pragma once

#include "signer/signing_key_cache.hpp"

#include <presign/sigv4.hpp>
#include <presign/verify.hpp>

#include <string_view>

namespace presign::detail {

/// Whether the secret of the credentials, which are those of the access key id that is presented,
/// makes the presented signature of this string to sign. It takes constant time, but for SigV4A,
/// where nothing secret is compared. The date is that of the signing time. Where there are kept
/// days, the signing key is looked for among them, or kept there. Error: crypto_failure.
result<bool> is_made_by(const credentials& who, const unverified_request& presented,
                        std::string_view string_to_sign, const sigv4::amz_date& date,
                        signing_key_cache* kept = nullptr);

}  // namespace presign::detail
