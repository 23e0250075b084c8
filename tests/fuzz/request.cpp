// Request → URL, and back: a signed request verifies until it expires and not after, and arrives as
// it was made. If a changed request verifies, it is the same request.
#include "fuzz.hpp"

#include "sigv4/steps.hpp"

namespace {

using fuzz::require;
using fuzz::require_same;
using fuzz::sent;
using presign::errc;
using presign::time_point;
using std::chrono::seconds;

struct scenario {
  explicit scenario(fuzz::input in) {
    const auto flags = in.text();
    const auto flag = [&flags](char letter) { return fuzz::input::has(flags, letter); };
    request.method = in.text();
    request.scheme = in.text();
    request.host = in.text();
    request.path = in.text();
    request.service = in.text();
    request.region = in.text();
    request.payload_hash = in.text();
    credentials.access_key_id = in.text();
    credentials.secret_access_key = std::string(fuzz::secret_access_key) + in.text();
    credentials.session_token = in.text();
    options.at = time_point{seconds{in.number()}};
    expires_in = seconds{in.number()};
    options.stable_window = seconds{in.number()};
    options.backdate = seconds{in.number()};
    if (const auto end = in.number(); end != 0) credentials.expires_at = time_point{seconds{end}};
    if (flag('c')) options.when_credentials_expire_first = presign::on_credential_expiry::clamp;
    if (flag('r')) options.when_credentials_expire_first = presign::on_credential_expiry::fail;
    request.path_is_encoded = flag('e');
    if (flag('a')) request.algorithm = presign::signing_algorithm::sigv4a;
    if (flag('R')) request.rules = rules(flag);
    at_byte = static_cast<std::size_t>(in.number());
    other_byte = in.text();
    while (!in.empty()) {
      auto name = in.text();
      add(std::move(name), in.text());
    }
  }

  presign::request request;
  presign::credentials credentials;
  seconds expires_in;
  presign::presign_options options;
  // A change on the request: this text replaces a byte of the target.
  std::size_t at_byte;
  std::string other_byte;

 private:
  // A hash that is not sent, and that the receiver does not expect, cannot be verified.
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
      request.query(name.substr(1), std::move(value));
    } else {
      request.header(std::move(name), std::move(value));
    }
  }
};

presign::verify_options receiver(const scenario& test) {
  presign::verify_options options;
  options.service = test.request.service;
  if (test.request.algorithm == presign::signing_algorithm::sigv4)
    options.region = test.request.region;
  options.rules = test.request.rules;
  return options;
}

presign::result<presign::verified> verify(const scenario& test,
                                          const presign::unverified_request& request,
                                          time_point at) {
  auto options = receiver(test);
  options.at = at;
  return presign::verifier{test.credentials}.verify(request, options);
}

std::string raw_path(const presign::request& request) {
  std::string raw;
  if (!request.path_is_encoded) return request.path;
  presign::detail::append_decoded(raw, request.path);
  return raw;
}

// Adds the payload hash that was signed and is not sent: the receiver has to know it.
sent with_payload_hash(const scenario& test, sent request) {
  if (!request.has_header("x-amz-content-sha256")) request.payload_hash = test.request.payload_hash;
  return request;
}

presign::unverified_request check_parts(const scenario& test,
                                        presign::result<presign::unverified_request> read) {
  require(static_cast<bool>(read), "a signed request can be parsed",
          read ? "" : read.error().message);
  require_same(read->access_key_id, test.credentials.access_key_id, "the access key id arrives");
  require_same(read->session_token, test.credentials.session_token.reveal(), "the token arrives");
  require_same(read->region, test.request.region, "the region arrives");
  require_same(read->service, test.request.service, "the service arrives");
  require_same(read->method, test.request.method, "the method arrives");
  require_same(read->path, raw_path(test.request), "the path arrives");
  require(fuzz::same(read->query_parameters, test.request.query_parameters), "the query arrives");
  return *std::move(read);
}

void check_verdict(const scenario& test, const presign::unverified_request& read, time_point at,
                   time_point end) {
  const auto verdict = verify(test, read, at);
  require(static_cast<bool>(verdict), "a signed request verifies",
          verdict ? "" : verdict.error().message);
  require(verdict->valid_until == end, "a signature expires when presign says");
  const auto rules = test.request.rules.value_or(presign::service_rules::of(test.request.service));
  if (!rules.normalize_path)
    require_same(verdict->path, raw_path(test.request), "the path is verified");
  if (!test.request.payload_hash.empty()) {
    require_same(verdict->payload_hash, test.request.payload_hash, "the payload hash is verified");
  }
}

// Checks that the request is rejected when it expires, and for this reason.
void check_end(const scenario& test, const presign::unverified_request& read, time_point end) {
  if (!fuzz::is_in_calendar(end)) return;
  const auto verdict = verify(test, read, end);
  require(!verdict && (verdict.error().code == errc::expired ||
                       verdict.error().code == errc::credentials_expired),
          "a signature is rejected when it expires", verdict ? "" : verdict.error().message);
}

void check_change(const scenario& test, const presign::unverified_request& read, sent changed,
                  time_point at, std::string_view whole_input) {
  if (changed.target.empty()) return;
  changed.target.replace(test.at_byte % changed.target.size(), 1, test.other_byte);
  const auto again = presign::parse_request(changed.received());
  if (!again) return fuzz::check_error(again.error(), whole_input);
  const auto verdict = verify(test, *again, at);
  if (!verdict) return fuzz::check_error(verdict.error(), whole_input);
  const auto original = verify(test, read, at);
  require(again->signed_at == read.signed_at && again->expires == read.expires &&
              again->method == read.method && verdict->path == original->path &&
              fuzz::same(again->query_parameters, read.query_parameters),
          "a changed request that verifies is the same request", changed.target);
}

void check_url(const scenario& test, const presign::presigned_url& link,
               std::string_view whole_input) {
  const auto request = with_payload_hash(test, sent::of(link));
  const auto read = check_parts(test, presign::parse_request(request.received()));
  require(read.signed_at == link.signed_at, "the signing time arrives");
  require(link.expires_at <= link.signed_at + *read.expires,
          "a URL is valid no longer than it says");
  check_verdict(test, read, link.signed_at, link.expires_at);
  check_end(test, read, link.expires_at);
  check_change(test, read, request, link.signed_at, whole_input);
}

// explain() recognises its own signer if it has everything that was signed.
void check_explanation(const scenario& test, const presign::presigned_url& link) {
  presign::explain_options options;
  options.at = link.signed_at;
  options.method = link.method;
  options.headers = link.headers;
  options.signer = test.credentials;
  options.rules = test.request.rules;
  const auto explanation = presign::explain(link.url, options);
  require(static_cast<bool>(explanation), "a URL can be explained",
          explanation ? "" : explanation.error().message);
  require_same(explanation->path, presign::redact(raw_path(test.request)),
               "an explanation has the path");
  require_same(explanation->access_key_id, presign::redact(test.credentials.access_key_id),
               "an explanation has the signer");
  const auto rules = test.request.rules.value_or(presign::service_rules::of(test.request.service));
  const bool knows_hash = test.request.payload_hash.empty() || rules.content_sha256_header;
  if (knows_hash)
    require(explanation->made_by_signer == true, "an explanation knows the signer", link.url);
}

void check_redacted(const scenario& test, const presign::presigned_url& link) {
  const auto safe = presign::redact(link.url);
  require_same(presign::redact(safe), safe, "a safe URL stays as it is");
  const auto signature = link.url.substr(link.url.rfind('=') + 1);
  require(safe.find(signature) == std::string::npos, "a safe URL has no signature", safe);
  const auto token = presign::sigv4::uri_encode(test.credentials.session_token.reveal());
  require(token.empty() || safe.find("oken=" + token + "&") == std::string::npos ||
              !test.request.query_parameters.empty(),
          "a safe URL has no session token", safe);
}

void check_signed(const scenario& test, std::string_view whole_input) {
  const auto at = *test.options.at;
  const auto ready = presign::signer{test.credentials}.sign(test.request, {at});
  if (!ready) return fuzz::check_error(ready.error(), whole_input);
  const auto request = with_payload_hash(test, sent::of(*ready));
  const auto read = check_parts(test, presign::parse_request(request.received()));
  require(read.signed_at == at && !read.expires, "the signing time arrives");
  const auto latest = at + seconds{900};
  const auto end =
      test.credentials.expires_at ? std::min(*test.credentials.expires_at, latest) : latest;
  check_verdict(test, read, at, end);
  check_end(test, read, end);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const scenario test{fuzz::input{data, size}};
  const auto whole = fuzz::as_text(data, size);
  const presign::signer signer{test.credentials};
  const auto link = signer.presign(test.request, test.expires_in, test.options);
  if (!link) {
    fuzz::check_error(link.error(), whole);
  } else {
    check_url(test, *link, whole);
    check_explanation(test, *link);
    check_redacted(test, *link);
    const auto again = signer.presign(test.request, test.expires_in, test.options);
    require(again && (again->url == link->url ||
                      test.request.algorithm == presign::signing_algorithm::sigv4a),
            "the same request has the same URL");
  }
  check_signed(test, whole);
  return 0;
}
