// The steps of AWS Signature Version 4A, as far as they are not those of SigV4.
//
// SigV4A signs with a private key where SigV4 has one secret that both sides know. The signature is
// good in a set of regions, which the request names (X-Amz-Region-Set) and the credential scope
// does not; S3 multi-region access points take no other. The canonical request is that of
// sigv4.hpp:
//
//      canonical_request (hashed) ─► string_to_sign ─┐
//                                     (date, scope)  ├─► signature ─┐
//   access key id, secret access key ─► signing_key ─┘              ├─► verify
//                                       signing_key ─► public_key ──┘
//
// They follow
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
//
// As in sigv4.hpp, all functions are pure, and fail only with errc::crypto_failure.
#pragma once

#include <presign/error.hpp>
#include <presign/sigv4.hpp>

#include <string>
#include <string_view>

/// The steps of Signature Version 4A, where they differ.
namespace presign::sigv4a {

/// The algorithm's name in X-Amz-Algorithm, in the string to sign and in Authorization.
inline constexpr std::string_view algorithm = "AWS4-ECDSA-P256-SHA256";

// ── Credential scope ────────────────────────────────────────────────────────────────────────────

/// What a signature is good for, but for the regions: "20150830/s3/aws4_request".
PRESIGN_EXPORT std::string credential_scope(const sigv4::amz_date& date, std::string_view service);

// ── String to sign ──────────────────────────────────────────────────────────────────────────────

/// Algorithm, signing time, credential scope and hashed canonical request, a line each.
PRESIGN_EXPORT std::string string_to_sign(const sigv4::amz_date& date,
                                          std::string_view credential_scope,
                                          const sigv4::digest& hashed_canonical_request);

// ── Signing key ─────────────────────────────────────────────────────────────────────────────────

/// A private key of the curve P-256, derived from an access key: the same for every date, region
/// and service. Wiped when it dies.
class signing_key {
 public:
  /// The arguments are raw. Error: crypto_failure.
  PRESIGN_EXPORT static result<signing_key> derive(std::string_view access_key_id,
                                                   std::string_view secret_access_key);
  /// @{
  /// Each copy is wiped for itself.
  signing_key(const signing_key&) = default;
  signing_key& operator=(const signing_key&) = default;
  /// @}
  PRESIGN_EXPORT ~signing_key();

  /// The key itself, a number with its highest byte first: as secret as what it was derived from,
  /// for as long.
  const sigv4::digest& reveal() const noexcept { return scalar_; }

 private:
  signing_key() = default;
  sigv4::digest scalar_{};
};

/// The other half of a signing key, which verifies and cannot sign: a point of the curve P-256,
/// each coordinate with its highest byte first.
struct public_key {
  sigv4::digest x;  ///< the first coordinate
  sigv4::digest y;  ///< the second

  /// That of a signing key. Error: crypto_failure.
  PRESIGN_EXPORT static result<public_key> of(const signing_key& key);
};

// ── Signature ───────────────────────────────────────────────────────────────────────────────────

/// ECDSA of the string to sign, with SHA-256, in DER, as lower-case hex: 140 to 144 characters,
/// very rarely fewer. It is random: signing twice gives two signatures, and both are good.
PRESIGN_EXPORT result<std::string> signature(const signing_key& key,
                                             std::string_view string_to_sign);

/// Whether a signature, as signature() writes it, is one of the string to sign by the other half of
/// the key. False for any other text. A key that is no point of the curve is a crypto_failure.
PRESIGN_EXPORT result<bool> verify(const public_key& key, std::string_view string_to_sign,
                                   std::string_view signature);

}  // namespace presign::sigv4a
