// What was signed instead of the request: tried out with the secret.
#include "explain/findings.hpp"

#include "base/text.hpp"
#include "sigv4/signing_names.hpp"
#include "sigv4/steps.hpp"

#include <algorithm>

namespace presign::detail {
namespace {

using sigv4::canonical_request;

constexpr auto of_path = &canonical_request::path;
constexpr auto of_query = &canonical_request::query;

bool may_be_added(std::string_view parameter) {
  return !index_in(signing_parameters, name_of(parameter));
}
bool holds_token(std::string_view parameter) { return is_session_token(name_of(parameter)); }
bool is_signature(std::string_view parameter) { return name_of(parameter) == "X-Amz-Signature"; }

// Returns a query without some of its parameters.
std::string without(std::string_view query, bool (*is_unwanted)(std::string_view)) {
  auto rest = split(query, '&');
  rest.erase(std::remove_if(rest.begin(), rest.end(), is_unwanted), rest.end());
  return joined(rest, "&");
}

std::string with_lower_hex(std::string text) {
  for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
    for (std::size_t i = at + 1; i < std::min(at + 3, text.size()); ++i) text[i] = lower(text[i]);
  }
  return text;
}

// Changes one part of the URL's canonical request at a time, until the signature matches.
struct search {
  const presign::credentials& credentials;
  const unverified_request& request;
  const service_rules& rules;
  const url_parts& url;
  const received_canonical_request canonical{request, rules};
  const sigv4::amz_date date = sigv4::amz_date::at(request.signed_at).value();  // as it was parsed
  signing_key_cache cache = {};
  std::optional<finding> found = {};
  std::optional<error> failure = {};

  // Tries another text for a part, and keeps the finding if that was signed.
  void attempt(std::string_view canonical_request::*part, std::string_view text, cause cause,
               pieces seen) {
    if (found || failure || canonical.*part == text) return;
    canonical_request changed = canonical;
    changed.*part = text;
    const auto string_to_sign = detail::string_to_sign(request, date, changed);
    const auto is_it = string_to_sign
                           ? is_signed_by(credentials, request, *string_to_sign, date, cache)
                           : string_to_sign.error();
    if (!is_it) {
      failure = is_it.error();
    } else if (*is_it) {
      found = make_finding(cause, certain, seen);
    }
  }

  void attempt_all() {
    for (const auto* const method : {"GET", "PUT", "HEAD", "POST", "DELETE"}) {
      attempt(&canonical_request::method, method, cause::method,
              {"the URL is signed for ", method, ", not for ", canonical.method});
    }
    attempt_paths();
    attempt_ports();
    for (const auto hash : {sigv4::unsigned_payload, sigv4::empty_payload_hash}) {
      attempt(&canonical_request::payload_hash, hash, cause::payload_hash,
              {"the payload hash that was signed is ", quoted_text(hash),
               ", and the service takes ", quoted_text(canonical.payload_hash)});
    }
    attempt_queries();
  }

  void attempt_paths() {
    const auto path = canonical.path;
    attempt(of_path, replaced(path, "%25", "%"), cause::encoded_twice,
            {rules.encode_path_twice
                 ? "the path was signed percent-encoded once less than the service takes it"
                 : "the path was encoded again after signing"});
    attempt(of_path, replaced(path, "%", "%25"), cause::encoded_twice,
            {"the path was signed percent-encoded once more than the service takes it"});
    const auto with_spaces = replaced(url.path(), "+", "%20");
    attempt(of_path, canonical_path_of(with_spaces, decoded(with_spaces), rules),
            cause::plus_for_space, {"a space in the path that was signed is a '+' in the URL"});
    for (const auto plus : {"+", "%2B"}) {
      attempt(of_path, replaced(path, "%20", plus), cause::plus_for_space,
              {"a space in the path was signed as a '+'"});
    }
    auto other_rules = rules;
    other_rules.normalize_path = !rules.normalize_path;
    attempt(
        of_path, canonical_path_of(request.parts->sent_path, request.path, other_rules),
        cause::path_normalized,
        {rules.normalize_path
             ? "the path was signed as it is, and the service removes \".\" and \"..\" segments "
               "and doubled slashes"
             : "the path was signed without its \".\" and \"..\" segments and doubled slashes, and "
               "the service takes it as it is"});
    attempt(of_path, request.path, cause::path, {"the path was signed without percent-encoding"});
    auto end = path.find('/', 1);
    for (int i = 0; i < 8 && end != path.npos; ++i, end = path.find('/', end + 1)) {
      attempt(of_path, path.substr(end), cause::path_prefix,
              {"the path was signed without its beginning ", quoted_text(path.substr(0, end))});
    }
    attempt(of_path, with_lower_hex(std::string(path)), cause::path,
            {"the path was signed with hex digits in lower case: %2f for %2F"});
    attempt(of_path, sigv4::canonical_path(request.path, rules), cause::path,
            {"the path was signed with other characters percent-encoded, or hex digits in another "
             "case"});
  }

  void attempt_ports() {
    const auto headers = canonical.headers;
    const auto begin = joined({"\n", headers}).find("\nhost:");
    if (begin == headers.npos) return;
    const auto host = headers.substr(begin + 5, headers.find('\n', begin) - begin - 5);
    for (const auto port : {std::string_view(), default_port(url.scheme)}) {
      const auto other = joined({without_port(host), port});
      attempt(&canonical_request::headers,
              std::string(headers).replace(begin + 5, host.size(), other), cause::port,
              {"the URL is signed for the host ", quoted_text(other), ", and leads to ",
               quoted_text(host)});
    }
  }

  // Tries the query without each of the parameters that may have been added, without all of them,
  // not sorted, and without the session token or with it.
  void attempt_queries() {
    const auto query = canonical.query;
    auto parameters = split(query, '&');
    if (std::count_if(parameters.begin(), parameters.end(), may_be_added) <= 16) {
      for (const auto parameter : parameters) {
        if (!may_be_added(parameter)) continue;
        const auto at = static_cast<std::size_t>(parameter.data() - query.data());
        attempt(
            of_query, std::string(query).erase(at > 0 ? at - 1 : 0, parameter.size() + 1),
            cause::parameter_added,
            {"the query parameter ", quoted_safely(name_of(parameter)), " was added to the URL"});
      }
    }
    attempt(of_query, without(query, may_be_added), cause::parameter_added,
            {"query parameters were added to the URL"});
    attempt(of_query, without(url.query(), is_signature), cause::parameter_order,
            {"the query was signed in the order of the URL, not sorted"});
    attempt(of_query, replaced(query, "%20", "%2B"), cause::plus_for_space,
            {"a plus in the query that was signed is a '+' in the URL, which servers take for a "
             "space"});
    attempt(of_query, without(query, holds_token), cause::token_not_signed,
            {"the session token was added to the URL after signing"});
    if (credentials.session_token.empty()) return;
    const auto token = joined(
        {token_parameter(rules), "=", sigv4::uri_encode(credentials.session_token.reveal())});
    const auto comes_after = [&token](auto each) { return name_of(each) > name_of(token); };
    parameters.insert(std::find_if(parameters.begin(), parameters.end(), comes_after), token);
    const bool is_missing = rules.sign_session_token;
    attempt(of_query, joined(parameters, "&"),
            is_missing ? cause::token_missing : cause::token_not_signed,
            {is_missing ? "the URL was signed with a session token, and has lost it"
                        : "the session token was signed"});
  }
};

}  // namespace

result<std::optional<finding>> find_mistake(const credentials& credentials,
                                            const unverified_request& request,
                                            const service_rules& rules, const url_parts& url) {
  search search{credentials, request, rules, url};
  search.attempt_all();
  if (search.failure) return *std::move(search.failure);
  return std::move(search.found);
}

}  // namespace presign::detail
