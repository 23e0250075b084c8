// Hostile requests: what is refused has a reason; what can be read can be signed anew, and then
// verifies as the same request; and what verifies has the very signature that presign makes of it.
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
  sent one;
  one.method = in.text();
  one.target = in.text();
  one.payload_hash = in.text();
  while (!in.empty()) {
    auto name = in.text();
    one.headers.push_back({std::move(name), in.text()});
  }
  return one;
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

bool is_signed(const unverified_request& read, const std::string& name) {
  return (";" + std::string(read.signed_headers) + ";").find(";" + name + ";") != std::string::npos;
}

// Whether a header, by its name in lower case, is none that signing adds.
bool is_given(std::string_view name) {
  return name != "host" && name != "authorization" && name != "x-amz-content-sha256" &&
         name != "x-amz-date" && name != "x-amz-region-set" && name != "x-amz-security-token" &&
         name != "x-amz-s3session-token";
}

// The request that a presented one is, to be signed anew. Those headers that signing adds are left
// out: of them, the request's other parts tell.
presign::request request_of(const unverified_request& read, const sent& one) {
  presign::request what;
  what.method = read.method;
  what.path = read.path;
  for (const auto& [name, value] : read.query_parameters) {
    what.query(std::string(name), std::string(value));
  }
  what.service = read.service;
  what.region = read.region;
  what.algorithm = read.algorithm;
  what.rules = presign::service_rules::of(read.service);
  for (const auto& [name, value] : one.headers) {
    const auto known = lower(name);
    if (known == "host") {
      what.host = value;
    } else if (known == "x-amz-content-sha256") {
      what.payload_hash = value;
      what.rules->content_sha256_header = true;
    } else if (is_signed(read, known) && is_given(known)) {
      what.header(name, value);
    }
  }
  // The port, where it is the scheme's own, is not signed; a client may have sent it.
  what.scheme = "http";
  if (what.host.size() > 3 && what.host.substr(what.host.size() - 3) == ":80") {
    what.scheme = "https";
  }
  return what;
}

presign::credentials credentials_of(const unverified_request& read) {
  return {std::string(read.access_key_id), fuzz::secret_access_key, read.session_token};
}

struct signed_anew {
  sent way;
  std::string signature;
  std::string payload_hash;
};

presign::result<signed_anew> sign_anew(const unverified_request& read, const sent& one) {
  const presign::signer signer{credentials_of(read)};
  const auto what = request_of(read, one);
  if (read.expires) {
    presign::presign_options options;
    options.at = read.signed_at;
    const auto link = signer.presign(what, *read.expires, options);
    if (!link) return link.error();
    return signed_anew{sent::of(*link), link->url.substr(link->url.rfind('=') + 1),
                       what.payload_hash};
  }
  const auto ready = signer.sign(what, {read.signed_at});
  if (!ready) return ready.error();
  const auto& authorization = ready->headers.back().value;
  return signed_anew{sent::of(*ready), authorization.substr(authorization.rfind('=') + 1),
                     what.payload_hash};
}

presign::result<unverified_request> parse(const sent& one) {
  return presign::parse_request(one.received());
}

presign::result<presign::verified> verify_at_signing(const unverified_request& request,
                                                     const presign::credentials& credentials) {
  return presign::verifier{credentials}.verify(request, {request.signed_at});
}

// The headers of a request that are signed, each name once: "values of duplicate headers joined by
// commas, in the order given".
std::map<std::string, std::string> joined_headers(const sent& one) {
  std::map<std::string, std::string> joined;
  for (const auto& [name, value] : one.headers) {
    const auto begin = std::min(value.find_first_not_of(" \t"), value.size());
    const auto trimmed = value.substr(begin, value.find_last_not_of(" \t") + 1 - begin);
    const auto [at, is_first] = joined.emplace(lower(name), trimmed);
    if (!is_first) at->second.append(",").append(trimmed);
  }
  return joined;
}

// Text whose escapes are sound, without them.
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

// Path and query mean what was received, decoded once.
void check_target(const unverified_request& read, std::string_view target) {
  const auto path = target.substr(0, target.find('?'));
  require_same(read.path, decoded(path, '+'), "the path is the target's, decoded once");
  std::vector<presign::name_value> parameters;
  for (auto rest = target.substr(path.size()); !rest.empty();) {
    rest.remove_prefix(1);
    const auto one = rest.substr(0, rest.find('&'));
    rest.remove_prefix(one.size());
    const auto name = one.substr(0, one.find('='));
    const auto value = one.substr(std::min(name.size() + 1, one.size()));
    if (!one.empty()) parameters.push_back({decoded(name, ' '), decoded(value, ' ')});
  }
  const auto is_of_signing = [](const auto& one) {
    constexpr std::string_view names[] = {
        "x-amz-algorithm",      "x-amz-credential", "x-amz-date",
        "x-amz-expires",        "x-amz-region-set", "x-amz-s3session-token",
        "x-amz-security-token", "x-amz-signature",  "x-amz-signedheaders"};
    return std::find(std::begin(names), std::end(names), lower(one.name)) != std::end(names);
  };
  parameters.erase(std::remove_if(parameters.begin(), parameters.end(), is_of_signing),
                   parameters.end());
  require(fuzz::same(read.query_parameters, parameters), "the query is the target's, decoded once",
          target);
}

void check_signed_anew(const unverified_request& read, const signed_anew& anew, const sent& one) {
  auto way = anew.way;
  if (!way.has_header("x-amz-content-sha256")) way.payload_hash = anew.payload_hash;
  const auto again = parse(way);
  require(static_cast<bool>(again), "what is signed can be read",
          again ? "" : again.error().message);
  require_same(again->method, read.method, "the method is the same");
  require_same(again->path, read.path, "the path is the same");
  require_same(again->access_key_id, read.access_key_id, "the access key id is the same");
  require(fuzz::same(again->query_parameters, read.query_parameters), "the query is the same");
  require(again->signed_at == read.signed_at && again->expires == read.expires,
          "the times are the same");
  const auto verdict = verify_at_signing(*again, credentials_of(read));
  require(static_cast<bool>(verdict), "what is signed verifies",
          verdict ? "" : verdict.error().message);
  const auto joined = joined_headers(one);
  for (auto& [name, value] : way.headers) {
    if (is_given(lower(name))) value = joined.at(name);
  }
  const auto of_joined = parse(way);
  require(of_joined && verify_at_signing(*of_joined, credentials_of(read)),
          "headers of one name are those that are joined");
}

// Values of which messages may show nothing: long ones of signatures and session tokens.
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

void check(const sent& one, std::string_view whole_input) {
  const auto read = parse(one);
  if (!read) return check_message(read.error(), whole_input);
  require(read->expires.has_value() == (read->place == presign::signature_place::query),
          "what is signed in the query says when it ends");
  require(!read->path.empty() && read->path.front() == '/', "a path begins with '/'", read->path);
  check_target(*read, one.target);
  require(read->path.find('\0') == std::string::npos, "a path has no NUL", read->path);

  const auto anew = sign_anew(*read, one);
  if (anew) {
    check_signed_anew(*read, *anew, one);
  } else {
    fuzz::check_error(anew.error(), whole_input);
  }
  const auto verdict = verify_at_signing(*read, credentials_of(*read));
  if (!verdict) return check_message(verdict.error(), whole_input);
  require(!anew || read->algorithm == presign::signing_algorithm::sigv4a ||
              anew->signature == read->parts->signature || !one.payload_hash.empty(),
          "what verifies is what presign signs", one.target);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto one = read_input(fuzz::input{data, size});
  const auto whole = fuzz::as_text(data, size);
  check(one, whole);
  return 0;
}
