// What looks wrong in a presigned URL by itself.
#include "explain/findings.hpp"

#include "base/text.hpp"
#include "base/url.hpp"
#include "s3/endpoint.hpp"

#include <algorithm>
#include <string>
#include <utility>

namespace presign::detail {
namespace {

cause cause_of(const error& flaw) {
  if (flaw.code == errc::invalid_expiry) return cause::invalid_expiry;
  if (flaw.code == errc::wrong_scope) return cause::date;
  if (flaw.code == errc::unknown_algorithm) return cause::algorithm;
  if (flaw.code == errc::invalid_region) return cause::region;
  if (flaw.code == errc::two_signatures) return cause::two_signatures;
  return cause::malformed_url;
}

class url_checks {
 public:
  url_checks(const url_parts& url, const parsed_request& parsed)
      : url_(url), parsed_(parsed), request_(parsed.request) {}

  std::vector<finding> all(time_point at) {
    check_copy();
    for (const auto& flaw : parsed_.errors) {
      findings_.push_back({cause_of(flaw), certainty::certain, flaw.message});
    }
    if (parsed_.has_signing_time) check_times(at);
    check_token();
    check_path();
    check_host();
    if (begins_with(request_.service, "s3") && !request_.region.empty()) check_s3_host();
    for (const auto& name : request_.parts->unsigned_headers) {
      add(cause::header_not_signed, certainty::likely,
          "the header " + quoted(name) + " is sent and not signed");
    }
    return std::move(findings_);
  }

 private:
  void add(cause cause, certainty certainty, std::string seen = {}) {
    findings_.push_back(make_finding(cause, certainty, std::move(seen)));
  }

  // How the URL was copied.
  void check_copy() {
    const auto& query = request_.query_parameters;
    if (std::any_of(query.begin(), query.end(),
                    [](const auto& each) { return begins_with(each.name, "amp;"); })) {
      add(cause::malformed_url, certainty::certain,
          "the URL is written as in HTML or XML, with \"&amp;\" for each '&'");
    } else if (url_.target.find('&') == std::string_view::npos) {
      add(cause::malformed_url, certainty::certain,
          "the URL ends before its first '&', where a shell ends it unless it is quoted");
    }
  }

  void check_times(time_point at) {
    if (request_.expires && at >= request_.signed_at + *request_.expires) {
      add(cause::expired, certainty::certain, "the URL has expired");
    }
    if (request_.signed_at - at > verify_options{}.clock_skew) {
      add(cause::not_yet_valid, certainty::certain, "the signing time is in the future");
    }
  }

  // AWS's access key ids tell by their beginning whether they are temporary.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  void check_token() {
    const bool has_token = !request_.session_token.empty();
    if (begins_with(request_.access_key_id, "ASIA") && !has_token) {
      add(cause::token_missing, certainty::likely,
          "the access key id is temporary, and the URL has no session token");
    }
    if (begins_with(request_.access_key_id, "AKIA") && has_token) {
      add(cause::token_unwanted, certainty::likely,
          "the access key id is permanent, and the URL has a session token");
    }
  }

  void check_path() {
    if (decoded(request_.path) != request_.path) {
      add(cause::encoded_twice, certainty::likely,
          "the path is percent-encoded twice, it has %25 and two hex digits");
    }
    if (url_.path().find('+') != std::string_view::npos) {
      add(cause::plus_for_space, certainty::likely,
          "the path has a '+', which some servers take for a space");
    }
    if (has_dot_segment(request_.path)) {
      add(cause::path_normalized, certainty::possible, "the path has a segment \".\" or \"..\"");
    }
  }

  void check_host() {
    if (url_.host.size() != url_.authority.size()) {
      add(cause::port, certainty::possible, "the URL names the default port of its scheme");
    }
    const auto name = without_port(url_.host);
    if (url_.scheme == "http" && !is_ip_address(name) && name != "localhost") {
      add(cause::plain_http, certainty::note, "the URL is http");
    }
  }

  void check_s3_host() {
    const auto address = s3_address_of(url_.host, request_.path);
    if (request_.algorithm == signing_algorithm::sigv4 && !address.region.empty() &&
        address.region != request_.region) {
      add(cause::region, certainty::likely,
          "the URL is signed for the region " + quoted(request_.region) + ", and its host is in " +
              quoted(address.region));
    }
    if (address.is_global_host && request_.region != "us-east-1") {
      add(cause::wrong_endpoint, certainty::possible,
          "the host names no region, and redirects for new buckets outside of us-east-1");
    }
  }

  const url_parts& url_;
  const parsed_request& parsed_;
  const unverified_request& request_;
  std::vector<finding> findings_;
};

}  // namespace

std::vector<finding> check_url(const url_parts& url, const parsed_request& parsed, time_point at) {
  return url_checks(url, parsed).all(at);
}

}  // namespace presign::detail
