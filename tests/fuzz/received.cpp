// Hostile requests: a rejected request has a reason; a parsed request can be signed again, and then
// verifies as the same request; and a verified request has exactly the signature that presign
// makes.
#include "fuzz.hpp"
#include "verify/verify.hpp"

#include <map>

namespace {

using fuzz::require;
using fuzz::require_same;
using fuzz::sent;
using presign::errc;
using presign::unverified_request;

// Method, target, payload hash, and headers by name and value.
sent read_input(fuzz::input in) {
  sent request;
  request.method = in.text();
  request.target = in.text();
  request.payload_hash = in.text();
  while (!in.empty()) {
    auto name = in.text();
    request.headers.push_back({std::move(name), in.text()});
  }
  return request;
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

bool is_signed(const unverified_request& read, const std::string& name) {
  return (";" + std::string(read.signed_headers) + ";").find(";" + name + ";") != std::string::npos;
}

// Returns whether a header, by its name in lower case, is not one of those that signing adds.
bool is_given(std::string_view name) {
  return name != "host" && name != "authorization" && name != "x-amz-content-sha256" &&
         name != "x-amz-date" && name != "x-amz-region-set" && name != "x-amz-security-token" &&
         name != "x-amz-s3session-token";
}

// Returns the request that was parsed, to be signed again, without the headers that signing adds:
// the request's other parts determine them.
presign::request request_of(const unverified_request& read, const sent& received) {
  presign::request request;
  request.method = read.method;
  request.path = read.path;
  for (const auto& [name, value] : read.query_parameters) {
    request.query(std::string(name), std::string(value));
  }
  request.service = read.service;
  request.region = read.region;
  request.algorithm = read.algorithm;
  request.rules = presign::service_rules::of(read.service);
  if (request.rules->encode_path_twice) {  // the spelling of the path is signed
    request.path = received.target.substr(0, received.target.find('?'));
    request.path_is_encoded = true;
  }
  for (const auto& [name, value] : received.headers) {
    const auto known = lower(name);
    if (known == "host") {
      request.host = value;
    } else if (known == "x-amz-content-sha256") {
      request.payload_hash = value;
      request.rules->content_sha256_header = true;
    } else if (is_signed(read, known) && is_given(known)) {
      request.header(name, value);
    }
  }
  // A client may have sent the default port of the scheme, which is not signed.
  request.scheme = "http";
  if (request.host.size() > 3 && request.host.substr(request.host.size() - 3) == ":80") {
    request.scheme = "https";
  }
  return request;
}

presign::credentials credentials_of(const unverified_request& read) {
  return {std::string(read.access_key_id), fuzz::secret_access_key, read.session_token};
}

struct signed_again {
  sent request;
  std::string signature;
  std::string payload_hash;
};

presign::result<signed_again> sign_again(const unverified_request& read, const sent& received) {
  const presign::signer signer{credentials_of(read)};
  const auto request = request_of(read, received);
  if (read.expires) {
    presign::presign_options options;
    options.at = read.signed_at;
    const auto link = signer.presign(request, *read.expires, options);
    if (!link) return link.error();
    return signed_again{sent::of(*link), link->url.substr(link->url.rfind('=') + 1),
                        request.payload_hash};
  }
  const auto ready = signer.sign(request, {read.signed_at});
  if (!ready) return ready.error();
  const auto& authorization = ready->headers.back().value;
  return signed_again{sent::of(*ready), authorization.substr(authorization.rfind('=') + 1),
                      request.payload_hash};
}

presign::result<unverified_request> parse(const sent& request) {
  return presign::parse_request(request.received());
}

presign::result<presign::verified> verify_at_signing(const unverified_request& request,
                                                     const presign::credentials& credentials) {
  return presign::verifier{credentials}.verify(request, {request.signed_at});
}

// Returns the headers of a request, each name once: "values of duplicate headers joined by
// commas, in the order given".
std::map<std::string, std::string> joined_headers(const sent& request) {
  std::map<std::string, std::string> joined;
  for (const auto& [name, value] : request.headers) {
    const auto begin = std::min(value.find_first_not_of(" \t"), value.size());
    const auto trimmed = value.substr(begin, value.find_last_not_of(" \t") + 1 - begin);
    const auto [at, is_first] = joined.emplace(lower(name), trimmed);
    if (!is_first) at->second.append(",").append(trimmed);
  }
  return joined;
}

// Decodes text whose escapes are valid.
std::string decoded(std::string_view text, char plus) {
  std::string raw;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i] == '+' ? plus : text[i]);
    if (byte == '%') {
      std::from_chars(text.data() + i + 1, text.data() + i + 3, byte, 16);
      i += 2;
    }
    raw.push_back(static_cast<char>(byte));
  }
  return raw;
}

// Checks that path and query are those that were received, decoded once.
void check_target(const unverified_request& read, std::string_view target) {
  const auto path = target.substr(0, target.find('?'));
  require_same(read.path, decoded(path, '+'), "the path is the target's, decoded once");
  std::vector<presign::name_value> parameters;
  for (auto rest = target.substr(path.size()); !rest.empty();) {
    rest.remove_prefix(1);
    const auto pair = rest.substr(0, rest.find('&'));
    rest.remove_prefix(pair.size());
    const auto name = pair.substr(0, pair.find('='));
    const auto value = pair.substr(std::min(name.size() + 1, pair.size()));
    if (!pair.empty()) parameters.push_back({decoded(name, ' '), decoded(value, ' ')});
  }
  const auto is_of_signing = [](const auto& parameter) {
    constexpr std::string_view names[] = {
        "x-amz-algorithm",      "x-amz-credential", "x-amz-date",
        "x-amz-expires",        "x-amz-region-set", "x-amz-s3session-token",
        "x-amz-security-token", "x-amz-signature",  "x-amz-signedheaders"};
    return std::find(std::begin(names), std::end(names), lower(parameter.name)) != std::end(names);
  };
  parameters.erase(std::remove_if(parameters.begin(), parameters.end(), is_of_signing),
                   parameters.end());
  require(fuzz::same(read.query_parameters, parameters), "the query is the target's, decoded once",
          target);
}

void check_signed_again(const unverified_request& read, const signed_again& signed_request,
                        const sent& received) {
  auto request = signed_request.request;
  if (!request.has_header("x-amz-content-sha256"))
    request.payload_hash = signed_request.payload_hash;
  const auto again = parse(request);
  require(static_cast<bool>(again), "a signed request can be parsed",
          again ? "" : again.error().message);
  require_same(again->method, read.method, "the method is the same");
  require_same(again->path, read.path, "the path is the same");
  require_same(again->access_key_id, read.access_key_id, "the access key id is the same");
  require(fuzz::same(again->query_parameters, read.query_parameters), "the query is the same");
  require(again->signed_at == read.signed_at && again->expires == read.expires,
          "the times are the same");
  const auto verdict = verify_at_signing(*again, credentials_of(read));
  require(static_cast<bool>(verdict), "a signed request verifies",
          verdict ? "" : verdict.error().message);
  const auto joined = joined_headers(received);
  for (auto& [name, value] : request.headers) {
    if (is_given(lower(name))) value = joined.at(name);
  }
  const auto of_joined = parse(request);
  require(of_joined && verify_at_signing(*of_joined, credentials_of(read)),
          "headers of one name equal the joined header");
}

// Checks that a message shows no signature and no session token, if it is long.
void check_message(const presign::error& failure, std::string_view whole_input) {
  fuzz::check_error(failure, whole_input);
  for (const std::string_view name :
       {"X-Amz-Signature=", "X-Amz-Security-Token=", "X-Amz-S3session-Token=", "Signature="}) {
    const auto at = whole_input.find(name);
    if (at == whole_input.npos) continue;
    const auto value = whole_input.substr(at + name.size());
    const auto shown = value.substr(0, value.find_first_of("&\n,; "));
    const bool is_once = whole_input.find(shown) == at + name.size() &&
                         whole_input.find(shown, at + name.size() + 1) == whole_input.npos;
    require(shown.size() < 64 || !is_once || failure.message.find(shown) == std::string::npos,
            "no error shows a signature or a session token", failure.message);
  }
}

void check(const sent& received, std::string_view whole_input) {
  const auto read = parse(received);
  if (!read) return check_message(read.error(), whole_input);
  require(!read->expires || read->is_presigned,
          "a request has an expiry only if it is signed in the query");
  require(!read->path.empty() && read->path.front() == '/', "a path begins with '/'", read->path);
  check_target(*read, received.target);
  require(read->path.find('\0') == std::string::npos, "a path has no NUL", read->path);

  const auto verdict = verify_at_signing(*read, credentials_of(*read));
  if (!verdict) check_message(verdict.error(), whole_input);
  // presign makes no URL without X-Amz-Expires.
  if (read->is_presigned && !read->expires) return;
  const auto again = sign_again(*read, received);
  if (again) {
    check_signed_again(*read, *again, received);
  } else {
    fuzz::check_error(again.error(), whole_input);
  }
  if (!verdict) return;
  require(!again || read->algorithm == presign::signing_algorithm::sigv4a ||
              again->signature == read->parts->signature || !received.payload_hash.empty(),
          "a request that verifies has presign's signature", received.target);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto received = read_input(fuzz::input{data, size});
  const auto whole = fuzz::as_text(data, size);
  check(received, whole);
  return 0;
}
