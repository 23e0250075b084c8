#include "../../vectors/s3_error_responses.hpp"
#include "support.hpp"

#include "base/text.hpp"

#include <presign/explain.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
using presign::cause;
using presign::certainty;
using presign::errc;
using presign::explain_options;
using presign::explanation;
using support::signed_url;

const auto signed_at = support::time_at(support::example::date);

presign::result<explanation> explained(std::string_view url, explain_options options = {},
                                       presign::time_point at = signed_at) {
  options.at = at;
  return presign::explain(support::exact_copy(url).view(), options);
}

std::string example_url() { return signed_url(support::example_request()); }

std::vector<cause> causes(const presign::result<explanation>& told) {
  std::vector<cause> found;
  for (const auto& one : told->findings) found.push_back(one.cause);
  return found;
}

/// Everything in an explanation that is text.
std::string all_text(const explanation& told) {
  std::string text = told.host + told.path + told.bucket + told.key + told.access_key_id +
                     told.region + told.service + told.signed_headers + told.response_code +
                     told.response_message;
  for (const auto& one : told.findings) text.append(one.sentence);
  if (told.first_difference)
    text.append(told.first_difference->ours + told.first_difference->theirs);
  return text;
}

std::string xml_of(std::string_view text) {
  std::string xml;
  for (const char c : text) c == '&' ? xml.append("&amp;") : xml.append(1, c);
  return xml;
}

/// A server's response with the canonical request of Amazon's example, changed.
std::string response_with(std::string_view old, std::string_view by, std::string_view more = "") {
  std::string text(support::example::canonical_request);
  const auto expires = text.find("86400");
  text.replace(expires, 5, "3600");
  if (!old.empty()) text.replace(text.find(old), old.size(), by);
  return "<Error><Code>SignatureDoesNotMatch</Code><CanonicalRequest>" + xml_of(text) +
         "</CanonicalRequest>" + std::string(more) + "</Error>";
}

}  // namespace

TEST_SUITE_BEGIN("explain");

TEST_CASE("what a URL says") {
  const auto told = explained(example_url());
  REQUIRE(told);
  CHECK(told->host == "examplebucket.s3.amazonaws.com");
  CHECK(told->path == "/test.txt");
  CHECK(told->bucket == "examplebucket");
  CHECK(told->key == "test.txt");
  CHECK(told->bucket_is_in_host);
  CHECK(told->algorithm == presign::signing_algorithm::sigv4);
  CHECK(told->access_key_id == support::access_key_id);
  CHECK(told->region == "us-east-1");
  CHECK(told->service == "s3");
  CHECK(told->signed_at == signed_at);
  CHECK(told->expires_at == signed_at + 1h);
  CHECK(told->signed_headers == "host");
  CHECK_FALSE(told->has_session_token);
  CHECK_FALSE(told->made_by_signer);
  CHECK(told->response_code.empty());
  CHECK(told->findings.empty());
  CHECK_FALSE(told->first_difference);
}

TEST_CASE("what other URLs say") {
  presign::request what;
  what.host = "sts.us-east-1.amazonaws.com";
  what.region = "us-east-1";
  what.service = "sts";
  const auto of_sts = explained(signed_url(what));
  CHECK(of_sts->service == "sts");
  CHECK(of_sts->bucket.empty());
  CHECK(of_sts->findings.empty());

  what = support::example_request();
  what.host = "minio.example.com:9000";
  what.path = "/media/a//ü";
  what.algorithm = presign::signing_algorithm::sigv4a;
  what.region = "*";
  auto who = support::temporary_credentials();
  who.access_key_id = "ASIAIOSFODNN7EXAMPLE";
  const auto of_minio = explained(signed_url(what, who));
  CHECK(of_minio->bucket == "media");
  CHECK(of_minio->key == "a//ü");
  CHECK_FALSE(of_minio->bucket_is_in_host);
  CHECK(of_minio->algorithm == presign::signing_algorithm::sigv4a);
  CHECK(of_minio->region == "*");
  CHECK(of_minio->has_session_token);
  CHECK(of_minio->findings.empty());
}

TEST_CASE("what is no presigned URL") {
  using support::wrong_error;
  CHECK(wrong_error(explained("s3://bucket/key"), errc::invalid_endpoint) == "");
  CHECK(wrong_error(explained("https://a:b@h/?X-Amz-Date="), errc::invalid_endpoint) == "");
  CHECK(wrong_error(explained("https://h/key"), errc::missing_signature) == "");
  CHECK(wrong_error(explained("https://h/key?a=b"), errc::missing_signature, {"not presigned"}) ==
        "");
  for (const auto& [query, name] : std::initializer_list<std::pair<const char*, const char*>>{
           {"AWSAccessKeyId=a&Expires=1&Signature=b", "Signature Version 2"},
           {"AWSAccessKeyId=a&Signature=b&x-amz-security-token=c&Expires=1", "Signature Version 2"},
           {"Expires=1&Signature=b&Key-Pair-Id=K1", "CloudFront"},
           {"Policy=a&Signature=b&Key-Pair-Id=K1", "CloudFront"},
           {"X-Goog-Algorithm=GOOG4-RSA-SHA256&X-Goog-Signature=b", "Google"},
           {"GoogleAccessId=a&Expires=1&Signature=b", "Google"},
           {"sv=2022-11-02&se=2024-01-01&sr=b&sp=r&sig=b", "Azure"},
           {"OSSAccessKeyId=a&Expires=1&Signature=b", "Alibaba"}}) {
    CHECK(wrong_error(explained("https://h/key?" + std::string(query)), errc::missing_signature,
                      {name, "Version 4"}) == "");
  }
  CHECK(wrong_error(explained("https://h/key?significant=a"), errc::missing_signature,
                    {"not presigned"}) == "");
  CHECK(explained("https://h/key?X-Amz-Security-Token=a"));  // all but the token may be lost
  for (const auto* const damaged : {"\\?a\\=b\\&", "?amp;", "?url=https%3A%2F%2Fh%2Fkey%3F"}) {
    CHECK(explained(std::string("https://h/key") + damaged + "X-Amz-Algorithm\\=AWS4-HMAC-SHA256"));
  }
  CHECK(wrong_error(explained("https://h/key%3FX-Amz-Algorithm%3DAWS4-HMAC-SHA256"),
                    errc::missing_signature, {"%3F"}) == "");
  explain_options options;
  options.response = "Forbidden";
  CHECK(wrong_error(explained(example_url(), options), errc::invalid_response) == "");
}

TEST_CASE("a fragment, which clients do not send") {
  const auto told = explained(example_url() + "#page=2");
  CHECK(told->findings.empty());
  // In a key or a value it is a mistake: what follows does not arrive.
  const auto of_key = presign::detail::replaced(example_url(), "/test.txt", "/test#1.txt");
  CHECK(explained(of_key)->findings.at(0).certainty == certainty::certain);
  const auto of_value = presign::detail::replaced(example_url(), "X-Amz-Date", "a=b#c&X-Amz-Date");
  CHECK(explained(of_value)->findings.at(0).certainty == certainty::certain);
}

TEST_CASE("a response that does not say why: none leaves the findings empty") {
  for (const auto* response :
       {"<Error></Error>", "<Error/>", "<Error><Code>AccessDenied", "<Error><Code></Code></Error>",
        R"({"message":"Forbidden"})", R"({"Message":null,"message":"x"})"}) {
    CAPTURE(response);
    explain_options options;
    options.response = response;
    const auto told = explained(example_url(), options);
    REQUIRE(told);
    CHECK(told->findings.at(0).cause == cause::unexplained);
    CHECK(told->findings.at(0).certainty == certainty::possible);
  }
}

TEST_CASE("credentials that have expired") {
  explain_options options;
  options.signer = support::example_credentials();
  options.signer->expires_at = signed_at + 60s;
  CHECK(explained(example_url(), options, signed_at + 59s)->findings.empty());
  const auto told = explained(example_url(), options, signed_at + 60s);
  REQUIRE(causes(told) == std::vector{cause::token_expired});
  CHECK(told->findings[0].certainty == certainty::certain);
  // The server may have rejected the URL before.
  options.response = "<Error><Code>NoSuchBucket</Code></Error>";
  const auto rejected = explained(example_url(), options, signed_at + 60s);
  REQUIRE(causes(rejected) == std::vector{cause::no_such_bucket, cause::token_expired});
  CHECK(rejected->findings[1].certainty == certainty::note);
  options.response = {};
  options.signer->access_key_id = "AKIDOTHER";
  CHECK(explained(example_url(), options, signed_at + 60s)->findings.empty());
}

TEST_CASE("a damaged URL is explained as far as it can be read") {
  const auto url = example_url();
  for (std::size_t size = url.find("X-Amz-Credential="); size < url.size(); ++size) {
    CAPTURE(size);
    const auto told = explained(url.substr(0, size));
    REQUIRE(told);
    CHECK(told->host == "examplebucket.s3.amazonaws.com");
    CHECK(told->findings.at(0).certainty == certainty::certain);
  }
  for (const auto* only : {"X-Amz-Algorithm", "X-Amz-Date", "X-Amz-Signature"}) {
    const auto told = explained("https://h/k?" + std::string(only) + "=1");
    REQUIRE(told);
    CHECK(told->findings.at(0).cause == cause::malformed_url);
  }
  const auto without_date = explained("https://h/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&a=b");
  CHECK_FALSE(without_date->signed_at);
  CHECK_FALSE(without_date->expires_at);
}

TEST_CASE("whether a signer made it") {
  explain_options options;
  options.signer = support::example_credentials();
  CHECK(explained(example_url(), options)->made_by_signer == true);
  CHECK(explained(example_url(), options)->findings.empty());

  options.method = "PUT";
  auto told = explained(example_url(), options);
  CHECK(told->made_by_signer == false);
  CHECK(causes(told) == std::vector{cause::method});

  options.method = "GET";
  options.signer->secret_access_key = "another";
  told = explained(example_url(), options);
  CHECK(told->made_by_signer == false);
  CHECK(causes(told) == std::vector{cause::secret});
  CHECK(told->findings[0].certainty == certainty::likely);

  options.signer->access_key_id = "AKIA2";
  told = explained(example_url(), options);
  CHECK_FALSE(told->made_by_signer);
  CHECK(told->findings.empty());
}

TEST_CASE("a signer whose session token is not the URL's") {
  explain_options options;
  auto who = support::temporary_credentials();
  who.access_key_id = "ASIAIOSFODNN7EXAMPLE";
  options.signer = who;
  const auto url = signed_url(support::example_request(), who);
  CHECK(explained(url, options)->findings.empty());
  options.signer->session_token = "another";
  CHECK(causes(explained(url, options)) == std::vector{cause::token_invalid});
  options.signer->session_token = {};  // the URL is right, and the caller left the token out
  CHECK(explained(url, options)->findings.empty());
  auto of_store = who;  // whose access key ids do not tell whether they are temporary
  options.signer->access_key_id = of_store.access_key_id = "0555b35654ad1656d804";
  CHECK(explained(signed_url(support::example_request(), of_store), options)
            ->findings.at(0)
            .certainty == certainty::possible);
  options.signer = support::example_credentials();
  CHECK(causes(explained(signed_url(support::example_request(), support::temporary_credentials()),
                         options)) == std::vector{cause::token_unwanted});
  options.signer->session_token = support::session_token;  // left over from other credentials
  CHECK(explained(example_url(), options)->findings.empty());

  who.session_token = {};
  options.signer = who;
  options.signer->session_token = support::session_token;
  const auto told = explained(signed_url(support::example_request(), who), options);
  CHECK(causes(told) == std::vector{cause::token_missing});
  CHECK(told->findings.front().certainty == certainty::certain);
}

TEST_CASE("headers that are signed") {
  const auto url = signed_url(support::example_request().header("Range", "bytes=0-9"));
  explain_options options;
  options.signer = support::example_credentials();
  auto told = explained(url, options);
  CHECK_FALSE(told->made_by_signer);
  CHECK(causes(told) == std::vector{cause::header_not_sent});
  CHECK(told->findings[0].certainty == certainty::note);
  CHECK(told->findings[0].sentence.find("\"range\"") != std::string::npos);

  options.headers = {{"range", " bytes=0-9 "}};
  CHECK(explained(url, options)->made_by_signer == true);
  options.headers[0].value = "bytes=0-8";
  CHECK(explained(url, options)->made_by_signer == false);

  options = {};
  options.response = "<Error><Code>SignatureDoesNotMatch</Code></Error>";
  told = explained(url, options);
  CHECK(causes(told).at(0) == cause::header_not_sent);
  CHECK(told->findings[0].certainty == certainty::likely);
}

TEST_CASE("the host that was asked, if it is not the URL's") {
  explain_options options;
  options.signer = support::example_credentials();
  options.headers = {{"Host", "internal:9000"}};
  const auto told = explained(example_url(), options);
  CHECK(told->made_by_signer == false);
  CHECK(told->findings.size() == 1);
}

TEST_CASE("what arrived differs, and where") {
  explain_options options;
  const auto response = response_with("GET", "HEAD");
  options.response = response;
  auto told = explained(example_url(), options);
  CHECK(told->response_code == "SignatureDoesNotMatch");
  CHECK(causes(told) == std::vector{cause::method});
  REQUIRE(told->first_difference);
  CHECK(told->first_difference->line == 1);
  CHECK(told->first_difference->ours == "GET");
  CHECK(told->first_difference->theirs == "HEAD");
  options.method = "HEAD";
  CHECK_FALSE(explained(example_url(), options)->first_difference);
}

TEST_CASE("the secret is the likely cause if what arrived is what the URL says") {
  const auto response = response_with("", "");
  explain_options options;
  options.response = response;
  auto told = explained(example_url(), options);
  CHECK(causes(told) == std::vector{cause::secret});
  CHECK(told->findings[0].certainty == certainty::likely);
  options.signer = support::example_credentials();
  told = explained(example_url(), options);
  CHECK(told->made_by_signer == true);
  CHECK(causes(told) == std::vector{cause::secret});
  CHECK(told->findings[0].sentence.find("the server has another") != std::string::npos);
}

TEST_CASE("the secret is not blamed if another signature arrived") {
  const auto url = example_url();
  const auto signature = url.substr(url.size() - 64);
  explain_options options;
  options.signer = support::example_credentials();
  options.response =
      response_with("", "", "<SignatureProvided>" + signature + "</SignatureProvided>");
  CHECK(causes(explained(url, options)) == std::vector{cause::secret});
  for (const auto& arrived : {signature + "&quot;", signature.substr(1), std::string("REDACTED")}) {
    options.response =
        response_with("", "", "<SignatureProvided>" + arrived + "</SignatureProvided>");
    const auto findings = explained(url, options)->findings;
    REQUIRE(findings.size() == 1);
    CHECK(findings[0].cause == cause::malformed_url);
    CHECK(findings[0].certainty == certainty::likely);
    CHECK(findings[0].sentence.find("the signature that arrived is not the URL's") == 0);
  }
}

TEST_CASE("a secret is not blamed for what the URL itself explains") {
  auto what = support::example_request();
  const auto url = signed_url(what);
  explain_options options;
  options.signer = {std::string(support::access_key_id), "another"};
  const auto cut = explained(url.substr(0, url.size() - 1), options);
  CHECK(cut->made_by_signer == false);
  CHECK(causes(cut) == std::vector{cause::malformed_url});
}

TEST_CASE("the server's clock counts, if the response has its time") {
  explain_options options;
  options.response =
      "<Error><Code>AccessDenied</Code><Message>Request has expired</Message>"
      "<ServerTime>2013-05-24T02:00:00Z</ServerTime></Error>";
  CHECK(causes(explained(example_url(), options)) == std::vector{cause::expired});
  options.response.replace(options.response.find("T02:"), 4, "T00:");
  const auto at_its_time = explained(example_url(), options, signed_at + 24h)->findings;
  CHECK(at_its_time.at(0).cause == cause::parameter_changed);
  CHECK(at_its_time[0].certainty == certainty::likely);
  CHECK(at_its_time[0].sentence.find("own clock it is valid for another") != std::string::npos);
  options.response =
      "<Error><Code>AccessDenied</Code><ServerTime>2013-05-24T00:30:00Z</ServerTime></Error>";
  CHECK(causes(explained(example_url(), options, signed_at + 24h)).front() == cause::permission);
}

TEST_CASE(
    "if the server says that a URL expired which our clock calls valid, the clocks disagree") {
  explain_options options;
  for (const std::string_view response :
       {"<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>",
        "<Error><Code>RequestExpired</Code></Error>"}) {
    options.response = response;
    const auto explanation = explained(example_url(), options, signed_at + 10min);
    REQUIRE(causes(explanation) == std::vector{cause::clock});
    CHECK(explanation->findings[0].certainty == certainty::certain);
    CHECK(explanation->findings[0].sentence.find("another 3000 seconds") != std::string::npos);
    CHECK(explained(example_url(), options, signed_at + 1h - 1s)
              ->findings[0]
              .sentence.find("another 1 second:") != std::string::npos);
    CHECK(causes(explained(example_url(), options, signed_at + 1h)) == std::vector{cause::expired});
  }
}

TEST_CASE("each cause and certainty has a name") {
  CHECK(name(cause::expired) == "expired");
  CHECK(name(cause::not_yet_valid) == "not_yet_valid");
  CHECK(name(cause::clock) == "clock");
  CHECK(name(cause::invalid_expiry) == "invalid_expiry");
  CHECK(name(cause::method) == "method");
  CHECK(name(cause::host) == "host");
  CHECK(name(cause::port) == "port");
  CHECK(name(cause::path) == "path");
  CHECK(name(cause::encoded_twice) == "encoded_twice");
  CHECK(name(cause::plus_for_space) == "plus_for_space");
  CHECK(name(cause::path_normalized) == "path_normalized");
  CHECK(name(cause::path_prefix) == "path_prefix");
  CHECK(name(cause::parameter_added) == "parameter_added");
  CHECK(name(cause::parameter_missing) == "parameter_missing");
  CHECK(name(cause::parameter_changed) == "parameter_changed");
  CHECK(name(cause::parameter_order) == "parameter_order");
  CHECK(name(cause::header_not_sent) == "header_not_sent");
  CHECK(name(cause::header_changed) == "header_changed");
  CHECK(name(cause::header_not_signed) == "header_not_signed");
  CHECK(name(cause::signed_headers) == "signed_headers");
  CHECK(name(cause::two_signatures) == "two_signatures");
  CHECK(name(cause::payload_hash) == "payload_hash");
  CHECK(name(cause::algorithm) == "algorithm");
  CHECK(name(cause::date) == "date");
  CHECK(name(cause::region) == "region");
  CHECK(name(cause::service) == "service");
  CHECK(name(cause::unexplained) == "unexplained");
  CHECK(name(cause::secret) == "secret");
  CHECK(name(cause::access_key) == "access_key");
  CHECK(name(cause::token_missing) == "token_missing");
  CHECK(name(cause::token_unwanted) == "token_unwanted");
  CHECK(name(cause::token_not_signed) == "token_not_signed");
  CHECK(name(cause::token_invalid) == "token_invalid");
  CHECK(name(cause::token_expired) == "token_expired");
  CHECK(name(cause::permission) == "permission");
  CHECK(name(cause::no_such_bucket) == "no_such_bucket");
  CHECK(name(cause::no_such_key) == "no_such_key");
  CHECK(name(cause::wrong_endpoint) == "wrong_endpoint");
  CHECK(name(cause::operation) == "operation");
  CHECK(name(cause::server) == "server");
  CHECK(name(cause::malformed_url) == "malformed_url");
  CHECK(name(cause::plain_http) == "plain_http");
  CHECK(name(cause::garbled_response) == "garbled_response");
  CHECK(name(static_cast<cause>(43)) == "unknown");
  CHECK(name(certainty::certain) == "certain");
  CHECK(name(certainty::likely) == "likely");
  CHECK(name(certainty::possible) == "possible");
  CHECK(name(certainty::note) == "note");
  CHECK(name(static_cast<certainty>(4)) == "unknown");
}

TEST_CASE("the surest comes first, and nothing is reported twice") {
  auto what = support::example_request();
  what.path = "/a/../b%20c";
  explain_options options;
  options.response =
      "<Error><Code>AccessDenied</Code><Message>Request has expired</Message></Error>";
  const auto told = explained(signed_url(what), options, signed_at + 2h);
  CHECK(causes(told) == std::vector{cause::expired, cause::encoded_twice, cause::path_normalized});
  for (std::size_t i = 1; i < told->findings.size(); ++i) {
    CHECK(told->findings[i - 1].certainty <= told->findings[i].certainty);
  }
}

TEST_CASE("no signature, token or secret is in an explanation") {
  auto who = support::temporary_credentials();
  const auto url = signed_url(support::example_request(), who);
  const auto signature = url.substr(url.rfind('=') + 1);
  const auto token = presign::sigv4::uri_encode(support::session_token);
  explain_options options;
  options.signer = who;
  const auto response = response_with(
      "host:", "x-amz-security-token:" + std::string(support::session_token) + "\nhost:",
      "<Message>" + xml_of(url) + "</Message>");
  options.response = response;
  for (const auto& one : {url, url + "x", url.substr(0, url.size() - 1)}) {
    const auto told = explained(one, options);
    REQUIRE(told);
    const auto text = all_text(*told);
    CHECK(text.find(signature) == std::string::npos);
    CHECK(text.find(signature.substr(0, 63)) == std::string::npos);
    CHECK(text.find(token) == std::string::npos);
    CHECK(text.find(support::session_token) == std::string::npos);
    CHECK(text.find(support::secret_access_key) == std::string::npos);
  }
}

TEST_CASE("a URL that has lost its '?' or a '&' shows no signature and no token either") {
  const auto url =
      signed_url(support::example_request_by_sigv4a("us-*"), support::temporary_credentials());
  const auto signature = url.substr(url.rfind('=') + 1);
  const auto token = presign::sigv4::uri_encode(support::session_token);
  const auto query = url.substr(url.find('?') + 1);
  const auto with = [](std::string text, std::string_view old, std::string_view by) {
    text.replace(text.find(old), old.size(), by);
    return text;
  };
  const auto path_style = "https://s3.amazonaws.com/examplebucket&" + query;
  for (const auto& one :
       {with(url, "?", "") + "?" + query, with(url, "?", "&") + "?" + query,
        with(url, "?", "%3F") + "?" + query, with(url, "?", "%3f") + "?X-Amz-Expires=3600",
        with(url, "test.txt", presign::sigv4::uri_encode("test?" + query)),
        with(url, "test.txt", presign::sigv4::uri_encode(presign::sigv4::uri_encode(query))),
        path_style + "?" + query, path_style + "/key?" + query,
        with(url, "&X-Amz-Signature", "X-Amz-Signature"),
        with(url, "&X-Amz-Signature", "%26X-Amz-Signature"),
        with(url, "&X-Amz-Security-Token", "X-Amz-Security-Token"),
        with(url, "&X-Amz-Security-Token", "%26X-Amz-Security-Token"),
        with(url, "X-Amz-Date", "a=" + presign::sigv4::uri_encode("?" + query) + "&X-Amz-Date")}) {
    for (const auto& response :
         {response_with("/test.txt", "/another"), response_with("/test.txt", "/"),
          response_with("/test.txt", "/another/test.txt"),
          std::string("<Error><Code>SignatureDoesNotMatch</Code></Error>")}) {
      CAPTURE(one);
      explain_options options;
      options.response = response;
      const auto told = explained(one, options);
      REQUIRE(told);
      const auto text = all_text(*told);
      CAPTURE(text);
      CHECK(text.find(signature.substr(0, 16)) == std::string::npos);
      CHECK(text.find(token.substr(0, 16)) == std::string::npos);
      CHECK(text.find(support::session_token.substr(0, 16)) == std::string::npos);
    }
  }
}

TEST_CASE("what real servers rejected") {
  for (const auto& one : s3_error_responses::all) {
    INFO(one.server, ": ", one.what);
    explain_options options;
    options.response = one.response;
    const auto at = *presign::parse_iso8601(one.at);
    auto told = explained(one.url, options, at);
    REQUIRE(told);
    REQUIRE_FALSE(told->findings.empty());
    CHECK(told->findings[0].cause == one.without_secret);

    options.signer = {std::string(one.access_key_id), one.secret_access_key, one.session_token};
    told = explained(one.url, options, at);
    REQUIRE(told);
    REQUIRE_FALSE(told->findings.empty());
    CHECK(told->findings[0].cause == one.with_secret);
  }
}

TEST_CASE("a signature without its name is not shown either, wherever it got to") {
  const auto url = signed_url(support::example_request().header("Range", "bytes=0-9"));
  const std::string name = "&X-Amz-Signature=";
  const auto at = url.find(name);
  const auto signature = url.substr(at + name.size());
  const auto rest = url.substr(0, at);
  std::vector<std::string> urls;
  for (const auto& between : {"", "=", "&", "&=", "&X-Amz-Signature", "%26", "%3D", "%3B"}) {
    urls.push_back(rest + between + signature);
  }
  for (auto begin = rest.find("X-Amz-"); begin < rest.size(); ++begin) {  // in all values and names
    urls.push_back(rest.substr(0, begin) + signature + rest.substr(begin));
  }
  const auto same = response_with("", "");
  for (const auto& one : urls) {
    for (const auto& response :
         {std::string(), same, response_with("GET", one),
          "<Error><Code>" + signature + "</Code><Message>" + xml_of(one) + "</Message></Error>"}) {
      CAPTURE(one);
      explain_options options;
      options.response = response;
      options.signer = support::example_credentials();
      const auto told = explained(one, options);
      if (!told) {
        CHECK(told.error().message.find(signature.substr(0, 32)) == std::string::npos);
        continue;
      }
      const auto text = all_text(*told);
      const auto shown = text.find(signature.substr(0, 32));
      CAPTURE(text.substr(shown == text.npos ? 0 : shown < 150 ? 0 : shown - 150, 250));
      CHECK(shown == text.npos);
    }
  }
}

// ── What a server's error code means ────────────────────────────────────────────────────────────

TEST_CASE("all codes that S3 publishes, with and without credentials: none is certain and false") {
  auto who = support::temporary_credentials();
  who.access_key_id = "ASIAIOSFODNN7EXAMPLE";
  const auto url = signed_url(support::example_request(), who);
  auto other = who;
  other.secret_access_key = "another";
  std::size_t count = 0;
  for (const auto& group : s3_error_responses::all_codes) {
    for (const auto view : presign::detail::split(group.codes, ' ')) {
      const std::string code(view);
      CAPTURE(code);
      ++count;
      const auto response = "<Error><Code>" + code + "</Code><Message>Words.</Message></Error>";
      explain_options options;
      options.response = response;
      const auto without = explained(url, options);
      const auto& first = without->findings.at(0);
      CHECK(first.cause == group.what);
      CHECK(first.certainty == group.how_sure);
      const bool is_after = first.sentence.find("accepted the signature") != std::string::npos;
      CHECK(is_after == group.is_after);
      for (const auto& each : without->findings) {
        CHECK((each.certainty != certainty::certain || each.cause == group.what));
      }
      // The credentials that made it, those with another secret, and those of somebody else
      for (const auto& signer : {who, other, presign::credentials{"AKIA2", "another"}}) {
        options.signer = signer;
        const auto with = explained(url, options);
        const auto& surest = with->findings.at(0);
        if (code == "SignatureDoesNotMatch" || code == "InvalidSignature") {
          CHECK(surest.certainty != certainty::certain);
          continue;
        }
        CHECK(surest.cause == group.what);
        CHECK(surest.certainty <= group.how_sure);
        for (const auto& each : with->findings) {
          CHECK((each.certainty != certainty::certain || each.cause == group.what));
          CHECK(each.sentence.find("something else arrived") == std::string::npos);
        }
      }
    }
  }
  CHECK(count > 220);
}

TEST_CASE("a rejection after a valid signature says nothing of the method, the token or headers") {
  const auto url = signed_url(support::example_request().header("Range", "bytes=0-9"));
  explain_options options;  // the caller does not say that it was another method
  options.method = "PUT";
  options.headers = {{"Range", "bytes=0-9"}};
  options.signer = support::example_credentials();
  options.response = "<Error><Code>InvalidRange</Code></Error>";
  CHECK(causes(explained(url, options)) == std::vector{cause::operation});
}

TEST_CASE("AccessDenied: of permission, if there is a reason to think so") {
  const auto told = [](std::string_view url, std::string_view message, bool has_credentials) {
    const auto response =
        "<Error><Code>AccessDenied</Code><Message>" + std::string(message) + "</Message></Error>";
    explain_options options;
    options.response = response;
    if (has_credentials) options.signer = support::example_credentials();
    return explained(url, options);
  };
  const auto aws = example_url();
  const std::vector of_aws = {cause::permission, cause::no_such_key};
  CHECK(causes(told(aws, "Access Denied", false)) == of_aws);
  CHECK(causes(told(aws, "Access Denied", true)) == of_aws);
  CHECK(causes(told(aws, "", true)) == of_aws);
  CHECK(told(aws, "Access Denied", true)->findings[0].certainty == certainty::likely);
  const auto by_policy = told(aws, "User: a is not authorized to perform: s3:GetObject", true);
  CHECK(causes(by_policy) == std::vector{cause::permission});
  CHECK(by_policy->findings[0].certainty == certainty::certain);
  for (const auto* message : {"User: anonymous is not authorized to perform: es:ESHttpGet",
                              "Query-string authentication requires the Signature"}) {
    const auto unsigned_request = told(aws, message, true);
    CHECK(unsigned_request->findings[0].cause == cause::malformed_url);
    CHECK(unsigned_request->findings[0].certainty == certainty::likely);
  }

  auto what = support::example_request();
  what.host = "ceph.example.com";
  what.path = "/b/k";
  const auto ceph = signed_url(what);
  CHECK(causes(told(ceph, "", false)) ==
        std::vector{cause::permission, cause::secret, cause::no_such_key});
  CHECK(causes(told(ceph, "", true)) ==
        std::vector{cause::unexplained, cause::permission, cause::secret, cause::no_such_key});
  CHECK(told(ceph, "", true)->findings[0].certainty == certainty::possible);
}

TEST_CASE("a code about a token, and a URL without one") {
  explain_options options;
  for (const auto& [response, expected] : std::initializer_list<std::pair<std::string_view, cause>>{
           {"<Error><Code>InvalidToken</Code></Error>", cause::token_missing},
           {"<Error><Code>ExpiredToken</Code></Error>", cause::expired}}) {
    options.response = response;
    const auto told = explained(example_url(), options);
    CHECK(causes(told) == std::vector{expected});
    CHECK(told->findings[0].certainty != certainty::certain);
  }
  options.response = "<Error><Code>InvalidToken</Code></Error>";
  auto who = support::temporary_credentials();
  who.access_key_id = "ASIAIOSFODNN7EXAMPLE";
  const auto told = explained(signed_url(support::example_request(), who), options);
  CHECK(told->findings.at(0).cause == cause::token_invalid);
  CHECK(told->findings[0].certainty == certainty::likely);
  CHECK(told->findings[0].sentence.find("sts.amazonaws.com") != std::string::npos);
}

TEST_CASE("a URL that expired after the server rejected it for another reason") {
  explain_options options;
  options.response = "<Error><Code>SignatureDoesNotMatch</Code></Error>";
  const auto late = explained(example_url(), options, signed_at + 24h);
  CHECK(causes(late).front() == cause::method);
  CHECK(causes(late).back() == cause::expired);
  CHECK(late->findings.back().certainty == certainty::note);
  options.response = "<Error><Code>AccessDenied</Code></Error>";
  CHECK(causes(explained(example_url(), options, signed_at + 24h)).front() == cause::expired);
}

TEST_CASE("what the URL shows comes before what a code says, or speaks against it") {
  const auto first = [](std::string_view url, std::string_view response,
                        presign::time_point at = signed_at) {
    explain_options options;
    options.response = response;
    const auto told = explained(url, options, at);
    return std::string(name(told->findings.at(0).certainty)) + ' ' +
           std::string(name(told->findings[0].cause)) + ": " + told->findings[0].sentence;
  };
  const auto is = [](const std::string& sentence, std::string_view begin, std::string_view words) {
    const bool is_it =
        presign::detail::begins_with(sentence, begin) && sentence.find(words) != sentence.npos;
    return is_it ? "" : sentence;
  };
  const auto url = example_url();
  const auto with = [](const std::string& name, const std::string& value) {
    return signed_url(support::example_request().query(name, value));
  };
  auto spoilt = url;
  spoilt.replace(spoilt.find("%2F"), 3, "%252F");
  constexpr auto malformed =
      "<Error><Code>AuthorizationQueryParametersError</Code><Message>Error parsing the "
      "X-Amz-Credential parameter; the Credential is mal-formed</Message></Error>";
  CHECK(is(first(url, malformed), "likely malformed_url", "encoded again") == "");
  constexpr auto expires =
      "<Error><Code>AuthorizationQueryParametersError</Code><Message>X-Amz-Expires should be a "
      "number</Message></Error>";
  CHECK(is(first(url, expires), "likely invalid_expiry", "604800") == "");
  CHECK(is(first(spoilt, malformed), "certain encoded_twice", "%252F") == "");
  CHECK(is(first(spoilt, "<Error><Code>InternalError</Code></Error>"), "certain encoded_twice",
           "%252F") == "");
  CHECK(is(first(url.substr(0, url.find('&')), malformed), "certain malformed_url", "shell") == "");
  CHECK(is(first(with("x-amz-checksum-crc32", "AAAAAA=="), "<Error><Code>BadDigest</Code></Error>"),
           "certain payload_hash", "AAAAAA==") == "");
  CHECK(is(first(url, "<Error><Code>NoSuchKey</Code><Key>other.txt</Key></Error>"), "certain path",
           "\"other.txt\"") == "");
  CHECK(is(first(url, "<Error><Code>NoSuchKey</Code><Key>\u00c3\u00bc</Key></Error>"),
           "certain no_such_key", "accepted") == "");
  CHECK(is(first(url, "<Error><Code>NoSuchKey</Code><Key>test.txt</Key></Error>"),
           "certain no_such_key", "accepted") == "");

  constexpr auto skewed = "<Error><Code>RequestTimeTooSkewed</Code></Error>";
  CHECK(is(first(url, skewed, signed_at + 20min), "likely expired", "15 minutes") == "");
  CHECK(is(first(url, skewed, signed_at - 20min), "likely clock", "clock") == "");

  auto global = support::example_request();
  global.region = "af-south-1";
  CHECK(is(first(signed_url(global),
                 "<Error><Code>IllegalLocationConstraintException</Code></Error>"),
           "likely wrong_endpoint", "names no region") == "");
  global.host = "a.mrap.accesspoint.s3-global.amazonaws.com";
  CHECK(is(first(signed_url(global),
                 "<Error><Code>AuthorizationQueryParametersError</Code><Message>the region "
                 "'af-south-1' is wrong; expecting 'b'</Message><Region>b</Region></Error>"),
           "likely algorithm", "SigV4A") == "");
}

TEST_CASE("STS allows 15 minutes, whatever X-Amz-Expires is: no clock is wrong") {
  presign::request what;
  what.host = "sts.us-east-1.amazonaws.com";
  what.region = "us-east-1";
  what.service = "sts";
  explain_options options;
  options.response =
      "<ErrorResponse><Error><Code>SignatureDoesNotMatch</Code><Message>Signature expired: "
      "20130524T000000Z is now earlier than 20130524T001500Z</Message></Error></ErrorResponse>";
  const auto told = explained(signed_url(what), options, signed_at + 30min);
  CHECK(causes(told) == std::vector{cause::expired});
  CHECK(told->findings[0].certainty == certainty::certain);
}

TEST_CASE("a checksum of the empty body") {
  for (const auto& [name, value] : std::initializer_list<std::pair<const char*, const char*>>{
           {"x-amz-checksum-crc32", "AAAAAA=="},
           {"X-Amz-Checksum-Crc32c", "AAAAAA=="},
           {"x-amz-checksum-crc64nvme", "AAAAAAAAAAA="},
           {"x-amz-checksum-sha1", "2jmj7l5rSw0yVb/vlWAYkK/YBwk="},
           {"x-amz-checksum-sha256", "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU="},
           {"Content-MD5", "1B2M2Y8AsgTpgAmY7PhCfg=="}}) {
    const std::string shown(name);
    CAPTURE(shown);
    const auto by = signed_url(support::example_request().query(name, value));
    const auto told = explained(by);
    CHECK(causes(told) == std::vector{cause::payload_hash});
    CHECK(told->findings[0].certainty == certainty::likely);
    CHECK(told->findings[0].sentence.find("empty body") != std::string::npos);
    explain_options options;
    options.headers = {{name, value}};
    const auto header = signed_url(support::example_request().header(name, value));
    CHECK(causes(explained(header, options)).front() == cause::payload_hash);
    CHECK(explained(signed_url(support::example_request().query(name, "MAAAAA==")))
              ->findings.empty());
  }
}

TEST_CASE("the Host header in other letter case is the same host") {
  explain_options options;
  options.signer = support::example_credentials();
  options.headers = {{"HOST", "ExampleBucket.S3.amazonaws.com"}};
  CHECK(explained(example_url(), options)->made_by_signer == true);
  options.headers = {};
  const auto response = response_with("host:example", "host:Example");
  options.response = response;
  const auto told = explained(example_url(), options);
  CHECK(causes(told) == std::vector{cause::host});
  CHECK(told->findings[0].certainty == certainty::possible);
}

TEST_CASE("a Host header that a redirect changed") {
  explain_options options;
  const auto redirected = response_with("bucket.s3.", "bucket.s3.eu-west-1.");
  options.response = redirected;
  const auto told = explained(example_url(), options);
  CHECK(causes(told) == std::vector{cause::wrong_endpoint});
  CHECK(told->findings[0].certainty == certainty::likely);
  CHECK(told->findings[0].sentence.find("proxy") == std::string::npos);
  const auto response = response_with("examplebucket.s3.amazonaws.com", "internal");
  options.response = response;
  CHECK(causes(explained(example_url(), options)) == std::vector{cause::host});
}

TEST_CASE("the texts of API Gateway and STS are compared like S3's") {
  std::string canonical(support::example::canonical_request);
  canonical.replace(canonical.find("86400"), 5, "3600");
  canonical.replace(0, 3, "POST");
  const auto message =
      "The request signature we calculated does not match the signature you provided.\n\nThe "
      "Canonical String for this request should have been\n'" +
      canonical + "'\n\nThe String-to-Sign should have been\n'" +
      std::string(support::example::string_to_sign) + "'\n";
  const auto json = presign::detail::replaced(message, "\n", "\\n");
  for (const auto& response :
       {"{\"message\":\"" + json + "\"}",
        "{\n  \"errors\": [{\"message\": \"" + message + "\", \"code\": \"InvalidSignature\"}]}",
        "{\"__type\":\"com.amazon.coral.service#InvalidSignatureException\",\"message\":\"" + json +
            "\"}",
        "HTTP/1.1 403 Forbidden\r\nx-amzn-ErrorType: "
        "InvalidSignatureException\r\n\r\n{\"message\":\"" +
            json + "\"}",
        "<ErrorResponse><Error><Type>Sender</Type><Code>SignatureDoesNotMatch</Code><Message>" +
            xml_of(message) + "</Message></Error></ErrorResponse>",
        "{\"message\":\"" + presign::detail::replaced(message, "\n", " ") + "\"}"}) {
    CAPTURE(response);
    explain_options options;
    options.response = response;
    const auto told = explained(example_url(), options);
    REQUIRE(told);
    CHECK(causes(told).front() == cause::method);
    CHECK(told->findings[0].certainty == certainty::certain);
    REQUIRE(told->first_difference);
    CHECK(told->first_difference->theirs == "POST");
    CHECK(told->response_message.find("Canonical") == std::string::npos);
  }
}

TEST_CASE("what people paste: with headers in front, or from a browser") {
  std::string canonical(support::example::canonical_request);
  canonical.replace(canonical.find("86400"), 5, "3600");
  canonical.replace(0, 3, "HEAD");
  const auto one_line = presign::detail::replaced(canonical, "\n", " ");
  const std::string code = "<Code>SignatureDoesNotMatch</Code><CanonicalRequest>";
  const std::string end = "</CanonicalRequest></Error>";
  for (const auto& response :
       {"<Error>" + code + canonical + end,  // '&' as it is
        "HTTP/2 403 \r\ncontent-type: application/xml\r\n\r\n<Error>" + code + canonical + end,
        "This XML file does not appear to have any style information associated with it. The "
        "document tree is shown below.\n-<Error>\n" +
            code + canonical + end,
        "\u25bc<Error>\n\u25bc" + code + one_line + end}) {
    CAPTURE(response);
    explain_options options;
    options.response = response;
    const auto told = explained(example_url(), options);
    REQUIRE(told);
    CHECK(causes(told).front() == cause::method);
    CHECK(told->first_difference->theirs == "HEAD");
    const bool is_whole = response.find(one_line) == std::string::npos;
    CHECK((told->findings.back().cause == cause::garbled_response) == !is_whole);
  }
}

TEST_CASE("hostile URLs and responses are explained or rejected") {
  std::mt19937 random{1};
  const auto url = example_url();
  const auto response = response_with("", "", "<StringToSign>a\nb\nc\nd</StringToSign>");
  const auto mutate = [&random](std::string text) {
    for (auto changes = 1 + random() % 3; changes > 0; --changes) {
      text.replace(random() % text.size(), random() % 9,
                   support::random_text(random, "%&=?/;+:#<>\n\0aA0-", 6));
    }
    return text;
  };
  int told = 0;
  for (int round = 0; round < 5000; ++round) {
    const auto changed = mutate(response);
    const support::exact_copy body(changed);
    explain_options options;
    options.response = body.view();
    options.signer = support::example_credentials();
    const auto result = explained(mutate(url), options);
    if (result) ++told;
  }
  CHECK(told > 500);

  std::string names = "host";
  for (int i = 0; i < 100'000; ++i) names.append("%3Bh").append(std::to_string(i));
  const auto begin = support::processor_seconds();
  CHECK(explained(std::string(url).replace(url.find("=host&") + 1, 4, names)));
  CHECK(support::processor_seconds() - begin < 20);
}

// ── Services other than S3 ──────────────────────────────────────────────────────────────────────

// As the device SDKs of AWS IoT make it. The signature is botocore's.
TEST_CASE("a WebSocket of AWS IoT, without X-Amz-Expires and with an unsigned token") {
  const std::string url =
      "wss://h.example.com/mqtt?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE"
      "%2F20231114%2Fus-east-1%2Fiotdevicegateway%2Faws4_request&X-Amz-Date=20231114T221320Z"
      "&X-Amz-SignedHeaders=host"
      "&X-Amz-Signature=43817fafc22fae0c0dd6a9df1b68b8c9284bafd80c437702c3e3ce0407c11293"
      "&X-Amz-Security-Token=a%2Bb%3D%3D";
  const auto at = support::time_at("20231114T221320Z");
  explain_options options;
  CHECK(explained(url, options, at)->findings.empty());
  options.signer = presign::credentials{"AKIDEXAMPLE", "SECRET", "a+b=="};
  const auto told = explained(url, options, at + 1h);
  CHECK(told->findings.empty());
  CHECK(told->made_by_signer == true);
  CHECK(!told->expires_at);
  CHECK(told->host == "h.example.com");
}

TEST_CASE("a session token after the signature is right if the caller's rules leave it unsigned") {
  const auto url = example_url() + "&X-Amz-Security-Token=a";
  explain_options options;
  CHECK(causes(explained(url, options)) ==
        std::vector{cause::token_unwanted, cause::token_not_signed});
  options.rules = presign::service_rules::of("s3");
  options.rules->sign_session_token = false;
  CHECK(causes(explained(url, options)) == std::vector{cause::token_unwanted});
}

TEST_CASE("a URL whose signature was moved has no parameter too many") {
  auto url = example_url();
  const auto at = url.find("&X-Amz-Signature=");
  const auto signature = url.substr(at + 1);
  url = url.substr(0, at);
  url.insert(url.find('?') + 1, signature + '&');
  CHECK(causes(explained(url)) == std::vector<cause>{});
}

TEST_CASE("a signed Authorization header that nobody gave is missing, not sent") {
  auto url = example_url();
  url.replace(url.find("=host&") + 1, 4, "authorization%3Bhost");
  explain_options options;
  options.signer = support::example_credentials();
  const auto told = explained(url, options);
  CHECK(causes(told) == std::vector{cause::malformed_url, cause::header_not_sent});
  CHECK(told->findings.front().sentence ==
        "all signed headers must be sent; missing: \"authorization\"");
  CHECK_FALSE(told->made_by_signer.has_value());  // what was signed as its value is not known
}

TEST_CASE("line ends that were put back are told, even if the text is damaged") {
  const std::string response = "<Error><CanonicalRequest>GET / host:x</CanonicalRequest></Error>";
  explain_options options;
  options.response = response;
  const auto found = causes(explained(example_url(), options));
  CHECK(std::count(found.begin(), found.end(), cause::garbled_response) == 2);
}

TEST_CASE("S3 rejects a URL without X-Amz-Expires") {
  const auto without = [](std::string url, std::string_view expires) {
    return url.replace(url.find("&X-Amz-Expires=3600"), 19, expires);
  };
  explain_options options;
  const auto missing = explained(without(example_url(), ""), options);
  CHECK(causes(missing) == std::vector{cause::malformed_url});
  CHECK(missing->findings.front().certainty == certainty::certain);
  CHECK(missing->findings.front().sentence == "the query must have X-Amz-Expires");
  CHECK(causes(explained(without(example_url(), "&X-Amz-Expires=x"), options)) ==
        std::vector{cause::invalid_expiry});
  options.rules = presign::service_rules::of("s3");
  options.rules->require_expires = false;
  CHECK(explained(without(example_url(), ""), options)->findings.empty());
}

TEST_CASE("a path in the spelling that another signer gave it") {
  const std::string url =
      "https://h.example.com/@connections/ID?X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential="
      "AKIDEXAMPLE%2F20231114%2Fus-east-1%2Fexecute-api%2Faws4_request"
      "&X-Amz-Date=20231114T221320Z&X-Amz-Expires=60&X-Amz-SignedHeaders=host"
      "&X-Amz-Signature=2c39b56a05a6d58477e24928423e2c8e5fbc914c7939eaa0886c9d0fbd6f254a";
  explain_options options;
  options.signer = presign::credentials{"AKIDEXAMPLE", "SECRET"};
  const auto told = explained(url, options, support::time_at("20231114T221320Z"));
  CHECK(told->made_by_signer == true);
  CHECK(told->findings.empty());
}

TEST_SUITE_END();
