// The front door: takes the steps of SigV4 in order.
//
// The URL is written once, encoded and with its query sorted, into one string:
//
//   https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=…&X-Amz-SignedHeaders=host
//           └──────────── host ──────────┘└─ path ─┘└──────────────── query ──────────────────┘
//
// The canonical request is made of slices of that string, so that what is signed cannot drift from
// what is sent. The signature is appended last.
#include "canonical_headers.hpp"
#include "canonical_query.hpp"
#include "expiry.hpp"
#include "host.hpp"
#include "presigner_state.hpp"
#include "region_set.hpp"
#include "reserved_names.hpp"
#include "text.hpp"
#include "uri_encode.hpp"

#include <presign/presigner.hpp>
#include <presign/sigv4.hpp>
#include <presign/sigv4a.hpp>

#include <algorithm>

namespace presign {

using detail::quoted;
using std::chrono::seconds;

namespace {

// ── Checks ──────────────────────────────────────────────────────────────────────────────────────

std::optional<error> check(const credentials& who) {
  const auto& id = who.access_key_id;
  const auto secret_key = who.secret_access_key.reveal();
  const auto token = who.session_token.reveal();
  if (id.empty() && secret_key.empty()) {
    return error{errc::missing_credentials, "the credentials are empty"};
  }
  if (id.empty() || secret_key.empty()) {
    return error{errc::incomplete_credentials,
                 id.empty() ? "the access key id is missing" : "the secret access key is missing"};
  }
  // X-Amz-Credential is divided at '/', the Authorization header at ','.
  const bool id_is_sound = std::all_of(
      id.begin(), id.end(), [](char c) { return c > ' ' && c < 0x7f && c != '/' && c != ','; });
  if (!id_is_sound) {  // not quoted: it may be the secret, given in the wrong place
    return error{errc::invalid_credentials,
                 "the access key id must be printable ASCII without spaces, '/' or ','"};
  }
  if (std::any_of(secret_key.begin(), secret_key.end(), detail::is_control)) {
    return error{errc::invalid_credentials,
                 "the secret access key holds a line break or another control character"};
  }
  if (std::any_of(token.begin(), token.end(), detail::is_control)) {
    return error{errc::invalid_credentials,
                 "the session token holds a line break or another control character"};
  }
  return {};
}

std::optional<error> check_region(const request& what) {
  if (what.algorithm == signing_algorithm::sigv4a) {
    if (detail::is_region_set(what.region)) return {};
    return error{
        errc::invalid_region,
        "the region set must be \"*\" or regions joined with ',', each of 1 to 63 letters, "
        "digits, inner hyphens and '*'; got " +
            quoted(what.region)};
  }
  if (detail::is_host_label(what.region)) return {};
  return error{errc::invalid_region,
               "the region must be a name such as us-east-1: letters, digits and inner hyphens, 1 "
               "to 63 of them; got " +
                   quoted(what.region)};
}

std::optional<error> check(const request& what) {
  if (what.flaw) return what.flaw;
  if (!detail::is_method(what.method)) {
    return error{errc::invalid_method,
                 "the method must be an HTTP method such as GET, got " + quoted(what.method)};
  }
  if (what.path.empty() || what.path.front() != '/' || what.path.find('\0') != std::string::npos) {
    return error{errc::invalid_path,
                 "the path must begin with '/' and hold no NUL byte, got " + quoted(what.path)};
  }
  if (!detail::is_host_label(what.service)) {
    return error{errc::invalid_service,
                 "the service must be a signing name such as s3, got " + quoted(what.service)};
  }
  if (auto failure = check_region(what)) return failure;
  if (std::any_of(what.payload_hash.begin(), what.payload_hash.end(),
                  [](char c) { return c <= ' ' || c >= 0x7f; })) {
    return error{errc::invalid_payload_hash,
                 "the payload hash must be printable ASCII without spaces, got " +
                     quoted(what.payload_hash)};
  }
  for (const auto& one : what.query_parameters) {
    if (detail::signing_parameter(one.name)) {
      return error{errc::reserved_parameter,
                   "the query parameter " + quoted(one.name) + " is added by signing"};
    }
  }
  for (const auto& one : what.headers) {
    if (detail::signing_header(one.name)) {
      return error{errc::reserved_header,
                   "the header " + quoted(one.name) +
                       " is added by signing; the host comes from "
                       "request::host, the content hash from request::payload_hash"};
    }
  }
  return {};
}

// ── The URL, and slices of it ───────────────────────────────────────────────────────────────────

struct url_text {
  std::string text;
  std::size_t host = 0;
  std::size_t path = 0;
  std::size_t query = std::string::npos;

  std::string_view host_slice() const { return view().substr(host, path - host); }
  std::string_view path_slice() const {
    return view().substr(path, query == std::string::npos ? query : query - 1 - path);
  }
  std::string_view query_slice() const {
    return query == std::string::npos ? std::string_view() : view().substr(query);
  }
  std::string_view view() const { return text; }
};

// Up to the end of the path.
result<url_text> begin_url(const request& what) {
  url_text url;
  url.text.append(what.scheme).append("://");
  url.host = url.text.size();
  if (auto failure = detail::append_host(url.text, what.scheme, what.host)) {
    return *std::move(failure);
  }
  url.path = url.text.size();
  detail::append_encoded(url.text, what.path, sigv4::slash::keep);
  return url;
}

// ── What both ways of signing share ─────────────────────────────────────────────────────────────

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

// A request on its way to be signed, by the steps that both ways of signing share.
struct draft {
  const credentials& who;
  const request& what;
  sigv4::amz_date date;
  service_rules rules;
  std::string scope;
  std::string_view payload_hash;
  url_text url;
  sigv4::canonical_headers headers = {};

  std::string_view token() const { return who.session_token.reveal(); }
  bool uses_sigv4a() const { return what.algorithm == signing_algorithm::sigv4a; }
  std::string_view algorithm() const {
    return uses_sigv4a() ? sigv4a::algorithm : sigv4::algorithm;
  }
  std::string_view token_parameter() const {
    return rules.s3_session_token ? "X-Amz-S3session-Token" : "X-Amz-Security-Token";
  }
  std::string_view token_header() const { return detail::token_header(rules); }
  bool signs_token() const { return !token().empty() && rules.sign_session_token; }
  bool sends_token_unsigned() const { return !token().empty() && !rules.sign_session_token; }

  static result<draft> begin(const credentials& who, const request& what, time_point at) {
    if (auto failure = check(what)) return *std::move(failure);
    const auto date = sigv4::amz_date::at(at);
    if (!date) return date.error();
    auto url = begin_url(what);
    if (!url) return url.error();
    return draft{who,
                 what,
                 *date,
                 what.rules.value_or(service_rules::of(what.service)),
                 what.algorithm == signing_algorithm::sigv4a
                     ? sigv4a::credential_scope(*date, what.service)
                     : sigv4::credential_scope(*date, what.region, what.service),
                 what.payload_hash.empty() ? sigv4::empty_payload_hash : what.payload_hash,
                 *std::move(url)};
  }

  // Host, those that signing adds, the caller's.
  std::optional<error> canonicalize_headers(std::vector<detail::header_view> ours) {
    ours.push_back({"host", url.host_slice()});
    for (const auto& one : what.headers) ours.push_back({one.name, one.value});
    auto canonical = detail::canonicalize(std::move(ours));
    if (!canonical) return canonical.error();
    headers = *std::move(canonical);
    return {};
  }

  detail::query_writer begin_query() {
    url.text.push_back('?');
    url.query = url.text.size();
    return {url.text, what.query_parameters};
  }

  result<std::string> signature() const {
    // S3 signs the path as it stands in the URL; for others it is made from the raw one.
    std::string other_path;
    if (rules.normalize_path || rules.encode_path_twice) {
      other_path = sigv4::canonical_path(what.path, rules);
    }
    const sigv4::canonical_request canonical{
        what.method,       other_path.empty() ? url.path_slice() : other_path,
        url.query_slice(), headers.lines,
        headers.names,     payload_hash};
    const auto hashed = canonical.hash();
    if (!hashed) return hashed.error();

    if (uses_sigv4a()) {
      const auto key =
          sigv4a::signing_key::derive(who.access_key_id, who.secret_access_key.reveal());
      if (!key) return key.error();
      return sigv4a::signature(*key, sigv4a::string_to_sign(date, scope, *hashed));
    }
    const auto key =
        sigv4::signing_key::derive(who.secret_access_key.reveal(), date, what.region, what.service);
    if (!key) return key.error();
    return sigv4::signature(*key, sigv4::string_to_sign(date, scope, *hashed));
  }
};

}  // namespace

presigner::presigner(credentials who) {
  auto made = std::make_shared<state>();
  made->flaw = check(who);
  made->who = std::move(who);
  state_ = std::move(made);
}

result<presigned_url> presigner::presign(const request& what, seconds expires_in,
                                         const presign_options& options) const {
  const auto& who = state_->who;
  if (state_->flaw) return *state_->flaw;
  if (what.flaw) return *what.flaw;
  const auto span = detail::live(who, expires_in, options);
  if (!span) return span.error();
  auto begun = draft::begin(who, what, span->signed_at);
  if (!begun) return begun.error();
  draft& made = *begun;

  std::vector<detail::header_view> ours;
  if (made.rules.unsigned_payload && what.payload_hash.empty()) {
    made.payload_hash = sigv4::unsigned_payload;
  }
  if (made.rules.content_sha256_header && made.payload_hash != sigv4::unsigned_payload) {
    ours.push_back({"x-amz-content-sha256", made.payload_hash});
  }
  if (auto failure = made.canonicalize_headers(std::move(ours))) return *std::move(failure);

  auto query = made.begin_query();
  query.add("X-Amz-Algorithm", made.algorithm());
  query.add("X-Amz-Credential", who.access_key_id + '/' + made.scope);
  query.add("X-Amz-Date", made.date.text());
  query.add("X-Amz-Expires", std::to_string(span->expires.count()));
  if (made.uses_sigv4a()) query.add("X-Amz-Region-Set", what.region);
  if (made.signs_token()) query.add(made.token_parameter(), made.token());
  query.add("X-Amz-SignedHeaders", made.headers.names);
  query.finish();

  const auto signature = made.signature();
  if (!signature) return signature.error();
  auto& url = made.url.text;
  if (made.sends_token_unsigned()) {
    url.append("&").append(made.token_parameter()).append("=");
    detail::append_encoded(url, made.token());
  }
  url.append("&X-Amz-Signature=").append(*signature);

  presigned_url link{std::move(url),  what.method,      headers_to_send(made.headers.lines),
                     span->signed_at, span->expires_at, {}};
  if (detail::has_dot_segment(what.path)) link.warnings.push_back(warning::dot_segments);
  if (span->outlives_credentials()) {
    link.warnings.push_back(warning::credentials_die_first);
  }
  return link;
}

result<signed_request> presigner::sign(const request& what, std::optional<time_point> at) const {
  const auto& who = state_->who;
  if (state_->flaw) return *state_->flaw;
  auto begun = draft::begin(who, what, at.value_or(now()));
  if (!begun) return begun.error();
  draft& made = *begun;
  if (auto failure = detail::check_alive(who, made.date.time())) return *std::move(failure);

  if (!what.query_parameters.empty()) made.begin_query().finish();
  std::vector<detail::header_view> ours{{"x-amz-date", made.date.text()}};
  if (made.uses_sigv4a()) ours.push_back({"x-amz-region-set", what.region});
  if (made.signs_token()) ours.push_back({made.token_header(), made.token()});
  if (made.rules.content_sha256_header) ours.push_back({"x-amz-content-sha256", made.payload_hash});
  if (auto failure = made.canonicalize_headers(std::move(ours))) return *std::move(failure);

  const auto signature = made.signature();
  if (!signature) return signature.error();
  signed_request ready{std::move(made.url.text), what.method, headers_to_send(made.headers.lines),
                       made.date.time()};
  if (made.sends_token_unsigned()) {
    ready.headers.push_back({std::string(made.token_header()), std::string(made.token())});
  }
  // "Authorization: Algorithm Credential=…, SignedHeaders=…, Signature=…"
  std::string authorization(made.algorithm());
  authorization.append(" Credential=").append(who.access_key_id).append("/").append(made.scope);
  authorization.append(", SignedHeaders=").append(made.headers.names);
  authorization.append(", Signature=").append(*signature);
  ready.headers.push_back({"authorization", std::move(authorization)});
  return ready;
}

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
    case warning::credentials_die_first:
      return "the credentials die before the expiry asked for, and what they signed dies with them";
  }
  return "unknown warning";
}

}  // namespace presign
