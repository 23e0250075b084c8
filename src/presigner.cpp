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
#include "crypto.hpp"
#include "host.hpp"
#include "text.hpp"
#include "uri_encode.hpp"

#include <presign/presigner.hpp>
#include <presign/sigv4.hpp>

#include <algorithm>
#include <array>

namespace presign {

using detail::equal_ignoring_case;
using detail::quoted;
using std::chrono::seconds;

struct presigner::state {
  credentials who;
  std::optional<error> flaw;  // what is wrong with the credentials
};

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
  if (!id_is_sound) {
    return error{
        errc::invalid_credentials,
        "the access key id must be printable ASCII without spaces, '/' or ',', got " + quoted(id)};
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

bool is_any_of(std::string_view name, std::initializer_list<std::string_view> names) {
  return std::any_of(names.begin(), names.end(),
                     [name](auto one) { return equal_ignoring_case(name, one); });
}

std::optional<error> check(const request& what) {
  if (what.flaw) return what.flaw;
  const bool is_method =
      !what.method.empty() && std::all_of(what.method.begin(), what.method.end(),
                                          [](char c) { return detail::is_alnum(c) || c == '-'; });
  if (!is_method) {
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
  if (!detail::is_host_label(what.region)) {
    return error{errc::invalid_region,
                 "the region must be a name such as us-east-1: letters, digits and inner "
                 "hyphens, 1 to 63 of them; got " +
                     quoted(what.region)};
  }
  if (std::any_of(what.payload_hash.begin(), what.payload_hash.end(),
                  [](char c) { return c <= ' ' || c >= 0x7f; })) {
    return error{errc::invalid_payload_hash,
                 "the payload hash must be printable ASCII without spaces, got " +
                     quoted(what.payload_hash)};
  }
  for (const auto& one : what.query_parameters) {
    if (is_any_of(one.name, {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires",
                             "X-Amz-SignedHeaders", "X-Amz-Signature", "X-Amz-Security-Token",
                             "X-Amz-S3session-Token", "X-Amz-Region-Set"})) {
      return error{errc::reserved_parameter,
                   "the query parameter " + quoted(one.name) + " is added by signing"};
    }
  }
  for (const auto& one : what.headers) {
    if (is_any_of(one.name,
                  {"host", "authorization", "x-amz-date", "x-amz-security-token",
                   "x-amz-content-sha256", "x-amz-s3session-token", "x-amz-region-set"})) {
      return error{errc::reserved_header,
                   "the header " + quoted(one.name) +
                       " is added by signing; the host comes from "
                       "request::host, the content hash from request::payload_hash"};
    }
  }
  return {};
}

// ── Life ────────────────────────────────────────────────────────────────────────────────────────

struct life {
  time_point signed_at;
  seconds expires;        // X-Amz-Expires
  time_point expires_at;  // of the URL or of the credentials
};

time_point round_down(time_point when, seconds window) {
  const auto past = when.time_since_epoch() % window;
  return when - (past < seconds{0} ? past + window : past);
}

error bad_expiry(std::string_view why, seconds got) {
  return {errc::invalid_expiry, std::string("X-Amz-Expires must be 1 to 604800 seconds, got ") +
                                    std::to_string(got.count()) + std::string(why)};
}

result<life> live(const credentials& who, seconds expires_in, const presign_options& options) {
  const auto at = options.at.value_or(now());
  const auto window = std::max(options.stable_window, seconds{0});
  const auto backdate = std::max(options.backdate, seconds{0});
  if (expires_in < seconds{1} || expires_in > max_expiry) return bad_expiry("", expires_in);
  if (window > max_expiry || backdate > max_expiry || expires_in + window + backdate > max_expiry) {
    return bad_expiry(" and a stable window or back-date, which extend it, of " +
                          std::to_string(window.count()) + " and " +
                          std::to_string(backdate.count()),
                      expires_in);
  }
  if (who.expires_at && *who.expires_at <= at) {
    return error{errc::credentials_expired, "the credentials expired " +
                                                std::to_string((at - *who.expires_at).count()) +
                                                " seconds before the signing time"};
  }

  auto signed_at = at - backdate;
  if (window > seconds{0}) signed_at = round_down(signed_at, window);
  life span{signed_at, expires_in + window + backdate, {}};
  if (who.expires_at) {
    const auto promised = at + expires_in;
    if (*who.expires_at < promised && options.when_credentials_die_first == early_death::refuse) {
      return error{errc::credentials_expire_first,
                   "the URL was to live " + std::to_string(expires_in.count()) +
                       " seconds, its credentials have " +
                       std::to_string((*who.expires_at - at).count()) + " left"};
    }
    if (options.when_credentials_die_first == early_death::clamp) {
      span.expires = std::min(span.expires, *who.expires_at - signed_at);
    }
  }
  span.expires_at = span.signed_at + span.expires;
  if (who.expires_at) span.expires_at = std::min(span.expires_at, *who.expires_at);
  return span;
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

bool has_dot_segment(std::string_view path) {
  while (!path.empty()) {
    const auto end = std::min(path.find('/'), path.size());
    const auto segment = path.substr(0, end);
    if (segment == "." || segment == "..") return true;
    path.remove_prefix(std::min(end + 1, path.size()));
  }
  return false;
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

// Hash, string to sign, signing key, signature.
result<std::string> sign_request(const credentials& who, const request& what,
                                 const service_rules& rules, const url_text& url,
                                 const sigv4::canonical_headers& headers,
                                 std::string_view payload_hash, const sigv4::amz_date& date,
                                 std::string_view scope) {
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

  const auto key =
      sigv4::signing_key::derive(who.secret_access_key.reveal(), date, what.region, what.service);
  if (!key) return key.error();
  return sigv4::signature(*key, sigv4::string_to_sign(date, scope, *hashed));
}

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
  if (auto failure = check(what)) return *std::move(failure);
  const auto span = live(who, expires_in, options);
  if (!span) return span.error();
  const auto date = sigv4::amz_date::at(span->signed_at);
  if (!date) return date.error();

  const auto rules = what.rules.value_or(service_rules::of(what.service));
  const std::string_view payload_hash = !what.payload_hash.empty() ? what.payload_hash
                                        : rules.unsigned_payload   ? sigv4::unsigned_payload
                                                                   : sigv4::empty_payload_hash;

  auto url = begin_url(what);
  if (!url) return url.error();
  std::vector<detail::header_view> views{{"host", url->host_slice()}};
  if (rules.content_sha256_header && payload_hash != sigv4::unsigned_payload) {
    views.push_back({"x-amz-content-sha256", payload_hash});
  }
  for (const auto& one : what.headers) views.push_back({one.name, one.value});
  const auto headers = detail::canonicalize(std::move(views));
  if (!headers) return headers.error();

  const auto scope = sigv4::credential_scope(*date, what.region, what.service);
  const auto token = who.session_token.reveal();
  url->text.push_back('?');
  url->query = url->text.size();
  detail::query_writer query{url->text, what.query_parameters};
  query.add("X-Amz-Algorithm", sigv4::algorithm);
  query.add("X-Amz-Credential", who.access_key_id + '/' + scope);
  query.add("X-Amz-Date", date->text());
  query.add("X-Amz-Expires", std::to_string(span->expires.count()));
  if (!token.empty() && rules.sign_session_token) query.add("X-Amz-Security-Token", token);
  query.add("X-Amz-SignedHeaders", headers->names);
  query.finish();

  const auto signature = sign_request(who, what, rules, *url, *headers, payload_hash, *date, scope);
  if (!signature) return signature.error();
  if (!token.empty() && !rules.sign_session_token) {
    url->text.append("&X-Amz-Security-Token=");
    detail::append_encoded(url->text, token);
  }
  url->text.append("&X-Amz-Signature=").append(*signature);

  presigned_url signed_url{std::move(url->text), what.method,      headers_to_send(headers->lines),
                           span->signed_at,      span->expires_at, {}};
  if (has_dot_segment(what.path)) signed_url.warnings.push_back(warning::dot_segments);
  if (span->expires_at < span->signed_at + span->expires) {
    signed_url.warnings.push_back(warning::credentials_die_first);
  }
  return signed_url;
}

result<signed_request> presigner::sign(const request& what, std::optional<time_point> at) const {
  const auto& who = state_->who;
  if (state_->flaw) return *state_->flaw;
  if (auto failure = check(what)) return *std::move(failure);
  const auto date = sigv4::amz_date::at(at.value_or(now()));
  if (!date) return date.error();
  if (who.expires_at && *who.expires_at <= date->time()) {
    return error{errc::credentials_expired, "the credentials have expired"};
  }

  const auto rules = what.rules.value_or(service_rules::of(what.service));
  const std::string_view payload_hash =
      !what.payload_hash.empty() ? what.payload_hash : sigv4::empty_payload_hash;

  auto url = begin_url(what);
  if (!url) return url.error();
  if (!what.query_parameters.empty()) {
    url->text.push_back('?');
    url->query = url->text.size();
    detail::query_writer{url->text, what.query_parameters}.finish();
  }
  const auto token = who.session_token.reveal();
  std::vector<detail::header_view> views{{"host", url->host_slice()}, {"x-amz-date", date->text()}};
  if (!token.empty() && rules.sign_session_token) views.push_back({"x-amz-security-token", token});
  if (rules.content_sha256_header) views.push_back({"x-amz-content-sha256", payload_hash});
  for (const auto& one : what.headers) views.push_back({one.name, one.value});
  const auto headers = detail::canonicalize(std::move(views));
  if (!headers) return headers.error();

  const auto scope = sigv4::credential_scope(*date, what.region, what.service);
  const auto signature = sign_request(who, what, rules, *url, *headers, payload_hash, *date, scope);
  if (!signature) return signature.error();

  signed_request ready{std::move(url->text), what.method, headers_to_send(headers->lines),
                       date->time()};
  if (!token.empty() && !rules.sign_session_token) {
    ready.headers.push_back({"x-amz-security-token", std::string(token)});
  }
  // "Authorization: Algorithm Credential=…, SignedHeaders=…, Signature=…"
  std::string authorization(sigv4::algorithm);
  authorization.append(" Credential=").append(who.access_key_id).append("/").append(scope);
  authorization.append(", SignedHeaders=").append(headers->names);
  authorization.append(", Signature=").append(*signature);
  ready.headers.push_back({"authorization", std::move(authorization)});
  return ready;
}

std::string_view describe(warning what) noexcept {
  switch (what) {
    case warning::dot_segments:
      return "the path has a segment \".\" or \"..\": browsers rewrite it, and the link then fails "
             "there";
    case warning::credentials_die_first:
      return "the credentials die before X-Amz-Expires ends, and the URL dies with them";
  }
  return "unknown warning";
}

}  // namespace presign
