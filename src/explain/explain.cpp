// Why a URL was rejected, and what it says.
//
//   URL ─► unverified request ─► facts, and what looks wrong in them ──────────────────┐
//                │            └─► with the secret: whether it was signed so, or how ───┼─► findings
//                ▼                                                                     │
//   ours: canonical request, string to sign ─┐                                         │
//   response ─► the server's ────────────────┴─► the first difference, in words ───────┤
//           └─► its error code ─► what that may mean ──────────────────────────────────┘
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "base/url.hpp"
#include "explain/canonical_diff.hpp"
#include "explain/error_response.hpp"
#include "explain/finding.hpp"
#include "explain/signing_mistakes.hpp"
#include "explain/url_checks.hpp"
#include "s3/endpoint.hpp"
#include "verify/verify.hpp"

#include <presign/explain.hpp>
#include <presign/signer.hpp>
#include <presign/sigv4.hpp>

#include <algorithm>
#include <functional>
#include <iterator>
#include <set>
#include <utility>

namespace presign {
namespace {

using detail::begins_with;
using detail::joined;
using detail::make_finding;
using detail::quoted;

// ── What the URL says ───────────────────────────────────────────────────────────────────────────

// Parses the URL as a server would receive it. A signed header whose value nobody gave has none,
// and its name is added to unknown.
detail::parsed_request parse(const detail::url_parts& url, const explain_options& options,
                             std::vector<std::string>& unknown) {
  const auto target = (begins_with(url.target, "/") ? "" : "/") + std::string(url.target);
  received_request received{options.method, target, {}};
  std::set<std::string> given;
  for (const auto& header : options.headers) {
    received.headers.push_back({header.name, header.value});
    given.insert(detail::lower(header.name));
  }
  if (given.insert("host").second) received.headers.push_back({"host", url.host});

  auto parsed = detail::parse_all(received);
  for (const auto name : detail::split(parsed.request.signed_headers, ';')) {
    if (detail::is_token(name) && given.insert(detail::lower(name)).second) {
      unknown.emplace_back(name);
    }
  }
  if (unknown.empty()) return parsed;
  for (const auto& name : unknown) received.headers.push_back({name, {}});
  return detail::parse_all(received);
}

std::optional<error> check_presigned(const unverified_request& request) {
  const auto has = [&request](std::string_view beginning) {
    const auto& parameters = request.query_parameters;
    return std::any_of(parameters.begin(), parameters.end(), [beginning](const auto& parameter) {
      return begins_with(parameter.name, beginning);
    });
  };
  if (!request.parts->signing_query.empty() || has("amp;X-Amz-")) return {};
  return error{errc::missing_signature,
               has("AWSAccessKeyId")
                   ? "the URL is signed with Signature Version 2, not with Version 4"
                   : "the URL is not presigned: it has none of the query parameters of Signature "
                     "Version 4, X-Amz-Algorithm and others"};
}

explanation facts_of(const detail::url_parts& url, const detail::parsed_request& parsed) {
  const auto& request = parsed.request;
  // If a '&' was lost, a list of names ends with the next parameter.
  const auto names = [](std::string_view list) {
    return list.find('=') == list.npos ? std::string(list) : "";
  };
  explanation facts;
  facts.host = url.host;
  facts.path = detail::shown(request.path);
  if (begins_with(request.service, "s3")) {
    const auto address = detail::s3_address_of(url.host, request.path);
    facts.bucket = detail::shown(address.bucket);
    facts.key = detail::shown(address.key);
    facts.bucket_is_in_host = address.bucket_is_in_host;
  }
  facts.algorithm = request.algorithm;
  facts.access_key_id = request.access_key_id;
  facts.region = names(request.region);
  facts.service = request.service;
  if (parsed.has_signing_time) facts.signed_at = request.signed_at;
  if (parsed.has_signing_time && request.expires) {
    facts.expires_at = request.signed_at + *request.expires;
  }
  facts.signed_headers = names(request.signed_headers);
  facts.has_session_token = !request.session_token.empty();
  return facts;
}

// ── Evidence ────────────────────────────────────────────────────────────────────────────────────

struct evidence {
  detail::error_response response = {};
  detail::canonical_diff diff = {};  // between the URL and what arrived
  std::vector<finding> of_credentials = {};
  std::optional<bool> made_by_credentials = {};
  bool is_other_access_key = false;  // the credentials have another access key id than the URL
  std::vector<std::string> unknown_headers = {};

  // Whether the server shows that what arrived is what the URL says.
  bool is_same() const { return !response.canonical_request.empty() && diff.findings.empty(); }
};

// Checks whether the session token belongs to the credentials that made the signature.
std::optional<finding> check_token(const credentials& credentials,
                                   const unverified_request& request) {
  const auto token = credentials.session_token.reveal();
  if (detail::equal_in_constant_time(token, request.session_token)) return {};
  const auto cause = request.session_token.empty() ? cause::token_missing
                     : token.empty()               ? cause::token_unwanted
                                                   : cause::token_invalid;
  return make_finding(cause, certainty::certain,
                      request.session_token.empty()
                          ? "the credentials have a session token, and the URL was signed without"
                          : "the URL's session token is not that of the credentials that signed");
}

// Checks whether the credentials made the signature, and if they did not, what they signed instead.
std::optional<error> check_credentials(const credentials& credentials,
                                       const unverified_request& request,
                                       std::string_view string_to_sign, const sigv4::amz_date& date,
                                       const service_rules& rules, const detail::url_parts& url,
                                       evidence& evidence) {
  evidence.is_other_access_key = credentials.access_key_id != request.access_key_id;
  if (evidence.is_other_access_key) return {};
  detail::signing_key_cache cache;
  const auto is_theirs = detail::is_signed_by(credentials, request, string_to_sign, date, cache);
  if (!is_theirs) return is_theirs.error();
  std::optional<finding> finding;
  if (*is_theirs) {
    evidence.made_by_credentials = true;
    finding = check_token(credentials, request);
  } else if (evidence.unknown_headers.empty()) {
    evidence.made_by_credentials = false;
    auto mistake = detail::find_mistake(credentials, request, rules, url);
    if (!mistake) return mistake.error();
    finding = *std::move(mistake);
  }
  if (finding) evidence.of_credentials.push_back(*std::move(finding));
  return {};
}

// Compares what is signed, which takes a signing time.
std::optional<error> gather(const detail::url_parts& url, const unverified_request& request,
                            const service_rules& rules,
                            const std::optional<credentials>& credentials, evidence& evidence) {
  const auto received = detail::canonical_request_of(request, rules);
  const auto canonical = received.view();
  const auto date = sigv4::amz_date::at(request.signed_at);
  if (!date) return date.error();
  const auto hash = canonical.hash();
  if (!hash) return hash.error();
  const auto string_to_sign = detail::string_to_sign(request, *date, *hash);
  const auto& response = evidence.response;
  evidence.diff = detail::compare({canonical.text(), string_to_sign},
                                  {response.canonical_request, response.string_to_sign});
  if (!credentials) return {};
  return check_credentials(*credentials, request, string_to_sign, *date, rules, url, evidence);
}

// ── Conclusions ─────────────────────────────────────────────────────────────────────────────────

// What may be wrong if nothing else is known to be.
std::vector<finding> suspects(const unverified_request& request, const evidence& evidence,
                              bool has_certain) {
  const auto made = evidence.made_by_credentials;
  if (evidence.is_same() && !evidence.unknown_headers.empty()) {
    return {make_finding(cause::header_changed, certainty::likely,
                         "what arrived is what the URL says, if these signed headers arrived as "
                         "they were signed, which is not known, " +
                             quoted(joined(evidence.unknown_headers, ", ")))};
  }
  if (evidence.is_other_access_key && !evidence.response.code.empty()) {
    return {make_finding(cause::access_key, certainty::likely,
                         "the URL is signed with the access key id " +
                             quoted(request.access_key_id) +
                             ", not with that of the credentials at hand")};
  }
  if (evidence.is_same() || made == false) {
    return {make_finding(
        cause::secret, certainty::likely,
        made == true ? "what arrived is what these credentials signed, so the server has another "
                       "secret access key for this access key id"
        : made == false
            ? "these credentials did not make the signature, unless the URL was changed after "
              "signing in a way that was not tried"
            : "what arrived is what the URL says, unless the URL's path, query or host was changed "
              "after signing, or it was signed for another method")};
  }
  if (made == true && !evidence.response.code.empty() && !has_certain) {
    return {make_finding(cause::unexplained, certainty::likely,
                         "these credentials signed what the URL says; unless the server has "
                         "another secret, or does not allow this, something else arrived, by "
                         "another method, host, header or path")};
  }
  return {};
}

// Headers besides host, which a plain link does not send. Only the server's canonical request tells
// whether they arrived.
std::vector<finding> check_signed_headers(const unverified_request& request,
                                          const detail::error_response& response) {
  auto names = detail::split(request.signed_headers, ';');
  const auto is_no_matter = [](auto name) { return name == "host" || !detail::is_token(name); };
  names.erase(std::remove_if(names.begin(), names.end(), is_no_matter), names.end());
  if (names.empty() || !response.canonical_request.empty()) return {};
  const auto certainty = response.code.empty()                      ? certainty::note
                         : response.code == "SignatureDoesNotMatch" ? certainty::likely
                                                                    : certainty::possible;
  return {make_finding(cause::header_not_sent, certainty,
                       "the URL works only with these headers, " + quoted(joined(names, ", ")))};
}

// Removes what an error code cannot mean for this URL: one without a session token, or one that
// signs no header besides host.
std::vector<finding> applicable(std::vector<finding> findings, const unverified_request& request) {
  const auto cannot_be = [&request](const finding& each) {
    if (each.certainty == certainty::certain) return false;
    if (each.cause == cause::header_changed) return request.signed_headers == "host";
    return request.session_token.empty() &&
           (each.cause == cause::token_invalid || each.cause == cause::token_not_signed);
  };
  findings.erase(std::remove_if(findings.begin(), findings.end(), cannot_be), findings.end());
  return findings;
}

// If the server says that the URL has expired, and by the clock here it has not, the clocks
// disagree.
void compare_clocks(std::vector<finding>& of_response, const explanation& facts, time_point at) {
  for (auto& each : of_response) {
    if (each.cause != cause::expired || !facts.expires_at || at >= *facts.expires_at) continue;
    const auto left = (*facts.expires_at - at).count();
    each = make_finding(cause::clock, each.certainty,
                        "the server says that the URL has expired, but by this machine's clock it "
                        "is valid for another " +
                            std::to_string(left) + (left == 1 ? " second" : " seconds"));
  }
}

// Ranks findings: the surest first, and those that are as sure in the order in which their sources
// were added. A cause that one source has found is not repeated by another.
class ranking {
 public:
  void add(std::vector<finding> findings) {
    remove_if_known(findings, findings_, std::less_equal<>());
    remove_if_known(findings_, findings, std::less<>());
    std::move(findings.begin(), findings.end(), std::back_inserter(findings_));
  }
  bool has_certain() const {
    return std::any_of(findings_.begin(), findings_.end(),
                       [](const finding& each) { return each.certainty == certainty::certain; });
  }
  std::vector<finding> take() {
    std::stable_sort(findings_.begin(), findings_.end(),
                     [](const finding& a, const finding& b) { return a.certainty < b.certainty; });
    return std::move(findings_);
  }

 private:
  // Removes findings whose cause is among the others, with a certainty that is surer.
  template <class Compare>
  static void remove_if_known(std::vector<finding>& findings, const std::vector<finding>& others,
                              Compare is_surer) {
    const auto is_known = [&](const finding& each) {
      return std::any_of(others.begin(), others.end(), [&](const finding& other) {
        return other.cause == each.cause && is_surer(other.certainty, each.certainty);
      });
    };
    findings.erase(std::remove_if(findings.begin(), findings.end(), is_known), findings.end());
  }

  std::vector<finding> findings_;
};

}  // namespace

result<explanation> explain(std::string_view url, const explain_options& options) {
  const auto parts = detail::take_apart(url);
  if (!parts) return parts.error();
  evidence evidence;
  const auto parsed = parse(*parts, options, evidence.unknown_headers);
  const auto& request = parsed.request;
  if (auto failure = check_presigned(request)) return *std::move(failure);
  auto result = facts_of(*parts, parsed);
  const auto at = options.at.value_or(now());
  auto server_time = at;

  if (!options.response.empty()) {
    auto response = detail::parse_error_response(options.response);
    if (!response) return response.error();
    evidence.response = *std::move(response);
    result.response_code = evidence.response.code;
    result.response_message = redact(evidence.response.message);
    if (const auto time = parse_iso8601(evidence.response.server_time)) server_time = *time;
  }
  if (result.signed_at) {
    const auto rules = options.rules.value_or(service_rules::of(request.service));
    if (auto failure = gather(*parts, request, rules, options.signer, evidence)) {
      return *std::move(failure);
    }
    result.made_by_signer = evidence.made_by_credentials;
    result.first_difference = evidence.diff.first_difference;
  }

  auto of_response = applicable(detail::findings_of(evidence.response), request);
  compare_clocks(of_response, result, server_time);
  const bool server_says_why =
      !of_response.empty() && of_response.front().certainty == certainty::certain;
  const bool is_known = server_says_why || !parsed.errors.empty() ||
                        !evidence.diff.findings.empty() || !evidence.of_credentials.empty();
  ranking ranking;
  if (server_says_why) ranking.add(of_response);
  ranking.add(evidence.diff.findings);
  ranking.add(evidence.of_credentials);
  ranking.add(detail::check_url(*parts, parsed, server_time));
  ranking.add(check_signed_headers(request, evidence.response));
  if (!is_known) ranking.add(suspects(request, evidence, ranking.has_certain()));
  if (!server_says_why && !evidence.is_same() && !ranking.has_certain()) ranking.add(of_response);
  result.findings = ranking.take();
  return result;
}

}  // namespace presign
