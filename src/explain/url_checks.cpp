// What looks wrong in a presigned URL by itself.
#include "explain/url_checks.hpp"

#include "base/host.hpp"
#include "base/text.hpp"
#include "s3/endpoint.hpp"
#include "sigv4/uri_encode.hpp"

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

class inspection {
 public:
  inspection(const url_parts& parts, const reading& read)
      : parts_(parts), read_(read), asked_(read.request) {}

  std::vector<finding> all(time_point at) {
    copying();
    for (const auto& flaw : read_.flaws) add(cause_of(flaw), certainty::certain, flaw.message);
    if (read_.has_signing_time) times(at);
    token();
    path();
    host();
    if (begins_with(asked_.service, "s3") && !asked_.region.empty()) s3_host();
    for (const auto& name : asked_.unsigned_headers) {
      add(cause::header_not_signed, certainty::likely,
          "the header " + quoted(name) + " is sent and not signed: S3 wants all x-amz-* signed");
    }
    return std::move(findings_);
  }

 private:
  void add(cause what, certainty how_sure, std::string sentence) {
    findings_.push_back({what, how_sure, std::move(sentence)});
  }

  // What became of it on its way here.
  void copying() {
    const auto& query = asked_.query_parameters;
    if (std::any_of(query.begin(), query.end(),
                    [](const auto& one) { return begins_with(one.name, "amp;"); })) {
      add(cause::malformed_url, certainty::certain,
          "the URL is as HTML or XML has it: each \"&amp;\" in it must be a '&'");
    } else if (parts_.target.find('&') == std::string_view::npos) {
      add(cause::malformed_url, certainty::certain,
          "the URL ends before its first '&': a shell ends it there where it is not quoted");
    }
  }

  void times(time_point at) {
    if (asked_.expires && at >= asked_.signed_at + *asked_.expires) {
      add(cause::expired, certainty::certain, "the URL has expired");
    }
    if (asked_.signed_at - at > verify_options{}.clock_skew) {
      add(cause::not_yet_valid, certainty::certain,
          "the signing time is still to come: the clock that signed is wrong, or this one is");
    }
  }

  // By what AWS's access key ids begin with.
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_identifiers.html
  void token() {
    const bool has_token = !asked_.session_token.empty();
    if (begins_with(asked_.access_key_id, "ASIA") && !has_token) {
      add(cause::token_missing, certainty::likely,
          "the access key id is one of temporary credentials, and the URL has no session token");
    }
    if (begins_with(asked_.access_key_id, "AKIA") && has_token) {
      add(cause::token_unwanted, certainty::likely,
          "the access key id is one of permanent credentials, and the URL has a session token: "
          "the two do not belong together");
    }
  }

  void path() {
    std::string decoded;
    if (append_decoded(decoded, asked_.path) && decoded != asked_.path) {
      add(cause::encoded_twice, certainty::likely,
          "the path is percent-encoded twice, it has %25 and two hex digits: the key was encoded "
          "before it was signed, or the URL afterwards");
    }
    if (parts_.path().find('+') != std::string_view::npos) {
      add(cause::plus_for_space, certainty::likely,
          "the path has a '+', which some take for a space: what signs writes %2B for a plus and "
          "%20 for a space");
    }
    if (has_dot_segment(asked_.path)) {
      add(cause::path_normalized, certainty::possible,
          "the path has a segment \".\" or \"..\": browsers and other clients take it out before "
          "they send it, as curl does without --path-as-is");
    }
  }

  void host() {
    if (parts_.host.size() != parts_.authority.size()) {
      add(cause::port, certainty::possible,
          "the URL names its scheme's own port, which clients leave out of the Host header: it "
          "must not be signed with it");
    }
    const auto name = without_port(parts_.host);
    if (parts_.scheme == "http" && !is_ip_address(name) && name != "localhost") {
      add(cause::plain_http, certainty::note,
          "the URL is http: all on the way can read it, and use it until it expires");
    }
  }

  void s3_host() {
    const auto there = s3_address_of(parts_.host, asked_.path);
    if (asked_.algorithm == signing_algorithm::sigv4 && !there.region.empty() &&
        there.region != asked_.region) {
      add(cause::region, certainty::likely,
          "the URL is signed for the region " + quoted(asked_.region) + ", and its host is in " +
              quoted(there.region));
    }
    if (there.is_global_host && asked_.region != "us-east-1") {
      add(cause::wrong_endpoint, certainty::possible,
          "the host names no region: for a bucket that is new and outside of us-east-1 it answers "
          "with a redirect, after which the signature is wrong; sign for the regional host");
    }
  }

  const url_parts& parts_;
  const reading& read_;
  const unverified_request& asked_;
  std::vector<finding> findings_;
};

}  // namespace

std::vector<finding> inspect(const url_parts& parts, const reading& read, time_point at) {
  return inspection(parts, read).all(at);
}

}  // namespace presign::detail
