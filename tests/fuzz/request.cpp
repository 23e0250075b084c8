// Request → URL, and back: what is signed verifies while it lives and not after, says what was
// asked for, and nothing else that verifies says anything else.
#include "fuzz.hpp"

namespace {

using fuzz::require;
using fuzz::require_same;
using fuzz::sent;
using presign::errc;
using presign::time_point;
using std::chrono::seconds;

struct question {
  explicit question(fuzz::input in) {
    const auto flags = in.text();
    const auto flag = [&flags](char letter) { return fuzz::input::has(flags, letter); };
    what.method = in.text();
    what.scheme = in.text();
    what.host = in.text();
    what.path = in.text();
    what.service = in.text();
    what.region = in.text();
    what.payload_hash = in.text();
    who.access_key_id = in.text();
    who.secret_access_key = std::string(fuzz::secret_access_key) + in.text();
    who.session_token = in.text();
    options.at = time_point{seconds{in.number()}};
    expires_in = seconds{in.number()};
    options.stable_window = seconds{in.number()};
    options.backdate = seconds{in.number()};
    if (const auto end = in.number(); end != 0) who.expires_at = time_point{seconds{end}};
    if (flag('c')) options.when_credentials_expire_first = presign::on_credential_expiry::clamp;
    if (flag('r')) options.when_credentials_expire_first = presign::on_credential_expiry::fail;
    if (flag('a')) what.algorithm = presign::signing_algorithm::sigv4a;
    if (flag('R')) what.rules = rules(flag);
    at_byte = static_cast<std::size_t>(in.number());
    other_byte = in.text();
    while (!in.empty()) {
      auto name = in.text();
      add(std::move(name), in.text());
    }
  }

  presign::request what;
  presign::credentials who;
  seconds expires_in;
  presign::presign_options options;
  // A change on the way: this text in place of a byte of the target.
  std::size_t at_byte;
  std::string other_byte;

 private:
  // A hash that is neither sent nor to be expected cannot be verified.
  template <class Flag>
  static presign::service_rules rules(const Flag& flag) {
    presign::service_rules rules;
    rules.normalize_path = flag('n');
    rules.encode_path_twice = flag('2');
    rules.content_sha256_header = flag('h');
    rules.unsigned_payload = flag('h') && flag('u');
    rules.sign_session_token = flag('s');
    rules.s3_session_token = flag('x');
    return rules;
  }

  // "?name" is a query parameter, anything else a header.
  void add(std::string name, std::string value) {
    if (name.substr(0, 1) == "?") {
      what.query(name.substr(1), std::move(value));
    } else {
      what.header(std::move(name), std::move(value));
    }
  }
};

presign::verify_options receiver(const question& asked) {
  presign::verify_options options;
  options.service = asked.what.service;
  if (asked.what.algorithm == presign::signing_algorithm::sigv4) options.region = asked.what.region;
  options.rules = asked.what.rules;
  return options;
}

presign::result<presign::verified> verify(const question& asked,
                                          const presign::unverified_request& request,
                                          time_point at) {
  auto options = receiver(asked);
  options.at = at;
  return presign::verifier{asked.who}.verify(request, options);
}

// What is signed and not sent is the receiver's to know.
sent on_its_way(const question& asked, sent one) {
  if (!one.has_header("x-amz-content-sha256")) one.payload_hash = asked.what.payload_hash;
  return one;
}

presign::unverified_request check_parts(const question& asked,
                                        presign::result<presign::unverified_request> read) {
  require(static_cast<bool>(read), "what is signed can be read", read ? "" : read.error().message);
  require_same(read->access_key_id, asked.who.access_key_id, "the access key id arrives");
  require_same(read->session_token, asked.who.session_token.reveal(), "the token arrives");
  require_same(read->region, asked.what.region, "the region arrives");
  require_same(read->service, asked.what.service, "the service arrives");
  require_same(read->method, asked.what.method, "the method arrives");
  require_same(read->path, asked.what.path, "the path arrives");
  require(fuzz::same(read->query_parameters, asked.what.query_parameters), "the query arrives");
  return *std::move(read);
}

void check_verdict(const question& asked, const presign::unverified_request& read, time_point at,
                   time_point end) {
  const auto verdict = verify(asked, read, at);
  require(static_cast<bool>(verdict), "what is signed verifies",
          verdict ? "" : verdict.error().message);
  require(verdict->valid_until == end, "a signature ends when presign says that it ends");
  const auto rules = asked.what.rules.value_or(presign::service_rules::of(asked.what.service));
  if (!rules.normalize_path) require_same(verdict->path, asked.what.path, "the path is verified");
  if (!asked.what.payload_hash.empty()) {
    require_same(verdict->payload_hash, asked.what.payload_hash, "the payload hash is verified");
  }
}

// Refused at its end, for this reason and no other.
void check_end(const question& asked, const presign::unverified_request& read, time_point end) {
  if (!fuzz::is_in_calendar(end)) return;
  const auto verdict = verify(asked, read, end);
  require(!verdict && (verdict.error().code == errc::expired ||
                       verdict.error().code == errc::credentials_expired),
          "a signature is refused at its end", verdict ? "" : verdict.error().message);
}

void check_change(const question& asked, const presign::unverified_request& read, sent changed,
                  time_point at, std::string_view whole_input) {
  if (changed.target.empty()) return;
  changed.target.replace(asked.at_byte % changed.target.size(), 1, asked.other_byte);
  const auto again = presign::parse_request(changed.received());
  if (!again) return fuzz::check_error(again.error(), whole_input);
  const auto verdict = verify(asked, *again, at);
  if (!verdict) return fuzz::check_error(verdict.error(), whole_input);
  const auto original = verify(asked, read, at);
  require(again->signed_at == read.signed_at && again->expires == read.expires &&
              again->method == read.method && verdict->path == original->path &&
              fuzz::same(again->query_parameters, read.query_parameters),
          "what verifies though it was changed is the same request", changed.target);
}

void check_url(const question& asked, const presign::presigned_url& link,
               std::string_view whole_input) {
  const auto way = on_its_way(asked, sent::of(link));
  const auto read = check_parts(asked, presign::parse_request(way.received()));
  require(read.signed_at == link.signed_at, "the signing time arrives");
  require(link.expires_at <= link.signed_at + *read.expires, "a URL lives no longer than it says");
  check_verdict(asked, read, link.signed_at, link.expires_at);
  check_end(asked, read, link.expires_at);
  check_change(asked, read, way, link.signed_at, whole_input);
}

// explain() is told what was signed, and knows its own.
void check_explanation(const question& asked, const presign::presigned_url& link) {
  presign::explain_options how;
  how.at = link.signed_at;
  how.method = link.method;
  how.headers = link.headers;
  how.signer = asked.who;
  how.rules = asked.what.rules;
  const auto told = presign::explain(link.url, how);
  require(static_cast<bool>(told), "a URL can be explained", told ? "" : told.error().message);
  require_same(told->path, asked.what.path, "an explanation tells the path");
  require_same(told->access_key_id, asked.who.access_key_id, "an explanation tells the signer");
  const auto rules = asked.what.rules.value_or(presign::service_rules::of(asked.what.service));
  const bool knows_hash = asked.what.payload_hash.empty() || rules.content_sha256_header;
  if (knows_hash)
    require(told->made_by_signer == true, "an explanation knows the signer", link.url);
}

void check_redacted(const question& asked, const presign::presigned_url& link) {
  const auto safe = presign::redact(link.url);
  require_same(presign::redact(safe), safe, "a safe URL stays as it is");
  const auto signature = link.url.substr(link.url.rfind('=') + 1);
  require(safe.find(signature) == std::string::npos, "a safe URL has no signature", safe);
  const auto token = presign::sigv4::uri_encode(asked.who.session_token.reveal());
  require(token.empty() || safe.find("oken=" + token + "&") == std::string::npos ||
              !asked.what.query_parameters.empty(),
          "a safe URL has no session token", safe);
}

void check_signed(const question& asked, std::string_view whole_input) {
  const auto at = *asked.options.at;
  const auto ready = presign::signer{asked.who}.sign(asked.what, {at});
  if (!ready) return fuzz::check_error(ready.error(), whole_input);
  const auto way = on_its_way(asked, sent::of(*ready));
  const auto read = check_parts(asked, presign::parse_request(way.received()));
  require(read.signed_at == at && !read.expires, "the signing time arrives");
  const auto life = at + seconds{900};
  const auto end = asked.who.expires_at ? std::min(*asked.who.expires_at, life) : life;
  check_verdict(asked, read, at, end);
  check_end(asked, read, end);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const question asked{fuzz::input{data, size}};
  const auto whole = fuzz::as_text(data, size);
  const presign::signer signer{asked.who};
  const auto link = signer.presign(asked.what, asked.expires_in, asked.options);
  if (!link) {
    fuzz::check_error(link.error(), whole);
  } else {
    check_url(asked, *link, whole);
    check_explanation(asked, *link);
    check_redacted(asked, *link);
    const auto again = signer.presign(asked.what, asked.expires_in, asked.options);
    require(again && (again->url == link->url ||
                      asked.what.algorithm == presign::signing_algorithm::sigv4a),
            "the same request has the same URL");
  }
  check_signed(asked, whole);
  return 0;
}
