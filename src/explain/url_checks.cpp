// What looks wrong in a URL on its own.
#include "explain/findings.hpp"

#include "s3/endpoint.hpp"
#include "sigv4/signing_names.hpp"

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

// Returns how the URL was damaged when it was copied, and what could not be parsed.
std::vector<finding> damages_of(std::string_view query, const parsed_request& parsed) {
  std::vector<finding> findings;
  const auto add_if = [&findings](bool is_so, cause cause, std::string_view seen) {
    if (is_so) findings.push_back(make_finding(cause, certain, {seen}));
  };
  constexpr std::pair<std::string_view, std::string_view> separators[] = {
      {"&amp;", "the URL is written as in HTML or XML, with \"&amp;\" for each '&'"},
      {"\\u0026", "the URL is written as in JSON, with \"\\u0026\" for each '&'"},
      {"\\&", "the URL is written as for a shell, with a '\\' before each '&'"},
      {"%26", "the URL is percent-encoded as a whole, with %26 for each '&'"},
      {"?", "the URL has a second '?' in place of a '&'"}};
  const bool is_damaged = !parsed.errors.empty();  // a value may be a URL, percent-encoded
  for (const auto& [separator, seen] : separators) {
    add_if(is_damaged && contains(query, joined({separator, "X-Amz-"})), cause::malformed_url,
           seen);
  }
  const bool is_cut = !contains(query, "&") && query.find("X-Amz-", 1) == query.npos;
  add_if(is_cut, cause::malformed_url,
         "the URL ends before its first '&', where a shell ends it unless it is quoted");
  // Neither a credential nor a token has a '%'. In the signing query, a broken escape looks the
  // same.
  add_if(contains(query, "%252F") && contains(parsed.request.parts->signing_query, "%252F"),
         cause::encoded_twice, "the query is percent-encoded twice, with %252F in place of %2F");
  for (const auto& error : parsed.errors) {
    findings.push_back({cause_of(error.code), certain, error.message});
  }
  return findings;
}

// Returns the name of the parameter after X-Amz-Signature if it was added after signing: signers
// append the signature, or sort the query. Of the parameters that signing adds, only a token is
// added later; another one was moved.
std::string_view added_after_signature(std::string_view query) {
  const auto parameters = split(query, '&');
  if (std::is_sorted(parameters.begin(), parameters.end())) return {};
  const auto is_signature = [](auto each) { return name_of(each) == "X-Amz-Signature"; };
  const auto* const signature = find_in(parameters, is_signature);
  if (!signature || signature == &parameters.back()) return {};
  const auto name = name_of(signature[1]);
  return index_in(signing_parameters, name) && !is_session_token(name) ? "" : name;
}

}  // namespace

std::vector<finding> check_url(const url_parts& url, const parsed_request& parsed,
                               const service_rules& rules, time_point at) {
  const auto& request = parsed.request;
  auto findings = damages_of(url.query(), parsed);
  const auto add_if = [&findings](bool is_so, cause cause, certainty certainty, pieces seen) {
    if (is_so) findings.push_back(make_finding(cause, certainty, seen));
  };

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
  add_if(contains(request.session_token, " "), cause::plus_for_space, likely,
         {"the session token has a '+', which servers take for a space"});

  const auto added = added_after_signature(url.query());
  const bool is_token = is_session_token(added);
  const bool is_unsigned_token = is_token && !rules.sign_session_token;
  add_if(!added.empty() && !is_unsigned_token && parsed.errors.empty(),
         is_token ? cause::token_not_signed : cause::parameter_added, possible,
         {"the query parameter ", quoted_safely(added), " comes after X-Amz-Signature"});

  // Its path
  add_if(decoded(request.path) != request.path, cause::encoded_twice, likely,
         {"the path is percent-encoded twice, it has %25 and two hex digits"});
  add_if(contains(url.path(), "+"), cause::plus_for_space, likely,
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
    add_if(contains(values, checksum), cause::payload_hash, likely,
           {"the URL has the checksum of an empty body, ", quoted_text(trimmed(checksum, "\n")),
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
  add_if(contains(host, multi_region) && is_sigv4, cause::algorithm, likely,
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
    const bool is_its = contains(host, ".amazonaws.") && contains(host, part);
    add_if(is_its && !request.service.empty() && request.service != service, cause::service, likely,
           {"the URL is signed for the service ", quoted_safely(request.service),
            ", and its host belongs to ", quoted_text(service)});
  }
  if (is_s3(request) && !request.region.empty()) {
    const auto address = s3_address_of(url.host, request.path);
    add_if(is_sigv4 && !address.region.empty() && address.region != request.region, cause::region,
           likely,
           {"the URL is signed for the region ", quoted_safely(request.region),
            ", and its host is in ", quoted_text(address.region)});
    add_if(address.is_global_host && request.region != "us-east-1", cause::wrong_endpoint, possible,
           {"the host names no region, and redirects for new buckets outside of us-east-1"});
  }

  for (const auto& header : request.parts->unsigned_headers) {
    add_if(true, cause::header_not_signed, likely,
           {"the header ", quoted_safely(header), " is sent and not signed"});
  }
  return findings;
}

}  // namespace presign::detail
