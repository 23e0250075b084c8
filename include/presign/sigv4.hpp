// The steps of AWS Signature Version 4, one by one.
//
// presign::signer computes the same. Use these functions to sign something that it does not know,
// or to see at which step two signers begin to differ. They follow
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
//
//            1                           2            3                      5
//   canonical_path ────┐
//   canonical_query ───┼─► canonical_request ─► hash ─► string_to_sign ─┐
//   canonical_headers ─┤                         (amz_date,             ├─► signature
//   payload_hash ──────┘                          credential_scope)     │
//                                                                       │
//   secret access key, amz_date, region, service ─► signing_key ────────┘
//                                                        4
//
// Step 6 adds the signature to the request: &X-Amz-Signature=… or an Authorization header.
//
// The functions do no I/O and keep no state, so any number of threads may call them.
// A function that returns a result fails only as its comment says, or with errc::crypto_failure if
// libcrypto fails.
#pragma once

#include <presign/error.hpp>
#include <presign/request.hpp>
#include <presign/time.hpp>

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

/// The steps of Signature Version 4.
namespace presign::sigv4 {

/// The algorithm's name in X-Amz-Algorithm, in the string to sign and in Authorization.
inline constexpr std::string_view algorithm = "AWS4-HMAC-SHA256";

using digest = std::array<std::uint8_t, 32>;  ///< 32 bytes of SHA-256

/// Returns bytes as lower-case hex, 64 characters.
PRESIGN_EXPORT std::string hex(const digest& bytes);

// ── Step 1: create a canonical request ──────────────────────────────────────────────────────────

/// Percent-encodes raw bytes: all except A-Z a-z 0-9 - . _ ~ become %XY with upper-case digits. In
/// a path, '/' separates segments and is not encoded; anywhere else it is.
PRESIGN_EXPORT std::string uri_encode(std::string_view raw, bool encode_slash = true);

/// Returns the path as it is signed, percent-encoded. Takes the raw path, which begins with '/'.
/// The rules say whether it is normalised, and whether it is encoded once, as in the URL, or twice.
PRESIGN_EXPORT std::string canonical_path(std::string_view raw, const service_rules& rules);

/// Returns the query as it is signed, and as presign sends it: raw names and values are encoded,
/// sorted by encoded name and then by encoded value, and joined with '=' and '&'.
PRESIGN_EXPORT std::string canonical_query(const std::vector<name_value>& parameters);

/// Returns the headers as they are signed, "host:example.com\nrange:bytes=0-9\n": names in lower
/// case and sorted, values trimmed and each run of blanks in them collapsed to one space, values of
/// equal names joined with ',' in the order given.
/// Error: invalid_header if a name is not a token or a value has a control character.
PRESIGN_EXPORT result<std::string> canonical_headers(const std::vector<name_value>& headers);

/// Returns the names of the headers as they are signed: "host;range". Error: invalid_header.
PRESIGN_EXPORT result<std::string> signed_headers(const std::vector<name_value>& headers);

/// The payload hash of a request whose body is not signed.
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

/// The SHA-256 of an empty body, in hex.
inline constexpr std::string_view empty_payload_hash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// Returns the SHA-256 of a body, in hex.
PRESIGN_EXPORT result<std::string> payload_hash(std::string_view body);

/// The six parts of a canonical request. They are views: the text must outlive this object.
struct canonical_request {
  std::string_view method;          ///< "GET"
  std::string_view path;            ///< from canonical_path
  std::string_view query;           ///< from canonical_query
  std::string_view headers;         ///< from canonical_headers
  std::string_view signed_headers;  ///< from signed_headers
  std::string_view payload_hash;    ///< from payload_hash, or a literal such as unsigned_payload

  /// Returns the parts, each on a line of its own, as the specification prints them.
  PRESIGN_EXPORT std::string text() const;
  /// Step 2: returns the SHA-256 of text(), without building the text or allocating memory.
  PRESIGN_EXPORT result<digest> hash() const;
};

// ── Step 3: create a string to sign ─────────────────────────────────────────────────────────────

/// A signing time, to the second, as text in UTC: "20130524T000000Z".
class amz_date {
 public:
  /// Writes a time as text. Error: invalid_time outside the years 1 to 9999.
  PRESIGN_EXPORT static result<amz_date> at(time_point time);
  /// Reads the text form. Error: invalid_time for anything except that form of a real time.
  PRESIGN_EXPORT static result<amz_date> parse(std::string_view text);

  /// Returns "20130524T000000Z". The view is valid as long as this object.
  std::string_view text() const noexcept { return {text_.data(), text_.size()}; }
  /// Returns "20130524", the date of the credential scope.
  std::string_view date() const noexcept { return text().substr(0, 8); }
  time_point time() const noexcept { return time_; }  ///< the signing time itself

 private:
  amz_date() = default;
  time_point time_;
  std::array<char, 16> text_;
};

/// Returns the day, region and service of a signature: "20130524/us-east-1/s3/aws4_request".
PRESIGN_EXPORT std::string credential_scope(const amz_date& date, std::string_view region,
                                            std::string_view service);

/// Returns algorithm, time, credential scope and hash of the canonical request, a line for each.
PRESIGN_EXPORT std::string string_to_sign(const amz_date& date, std::string_view credential_scope,
                                          const digest& hashed_canonical_request);

// ── Step 4: derive a signing key ────────────────────────────────────────────────────────────────

/// A secret access key, narrowed by four chained HMACs to one UTC day, region and service.
class signing_key {
 public:
  /// Derives the key. All arguments are raw text. Error: crypto_failure.
  PRESIGN_EXPORT static result<signing_key> derive(std::string_view secret_access_key,
                                                   const amz_date& date, std::string_view region,
                                                   std::string_view service);
  signing_key(const signing_key&) = default;             ///< wiped separately
  signing_key& operator=(const signing_key&) = default;  ///< wiped separately
  PRESIGN_EXPORT ~signing_key();                         ///< wipes the key

  /// Returns the key itself. For its day it is as secret as the secret access key.
  const digest& reveal() const noexcept { return bytes_; }

 private:
  signing_key() = default;
  digest bytes_{};
};

// ── Step 5: calculate the signature ─────────────────────────────────────────────────────────────

/// Returns the HMAC-SHA256 of the string to sign under the key, as 64 lower-case hex characters.
PRESIGN_EXPORT result<std::string> signature(const signing_key& key,
                                             std::string_view string_to_sign);

}  // namespace presign::sigv4

/// The steps of Signature Version 4A that differ from those above.
///
/// SigV4A signs with a private key, while SigV4 has one secret that both sides know. The signature
/// is valid in a set of regions, which the request names in X-Amz-Region-Set and the credential
/// scope does not. S3 multi-region access points accept no other signature.
///
///      canonical_request (hashed) ─► string_to_sign ──┐
///                                                     ├─► signature ─┐
///   access key id, secret access key ─► signing_key ──┘              ├─► verify
///                                       signing_key ─► public_key ───┘
namespace presign::sigv4a {

/// The algorithm's name in X-Amz-Algorithm, in the string to sign and in Authorization.
inline constexpr std::string_view algorithm = "AWS4-ECDSA-P256-SHA256";

/// Returns the day and service that a signature is valid for: "20150830/s3/aws4_request".
PRESIGN_EXPORT std::string credential_scope(const sigv4::amz_date& date, std::string_view service);

/// Returns the same lines as sigv4::string_to_sign, with the algorithm of SigV4A.
PRESIGN_EXPORT std::string string_to_sign(const sigv4::amz_date& date,
                                          std::string_view credential_scope,
                                          const sigv4::digest& hashed_canonical_request);

/// A private key of the curve P-256, the same for every date, region and service.
class signing_key {
 public:
  /// Derives the key. Both arguments are raw text. Error: crypto_failure.
  PRESIGN_EXPORT static result<signing_key> derive(std::string_view access_key_id,
                                                   std::string_view secret_access_key);
  signing_key(const signing_key&) = default;             ///< wiped separately
  signing_key& operator=(const signing_key&) = default;  ///< wiped separately
  PRESIGN_EXPORT ~signing_key();                         ///< wipes the key

  /// Returns the number, highest byte first. It is as secret as the secret access key, for as long.
  const sigv4::digest& reveal() const noexcept { return scalar_; }

 private:
  signing_key() = default;
  sigv4::digest scalar_{};
};

/// The half of a signing key that can only verify: a point of the curve P-256, highest bytes first.
struct public_key {
  sigv4::digest x;  ///< the first coordinate
  sigv4::digest y;  ///< the second

  /// Returns the public half of a signing key. Error: crypto_failure.
  PRESIGN_EXPORT static result<public_key> of(const signing_key& key);
};

/// Returns the ECDSA signature (SHA-256, in DER) of the string to sign as lower-case hex: 140 to
/// 144 characters, sometimes fewer. It is random: signing again gives another valid one.
PRESIGN_EXPORT result<std::string> signature(const signing_key& key,
                                             std::string_view string_to_sign);

/// Returns whether a signature, as signature() writes it, is a valid one of the string to sign:
/// false for any other text. Error: crypto_failure, also if the key is not a point of the curve.
PRESIGN_EXPORT result<bool> verify(const public_key& key, std::string_view string_to_sign,
                                   std::string_view signature);

}  // namespace presign::sigv4a
