// What was signed, if not what is asked for: tried out with the secret.
#include "explain/signing_mistakes.hpp"

#include "base/host.hpp"
#include "base/text.hpp"
#include "sigv4/service_rules.hpp"
#include "sigv4/uri_encode.hpp"
#include "verify/presented_signature.hpp"
#include "verify/rebuilt_request.hpp"

#include <presign/signer.hpp>
#include <presign/sigv4.hpp>

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

namespace presign::detail {
namespace {

// A canonical request as it may have been signed.
struct signed_request_text {
  std::string method;
  std::string path;
  std::string query;
  std::string headers;
  std::string signed_headers;
  std::string payload_hash;

  explicit signed_request_text(const sigv4::canonical_request& from)
      : method(from.method),
        path(from.path),
        query(from.query),
        headers(from.headers),
        signed_headers(from.signed_headers),
        payload_hash(from.payload_hash) {}

  result<sigv4::digest> hash() const {
    return sigv4::canonical_request{method, path, query, headers, signed_headers, payload_hash}
        .hash();
  }
};

// One that was, and what that says of the request that is asked for.
struct attempt {
  presign::cause cause;
  std::string sentence;
  signed_request_text text;
};

std::string joined(const std::vector<std::string_view>& pieces) {
  std::string made;
  for (const auto one : pieces) {
    if (!made.empty()) made.push_back('&');
    made.append(one);
  }
  return made;
}

std::string_view name_of(std::string_view parameter) {
  return parameter.substr(0, parameter.find('='));
}

std::string with_lower_hex(std::string text) {
  for (std::size_t at = text.find('%'); at != text.npos; at = text.find('%', at + 1)) {
    for (std::size_t i = at + 1; i < std::min(at + 3, text.size()); ++i) text[i] = lower(text[i]);
  }
  return text;
}

class attempts {
 public:
  attempts(const unverified_request& presented, const service_rules& rules, const url_parts& url)
      : presented_(presented),
        rules_(rules),
        url_(url),
        asked_(rebuilt_request{presented, rules}.canonical()) {}

  std::vector<attempt> all(const credentials& who) {
    methods();
    paths();
    hosts();
    payload_hashes();
    tokens(who);
    queries();
    return std::move(made_);
  }

 private:
  // One in which one part is another.
  void add(cause what, std::string sentence, std::string signed_request_text::*part,
           std::string text) {
    if (asked_.*part == text) return;
    made_.push_back({what, std::move(sentence), asked_});
    made_.back().text.*part = std::move(text);
  }

  void methods() {
    for (const std::string method : {"GET", "PUT", "HEAD", "POST", "DELETE"}) {
      add(cause::method, "the URL is signed for " + method + ", not for " + asked_.method,
          &signed_request_text::method, method);
    }
  }

  void add_path(cause what, std::string sentence, std::string path) {
    add(what, std::move(sentence), &signed_request_text::path, std::move(path));
  }

  void paths() {
    const auto& path = asked_.path;
    add_path(
        cause::encoded_twice,
        "the path is percent-encoded twice in the URL, and was once in what was signed: it was "
        "encoded again after signing",
        replaced(path, "%25", "%"));
    add_path(cause::encoded_twice,
             "the path was percent-encoded once more to be signed than the service takes it",
             replaced(path, "%", "%25"));
    std::string raw;
    if (append_decoded(raw, replaced(url_.path(), "+", "%20"))) {
      add_path(cause::plus_for_space,
               "a space of the path that was signed is a '+' in the URL: it must be %20",
               sigv4::canonical_path(raw, rules_));
    }
    for (const auto plus : {"+", "%2B"}) {
      add_path(cause::plus_for_space,
               "a space of the path was signed as a '+': it must be signed as %20",
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
             sigv4::canonical_path(presented_.path, normalizing));
    add_path(cause::path, "the path was signed with hex digits in lower case: %2f for %2F",
             with_lower_hex(path));
  }

  // The host is signed always, or the request has a flaw.
  void hosts() {
    const auto line = "\n" + asked_.headers;
    const auto begin = line.find("\nhost:");
    if (begin == line.npos) return;
    const auto host = line.substr(begin + 6, line.find('\n', begin + 1) - begin - 6);
    const std::string name(without_port(host));
    for (const auto& other : {name, name + (url_.scheme == "https" ? ":443" : ":80")}) {
      add(cause::port,
          "the URL is signed for the host " + quoted(other) + ", and leads to " + quoted(host),
          &signed_request_text::headers,
          std::string(asked_.headers).replace(begin + 5, host.size(), other));
    }
  }

  void payload_hashes() {
    for (const auto hash : {sigv4::unsigned_payload, sigv4::empty_payload_hash}) {
      add(cause::payload_hash,
          "the payload hash that was signed is " + quoted(hash) + ", the service takes " +
              quoted(asked_.payload_hash),
          &signed_request_text::payload_hash, std::string(hash));
    }
  }

  void add_query(cause what, std::string sentence, std::string query) {
    add(what, std::move(sentence), &signed_request_text::query, std::move(query));
  }

  void tokens(const credentials& who) {
    if (presented_.session_token.empty() && !who.session_token.empty()) {
      auto with_token = presented_;
      const auto token = std::string(token_parameter(rules_)) + '=' +
                         sigv4::uri_encode(who.session_token.reveal());
      auto parameters = split(presented_.signing_query, '&');
      const auto after = std::find_if(parameters.begin(), parameters.end(),
                                      [&token](auto one) { return name_of(one) > name_of(token); });
      parameters.insert(after, token);
      const auto query = joined(parameters);
      with_token.signing_query = query;
      add_query(cause::token_missing, "the URL is signed with a session token, and has lost it",
                std::string(rebuilt_request{with_token, rules_}.canonical().query));
      return;
    }
    auto pieces = split(asked_.query, '&');
    pieces.erase(std::remove_if(pieces.begin(), pieces.end(),
                                [](auto one) { return is_token_parameter(name_of(one)); }),
                 pieces.end());
    add_query(cause::token_not_signed, "the session token was added to the URL after signing",
              joined(pieces));
  }

  // Without each of the parameters that may have been added, and without all; and not sorted.
  void queries() {
    const auto pieces = split(asked_.query, '&');
    std::vector<std::string_view> ours;
    for (const auto one : pieces) {
      if (signing_parameter(name_of(one))) ours.push_back(one);
    }
    constexpr std::size_t most = 16;
    for (std::size_t i = 0; i < pieces.size() && pieces.size() <= ours.size() + most; ++i) {
      if (signing_parameter(name_of(pieces[i]))) continue;
      auto others = pieces;
      others.erase(others.begin() + static_cast<std::ptrdiff_t>(i));
      add_query(cause::parameter_added,
                "the query parameter " + quoted(redact(name_of(pieces[i]))) +
                    " was added to the URL after signing",
                joined(others));
    }
    add_query(cause::parameter_added, "query parameters were added to the URL after signing",
              joined(ours));

    auto unsorted = split(url_.query(), '&');
    const auto is_signature = [](auto one) { return name_of(one) == "X-Amz-Signature"; };
    unsorted.erase(std::remove_if(unsorted.begin(), unsorted.end(), is_signature), unsorted.end());
    add_query(cause::parameter_order,
              "the query was signed in the order that it has in the URL, not sorted",
              joined(unsorted));
  }

  const unverified_request& presented_;
  const service_rules rules_;
  const url_parts& url_;
  const signed_request_text asked_;
  std::vector<attempt> made_;
};

}  // namespace

result<std::optional<finding>> find_mistake(const credentials& who,
                                            const unverified_request& presented,
                                            const service_rules& rules, const url_parts& url) {
  const auto date = sigv4::amz_date::at(presented.signed_at);
  if (!date) return date.error();
  for (auto& one : attempts{presented, rules, url}.all(who)) {
    const auto hashed = one.text.hash();
    if (!hashed) return hashed.error();
    const auto is_it = is_made_by(who, presented, string_to_sign(presented, *date, *hashed), *date);
    if (!is_it) return is_it.error();
    if (*is_it)
      return std::optional{finding{one.cause, certainty::certain, std::move(one.sentence)}};
  }
  return std::optional<finding>{};
}

}  // namespace presign::detail
