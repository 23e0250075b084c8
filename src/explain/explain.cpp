// Explains what a presigned URL says, and why a server rejected it.
//
//   URL ─► what it presents ─► facts, and what looks wrong in them ──────────────┐
//                │        └─► with the secret: who signed it, and what else ─────┼─► findings
//                ▼                                                               │
//   ours: canonical request, string to sign ─┐                                   │
//   response ─► theirs ──────────────────────┴─► the first difference, in words ─┤
//         └─► its code ─► what that means ───────────────────────────────────────┘
#include "base/crypto.hpp"
#include "base/error_of.hpp"
#include "base/text.hpp"
#include "base/url_parts.hpp"
#include "explain/canonical_diff.hpp"
#include "explain/error_response.hpp"
#include "explain/signing_mistakes.hpp"
#include "explain/url_checks.hpp"
#include "s3/endpoint.hpp"
#include "verify/presented_request.hpp"
#include "verify/presented_signature.hpp"
#include "verify/rebuilt_request.hpp"

#include <presign/explain.hpp>
#include <presign/signer.hpp>
#include <presign/sigv4.hpp>

#include <algorithm>
#include <iterator>
#include <set>
#include <utility>

namespace presign {
namespace {

using detail::begins_with;
using detail::error_of;
using detail::error_response;
using detail::quoted;
using detail::url_parts;

// ── What is presented ───────────────────────────────────────────────────────────────────────────

// The URL as a server would receive it. A signed header of which nobody told the value has none,
// and its name is added to unknown.
detail::reading read(const url_parts& parts, const explain_options& options,
                     std::vector<std::string>& unknown) {
  const auto target = (begins_with(parts.target, "/") ? "" : "/") + std::string(parts.target);
  received_request received{options.method, target, {}};
  std::set<std::string> given;
  for (const auto& one : options.headers) {
    received.headers.push_back({one.name, one.value});
    given.insert(detail::lower(one.name));
  }
  if (given.insert("host").second) received.headers.push_back({"host", parts.host});

  auto first = detail::read_presented(received, detail::signature_place::query);
  for (const auto name : detail::split(first.request.signed_headers, ';')) {
    if (detail::is_token(name) && given.insert(detail::lower(name)).second) {
      unknown.emplace_back(name);
    }
  }
  if (unknown.empty()) return first;
  for (const auto& name : unknown) received.headers.push_back({name, {}});
  return detail::read_presented(received, detail::signature_place::query);
}

template <class Names>
std::string joined(const Names& names) {
  std::string list;
  for (const auto& one : names) list.append(list.empty() ? "" : ", ").append(one);
  return list;
}

// ── Who signed ──────────────────────────────────────────────────────────────────────────────────

struct testimony {
  std::optional<bool> made_by_signer = {};
  bool is_another_key = false;  // the signer has another access key id than the URL
  std::vector<finding> findings = {};
};

// Of a signer who made the signature: whether the session token goes with it.
std::optional<finding> check_token(const credentials& who, const unverified_request& asked) {
  const auto token = who.session_token.reveal();
  if (detail::equal_in_constant_time(token, asked.session_token)) return {};
  if (asked.session_token.empty()) {
    return finding{cause::token_missing, certainty::certain,
                   "the credentials have a session token, and the URL was signed without it"};
  }
  return finding{token.empty() ? cause::token_unwanted : cause::token_invalid, certainty::certain,
                 "the URL's session token is not that of the credentials that signed it"};
}

// Whether the signer made the signature of this string to sign, and if not, of what else.
result<testimony> ask(const credentials& who, const unverified_request& asked,
                      std::string_view string_to_sign, const sigv4::amz_date& date,
                      const service_rules& rules, const url_parts& parts, bool knows_all_headers) {
  testimony told;
  if (who.access_key_id != asked.access_key_id) {
    told.is_another_key = true;
    return told;
  }
  const auto is_theirs = detail::is_made_by(who, asked, string_to_sign, date);
  if (!is_theirs) return is_theirs.error();
  if (*is_theirs) {
    told.made_by_signer = true;
    if (auto wrong = check_token(who, asked)) told.findings.push_back(*std::move(wrong));
  } else if (knows_all_headers) {
    told.made_by_signer = false;
    auto mistake = detail::find_mistake(who, asked, rules, parts);
    if (!mistake) return mistake.error();
    if (*mistake) told.findings.push_back(**std::move(mistake));
  }
  return told;
}

// ── Whom to blame ────────────────────────────────────────────────────────────────────────────────

// Of a signature that is wrong though nothing else is, as the server says or the signer.
finding blame_secret(std::optional<bool> made_by_signer) {
  if (made_by_signer == true) {
    return {cause::secret, certainty::likely,
            "what arrived is just what these credentials signed: the server has another secret "
            "access key for this access key id"};
  }
  if (made_by_signer == false) {
    return {cause::secret, certainty::likely,
            "these credentials did not make the signature: the secret access key is another, or "
            "the URL was changed after signing in a way that was not tried"};
  }
  return {cause::secret, certainty::likely,
          "what arrived is just what the URL says: the secret access key is not the one of this "
          "access key id; or the URL's path, query or host was changed after signing, or it was "
          "signed for another method"};
}

// Of a signature that was refused, by others than the credentials at hand.
finding blame_access_key(const unverified_request& asked) {
  return {cause::access_key, certainty::likely,
          "the URL is signed with the access key id " + quoted(asked.access_key_id) +
              ", not with that of the credentials at hand: the server may not know it, or its "
              "secret access key may be another"};
}

// Of a good signature that was refused, where the server does not show what arrived.
finding blame_the_way() {
  return {cause::unexplained, certainty::likely,
          "these credentials signed just what the URL says: unless the server has another secret, "
          "or does not allow this, something else arrived, by another method, host, header or "
          "path"};
}

// What arrived is what the URL says, with headers of which nobody told what was signed.
finding blame_headers(const std::vector<std::string>& unknown) {
  return {cause::header_changed, certainty::likely,
          "what arrived is what the URL says, where these signed headers had the values that were "
          "signed, which is not known: " +
              quoted(joined(unknown))};
}

// ── All together ────────────────────────────────────────────────────────────────────────────────

// Findings from several sources: the surest first, and among those that are as sure, in the order
// of the sources. What one source has told, no other tells again.
class report {
 public:
  void add(std::vector<finding> findings) {
    ++source_;
    for (auto& one : findings) entries_.push_back({std::move(one), source_});
  }

  bool has_certain() const {
    return std::any_of(entries_.begin(), entries_.end(),
                       [](const auto& one) { return one.told.certainty == certainty::certain; });
  }

  std::vector<finding> take() {
    std::stable_sort(entries_.begin(), entries_.end(), [](const auto& a, const auto& b) {
      return a.told.certainty < b.told.certainty;
    });
    std::vector<entry> kept;
    for (auto& one : entries_) {
      const bool is_told = std::any_of(kept.begin(), kept.end(), [&one](const auto& other) {
        return other.told.cause == one.told.cause && other.source != one.source;
      });
      if (!is_told) kept.push_back(std::move(one));
    }
    std::vector<finding> findings;
    findings.reserve(kept.size());
    for (auto& one : kept) findings.push_back(std::move(one.told));
    return findings;
  }

 private:
  struct entry {
    finding told;
    int source;
  };
  std::vector<entry> entries_;
  int source_ = 0;
};

struct evidence {
  error_response response = {};
  detail::comparison compared = {};  // of what arrived with the URL
  testimony signer = {};
  std::vector<std::string> unknown_headers = {};

  // What arrived is what the URL says.
  bool is_same() const { return !response.canonical_request.empty() && compared.findings.empty(); }
};

// What the texts that are signed tell, which take a signing time.
std::optional<error> gather(const url_parts& parts, const unverified_request& asked,
                            const service_rules& rules, const std::optional<credentials>& signer,
                            evidence& found) {
  const detail::rebuilt_request rebuilt{asked, rules};
  const auto date = sigv4::amz_date::at(asked.signed_at);
  if (!date) return date.error();
  const auto string_to_sign = rebuilt.string_to_sign(*date);
  if (!string_to_sign) return string_to_sign.error();
  found.compared =
      detail::compare({rebuilt.canonical().text(), *string_to_sign},
                      {found.response.canonical_request, found.response.string_to_sign});
  if (!signer) return {};
  auto told =
      ask(*signer, asked, *string_to_sign, *date, rules, parts, found.unknown_headers.empty());
  if (!told) return told.error();
  found.signer = *std::move(told);
  return {};
}

// Headers besides host, which a plain link does not send. Whether they arrived, only a server's
// canonical request tells.
std::vector<finding> mind_headers(const unverified_request& asked, const error_response& response) {
  auto names = detail::split(asked.signed_headers, ';');
  const auto is_no_matter = [](auto name) { return name == "host" || !detail::is_token(name); };
  names.erase(std::remove_if(names.begin(), names.end(), is_no_matter), names.end());
  if (names.empty() || !response.canonical_request.empty()) return {};
  const auto how_sure = response.code.empty()                      ? certainty::note
                        : response.code == "SignatureDoesNotMatch" ? certainty::likely
                                                                   : certainty::possible;
  return {{cause::header_not_sent, how_sure,
           "the URL works only with these headers, sent with the values that were signed, and a "
           "plain link does not send them: " +
               quoted(joined(names))}};
}

// Returns whether the server says that the URL has expired, and our clock says that it has not. A
// server time in the response counts as our clock: then there is one clock only.
std::optional<finding> compare_clocks(const finding& meaning, const unverified_request& asked,
                                      time_point at) {
  if (meaning.cause != cause::expired || !asked.expires) return {};
  const auto left = (asked.signed_at + *asked.expires - at).count();
  if (left <= 0) return {};
  return finding{
      cause::clock, certainty::certain,
      "the server says that the URL has expired, but by this machine's clock it is valid "
      "for another " +
          std::to_string(left) + (left == 1 ? " second" : " seconds") +
          ": one of the two clocks is wrong"};
}

// What a refusal may mean, without what it cannot mean of a URL that has no session token, or signs
// no header but host.
std::vector<finding> meaning_of(const error_response& response, const detail::reading& read,
                                time_point at) {
  const auto& asked = read.request;
  auto meanings = detail::meaning_of(response);
  for (auto& meaning : meanings) {
    auto clocks = read.has_signing_time ? compare_clocks(meaning, asked, at) : std::nullopt;
    if (clocks) meaning = *std::move(clocks);
  }
  const auto cannot_be = [&asked](const finding& one) {
    if (one.certainty == certainty::certain) return false;
    if (one.cause == cause::header_changed) return asked.signed_headers == "host";
    const bool is_of_token =
        one.cause == cause::token_invalid || one.cause == cause::token_not_signed;
    return is_of_token && asked.session_token.empty();
  };
  meanings.erase(std::remove_if(meanings.begin(), meanings.end(), cannot_be), meanings.end());
  return meanings;
}

std::vector<finding> conclude(const detail::reading& read, evidence found,
                              std::vector<finding> of_the_url, time_point at) {
  auto meanings = meaning_of(found.response, read, at);
  const bool server_says_why =
      !meanings.empty() && meanings.front().certainty == certainty::certain;
  const bool is_same = found.is_same();
  const bool is_known = server_says_why || !read.flaws.empty() ||
                        !found.compared.findings.empty() || !found.signer.findings.empty();
  const auto made = found.signer.made_by_signer;

  report all;
  if (server_says_why) all.add(std::move(meanings));
  all.add(std::move(found.compared.findings));
  all.add(std::move(found.signer.findings));
  all.add(std::move(of_the_url));
  all.add(mind_headers(read.request, found.response));
  if (!is_known && is_same && !found.unknown_headers.empty()) {
    all.add({blame_headers(found.unknown_headers)});
  } else if (!is_known && found.signer.is_another_key && !found.response.code.empty()) {
    all.add({blame_access_key(read.request)});
  } else if (!is_known && (is_same || made == false)) {
    all.add({blame_secret(made)});
  } else if (!is_known && made == true && !found.response.code.empty() && !all.has_certain()) {
    all.add({blame_the_way()});
  }
  // NOLINTNEXTLINE(bugprone-use-after-move): moved from above only where the server says why.
  if (!server_says_why && !is_same && !all.has_certain()) all.add(std::move(meanings));
  return all.take();
}

// A list of names. Where a '&' was lost, it has the parameter in it that comes next.
std::string names_or_nothing(std::string_view list) {
  return list.find('=') == list.npos ? std::string(list) : "";
}

explanation facts_of(const url_parts& parts, const detail::reading& reading) {
  const auto& asked = reading.request;
  explanation facts;
  facts.host = parts.host;
  facts.path = detail::shown(asked.path);
  if (begins_with(asked.service, "s3")) {
    const auto address = detail::s3_address_of(parts.host, asked.path);
    facts.bucket = detail::shown(address.bucket);
    facts.key = detail::shown(address.key);
    facts.bucket_is_in_host = address.bucket_is_in_host;
  }
  facts.algorithm = asked.algorithm;
  facts.access_key_id = asked.access_key_id;
  facts.region = names_or_nothing(asked.region);
  facts.service = asked.service;
  if (reading.has_signing_time) facts.signed_at = asked.signed_at;
  if (reading.has_signing_time && asked.expires) {
    facts.expires_at = asked.signed_at + *asked.expires;
  }
  facts.signed_headers = names_or_nothing(asked.signed_headers);
  facts.has_session_token = !asked.session_token.empty();
  return facts;
}

std::optional<error> check_presigned(const unverified_request& asked) {
  const auto& others = asked.query_parameters;
  const auto has = [&others](std::string_view beginning) {
    return std::any_of(others.begin(), others.end(),
                       [beginning](const auto& one) { return begins_with(one.name, beginning); });
  };
  if (!asked.signing_query.empty() || has("amp;X-Amz-")) return {};
  return error_of(
      errc::missing_signature,
      {has("AWSAccessKeyId")
           ? "the URL is signed with Signature Version 2, not with Version 4"
           : "the URL is not presigned: it has none of the query parameters of Signature "
             "Version 4, X-Amz-Algorithm and others"});
}

}  // namespace

std::string_view name(cause cause) noexcept {
  constexpr std::string_view names[] = {
      "expired",
      "not_yet_valid",
      "clock",
      "invalid_expiry",
      "method",
      "host",
      "port",
      "path",
      "encoded_twice",
      "plus_for_space",
      "path_normalized",
      "path_prefix",
      "parameter_added",
      "parameter_missing",
      "parameter_changed",
      "parameter_order",
      "header_not_sent",
      "header_changed",
      "header_not_signed",
      "signed_headers",
      "two_signatures",
      "payload_hash",
      "algorithm",
      "date",
      "region",
      "service",
      "unexplained",
      "secret",
      "access_key",
      "token_missing",
      "token_unwanted",
      "token_not_signed",
      "token_invalid",
      "token_expired",
      "permission",
      "no_such_bucket",
      "no_such_key",
      "wrong_endpoint",
      "operation",
      "server",
      "malformed_url",
      "plain_http",
      "garbled_response",
  };
  const auto index = static_cast<std::size_t>(cause);
  return index < std::size(names) ? names[index] : "unknown";
}

std::string_view name(certainty certainty) noexcept {
  constexpr std::string_view names[] = {"certain", "likely", "possible", "note"};
  const auto index = static_cast<std::size_t>(certainty);
  return index < std::size(names) ? names[index] : "unknown";
}

result<explanation> explain(std::string_view url, const explain_options& options) {
  const auto parts = detail::take_apart(url);
  if (!parts) return parts.error();
  auto at = options.at.value_or(now());
  evidence found;
  const auto reading = read(*parts, options, found.unknown_headers);
  const auto& asked = reading.request;
  if (auto failure = check_presigned(asked)) return *std::move(failure);
  const auto rules = options.rules.value_or(service_rules::of(asked.service));
  auto told = facts_of(*parts, reading);

  if (!options.response.empty()) {
    auto response = detail::parse_error_response(options.response);
    if (!response) return response.error();
    found.response = *std::move(response);
    told.response_code = found.response.code;
    told.response_message = redact(found.response.message);
    if (const auto then = parse_iso8601(found.response.server_time)) at = *then;
  }
  if (told.signed_at) {
    if (auto failure = gather(*parts, asked, rules, options.signer, found)) {
      return *std::move(failure);
    }
    told.made_by_signer = found.signer.made_by_signer;
    told.first_difference = found.compared.first_difference;
  }
  told.findings = conclude(reading, std::move(found), detail::inspect(*parts, reading, at), at);
  return told;
}

}  // namespace presign
