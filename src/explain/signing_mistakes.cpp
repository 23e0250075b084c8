// What was signed instead of the request: tried out with the secret.
#include "explain/findings.hpp"

#include "base/text.hpp"
#include "sigv4/canonical_request.hpp"
#include "sigv4/service_rules.hpp"

#include <algorithm>
#include <utility>

namespace presign::detail {
namespace {

using sigv4::canonical_request;

// A canonical request that differs from the URL's in one part, and what that would show.
struct mistake {
  presign::cause cause;
  std::string seen;
  std::string_view canonical_request::*part;
  std::string text;
};

using mistakes = std::vector<mistake>;

bool is_other(std::string_view parameter) {
  return !index_in(signing_parameters, name_of(parameter));
}
bool is_token(std::string_view parameter) { return is_token_parameter(name_of(parameter)); }
bool is_signature(std::string_view parameter) { return name_of(parameter) == "X-Amz-Signature"; }

// Returns a query without some of its parameters.
std::string without(std::string_view query, bool (*is_unwanted)(std::string_view)) {
  std::string rest;
  for (const auto parameter : split(query, '&')) {
    if (!is_unwanted(parameter)) rest.append(rest.empty() ? "" : "&").append(parameter);
  }
  return rest;
}

std::string with_lower_hex(std::string text) {
  for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
    for (std::size_t i = at + 1; i < std::min(at + 3, text.size()); ++i) text[i] = lower(text[i]);
  }
  return text;
}

void add_paths(mistakes& all, const unverified_request& request, const service_rules& rules,
               const url_parts& url, std::string_view path) {
  const auto add = [&all](cause cause, pieces seen, std::string text) {
    all.push_back({cause, joined(seen), &canonical_request::path, std::move(text)});
  };
  add(cause::encoded_twice,
      {rules.encode_path_twice
           ? "the path was signed percent-encoded once less than the service takes it"
           : "the path was encoded again after signing"},
      replaced(path, "%25", "%"));
  add(cause::encoded_twice,
      {"the path was signed percent-encoded once more than the service takes it"},
      replaced(path, "%", "%25"));
  const auto with_spaces = replaced(url.path(), "+", "%20");
  add(cause::plus_for_space, {"a space of the path that was signed is a '+' in the URL"},
      canonical_path_of(with_spaces, decoded(with_spaces), rules));
  for (const auto plus : {"+", "%2B"}) {
    add(cause::plus_for_space, {"a space of the path was signed as a '+'"},
        replaced(path, "%20", plus));
  }
  auto other_rules = rules;
  other_rules.normalize_path = !rules.normalize_path;
  add(cause::path_normalized,
      {rules.normalize_path
           ? "the path was signed as it is, and the service takes \".\" and \"..\" segments and "
             "doubled slashes out of it"
           : "the path was signed without its \".\" and \"..\" segments and doubled slashes, and "
             "the service takes it as it is"},
      canonical_path_of(request.parts->sent_path, request.path, other_rules));
  add(cause::path, {"the path was signed without percent-encoding"}, std::string(request.path));
  auto end = path.find('/', 1);
  for (int i = 0; i < 8 && end != path.npos; ++i, end = path.find('/', end + 1)) {
    add(cause::path_prefix,
        {"the path was signed without its beginning ", quoted(path.substr(0, end))},
        std::string(path.substr(end)));
  }
  add(cause::path, {"the path was signed with hex digits in lower case: %2f for %2F"},
      with_lower_hex(std::string(path)));
  add(cause::path,
      {"the path was signed with other characters percent-encoded, or hex digits in another case"},
      sigv4::canonical_path(request.path, rules));
}

void add_ports(mistakes& all, const url_parts& url, std::string_view headers) {
  const auto begin = joined({"\n", headers}).find("\nhost:");
  if (begin == headers.npos) return;
  const auto host = headers.substr(begin + 5, headers.find('\n', begin) - begin - 5);
  for (const auto port : {std::string_view(), default_port(url.scheme)}) {
    const auto other = joined({without_port(host), port});
    auto seen =
        joined({"the URL is signed for the host ", quoted(other), ", and leads to ", quoted(host)});
    all.push_back({cause::port, std::move(seen), &canonical_request::headers,
                   std::string(headers).replace(begin + 5, host.size(), other)});
  }
}

// Adds the query with the session token, or without; without each of the parameters that may have
// been added, without all of them, and not sorted.
void add_queries(mistakes& all, const credentials& credentials, const service_rules& rules,
                 const url_parts& url, std::string_view query) {
  const auto add = [&all](cause cause, pieces seen, std::string text) {
    all.push_back({cause, joined(seen), &canonical_request::query, std::move(text)});
  };
  auto parameters = split(query, '&');
  if (std::count_if(parameters.begin(), parameters.end(), is_other) <= 16) {
    for (const auto parameter : parameters) {
      if (!is_other(parameter)) continue;
      const auto at = static_cast<std::size_t>(parameter.data() - query.data());
      add(cause::parameter_added,
          {"the query parameter ", quoted_safely(name_of(parameter)), " was added to the URL"},
          std::string(query).erase(at > 0 ? at - 1 : 0, parameter.size() + 1));
    }
  }
  add(cause::parameter_added, {"query parameters were added to the URL"}, without(query, is_other));
  add(cause::parameter_order, {"the query was signed in the order of the URL, not sorted"},
      without(url.query(), is_signature));
  add(cause::token_not_signed, {"the session token was added to the URL after signing"},
      without(query, is_token));
  if (credentials.session_token.empty()) return;
  const auto token =
      joined({token_parameter(rules), "=", sigv4::uri_encode(credentials.session_token.reveal())});
  const auto comes_after = [&token](auto each) { return name_of(each) > name_of(token); };
  parameters.insert(std::find_if(parameters.begin(), parameters.end(), comes_after), token);
  const bool is_missing = rules.sign_session_token;
  add(is_missing ? cause::token_missing : cause::token_not_signed,
      {is_missing ? "the URL was signed with a session token, and has lost it"
                  : "the session token was signed"},
      joined(parameters, "&"));
}

}  // namespace

result<std::optional<finding>> find_mistake(const credentials& credentials,
                                            const unverified_request& request,
                                            const service_rules& rules, const url_parts& url) {
  const auto date = sigv4::amz_date::at(request.signed_at).value();  // as it was parsed
  const received_canonical_request canonical(request, rules);
  mistakes mistakes;
  for (const auto* const method : {"GET", "PUT", "HEAD", "POST", "DELETE"}) {
    auto seen = joined({"the URL is signed for ", method, ", not for ", canonical.method});
    mistakes.push_back({cause::method, std::move(seen), &canonical_request::method, method});
  }
  add_paths(mistakes, request, rules, url, canonical.path);
  add_ports(mistakes, url, canonical.headers);
  for (const auto hash : {sigv4::unsigned_payload, sigv4::empty_payload_hash}) {
    auto seen = joined({"the payload hash that was signed is ", quoted(hash),
                        ", and the service takes ", quoted(canonical.payload_hash)});
    mistakes.push_back({cause::payload_hash, std::move(seen), &canonical_request::payload_hash,
                        std::string(hash)});
  }
  add_queries(mistakes, credentials, rules, url, canonical.query);

  signing_key_cache cache;
  for (auto& each : mistakes) {
    if (canonical.*each.part == each.text) continue;
    canonical_request changed = canonical;
    changed.*each.part = each.text;
    const auto hash = changed.hash();
    if (!hash) return hash.error();
    const auto is_it =
        is_signed_by(credentials, request, string_to_sign(request, date, *hash), date, cache);
    if (!is_it) return is_it.error();
    if (*is_it) return std::optional{make_finding(each.cause, certain, {each.seen})};
  }
  return std::optional<finding>{};
}

}  // namespace presign::detail
