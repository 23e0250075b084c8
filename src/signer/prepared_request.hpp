// The checks of what is to be signed, and a request whose URL is ready except for the path.
#pragma once

#include "signer/signing_key_cache.hpp"
#include "sigv4/steps.hpp"

#include <presign/signer.hpp>

namespace presign::detail {

// ── Checks, in request_check.cpp ────────────────────────────────────────────────────────────────

/// Errors: missing_credentials, invalid_credentials.
std::optional<error> check(const credentials& credentials);

/// Checks all of a request except for scheme and host, which append_host() checks.
std::optional<error> check(const request& request);

/// How long a signature is valid.
struct validity {
  time_point signed_at;
  std::chrono::seconds expires;  // X-Amz-Expires
  time_point expires_at;         // of the URL or of the credentials, whichever is earlier
  bool is_cut_short = false;     // by the credentials, before the time that the caller asks for
};

/// Compares what the caller asks for with what is allowed, and with the expiry of the credentials.
/// Errors: invalid_expiry, invalid_time, credentials_expired, credentials_expire_first.
result<validity> validity_of(const credentials& credentials, std::chrono::seconds expires_in,
                             const presign_options& options);

/// Returns what to know about a signed request or form. For a signature in headers, pass {}.
std::vector<warning> warnings_of(const credentials& credentials, const request& request,
                                 const validity& validity);

/// Error: credentials_expired.
std::optional<error> check_not_expired(const credentials& credentials, time_point at);

// ── The request, in prepared_request.cpp ────────────────────────────────────────────────────────

/// The credentials, and what is computed from them once.
struct signer_state {
  explicit signer_state(presign::credentials given);

  presign::credentials credentials;
  std::optional<presign::error> error;  // what is wrong with the credentials
  // What the credentials contribute to every URL, and to every signature by SigV4A
  std::string encoded_id;
  secret encoded_token;
  result<sigv4a::signing_key> sigv4a_key;
  mutable signing_key_cache keys;
};

/// All that a URL and its signature consist of, except for the path:
///
///   https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=…&X-Amz-SignedHeaders=host
///   └─────────────── origin ──────────────┘└─ path ─┘└────────────────── query ───────────────┘
///
/// The signer and the request must outlive it.
class prepared_request {
 public:
  /// Prepares a request whose signature will be in its URL.
  prepared_request(const signer_state& signer, const request& request,
                   std::chrono::seconds expires_in, const presign_options& options);
  /// Prepares a request whose signature will be in its headers.
  prepared_request(const signer_state& signer, const request& request, time_point signed_at);

  /// Why the request cannot be signed, if it cannot: then nothing else may be called.
  const std::optional<presign::error>& error() const noexcept { return error_; }

  /// What is known of the URL before it is written: `url` is empty. If the signature is in the
  /// headers, only two members are set: the warnings, and the headers as they must be sent, which
  /// are all signed ones except host, and an unsigned session token.
  const presigned_url& details() const noexcept { return details_; }
  /// The same, moved out.
  presigned_url take_details() noexcept { return std::move(details_); }
  /// Appends the signed URL for the request's path, followed by a raw key.
  std::optional<presign::error> append_url(std::string& url, std::string_view key = {}) const;

  /// Returns a request whose signature is in its headers.
  presign::result<signed_request> sign() const;

 private:
  std::optional<presign::error> prepare(time_point signed_at);
  void write_headers(const name_value_view* added, const name_value_view* added_end);
  void write_query(std::chrono::seconds expires);
  sigv4::canonical_request append_unsigned_url(string_writer& out, std::string_view key) const;
  std::optional<presign::error> append_signature(text_writer& out, const digest& hash) const;

  bool uses_sigv4a() const { return request_.algorithm == signing_algorithm::sigv4a; }
  signature_scope scope() const {
    return {request_.algorithm, *date_, request_.region, request_.service};
  }
  std::string_view token() const { return signer_.credentials.session_token.reveal(); }
  bool signs_token() const { return !token().empty() && rules_.sign_session_token; }
  bool sends_token_unsigned() const { return !token().empty() && !rules_.sign_session_token; }

  const signer_state& signer_;
  const request& request_;
  const service_rules rules_ = request_.rules.value_or(service_rules::of(request_.service));
  std::optional<presign::error> error_ = signer_.error ? signer_.error : request_.error();
  presigned_url details_;

  std::optional<sigv4::amz_date> date_;
  std::array<char, 2560> memory_;
  text_store texts_{memory_};  // what most views below point into
  std::string_view origin_;
  std::string_view string_to_sign_prefix_;  // the string to sign, except for the hash
  sigv4::canonical_request canonical_;      // its path is empty if the one in the URL is signed
  std::optional<hmac_sha256> hmac_;         // has absorbed the prefix, under the key; not in SigV4A
  std::string_view unsigned_token_;  // "&X-Amz-Security-Token=…", if the URL has it unsigned
};

}  // namespace presign::detail
