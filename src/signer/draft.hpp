// A request on its way to be signed.
#pragma once

#include "sigv4/canonical_headers.hpp"
#include "sigv4/canonical_query.hpp"
#include "signer/signer_state.hpp"
#include "sigv4/reserved_names.hpp"
#include "signer/signing_starts.hpp"
#include "base/text_writer.hpp"

#include <presign/request.hpp>

#include <initializer_list>
#include <optional>
#include <string_view>

namespace presign::detail {

/// All of a request that its URL and its signature are made of, but for the path:
///
///   https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=…&X-Amz-SignedHeaders=host
///   └─────────────── origin ──────────────┘└─ path ─┘└────────────────── query ───────────────┘
///
/// It is made in this order: begin, write_headers, begin_query, and then, once or for one path
/// after another, sign. Presigner and request must outlive it.
class draft {
 public:
  draft(const signer_state& signer, const request& what);
  draft(const draft&) = delete;
  draft& operator=(const draft&) = delete;
  ~draft() = default;

  const service_rules rules;
  std::string_view payload_hash;

  bool uses_sigv4a() const { return what_.algorithm == signing_algorithm::sigv4a; }
  bool signs_token() const { return !token().empty() && rules.sign_session_token; }
  bool sends_token_unsigned() const { return !token().empty() && !rules.sign_session_token; }
  std::string_view algorithm() const {
    return uses_sigv4a() ? sigv4a::algorithm : sigv4::algorithm;
  }
  std::string_view token() const { return signer_.who.session_token.reveal(); }
  std::string_view token_parameter() const { return detail::token_parameter(rules); }
  std::string_view date() const { return {start_.date.data(), start_.date.size()}; }
  std::string_view header_lines() const { return header_lines_.view(); }
  std::string_view signed_headers() const { return signed_headers_.view(); }

  /// Checks the request and finds what its signature begins with.
  std::optional<error> begin(time_point at);

  /// Host, those that signing adds (but for any without a name), the caller's.
  void write_headers(std::initializer_list<header_view> ours);

  query_writer begin_query() { return {query_, views_of(what_.query_parameters)}; }

  /// Gives write the pieces of the credential: access key id, date, region, service.
  template <class Write>
  void write_credential(std::string_view id, std::string_view slash, Write write) const {
    const auto day = date().substr(0, 8);
    if (uses_sigv4a()) {
      write(id, slash, day, slash, what_.service, slash, "aws4_request");
    } else {
      write(id, slash, day, slash, what_.region, slash, what_.service, slash, "aws4_request");
    }
  }

  /// A signature: 64 digits of hex, with SigV4A up to 144.
  using signature_text = short_text<144>;

  /// Appends the URL for a path, raw and in two parts, and writes its signature.
  std::optional<error> sign(std::string_view path, std::string_view rest, string_writer& url,
                            signature_text& signature) const;
  /// The same, for a signature that stands in the URL.
  std::optional<error> presign(std::string_view path, std::string_view rest,
                               std::string& url) const;

 private:
  std::optional<error> find_start(time_point at);
  std::optional<error> make_start(time_point at);
  std::optional<error> make_sigv4a_start(time_point at);
  std::size_t url_size(std::size_t path_size) const;
  std::optional<error> append_signature(const sigv4::digest& hashed, text_writer& out) const;

  const signer_state& signer_;
  const request& what_;
  wiped_signing_start start_;
  std::optional<begun_hmac> mac_;  // by start_; SigV4A has none
  short_text<272> origin_;
  short_text<1536> query_;
  short_text<512> header_lines_;
  short_text<128> signed_headers_;
};

}  // namespace presign::detail
