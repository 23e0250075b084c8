// The steps of signing, taken again for a request that was received.
#pragma once

#include "signer/signing_key_cache.hpp"
#include "verify/parse_request.hpp"

#include <presign/sigv4.hpp>
#include <presign/verify.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace presign::detail {

/// A canonical request, with the text that unverified_request does not have. The request must
/// outlive it.
struct received_canonical_request {
  const unverified_request& request;
  std::string path;
  std::optional<std::string> query;  // absent: the request's signing query is all of it
  std::string_view payload_hash;

  /// Returns views of this object and of the request.
  sigv4::canonical_request view() const noexcept;
};

/// Returns what a receiver with these rules expects to be signed.
received_canonical_request canonical_request_of(const unverified_request& request,
                                                const service_rules& rules);

/// Returns the canonical query of a request that has this signing query.
std::string canonical_query_of(const unverified_request& request, std::string_view signing_query,
                               const service_rules& rules);

/// Returns the string to sign. The date is that of unverified_request::signed_at.
std::string string_to_sign(const unverified_request& request, const sigv4::amz_date& date,
                           const sigv4::digest& hashed_canonical_request);

/// Returns whether the credentials, which have the request's access key id, made its signature of
/// this string to sign. Takes constant time, except in SigV4A, which compares nothing secret. The
/// date is that of unverified_request::signed_at. The cache is for keys of these credentials.
/// Error: crypto_failure.
result<bool> is_signed_by(const credentials& signer, const unverified_request& request,
                          std::string_view string_to_sign, const sigv4::amz_date& date,
                          signing_key_cache& cache);

}  // namespace presign::detail
