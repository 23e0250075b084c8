// Why a URL was rejected, and what it says.
//
//   URL ─► unverified request ─► facts, and what looks wrong in them ──────────────────┐
//                │            └─► with the secret: whether it was signed so, or how ───┼─► findings
//                ▼                                                                     │
//   ours: canonical request, string to sign ─┐                                         │
//   response ─► the server's ────────────────┴─► the first difference, in words ───────┤
//           └─► its error code ─► what that may mean ──────────────────────────────────┘
#include "base/text.hpp"
#include "explain/findings.hpp"
#include "s3/endpoint.hpp"
#include "sigv4/service_rules.hpp"

#include <algorithm>
#include <utility>

namespace presign::detail {
namespace {

// ── What the URL says ───────────────────────────────────────────────────────────────────────────

// Parses the URL as a server would receive it. A signed header whose value nobody gave has none,
// and its name is added to unknown.
parsed_request parse(const url_parts& url, const explain_options& options, std::string& unknown) {
  const auto target = joined({begins_with(url.target, "/") ? "" : "/", url.target});
  received_request received{options.method, target, {}};
  std::optional<std::string> host;
  for (const auto& [name, value] : options.headers) {
    if (!host && equal_ignoring_case(name, "host")) {
      host = lower(value);
    } else {
      received.headers.push_back({name, value});
    }
  }
  received.headers.push_back({"host", host ? *host : url.host});
  const auto first = parse_all(received);
  for (const auto name : split(first.missing_headers, ';')) {
    if (!is_token(name)) continue;
    received.headers.push_back({name, {}});
    unknown.append(unknown.empty() ? "" : ", ").append(name);
  }
  auto parsed = parse_all(received);
  const auto rules = options.rules.value_or(service_rules::of(parsed.request.service));
  if (auto failure = check_expires(parsed.request, rules)) {
    parsed.errors.push_back(*std::move(failure));
  }
  return parsed;
}

std::optional<error> check_presigned(const unverified_request& request) {
  const auto has = [&query = request.query_parameters](std::string_view name) {
    const auto is_it = [name](const auto& each) {
      return name.back() == '-' ? begins_with(each.name, name) : each.name == name;
    };
    return find_in(query, is_it) != nullptr;
  };
  if (!request.parts->signing_query.empty() || has("amp;X-Amz-")) return {};
  constexpr std::pair<std::string_view, std::string_view> others[] = {
      {"X-Goog-", "for Google Cloud Storage"}, {"GoogleAccessId", "for Google Cloud Storage"},
      {"Key-Pair-Id", "for CloudFront"},       {"AWSAccessKeyId", "with Signature Version 2"},
      {"x-oss-", "for Alibaba Cloud OSS"},     {"OSSAccessKeyId", "for Alibaba Cloud OSS"},
      {"sig", "for Azure Storage, with a SAS"}};
  for (const auto& [parameter, way] : others) {
    if (!has(parameter)) continue;
    return error_of(errc::missing_signature,
                    {"the URL is signed ", way, ", as its parameter ", parameter,
                     " shows, and not with Signature Version 4 of AWS"});
  }
  return error{
      errc::missing_signature,
      "the URL is not presigned: it has no query parameters of Signature Version 4, such as "
      "X-Amz-Algorithm; a form is presigned in its fields, and cannot be explained"};
}

explanation facts_of(const url_parts& url, const parsed_request& parsed) {
  const auto& request = parsed.request;
  // If a '&' was lost, a list of names ends with the next parameter.
  const auto names = [](std::string_view list) {
    return list.find('=') == list.npos ? std::string(list) : "";
  };
  explanation facts;
  facts.host = url.host;
  facts.path = request.path;
  if (begins_with(request.service, "s3")) {
    const auto address = s3_address_of(url.host, request.path);
    facts.bucket = address.bucket;
    facts.key = address.key;
    facts.bucket_is_in_host = address.bucket_is_in_host;
  }
  facts.algorithm = request.algorithm;
  facts.access_key_id = request.access_key_id;
  facts.region = names(request.region);
  facts.service = request.service;
  if (parsed.has_signing_time) facts.signed_at = request.signed_at;
  if (facts.signed_at && request.expires) facts.expires_at = request.signed_at + *request.expires;
  facts.signed_headers = names(request.signed_headers);
  facts.has_session_token = !request.session_token.empty();
  for (auto* text : {&facts.host, &facts.path, &facts.bucket, &facts.key, &facts.access_key_id,
                     &facts.region, &facts.service, &facts.signed_headers}) {
    *text = redact(*text);
  }
  return facts;
}

// ── Evidence ────────────────────────────────────────────────────────────────────────────────────

struct evidence {
  error_response response = {};
  canonical_diff diff = {};  // between the URL and what arrived
  std::vector<finding> of_credentials = {};
  std::optional<bool> made_by_credentials = {};
  bool is_other_access_key = false;  // the credentials have another access key id than the URL
  std::string unknown_headers = {};
  code_findings of_code = {};

  // Whether the server shows that what arrived is what the URL says.
  bool is_same() const { return !response.canonical_request.empty() && diff.findings.empty(); }
  // Whether the server may have rejected the signature.
  bool is_about_signature() const {
    return response.code.empty() ||
           find_in(of_code.findings, [](const auto& each) { return each.cause == cause::secret; });
  }
};

std::vector<finding> one_finding(cause cause, certainty certainty, pieces seen) {
  std::vector<finding> findings;
  findings.push_back(make_finding(cause, certainty, seen));
  return findings;
}

// Checks whether the session token belongs to the credentials that made the signature.
std::vector<finding> check_token(const credentials& credentials,
                                 const unverified_request& request) {
  const auto token = credentials.session_token.reveal();
  if (equal_in_constant_time(token, request.session_token)) return {};
  // Only the caller's credentials lack the token of a temporary key.
  if (token.empty() && begins_with(request.access_key_id, "ASIA")) return {};
  if (request.session_token.empty()) {
    return one_finding(cause::token_missing, certain,
                       {"the credentials have a session token, and the URL was signed without it"});
  }
  return one_finding(token.empty() ? cause::token_unwanted : cause::token_invalid, certain,
                     {"the URL's session token is not that of the credentials that signed"});
}

// Compares what is signed, which takes a signing time, with the server's response. Checks whether
// the credentials made the signature, and if they did not, what they signed instead.
std::optional<error> gather(const url_parts& url, const unverified_request& request,
                            const explain_options& options, evidence& evidence) {
  const auto rules = options.rules.value_or(service_rules::of(request.service));
  const received_canonical_request canonical(request, rules);
  const auto date = sigv4::amz_date::at(request.signed_at).value();  // as it was parsed
  const auto hash = canonical.hash();
  if (!hash) return hash.error();
  const auto string_to_sign = detail::string_to_sign(request, date, *hash);
  evidence.diff = compare(canonical.text(), string_to_sign, evidence.response);

  if (!options.signer || request.parts->signature.empty()) return {};
  const auto& credentials = *options.signer;
  evidence.is_other_access_key = credentials.access_key_id != request.access_key_id;
  if (evidence.is_other_access_key) return {};
  signing_key_cache cache;
  const auto is_theirs = is_signed_by(credentials, request, string_to_sign, date, cache);
  if (!is_theirs) return is_theirs.error();
  if (*is_theirs) {
    evidence.made_by_credentials = true;
    evidence.of_credentials = check_token(credentials, request);
  } else if (evidence.unknown_headers.empty()) {
    evidence.made_by_credentials = false;
    auto mistake = find_mistake(credentials, request, rules, url);
    if (!mistake) return mistake.error();
    if (*mistake) evidence.of_credentials.push_back(**std::move(mistake));
  }
  return {};
}

// ── Conclusions ─────────────────────────────────────────────────────────────────────────────────

// What is likely wrong if nothing else is known to be: the first that applies.
std::vector<finding> suspects(const unverified_request& request, const evidence& evidence,
                              bool has_certain) {
  const auto is_theirs = evidence.made_by_credentials;
  const bool is_same = evidence.is_same();
  const bool is_rejected = !evidence.response.code.empty() && evidence.is_about_signature();
  const bool is_denied = begins_with(evidence.response.code, "AccessDenied") &&
                         evidence.of_code.findings.front().cause == cause::permission;
  if (is_same && !evidence.unknown_headers.empty()) {
    return one_finding(cause::header_changed, likely,
                       {"what arrived is what the URL says, if these signed headers arrived as "
                        "they were signed, which is not known, ",
                        quoted_safely(evidence.unknown_headers)});
  }
  if (evidence.is_other_access_key && is_rejected) {
    return one_finding(
        cause::access_key, possible,
        {"the URL is signed with the access key id ", quoted_safely(request.access_key_id),
         ", not with that of the credentials at hand"});
  }
  if (is_theirs == false && evidence.is_about_signature()) {
    return one_finding(cause::secret, likely,
                       {"these credentials did not make the signature, unless something that was "
                        "not tried, such as the host, was changed after signing"});
  }
  if (is_same) {
    return one_finding(
        cause::secret, likely,
        {is_theirs == true
             ? "what arrived is what these credentials signed, so the server has another "
               "secret access key for this access key id"
             : "what arrived is what the URL says, unless the URL's path, query or host was "
               "changed after signing, or it was signed for another method"});
  }
  if (is_theirs == true && is_rejected && !has_certain) {
    return one_finding(cause::unexplained, is_denied ? possible : likely,
                       {"these credentials signed what the URL says: ",
                        is_denied ? "the server does not allow this, or " : "",
                        "something else arrived, by another method, host, header or path, or the "
                        "server has another secret"});
  }
  if (is_theirs == true && is_denied && !is_rejected) {
    return one_finding(
        cause::permission, likely,
        {"these credentials made the signature, and the server does not say that it is wrong"});
  }
  return {};
}

// Headers besides host, which a plain link does not send. Only the server's canonical request tells
// whether they arrived.
std::vector<finding> check_signed_headers(const unverified_request& request,
                                          const evidence& evidence) {
  const auto& response = evidence.response;
  std::vector<std::string_view> names;
  for (const auto name : split(request.signed_headers, ';')) {
    if (name != "host" && is_token(name)) names.push_back(name);
  }
  const bool is_known =
      !response.canonical_request.empty() || evidence.of_code.signature_is_accepted;
  if (names.empty() || is_known) return {};
  const auto certainty = response.code.empty()                      ? certainty::note
                         : response.code == "SignatureDoesNotMatch" ? likely
                                                                    : possible;
  return one_finding(
      cause::header_not_sent, certainty,
      {"the URL works only with these headers, ", quoted_safely(joined(names, ", "))});
}

bool is_multi_region(std::string_view host) {
  return host.find(".accesspoint.s3-global.") != host.npos;
}

// Returns whether the URL rules out what a code may mean.
bool is_excluded(const finding& meaning, const error_response& response,
                 const unverified_request& request, const explanation& facts, time_point at) {
  const bool has_token = !request.session_token.empty();
  const bool is_aws = facts.host.find(".amazonaws.") != std::string::npos;
  switch (meaning.cause) {
    case cause::header_changed: return request.signed_headers == "host";
    case cause::secret: return begins_with(response.code, "AccessDenied") && is_aws;
    case cause::expired:
      if (response.code == "RequestTimeTooSkewed") return facts.signed_at && at < *facts.signed_at;
      return meaning.certainty == possible && has_token;
    case cause::unexplained:
      return response.code == "InvalidArgument" && (is_aws || !response.argument_name.empty());
    case cause::token_invalid:
    case cause::token_expired:
    case cause::token_not_signed: return !has_token;
    default: return false;
  }
}

// Corrects what a code means by what the URL shows.
finding corrected(finding meaning, const parsed_request& parsed, const explanation& facts,
                  time_point at) {
  if (meaning.certainty != certain) return meaning;
  if (meaning.cause == cause::malformed_url && parsed.errors.empty()) {
    return make_finding(cause::malformed_url, likely,
                        {"the URL has every parameter that signing adds, and each is well-formed; "
                         "what arrived was cut off, or encoded again"});
  }
  // S3 may route the next request to another region.
  if (meaning.cause == cause::region && is_multi_region(facts.host)) meaning.certainty = possible;
  // Other services may limit the validity further, as STS does to 15 minutes.
  const bool is_of_s3 = begins_with(parsed.request.service, "s3");
  const bool is_early = facts.expires_at && at < *facts.expires_at;
  if (meaning.cause != cause::expired || !is_early || !is_of_s3) return meaning;
  const auto left = (*facts.expires_at - at).count();
  return make_finding(
      cause::clock, certain,
      {"the server says that the URL has expired, but by this machine's clock it is "
       "valid for another ",
       std::to_string(left), left == 1 ? " second" : " seconds"});
}

// Returns what the error code may mean for this URL.
code_findings findings_of_code(const error_response& response, const parsed_request& parsed,
                               const explanation& facts, time_point at) {
  auto of_code = findings_of(response);
  std::vector<finding> findings;
  for (auto& each : of_code.findings) {
    if (is_excluded(each, response, parsed.request, facts, at)) continue;
    findings.push_back(corrected(std::move(each), parsed, facts, at));
  }
  if (findings.empty() && !of_code.findings.empty()) {
    findings = one_finding(cause::token_missing, likely,
                           {"the server speaks of a session token, and the URL has none"});
  }
  of_code.findings = std::move(findings);
  return of_code;
}

// Adds what one source found. A cause that is known keeps its sentence, and is as sure as either.
void add(std::vector<finding>& findings, const std::vector<finding>& more) {
  const auto count = findings.size();
  for (const auto& each : more) {
    bool is_new = true;
    for (std::size_t i = 0; i < count; ++i) {
      if (findings[i].cause != each.cause) continue;
      findings[i].certainty = std::min(findings[i].certainty, each.certainty);
      is_new = false;
    }
    if (is_new) findings.push_back(each);
  }
}

// ── What looks wrong in the URL on its own ──────────────────────────────────────────────────────

cause cause_of(const std::error_code& code) {
  if (code == errc::invalid_expiry) return cause::invalid_expiry;
  if (code == errc::wrong_scope) return cause::date;
  if (code == errc::unknown_algorithm) return cause::algorithm;
  if (code == errc::invalid_region) return cause::region;
  if (code == errc::two_signatures) return cause::two_signatures;
  return cause::malformed_url;
}

}  // namespace

std::vector<finding> check_url(const url_parts& url, const parsed_request& parsed, time_point at) {
  const auto& request = parsed.request;
  std::vector<finding> findings;
  const auto add_if = [&findings](bool is_so, cause cause, certainty certainty, pieces seen) {
    if (is_so) findings.push_back(make_finding(cause, certainty, seen));
  };

  // How the URL was copied
  constexpr std::pair<std::string_view, std::string_view> separators[] = {
      {"&amp;", "the URL is written as in HTML or XML, with \"&amp;\" for each '&'"},
      {"\\u0026", "the URL is written as in JSON, with \"\\u0026\" for each '&'"},
      {"?", "the URL has a second '?' in place of a '&'"}};
  for (const auto& [separator, seen] : separators) {
    add_if(url.query().find(joined({separator, "X-Amz-"})) != std::string::npos,
           cause::malformed_url, certain, {seen});
  }
  add_if(findings.empty() && url.query().find('&') == std::string::npos, cause::malformed_url,
         certain, {"the URL ends before its first '&', where a shell ends it unless it is quoted"});
  // Neither a credential nor a token has a '%'.
  add_if(request.parts->signing_query.find("%252F") != std::string::npos, cause::encoded_twice,
         certain, {"the query is percent-encoded twice, with %252F in place of %2F"});
  for (const auto& error : parsed.errors) {
    findings.push_back({cause_of(error.code), certain, error.message});
  }

  // Its time
  const bool has_end = parsed.has_signing_time && request.expires;
  add_if(has_end && at >= request.signed_at + *request.expires, cause::expired, certain,
         {"the URL has expired"});
  add_if(parsed.has_signing_time && request.signed_at - at > verify_options{}.clock_skew,
         cause::not_yet_valid, certain, {"the signing time is in the future"});

  // AWS's access key ids tell by their beginning whether they are temporary.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  const bool has_token = !request.session_token.empty();
  add_if(begins_with(request.access_key_id, "ASIA") && !has_token, cause::token_missing, likely,
         {"the access key id is temporary, and the URL has no session token"});
  add_if(begins_with(request.access_key_id, "AKIA") && has_token, cause::token_unwanted, likely,
         {"the access key id is permanent, and the URL has a session token"});
  add_if(request.session_token.find(' ') != request.session_token.npos, cause::plus_for_space,
         likely, {"the session token has a '+', which servers take for a space"});

  // Signers append the signature, or sort the query.
  const auto parameters = split(url.query(), '&');
  const bool is_sorted = std::is_sorted(parameters.begin(), parameters.end());
  auto rest =
      url.query().substr(std::min(url.query().find("&X-Amz-Signature="), url.query().size()));
  take_until('=', rest);
  take_until('&', rest);
  const auto name = name_of(rest);
  const bool is_token = is_token_parameter(name);
  const bool is_signed = !is_token || service_rules::of(request.service).sign_session_token;
  add_if(!name.empty() && !is_sorted && is_signed && parsed.errors.empty(),
         is_token ? cause::token_not_signed : cause::parameter_added, possible,
         {"the query parameter ", quoted_safely(name), " comes after X-Amz-Signature"});

  // Its path
  add_if(decoded(request.path) != request.path, cause::encoded_twice, likely,
         {"the path is percent-encoded twice, it has %25 and two hex digits"});
  add_if(url.path().find('+') != url.target.npos, cause::plus_for_space, likely,
         {"the path has a '+', which some servers take for a space"});
  add_if(has_dot_segment(request.path), cause::path_normalized, possible,
         {"the path has a segment \".\" or \"..\""});

  // The checksum of an empty body, which some SDKs add when they presign an upload
  auto values = joined({"\n", request.parts->header_lines});
  for (const auto& [parameter, value] : request.query_parameters) {
    values.append(joined({lower(parameter), ":", value, "\n"}));
  }
  constexpr std::string_view checksums[] = {
      "\nx-amz-checksum-crc32:AAAAAA==\n",
      "\nx-amz-checksum-crc32c:AAAAAA==\n",
      "\nx-amz-checksum-crc64nvme:AAAAAAAAAAA=\n",
      "\nx-amz-checksum-sha1:2jmj7l5rSw0yVb/vlWAYkK/YBwk=\n",
      "\nx-amz-checksum-sha256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=\n",
      "\ncontent-md5:1B2M2Y8AsgTpgAmY7PhCfg==\n"};
  for (const auto checksum : checksums) {
    add_if(values.find(checksum) != values.npos, cause::payload_hash, likely,
           {"the URL has the checksum of an empty body, ", quoted(trimmed(checksum, "\n")),
            ", so it can upload no file"});
  }

  // Its host
  const auto host = without_port(url.host);
  const bool is_local = is_ip_address(host) || host == "localhost";
  add_if(url.host.size() != url.authority.size(), cause::port, possible,
         {"the URL names the default port of its scheme"});
  add_if(default_port(url.scheme) == ":80" && !is_local, cause::plain_http, certainty::note,
         {"the URL is ", url.scheme});
  const bool is_sigv4 = request.algorithm == signing_algorithm::sigv4;
  add_if(is_multi_region(host) && is_sigv4, cause::algorithm, likely,
         {"the host is that of a multi-region access point, which requires SigV4A"});
  constexpr std::pair<std::string_view, std::string_view> services[] = {
      {".s3-object-lambda.", "s3-object-lambda"},
      {".s3-outposts.", "s3-outposts"},
      {"-ats.iot.", "iotdevicegateway"},
      {".execute-api.", "execute-api"},
      {".s3express-", "s3express"},
      {".aoss.amazonaws.com", "aoss"},
      {".es.amazonaws.com", "es"}};
  for (const auto& [part, service] : services) {
    const bool is_its = host.find(".amazonaws.") != host.npos && host.find(part) != host.npos;
    add_if(is_its && !request.service.empty() && request.service != service, cause::service, likely,
           {"the URL is signed for the service ", quoted_safely(request.service),
            ", and its host belongs to ", quoted(service)});
  }
  if (begins_with(request.service, "s3") && !request.region.empty()) {
    const auto address = s3_address_of(url.host, request.path);
    add_if(is_sigv4 && !address.region.empty() && address.region != request.region, cause::region,
           likely,
           {"the URL is signed for the region ", quoted_safely(request.region),
            ", and its host is in ", quoted(address.region)});
    add_if(address.is_global_host && request.region != "us-east-1", cause::wrong_endpoint, possible,
           {"the host names no region, and redirects for new buckets outside of us-east-1"});
  }

  for (const auto& header : request.parts->unsigned_headers) {
    add_if(true, cause::header_not_signed, likely,
           {"the header ", quoted_safely(header), " is sent and not signed"});
  }
  return findings;
}

namespace {

// Returns all that was found, the surest and the most likely first.
std::vector<finding> ranked_findings(const url_parts& url, const parsed_request& parsed,
                                     const evidence& evidence, time_point at) {
  std::vector<finding> findings;
  const auto& of_code = evidence.of_code.findings;
  const bool server_says_why = !of_code.empty() && of_code.front().certainty == certain;
  const auto& code = evidence.response.code;
  const bool may_be_late = !server_says_why && (code.empty() || begins_with(code, "AccessDenied") ||
                                                begins_with(code, "Expired"));
  auto of_url = check_url(url, parsed, at);
  for (auto& each : of_url) {
    // A server that says something else of a URL may have seen it earlier.
    const bool is_time = each.cause == cause::expired || each.cause == cause::not_yet_valid;
    if (is_time && !may_be_late) each.certainty = certainty::note;
  }
  // What is seen in the URL says more than a code alone.
  const bool is_code_alone = server_says_why && !evidence.of_code.names_value;
  if (is_code_alone || !parsed.errors.empty()) add(findings, of_url);
  add(findings, evidence.diff.findings);
  if (server_says_why) add(findings, of_code);
  if (!evidence.of_code.signature_is_accepted) add(findings, evidence.of_credentials);
  const bool is_known = !findings.empty();
  add(findings, of_url);
  add(findings, check_signed_headers(parsed.request, evidence));
  const auto is_certain = [](const finding& each) { return each.certainty == certain; };
  const bool has_certain = find_in(findings, is_certain) != nullptr;
  if (!is_known) add(findings, suspects(parsed.request, evidence, has_certain));
  if (!server_says_why && evidence.diff.findings.empty() && !evidence.is_same() && !has_certain) {
    add(findings, of_code);
  }
  if (!evidence.response.left_out.empty()) {
    findings.push_back(
        make_finding(cause::garbled_response, certainty::note, {evidence.response.left_out}));
  }
  std::vector<finding> ranked;
  for (const auto certainty : {certain, likely, possible, certainty::note}) {
    for (auto& each : findings) {
      if (each.certainty == certainty) ranked.push_back(std::move(each));
    }
  }
  return ranked;
}

}  // namespace
}  // namespace presign::detail

namespace presign {

[[gnu::cold]] result<explanation> explain(std::string_view url, const explain_options& options) {
  using namespace detail;
  const auto parts = take_apart(url);
  if (!parts) return parts.error();
  evidence evidence;
  const auto parsed = parse(*parts, options, evidence.unknown_headers);
  const auto& request = parsed.request;
  if (auto failure = check_presigned(request)) return *std::move(failure);
  auto result = facts_of(*parts, parsed);
  auto at = options.at.value_or(now());
  if (!options.response.empty()) {
    auto response = parse_error_response(options.response);
    if (!response) return response.error();
    evidence.response = *std::move(response);
    result.response_code = redact(evidence.response.code);
    result.response_message = redact(evidence.response.message);
    if (const auto time = parse_iso8601(evidence.response.server_time)) at = *time;
  }
  evidence.of_code = findings_of_code(evidence.response, parsed, result, at);
  if (result.signed_at) {
    if (auto failure = gather(*parts, request, options, evidence)) return *std::move(failure);
    result.made_by_signer = evidence.made_by_credentials;
    result.first_difference = evidence.diff.first_difference;
  }

  result.findings = ranked_findings(*parts, parsed, evidence, at);
  return result;
}

}  // namespace presign
