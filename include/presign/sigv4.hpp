// The steps of AWS Signature Version 4, one by one.
//
// presign::signer takes them in this order; use them yourself to sign something that it does not
// know. Each step is a file in src/ with the step's name. They follow
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
//
//   uri_encode ─► canonical_path ─┐
//                 canonical_query ┼─► canonical_request ─► string_to_sign ─┐
//              canonical_headers ─┘        (hashed)         (date, scope)  ├─► signature
//                 secret access key, date, region, service ─► signing_key ─┘
//
// All functions are pure: they do no I/O, keep nothing, and may be called by any number of threads.
// Those that return a result fail only as stated, or with errc::crypto_failure where libcrypto
// refuses to hash.
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

/// The payload hash of a request whose body is not signed.
inline constexpr std::string_view unsigned_payload = "UNSIGNED-PAYLOAD";

/// The SHA-256 of an empty body, in hex.
inline constexpr std::string_view empty_payload_hash =
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// 32 bytes of SHA-256.
using digest = std::array<std::uint8_t, 32>;

/// Bytes as lower-case hex, 64 characters.
PRESIGN_EXPORT std::string hex(const digest& bytes);

// ── Percent-encoding ────────────────────────────────────────────────────────────────────────────

/// What becomes of '/': it separates segments in a path, and is data anywhere else.
enum class slash { encode, keep };

/// Percent-encodes raw bytes: all but A-Z a-z 0-9 - . _ ~ become %XY with upper-case digits.
PRESIGN_EXPORT std::string uri_encode(std::string_view raw, slash treatment = slash::encode);

// ── X-Amz-Date ──────────────────────────────────────────────────────────────────────────────────

/// A signing time as text, "20130524T000000Z".
class amz_date {
 public:
  /// Error: invalid_time outside the years 1 to 9999.
  PRESIGN_EXPORT static result<amz_date> at(time_point when);
  /// Reads the text form. Error: invalid_time for anything but that form of a real time.
  PRESIGN_EXPORT static result<amz_date> parse(std::string_view text);

  /// "20130524T000000Z", as long as this object lives.
  std::string_view text() const noexcept { return {text_.data(), text_.size()}; }
  /// "20130524", the date of the credential scope.
  std::string_view date() const noexcept { return text().substr(0, 8); }
  /// The signing time itself.
  time_point time() const noexcept { return time_; }

 private:
  amz_date() = default;
  time_point time_;
  std::array<char, 16> text_;
};

// ── Credential scope ────────────────────────────────────────────────────────────────────────────

/// What a signature is good for: "20130524/us-east-1/s3/aws4_request".
/// The date is that of the signing time, in UTC.
PRESIGN_EXPORT std::string credential_scope(const amz_date& date, std::string_view region,
                                            std::string_view service);

// ── Canonical request ───────────────────────────────────────────────────────────────────────────

/// The path as it is signed. Takes the raw path, beginning with '/'; rules say whether it is
/// normalised, and whether it is encoded once (as it stands in the URL) or twice.
PRESIGN_EXPORT std::string canonical_path(std::string_view raw, const service_rules& rules);

/// The query as it is signed, and as presign sends it: each name and value encoded, sorted by
/// encoded name, then by encoded value, joined with '=' and '&'.
PRESIGN_EXPORT std::string canonical_query(const std::vector<parameter>& parameters);

/// The headers as they are signed.
struct canonical_headers {
  /// "host:example.com\nrange:bytes=0-9\n": names in lower case and sorted, values trimmed and
  /// with each run of blanks collapsed to one, equal names joined with ',' in the order given.
  std::string lines;
  /// "host;range".
  std::string names;

  /// Errors: invalid_header.
  PRESIGN_EXPORT static result<canonical_headers> of(const std::vector<header>& headers);
};

/// The six parts of a canonical request. They are views: what they view must outlive this.
struct canonical_request {
  std::string_view method;          ///< "GET"
  std::string_view path;            ///< of canonical_path
  std::string_view query;           ///< of canonical_query
  std::string_view headers;         ///< canonical_headers::lines
  std::string_view signed_headers;  ///< canonical_headers::names
  std::string_view payload_hash;    ///< of payload_hash, or a literal such as unsigned_payload

  /// The parts, each on a line of its own, as the specification prints them.
  PRESIGN_EXPORT std::string text() const;
  /// The SHA-256 of text(), which is not built for it.
  PRESIGN_EXPORT result<digest> hash() const;
};

/// The SHA-256 of a body, in hex.
PRESIGN_EXPORT result<std::string> payload_hash(std::string_view body);

// ── String to sign ──────────────────────────────────────────────────────────────────────────────

/// Algorithm, signing time, credential scope and hashed canonical request, a line each.
PRESIGN_EXPORT std::string string_to_sign(const amz_date& date, std::string_view credential_scope,
                                          const digest& hashed_canonical_request);

// ── Signing key ─────────────────────────────────────────────────────────────────────────────────

/// A secret access key, narrowed by four chained HMACs to one UTC day, region and service. Wiped
/// when it dies.
class signing_key {
 public:
  /// The arguments are raw. Error: crypto_failure.
  PRESIGN_EXPORT static result<signing_key> derive(std::string_view secret_access_key,
                                                   const amz_date& date, std::string_view region,
                                                   std::string_view service);
  /// @{
  /// Each copy is wiped for itself.
  signing_key(const signing_key&) = default;
  signing_key& operator=(const signing_key&) = default;
  /// @}
  PRESIGN_EXPORT ~signing_key();

  /// The key itself: as secret as what it was derived from, for a day.
  const digest& reveal() const noexcept { return bytes_; }

 private:
  signing_key() = default;
  digest bytes_{};
};

// ── Signature ───────────────────────────────────────────────────────────────────────────────────

/// HMAC-SHA256 of the string to sign under the signing key, as 64 lower-case hex characters.
PRESIGN_EXPORT result<std::string> signature(const signing_key& key,
                                             std::string_view string_to_sign);

}  // namespace presign::sigv4
