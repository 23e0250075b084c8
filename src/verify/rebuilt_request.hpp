// The steps of signing up to the string to sign, taken again from what a request presents.
#pragma once

#include <presign/sigv4.hpp>
#include <presign/verify.hpp>

#include <string>
#include <string_view>

namespace presign::detail {

/// Whether the signature is in the query.
inline bool is_presigned(const unverified_request& presented) noexcept {
  return !presented.signing_query.empty();
}

/// The string to sign of a canonical request with this hash. The date is that of
/// unverified_request::signed_at.
std::string string_to_sign(const unverified_request& presented, const sigv4::amz_date& date,
                           const sigv4::digest& hashed_canonical_request);

/// What a receiver with these rules takes a presented request to have signed. The presented
/// request must outlive it.
class rebuilt_request {
 public:
  rebuilt_request(const unverified_request& presented, const service_rules& rules);
  rebuilt_request(const rebuilt_request&) = delete;
  rebuilt_request& operator=(const rebuilt_request&) = delete;

  /// Views of this object and of the presented request.
  sigv4::canonical_request canonical() const noexcept;
  /// Error: crypto_failure.
  result<std::string> string_to_sign(const sigv4::amz_date& date) const;

 private:
  const unverified_request& presented_;
  std::string path_;
  std::string merged_query_;  // where that of the presented request is not all
  std::string_view query_;
  std::string_view payload_hash_;
};

}  // namespace presign::detail
