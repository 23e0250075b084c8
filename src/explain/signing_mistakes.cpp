// What was signed instead of the request: tried out with the secret.
#include "explain/signing_mistakes.hpp"

#include "base/text.hpp"
#include "base/url.hpp"
#include "explain/finding.hpp"
#include "sigv4/service_rules.hpp"
#include "sigv4/uri_encode.hpp"
#include "verify/verify.hpp"

#include <presign/signer.hpp>
#include <presign/sigv4.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace presign::detail {
namespace {

using canonical_part = std::string_view sigv4::canonical_request::*;

// A canonical request that differs from the URL's in one part, and what that would show.
struct mistake {
  presign::cause cause;
  std::string seen;
  canonical_part part;
  std::string text;
};

using pieces = std::vector<std::string_view>;

std::string_view name_of(std::string_view parameter) {
  return parameter.substr(0, parameter.find('='));
}

template <class Predicate>
pieces without(pieces parameters, Predicate is_unwanted) {
  parameters.erase(std::remove_if(parameters.begin(), parameters.end(), is_unwanted),
                   parameters.end());
  return parameters;
}

std::string with_lower_hex(std::string text) {
  for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
    for (std::size_t i = at + 1; i < std::min(at + 3, text.size()); ++i) text[i] = lower(text[i]);
  }
  return text;
}

class mistakes {
 public:
  mistakes(const unverified_request& request, const service_rules& rules, const url_parts& url,
           const sigv4::canonical_request& canonical)
      : request_(request), rules_(rules), url_(url), canonical_(canonical) {}

  std::vector<mistake> all(const credentials& credentials) {
    add_methods();
    add_paths();
    add_hosts();
    add_payload_hashes();
    add_tokens(credentials);
    add_queries();
    return std::move(mistakes_);
  }

 private:
  void add(cause cause, std::string seen, canonical_part part, std::string text) {
    if (canonical_.*part == text) return;
    mistakes_.push_back({cause, std::move(seen), part, std::move(text)});
  }

  void add_methods() {
    for (const std::string method : {"GET", "PUT", "HEAD", "POST", "DELETE"}) {
      add(cause::method,
          "the URL is signed for " + method + ", not for " + std::string(canonical_.method),
          &sigv4::canonical_request::method, method);
    }
  }

  void add_path(cause cause, std::string seen, std::string path) {
    add(cause, std::move(seen), &sigv4::canonical_request::path, std::move(path));
  }

  void add_paths() {
    const auto path = canonical_.path;
    add_path(cause::encoded_twice, "the path was encoded again after signing",
             replaced(path, "%25", "%"));
    add_path(cause::encoded_twice,
             "the path was signed percent-encoded once more than the service takes it",
             replaced(path, "%", "%25"));
    std::string raw;
    if (append_decoded(raw, replaced(url_.path(), "+", "%20"))) {
      add_path(cause::plus_for_space, "a space of the path that was signed is a '+' in the URL",
               sigv4::canonical_path(raw, rules_));
    }
    for (const auto plus : {"+", "%2B"}) {
      add_path(cause::plus_for_space, "a space of the path was signed as a '+'",
               replaced(path, "%20", plus));
    }
    auto normalizing = rules_;
    normalizing.normalize_path = !rules_.normalize_path;
    add_path(cause::path_normalized,
             rules_.normalize_path
                 ? "the path was signed as it is, and the service takes \".\" and \"..\" segments "
                   "and doubled slashes out of it"
                 : "the path was signed without its \".\" and \"..\" segments and doubled slashes, "
                   "and the service takes it as it is",
             sigv4::canonical_path(request_.path, normalizing));
    add_path(cause::path, "the path was signed with hex digits in lower case: %2f for %2F",
             with_lower_hex(std::string(path)));
  }

  void add_hosts() {
    const auto line = "\n" + std::string(canonical_.headers);
    const auto begin = line.find("\nhost:");
    if (begin == line.npos) return;
    const auto host = line.substr(begin + 6, line.find('\n', begin + 1) - begin - 6);
    const std::string name(without_port(host));
    for (const auto& other : {name, name + (url_.scheme == "https" ? ":443" : ":80")}) {
      add(cause::port,
          "the URL is signed for the host " + quoted(other) + ", and leads to " + quoted(host),
          &sigv4::canonical_request::headers,
          std::string(canonical_.headers).replace(begin + 5, host.size(), other));
    }
  }

  void add_payload_hashes() {
    for (const auto hash : {sigv4::unsigned_payload, sigv4::empty_payload_hash}) {
      add(cause::payload_hash,
          "the payload hash that was signed is " + quoted(hash) + ", and the service takes " +
              quoted(canonical_.payload_hash),
          &sigv4::canonical_request::payload_hash, std::string(hash));
    }
  }

  void add_query(cause cause, std::string seen, std::string query) {
    add(cause, std::move(seen), &sigv4::canonical_request::query, std::move(query));
  }

  void add_tokens(const credentials& credentials) {
    auto parameters = split(canonical_.query, '&');
    if (request_.session_token.empty() && !credentials.session_token.empty()) {
      const auto token = std::string(token_parameter(rules_)) + '=' +
                         sigv4::uri_encode(credentials.session_token.reveal());
      const auto after = std::find_if(parameters.begin(), parameters.end(), [&token](auto each) {
        return name_of(each) > name_of(token);
      });
      parameters.insert(after, token);
      add_query(cause::token_missing, "the URL was signed with a session token, and has lost it",
                joined(parameters, "&"));
      return;
    }
    add_query(cause::token_not_signed, "the session token was added to the URL after signing",
              joined(without(std::move(parameters),
                             [](auto each) { return is_token_parameter(name_of(each)); }),
                     "&"));
  }

  // The query without each of the parameters that may have been added, without all, and not sorted.
  void add_queries() {
    const auto parameters = split(canonical_.query, '&');
    const auto is_other = [](auto each) { return !signing_parameter(name_of(each)); };
    const auto others = std::count_if(parameters.begin(), parameters.end(), is_other);
    for (std::size_t i = 0; i < parameters.size() && others <= 16; ++i) {
      if (!is_other(parameters[i])) continue;
      auto rest = parameters;
      rest.erase(rest.begin() + static_cast<std::ptrdiff_t>(i));
      add_query(
          cause::parameter_added,
          "the query parameter " + quoted(redact(name_of(parameters[i]))) + " was added to the URL",
          joined(rest, "&"));
    }
    add_query(cause::parameter_added, "query parameters were added to the URL",
              joined(without(parameters, is_other), "&"));
    add_query(cause::parameter_order, "the query was signed in the order of the URL, not sorted",
              joined(without(split(url_.query(), '&'),
                             [](auto each) { return name_of(each) == "X-Amz-Signature"; }),
                     "&"));
  }

  const unverified_request& request_;
  const service_rules rules_;
  const url_parts& url_;
  const sigv4::canonical_request& canonical_;
  std::vector<mistake> mistakes_;
};

}  // namespace

result<std::optional<finding>> find_mistake(const credentials& credentials,
                                            const unverified_request& request,
                                            const service_rules& rules, const url_parts& url) {
  const auto date = sigv4::amz_date::at(request.signed_at);
  if (!date) return date.error();
  const received_canonical_request canonical(request, rules);
  signing_key_cache cache;
  for (auto& each : mistakes{request, rules, url, canonical}.all(credentials)) {
    sigv4::canonical_request changed = canonical;
    changed.*each.part = each.text;
    const auto hash = changed.hash();
    if (!hash) return hash.error();
    const auto is_it =
        is_signed_by(credentials, request, string_to_sign(request, *date, *hash), *date, cache);
    if (!is_it) return is_it.error();
    if (*is_it) {
      return std::optional{make_finding(each.cause, certainty::certain, std::move(each.seen))};
    }
  }
  return std::optional<finding>{};
}

}  // namespace presign::detail
