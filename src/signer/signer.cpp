// The front door: takes the steps of SigV4 in order.
#include "signer/draft.hpp"
#include "base/error_of.hpp"
#include "signer/expiry.hpp"
#include "signer/signer_state.hpp"
#include "signer/request_check.hpp"
#include "sigv4/reserved_names.hpp"
#include "s3/s3_key.hpp"
#include "base/text.hpp"

#include <presign/signer.hpp>
#include <presign/sigv4.hpp>
#include <presign/sigv4a.hpp>

#include <memory>
#include <utility>

namespace presign {

using std::chrono::seconds;

namespace {

// The canonical headers' lines, taken apart again: what was signed is what is to be sent.
std::vector<header> headers_to_send(std::string_view lines) {
  std::vector<header> headers;
  while (!lines.empty()) {
    const auto colon = lines.find(':');
    const auto end = lines.find('\n');
    const auto name = lines.substr(0, colon);
    if (name != "host") {
      headers.push_back({std::string(name), std::string(lines.substr(colon + 1, end - colon - 1))});
    }
    lines.remove_prefix(end + 1);
  }
  return headers;
}

// All of a presigned URL but its path.
result<detail::life> begin_url(const detail::signer_state& signer, const request& what,
                               seconds expires_in, const presign_options& options,
                               detail::draft& made) {
  if (signer.flaw) return *signer.flaw;
  if (what.flaw) return *what.flaw;
  auto span = detail::live(signer.who, expires_in, options);
  if (!span) return span;
  if (auto failure = made.begin(span->signed_at)) return *std::move(failure);

  if (made.rules.unsigned_payload && what.payload_hash.empty()) {
    made.payload_hash = sigv4::unsigned_payload;
  }
  const bool sends_hash =
      made.rules.content_sha256_header && made.payload_hash != sigv4::unsigned_payload;
  made.write_headers({{sends_hash ? "x-amz-content-sha256" : "", made.payload_hash}});

  auto query = made.begin_query();
  query.add("X-Amz-Algorithm", made.algorithm());
  made.write_credential(signer.encoded_id, "%2F", [&query](const auto&... pieces) {
    query.add("X-Amz-Credential", pieces...);
  });
  query.add("X-Amz-Date", made.date());
  query.add("X-Amz-Expires", detail::decimal(span->expires.count()).view());
  if (made.uses_sigv4a()) query.add("X-Amz-Region-Set", sigv4::uri_encode(what.region));
  if (made.signs_token()) query.add(made.token_parameter(), signer.encoded_token.reveal());
  query.add("X-Amz-SignedHeaders", sigv4::uri_encode(made.signed_headers()));
  query.finish();
  return span;
}

}  // namespace

detail::signer_state::signer_state(credentials given)
    : who(std::move(given)),
      flaw(check(who)),
      encoded_id(sigv4::uri_encode(who.access_key_id)),
      encoded_token(sigv4::uri_encode(who.session_token.reveal())),
      sigv4a_key(sigv4a::signing_key::derive(who.access_key_id, who.secret_access_key.reveal())) {}

signer::signer(credentials who)
    : state_(std::make_shared<const detail::signer_state>(std::move(who))) {}

result<presigned_url> signer::presign(const request& what, seconds expires_in,
                                         const presign_options& options) const {
  detail::draft made{*state_, what};
  const auto span = begin_url(*state_, what, expires_in, options, made);
  if (!span) return span.error();
  presigned_url link;
  if (auto failure = made.presign(what.path, {}, link.url)) return *std::move(failure);
  link.method = what.method;
  link.headers = headers_to_send(made.header_lines());
  link.signed_at = span->signed_at;
  link.expires_at = span->expires_at;
  if (detail::has_dot_segment(what.path)) link.warnings.push_back(warning::dot_segments);
  if (span->outlives_credentials()) link.warnings.push_back(warning::credentials_expire_first);
  return link;
}

result<signed_request> signer::sign(const request& what, std::optional<time_point> at) const {
  const auto& who = state_->who;
  if (state_->flaw) return *state_->flaw;
  signed_request ready;
  ready.signed_at = at ? *at : now();
  detail::draft made{*state_, what};
  if (auto failure = made.begin(ready.signed_at)) return *std::move(failure);
  if (auto failure = detail::check_alive(who, ready.signed_at)) return *std::move(failure);

  made.begin_query().finish();
  const auto token_header = detail::token_header(made.rules);
  made.write_headers(
      {{"x-amz-date", made.date()},
       {made.uses_sigv4a() ? "x-amz-region-set" : "", what.region},
       {made.signs_token() ? token_header : "", made.token()},
       {made.rules.content_sha256_header ? "x-amz-content-sha256" : "", made.payload_hash}});
  detail::string_writer url{ready.url};
  detail::draft::signature_text signature;
  if (auto failure = made.sign(what.path, {}, url, signature)) return *std::move(failure);
  url.finish();

  ready.method = what.method;
  ready.headers = headers_to_send(made.header_lines());
  if (made.sends_token_unsigned()) {
    ready.headers.push_back({std::string(token_header), std::string(made.token())});
  }
  // "Authorization: Algorithm Credential=…, SignedHeaders=…, Signature=…"
  std::string authorization;
  detail::string_writer out{authorization};
  out.append(made.algorithm(), " Credential=");
  made.write_credential(who.access_key_id, "/",
                        [&out](const auto&... pieces) { out.append(pieces...); });
  out.append(", SignedHeaders=", made.signed_headers(), ", Signature=", signature.view());
  out.finish();
  ready.headers.push_back({"authorization", std::move(authorization)});
  return ready;
}

// ── A series ────────────────────────────────────────────────────────────────────────────────────

struct url_batch::state {
  state(std::shared_ptr<const detail::signer_state> with, const request& asked)
      : signer(std::move(with)), what(asked), made(*signer, what) {}

  const std::shared_ptr<const detail::signer_state> signer;
  const request what;
  detail::draft made;
  std::vector<header> headers = {};
  detail::life span = {};

  std::string_view before_key() const {
    return std::string_view(what.path).substr(0, *what.key_at);
  }
};

result<url_batch> signer::batch(const request& what, seconds expires_in,
                                      const presign_options& options) const {
  if (!what.flaw && (!what.key_at || *what.key_at > what.path.size())) {
    return detail::error_of(errc::invalid_path,
                            {"a series needs a request that s3::bucket made for an object"});
  }
  const auto made = std::make_shared<url_batch::state>(state_, what);
  const auto span = begin_url(*state_, made->what, expires_in, options, made->made);
  if (!span) return span.error();
  made->span = *span;
  made->headers = headers_to_send(made->made.header_lines());
  return url_batch(made);
}

std::optional<error> url_batch::append(std::string& url, std::string_view key) const {
  if (auto failure = detail::check_key(key)) return failure;
  return state_->made.presign(state_->before_key(), key, url);
}

const std::string& url_batch::method() const noexcept { return state_->what.method; }
const std::vector<header>& url_batch::headers() const noexcept { return state_->headers; }
time_point url_batch::signed_at() const noexcept { return state_->span.signed_at; }
time_point url_batch::expires_at() const noexcept { return state_->span.expires_at; }

std::string_view describe(warning what) noexcept {
  switch (what) {
    case warning::dot_segments:
      return "the path has a segment \".\" or \"..\": browsers rewrite it, and the link then fails "
             "there";
    case warning::line_breaks:
      return "a form field has a line break other than CRLF: browsers send it as CRLF, and the "
             "policy then refuses it";
    case warning::dollar_signs:
      return "a form field has \"$$\", which Amazon S3 is known to refuse";
    case warning::credentials_expire_first:
      return "the credentials die before the expiry asked for, and what they signed dies with them";
  }
  return "unknown warning";
}

}  // namespace presign
