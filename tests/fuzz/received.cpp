// Hostile requests: what is refused has a reason; what can be read can be signed anew, and then
// verifies as the same request; and what verifies has the very signature that presign makes of it.
#include "fuzz.hpp"

namespace {

using fuzz::require;
using fuzz::require_same;
using fuzz::sent;
using presign::errc;
using presign::presented_request;

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

bool is_signed(const presented_request& read, const std::string& name) {
  return (";" + std::string(read.signed_headers) + ";").find(";" + name + ";") != std::string::npos;
}

// The request that a presented one is, to be signed anew. Those headers that signing adds are left
// out: of them, the request's other parts tell.
presign::request request_of(const presented_request& read, const sent& one) {
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
    } else if (is_signed(read, known) && known != "authorization" && known != "x-amz-date" &&
               known != "x-amz-region-set" && known != "x-amz-security-token" &&
               known != "x-amz-s3session-token") {
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

presign::credentials credentials_of(const presented_request& read) {
  return {std::string(read.access_key_id), fuzz::secret_access_key, read.session_token};
}

struct signed_anew {
  sent way;
  std::string signature;
  std::string payload_hash;
};

presign::result<signed_anew> sign_anew(const presented_request& read, const sent& one) {
  const presign::presigner signer{credentials_of(read)};
  const auto what = request_of(read, one);
  if (read.expires) {
    presign::presign_options options;
    options.at = read.signed_at;
    const auto link = signer.presign(what, *read.expires, options);
    if (!link) return link.error();
    return signed_anew{sent::of(*link), link->url.substr(link->url.rfind('=') + 1),
                       what.payload_hash};
  }
  const auto ready = signer.sign(what, read.signed_at);
  if (!ready) return ready.error();
  const auto& authorization = ready->headers.back().value;
  return signed_anew{sent::of(*ready), authorization.substr(authorization.rfind('=') + 1),
                     what.payload_hash};
}

presign::result<presented_request> parse(const sent& one, bool in_query) {
  return in_query ? presign::parse_presigned(one.received())
                  : presign::parse_signed(one.received());
}

// Each name once: "Values of duplicate headers joined by commas, in the order given."
sent joined(const sent& one) {
  sent other{one.method, one.target, {}, one.payload_hash};
  const auto trimmed = [](const std::string& text) {
    const auto begin = std::min(text.find_first_not_of(" \t"), text.size());
    return text.substr(begin, text.find_last_not_of(" \t") + 1 - begin);
  };
  for (const auto& [name, value] : one.headers) {
    const auto same = std::find_if(
        other.headers.begin(), other.headers.end(),
        [&known = name](const auto& before) { return lower(before.name) == lower(known); });
    if (same == other.headers.end()) {
      other.headers.push_back({name, trimmed(value)});
    } else {
      same->value.append(",").append(trimmed(value));
    }
  }
  return other;
}

// Without any escape.
std::string decoded_path(std::string_view target) {
  std::string path;
  target = target.substr(0, target.find('?'));
  for (std::size_t i = 0; i < target.size(); ++i) {
    unsigned char byte = static_cast<unsigned char>(target[i]);
    if (byte == '%') {
      std::from_chars(target.data() + i + 1, target.data() + i + 3, byte, 16);
      i += 2;
    }
    path.push_back(static_cast<char>(byte));
  }
  return path;
}

void check_signed_anew(const presented_request& read, const signed_anew& anew) {
  auto way = anew.way;
  if (!way.has_header("x-amz-content-sha256")) way.payload_hash = anew.payload_hash;
  const auto again = parse(way, read.expires.has_value());
  require(static_cast<bool>(again), "what is signed can be read",
          again ? "" : again.error().message);
  require_same(again->method, read.method, "the method is the same");
  require_same(again->path, read.path, "the path is the same");
  require_same(again->access_key_id, read.access_key_id, "the access key id is the same");
  require(fuzz::same(again->query_parameters, read.query_parameters), "the query is the same");
  require(again->signed_at == read.signed_at && again->expires == read.expires,
          "the times are the same");
  const auto verdict = presign::verify(*again, credentials_of(read), read.signed_at);
  require(static_cast<bool>(verdict), "what is signed verifies",
          verdict ? "" : verdict.error().message);
  const auto of_joined = parse(joined(way), read.expires.has_value());
  require(of_joined && presign::verify(*of_joined, credentials_of(read), read.signed_at),
          "headers of one name may be sent as one");
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

void check(const sent& one, bool in_query, std::string_view whole_input) {
  const auto read = parse(one, in_query);
  if (!read) return check_message(read.error(), whole_input);
  require(read->expires.has_value() == in_query, "what is signed in the query says when it ends");
  require(!read->path.empty() && read->path.front() == '/', "a path begins with '/'", read->path);
  require_same(read->path, decoded_path(one.target), "the path is the target's, decoded once");
  require(read->path.find('\0') == std::string::npos, "a path has no NUL", read->path);

  const auto anew = sign_anew(*read, one);
  if (anew) {
    check_signed_anew(*read, *anew);
  } else {
    fuzz::check_error(anew.error(), whole_input);
  }
  const auto verdict = presign::verify(*read, credentials_of(*read), read->signed_at);
  if (!verdict) return check_message(verdict.error(), whole_input);
  require(!anew || read->algorithm == presign::signing_algorithm::sigv4a ||
              anew->signature == read->signature || !one.payload_hash.empty(),
          "what verifies is what presign signs", one.target);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto one = read_input(fuzz::input{data, size});
  const auto whole = fuzz::as_text(data, size);
  check(one, true, whole);
  check(one, false, whole);
  return 0;
}
