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
#include "sigv4/signing_names.hpp"

#include <algorithm>
#include <utility>

namespace presign::detail {
namespace {

class explainer {
 public:
  explainer(const url_parts& url, const explain_options& options) : url_(url), options_(options) {}

  result<explanation> explain() {
    parse();
    if (auto failure = check_presigned()) return *std::move(failure);
    describe();
    if (!options_.response.empty()) {
      auto response = parse_error_response(options_.response);
      if (!response) return response.error();
      response_ = *std::move(response);
      take_response();
    }
    if (facts_.signed_at) {
      if (auto failure = check_signature()) return *std::move(failure);
    }
    rank_findings();
    return std::move(facts_);
  }

 private:
  // ── What the URL says ─────────────────────────────────────────────────────────────────────────

  // Parses the URL as a server would receive it. Signed headers that the options lack are empty.
  void parse() {
    const auto target = joined({begins_with(url_.target, "/") ? "" : "/", url_.target});
    const auto is_host = [](const auto& each) { return equal_ignoring_case(each.name, "host"); };
    const auto* const given = find_in(options_.headers, is_host);
    const auto host = given ? lower(given->value) : url_.host;
    received_request received{options_.method, target, {{"host", host}}};
    for (const auto& header : options_.headers) {
      if (&header != given) received.headers.push_back({header.name, header.value});
    }
    const auto first = parse_all(received);
    for (const auto name : split(first.missing_headers, ';')) {
      if (!is_token(name)) continue;
      unknown_headers_.append(unknown_headers_.empty() ? "" : ", ").append(name);
      if (name == "authorization") continue;  // would be a second signature
      received.headers.push_back({name, {}});
    }
    parsed_ = parse_all(received);
    rules_ = options_.rules.value_or(service_rules::of(request_.service));
    const auto& signer = options_.signer;
    if (signer && signer->access_key_id == request_.access_key_id) signer_ = &*signer;
    if (auto failure = check_expires(request_, rules_)) {
      parsed_.errors.push_back(*std::move(failure));
    }
  }

  std::optional<error> check_presigned() const {
    const auto query = joined({"&", url_.query()});
    const auto& parts = *request_.parts;
    // Signature Version 2 names its session token as Version 4 does.
    const auto is_of_sigv4 = [](auto each) {
      return !each.empty() && !is_session_token(name_of(each));
    };
    const bool is_presigned =
        !parts.signature.empty() || find_in(split(parts.signing_query, '&'), is_of_sigv4);
    if (is_presigned || contains(query, "X-Amz-Algorithm")) return {};  // even if damaged
    if (contains(url_.path(), "%3F") && contains(url_.path(), "X-Amz-Algorithm")) {
      return error_of(errc::missing_signature,
                      {"the URL is percent-encoded as a whole, with %3F for its '?'; a presigned "
                       "URL must be used as it was made"});
    }
    constexpr std::pair<std::string_view, std::string_view> others[] = {
        {"&X-Goog-", "for Google Cloud Storage"},  {"&GoogleAccessId=", "for Google Cloud Storage"},
        {"&Key-Pair-Id=", "for CloudFront"},       {"&AWSAccessKeyId=", "with Signature Version 2"},
        {"&x-oss-", "for Alibaba Cloud OSS"},      {"&OSSAccessKeyId=", "for Alibaba Cloud OSS"},
        {"&sig=", "for Azure Storage, with a SAS"}};
    for (const auto& [parameter, way] : others) {
      if (!contains(query, parameter)) continue;
      return error_of(errc::missing_signature,
                      {"the URL is signed ", way, ", as its parameter ", trimmed(parameter, "&="),
                       " shows, and not with Signature Version 4 of AWS"});
    }
    if (!parts.signing_query.empty()) return {};  // the rest of a damaged URL
    return error_of(
        errc::missing_signature,
        {"the URL is not presigned: it has no query parameters of Signature Version 4, such as "
         "X-Amz-Algorithm; a form is presigned in its fields, and cannot be explained"});
  }

  void describe() {
    // If a '&' was lost, a list of names ends with the next parameter.
    const auto names = [](std::string_view list) {
      return contains(list, "=") ? std::string() : redact(list);
    };
    facts_.host = redact(url_.host);
    facts_.path = redact(request_.path);
    if (is_s3(request_)) {
      const auto address = s3_address_of(url_.host, request_.path);
      facts_.bucket = redact(address.bucket);
      facts_.key = redact(address.key);
      facts_.bucket_is_in_host = address.bucket_is_in_host;
    }
    facts_.algorithm = request_.algorithm;
    facts_.access_key_id = redact(request_.access_key_id);
    facts_.region = names(request_.region);
    facts_.service = redact(request_.service);
    if (parsed_.has_signing_time) facts_.signed_at = request_.signed_at;
    if (facts_.signed_at && request_.expires) {
      facts_.expires_at = request_.signed_at + *request_.expires;
    }
    facts_.signed_headers = names(request_.signed_headers);
    facts_.has_session_token = !request_.session_token.empty();
  }

  // ── What the response says ────────────────────────────────────────────────────────────────────

  void take_response() {
    facts_.response_code = redact(response_.code);
    facts_.response_message = redact(response_.message);
    if (const auto time = parse_iso8601(response_.server_time)) at_ = *time;
    from_code_ = findings_of(response_);
    auto& findings = from_code_.findings;
    const auto is_out = [this](const auto& each) { return is_excluded(each); };
    findings.erase(std::remove_if(findings.begin(), findings.end(), is_out), findings.end());
    for (auto& each : findings) correct(each);
    if (findings.empty()) {
      findings.push_back(
          make_finding(cause::token_missing, likely,
                       {"the server mentions a session token, and the URL has none"}));
    }
  }

  // Returns whether the URL rules out what the code may mean.
  bool is_excluded(const finding& meaning) const {
    const bool has_token = facts_.has_session_token;
    const bool is_aws = contains(facts_.host, ".amazonaws.");
    switch (meaning.cause) {
      case cause::header_changed: return request_.signed_headers == "host";
      case cause::secret: return begins_with(response_.code, "AccessDenied") && is_aws;
      case cause::expired:
        if (response_.code == "RequestTimeTooSkewed") {
          return facts_.signed_at && at_ < *facts_.signed_at;
        }
        return meaning.certainty == possible && has_token;
      case cause::unexplained:
        return response_.code == "InvalidArgument" && (is_aws || !response_.argument_name.empty());
      case cause::token_invalid:
      case cause::token_expired:
      case cause::token_not_signed: return !has_token;
      default: return false;
    }
  }

  // Corrects what the code means by what the URL shows.
  void correct(finding& meaning) const {
    if (meaning.certainty != certain) return;
    // Other services may limit the validity further, as STS does to 15 minutes.
    const bool is_early = is_s3(request_) && facts_.expires_at && at_ < *facts_.expires_at;
    if (meaning.cause == cause::malformed_url && parsed_.errors.empty()) {
      meaning = make_finding(
          cause::malformed_url, likely,
          {"the URL has every parameter that signing adds, and each is well-formed; what arrived "
           "was cut off, or encoded again"});
    } else if ((meaning.cause == cause::invalid_expiry || meaning.cause == cause::algorithm ||
                meaning.cause == cause::date) &&
               parsed_.errors.empty()) {
      meaning.certainty = likely;  // what arrived may be something else
    } else if (meaning.cause == cause::region && contains(facts_.host, multi_region)) {
      meaning.certainty = possible;  // S3 may route the next request to another region
    } else if (meaning.cause == cause::expired && is_early) {
      const auto left = (*facts_.expires_at - at_).count();
      const bool is_its_time(parse_iso8601(response_.server_time));
      meaning = make_finding(
          is_its_time ? cause::parameter_changed : cause::clock, is_its_time ? likely : certain,
          {"the server says that the URL has expired, but by ",
           is_its_time ? "the server's own" : "this machine's", " clock it is valid for another ",
           std::to_string(left), left == 1 ? " second" : " seconds",
           is_its_time ? ", so another date or expiry arrived, or the response is another URL's"
                       : ""});
    }
  }

  // ── Who signed ────────────────────────────────────────────────────────────────────────────────

  // Compares what is signed, which takes a signing time, with the server's response. Checks whether
  // the credentials made the signature, and if they did not, what they signed instead.
  std::optional<error> check_signature() {
    const received_canonical_request canonical(request_, rules_);
    const auto date = sigv4::amz_date::at(request_.signed_at).value();  // as it was parsed
    const auto string_to_sign = detail::string_to_sign(request_, date, canonical);
    if (!string_to_sign) return string_to_sign.error();
    diff_ = compare(canonical.text(), *string_to_sign, response_);
    facts_.first_difference = std::move(diff_.first_difference);
    const bool is_other = !response_.signature.empty() &&
                          !equal_in_constant_time(response_.signature, request_.parts->signature);
    if (is_other && diff_.findings.empty() && parsed_.errors.empty()) {
      diff_.findings.push_back(make_finding(cause::malformed_url, likely,
                                            {"the signature that arrived is not the URL's"}));
    }

    if (!signer_ || request_.parts->signature.empty()) return {};
    signing_key_cache cache;
    const auto is_theirs = is_signed_by(*signer_, request_, *string_to_sign, date, cache);
    if (!is_theirs) return is_theirs.error();
    if (*is_theirs) {
      facts_.made_by_signer = true;
      from_credentials_ = check_token();
    } else if (unknown_headers_.empty()) {
      facts_.made_by_signer = false;
      auto mistake = find_mistake(*signer_, request_, rules_, url_);
      if (!mistake) return mistake.error();
      from_credentials_ = *std::move(mistake);
    }
    return {};
  }

  // Checks whether the session token belongs to the credentials that made the signature.
  std::optional<finding> check_token() const {
    const auto token = signer_->session_token.reveal();
    if (equal_in_constant_time(token, request_.session_token)) return {};
    const bool has_token = !request_.session_token.empty();
    const bool is_temporary = begins_with(request_.access_key_id, "ASIA");
    const bool is_permanent = begins_with(request_.access_key_id, "AKIA");
    // Only the caller's credentials lack the token of a temporary key, or have one of another key.
    if (has_token ? is_temporary && token.empty() : is_permanent) return {};
    // The ids of other stores do not tell which they are.
    if (!has_token) {
      return make_finding(
          cause::token_missing, is_temporary ? certain : likely,
          {"the credentials have a session token, and the URL was signed without it"});
    }
    return make_finding(token.empty() ? cause::token_unwanted : cause::token_invalid,
                        is_permanent || !token.empty() ? certain : possible,
                        {"the URL's session token is not that of the credentials that signed"});
  }

  // ── Conclusions ───────────────────────────────────────────────────────────────────────────────

  // Puts all that was found in order, the surest and the most likely first.
  void rank_findings() {
    const auto& meanings = from_code_.findings;
    const bool server_says_why = !meanings.empty() && meanings.front().certainty == certain;
    const auto& code = response_.code;
    const bool may_be_late =
        !server_says_why &&
        (code.empty() || begins_with(code, "AccessDenied") || begins_with(code, "Expired"));
    auto from_url = check_url(url_, parsed_, rules_, at_);
    if (signer_ && signer_->expires_at && *signer_->expires_at <= at_) {
      from_url.push_back(make_finding(cause::token_expired, certain,
                                      {"the credentials of this access key id have expired"}));
    }
    for (auto& each : from_url) {
      // A server that gives another reason may have seen the URL while it was valid.
      const bool is_time = each.cause == cause::expired || each.cause == cause::not_yet_valid ||
                           each.cause == cause::token_expired;
      if (is_time && !may_be_late) each.certainty = certainty::note;
    }
    // What is seen in the URL says more than a code alone.
    const bool is_code_alone = server_says_why && !from_code_.names_value;
    if (is_code_alone || !parsed_.errors.empty()) add(from_url);
    add(diff_.findings);
    if (server_says_why) add(meanings);
    if (from_credentials_ && !from_code_.signature_is_accepted) add({*from_credentials_});
    const bool has_reason = !findings_.empty();
    add(from_url);
    add_signed_headers();
    const auto is_certain = [](const finding& each) { return each.certainty == certain; };
    const bool has_certain = find_in(findings_, is_certain);
    if (!has_reason) add_suspect(has_certain);
    if (!server_says_why && diff_.findings.empty() && !is_intact() && !has_certain) add(meanings);
    if (!response_.left_out.empty()) {  // without add(), as the response may be known to be garbled
      findings_.push_back(
          make_finding(cause::garbled_response, certainty::note, {response_.left_out}));
    }
    for (const auto certainty : {certain, likely, possible, certainty::note}) {
      for (auto& each : findings_) {
        if (each.certainty == certainty) facts_.findings.push_back(std::move(each));
      }
    }
  }

  // Adds what one source found. A cause that is known keeps its sentence, and is as sure as either.
  void add(const std::vector<finding>& more) {
    const auto count = findings_.size();
    for (const auto& each : more) {
      bool is_new = true;
      for (std::size_t i = 0; i < count; ++i) {
        if (findings_[i].cause != each.cause) continue;
        findings_[i].certainty = std::min(findings_[i].certainty, each.certainty);
        is_new = false;
      }
      if (is_new) findings_.push_back(each);
    }
  }
  void add(cause cause, certainty certainty, pieces seen) {
    add({make_finding(cause, certainty, seen)});
  }

  // Returns whether the server shows that what arrived is what the URL says.
  bool is_intact() const { return !response_.canonical_request.empty() && diff_.findings.empty(); }

  // Adds headers besides host, which a plain link does not send. Only the server's canonical
  // request tells whether they arrived.
  void add_signed_headers() {
    std::vector<std::string_view> names;
    for (const auto name : split(request_.signed_headers, ';')) {
      if (name != "host" && is_token(name)) names.push_back(name);
    }
    const bool is_known = !response_.canonical_request.empty() || from_code_.signature_is_accepted;
    if (names.empty() || is_known) return;
    const auto certainty = response_.code.empty()                      ? certainty::note
                           : response_.code == "SignatureDoesNotMatch" ? likely
                                                                       : possible;
    add(cause::header_not_sent, certainty,
        {"the URL works only with these headers, ", quoted_safely(joined(names, ", "))});
  }

  // Adds what is likely wrong if nothing else is known to be: the first that applies.
  void add_suspect(bool has_certain) {
    const auto made_by_signer = facts_.made_by_signer;
    const auto& code = response_.code;
    const auto is_secret = [](const auto& each) { return each.cause == cause::secret; };
    const bool is_about_signature = code.empty() || find_in(from_code_.findings, is_secret);
    const bool is_rejected = !code.empty() && is_about_signature;
    const bool is_denied =
        begins_with(code, "AccessDenied") && from_code_.findings.front().cause == cause::permission;
    if (is_intact() && !unknown_headers_.empty()) {
      add(cause::header_changed, likely,
          {"what arrived is what the URL says, if these signed headers arrived as they were "
           "signed, which is not known, ",
           quoted_safely(unknown_headers_)});
    } else if (options_.signer && !signer_ && is_rejected) {
      add(cause::access_key, possible,
          {"the URL is signed with the access key id ", quoted_safely(request_.access_key_id),
           ", not with that of the credentials at hand"});
    } else if (made_by_signer == false && is_about_signature) {
      add(cause::secret, likely,
          {"these credentials did not make the signature, unless something that was not tried, "
           "such as the host, the key, the expiry or a header, was changed after signing"});
    } else if (is_intact()) {
      add(cause::secret, likely,
          {made_by_signer == true
               ? "what arrived is what these credentials signed, so the server has another secret "
                 "access key for this access key id"
               : "what arrived is what the URL says, unless the URL's path, query or host was "
                 "changed after signing, or it was signed for another method"});
    } else if (made_by_signer == true && is_rejected && !has_certain) {
      add(cause::unexplained, is_denied ? possible : likely,
          {"these credentials signed what the URL says: ",
           is_denied ? "the server does not allow this, or " : "",
           "something else arrived, by another method, host, header or path, or the server has "
           "another secret"});
    } else if (made_by_signer == true && is_denied && !is_rejected) {
      add(cause::permission, likely,
          {"these credentials made the signature, and the server does not say that it is wrong"});
    }
  }

  const url_parts& url_;
  const explain_options& options_;
  parsed_request parsed_;
  const unverified_request& request_ = parsed_.request;
  service_rules rules_;
  explanation facts_;
  std::vector<finding> findings_;
  time_point at_ = options_.at.value_or(now());
  error_response response_;
  code_findings from_code_;
  canonical_diff diff_;                  // between the URL and what arrived
  const credentials* signer_ = nullptr;  // if the credentials have the URL's access key id
  std::optional<finding> from_credentials_;
  std::string unknown_headers_;  // signed headers whose values nobody gave
};

}  // namespace
}  // namespace presign::detail

namespace presign {

[[gnu::cold]] result<explanation> explain(std::string_view url, const explain_options& options) {
  // Clients send no fragment. Elsewhere, a '#' is a part of the URL that was not percent-encoded.
  const auto fragment = url.find('#', std::min(url.find("X-Amz-Signature="), url.size()));
  const auto parts = detail::parse_url(url.substr(0, fragment));
  if (!parts) return parts.error();
  return detail::explainer(*parts, options).explain();
}

}  // namespace presign
