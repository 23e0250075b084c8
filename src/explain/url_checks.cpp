// What looks wrong in a presigned URL on its own.
#include "explain/findings.hpp"

#include "base/text.hpp"
#include "s3/endpoint.hpp"

#include <algorithm>
#include <utility>

namespace presign::detail {
namespace {

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
  const auto add_if = [&findings](bool is_so, cause cause, certainty certainty, std::string seen) {
    if (is_so) findings.push_back(make_finding(cause, certainty, std::move(seen)));
  };

  // How the URL was copied
  const auto& query = request.query_parameters;
  const bool is_html = std::any_of(query.begin(), query.end(),
                                   [](const auto& each) { return begins_with(each.name, "amp;"); });
  add_if(is_html, cause::malformed_url, certain,
         "the URL is written as in HTML or XML, with \"&amp;\" for each '&'");
  add_if(!is_html && url.target.find('&') == url.target.npos, cause::malformed_url, certain,
         "the URL ends before its first '&', where a shell ends it unless it is quoted");
  for (const auto& error : parsed.errors) {
    findings.push_back({cause_of(error.code), certain, error.message});
  }

  // Its time
  const bool has_end = parsed.has_signing_time && request.expires;
  add_if(has_end && at >= request.signed_at + *request.expires, cause::expired, certain,
         "the URL has expired");
  add_if(parsed.has_signing_time && request.signed_at - at > verify_options{}.clock_skew,
         cause::not_yet_valid, certain, "the signing time is in the future");

  // AWS's access key ids tell by their beginning whether they are temporary.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  const bool has_token = !request.session_token.empty();
  add_if(begins_with(request.access_key_id, "ASIA") && !has_token, cause::token_missing, likely,
         "the access key id is temporary, and the URL has no session token");
  add_if(begins_with(request.access_key_id, "AKIA") && has_token, cause::token_unwanted, likely,
         "the access key id is permanent, and the URL has a session token");

  // Its path
  add_if(decoded(request.path) != request.path, cause::encoded_twice, likely,
         "the path is percent-encoded twice, it has %25 and two hex digits");
  add_if(url.path().find('+') != url.target.npos, cause::plus_for_space, likely,
         "the path has a '+', which some servers take for a space");
  add_if(has_dot_segment(request.path), cause::path_normalized, possible,
         "the path has a segment \".\" or \"..\"");

  // Its host
  const auto host = without_port(url.host);
  const bool is_local = is_ip_address(host) || host == "localhost";
  add_if(url.host.size() != url.authority.size(), cause::port, possible,
         "the URL names the default port of its scheme");
  add_if(url.scheme == "http" && !is_local, cause::plain_http, certainty::note, "the URL is http");
  if (begins_with(request.service, "s3") && !request.region.empty()) {
    const auto address = s3_address_of(url.host, request.path);
    const bool is_sigv4 = request.algorithm == signing_algorithm::sigv4;
    add_if(is_sigv4 && !address.region.empty() && address.region != request.region, cause::region,
           likely,
           "the URL is signed for the region " + quoted(request.region) + ", and its host is in " +
               quoted(address.region));
    add_if(address.is_global_host && request.region != "us-east-1", cause::wrong_endpoint, possible,
           "the host names no region, and redirects for new buckets outside of us-east-1");
  }

  for (const auto& name : request.parts->unsigned_headers) {
    add_if(true, cause::header_not_signed, likely,
           "the header " + quoted(name) + " is sent and not signed");
  }
  return findings;
}

}  // namespace presign::detail
