// Amazon's published examples of signed S3 requests, stage by stage.
//
//   https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
//   https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
//   https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
#include "aws_post_example.hpp"
#include "http_message.hpp"

#include <presign/presign.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
namespace sigv4 = presign::sigv4;

constexpr std::string_view access_key_id = "AKIAIOSFODNN7EXAMPLE";
constexpr std::string_view secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
constexpr std::string_view host = "examplebucket.s3.amazonaws.com";

const presign::signer signer{{std::string(access_key_id), secret_access_key}};

sigv4::amz_date date() { return sigv4::amz_date::parse("20130524T000000Z").value(); }
std::string scope() { return sigv4::credential_scope(date(), "us-east-1", "s3"); }

presign::request request_to(std::string_view path) {
  presign::request request;
  request.host = host;
  request.path = path;
  request.region = "us-east-1";
  return request;
}

// The values that Amazon's pages print for an example.
struct documented {
  std::string_view canonical_request;
  std::string_view string_to_sign;
  std::string_view signature;
};

// Checks the stages that both ways to sign have in common. The parameters and headers include those
// that signing adds.
void check_stages(const presign::request& request,
                  const std::vector<presign::name_value>& parameters,
                  const std::vector<presign::name_value>& headers, std::string_view payload_hash,
                  const documented& expected) {
  const auto path = sigv4::canonical_path(request.path, presign::service_rules::of("s3"));
  const auto query = sigv4::canonical_query(parameters);
  const auto lines = sigv4::canonical_headers(headers).value();
  const auto names = sigv4::signed_headers(headers).value();
  const sigv4::canonical_request canonical{request.method, path, query, lines, names, payload_hash};
  CHECK(canonical.text() == expected.canonical_request);

  const auto string_to_sign = sigv4::string_to_sign(date(), scope(), canonical.hash().value());
  CHECK(string_to_sign == expected.string_to_sign);

  const auto key = sigv4::signing_key::derive(secret_access_key, date(), "us-east-1", "s3").value();
  CHECK(sigv4::signature(key, string_to_sign).value() == expected.signature);
}

// Checks an example that is signed in its headers, up to the request that is sent.
void check_header_signed(const presign::request& request, std::string_view body,
                         const documented& expected, std::string_view documented_request) {
  const auto body_hash = sigv4::payload_hash(body).value();
  auto headers = request.headers;
  headers.push_back({"Host", request.host});
  headers.push_back({"x-amz-content-sha256", body_hash});
  headers.push_back({"x-amz-date", std::string(date().text())});
  check_stages(request, request.query_parameters, headers, body_hash, expected);

  const auto result = signer.sign(request, {date().time()}).value();
  CHECK(http::message::to_url(result.method, result.url, result.headers, body) ==
        http::message::read(documented_request));
}

}  // namespace

TEST_SUITE_BEGIN("Amazon's S3 examples");

TEST_CASE("presigned GET of an object") {
  const auto request = request_to("/test.txt");
  check_stages(request,
               {{"X-Amz-Algorithm", "AWS4-HMAC-SHA256"},
                {"X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"},
                {"X-Amz-Date", "20130524T000000Z"},
                {"X-Amz-Expires", "86400"},
                {"X-Amz-SignedHeaders", "host"}},
               {{"host", std::string(host)}}, sigv4::unsigned_payload,
               {"GET\n"
                "/test.txt\n"
                "X-Amz-Algorithm=AWS4-HMAC-SHA256"
                "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
                "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\n"
                "host:examplebucket.s3.amazonaws.com\n"
                "\n"
                "host\n"
                "UNSIGNED-PAYLOAD",
                "AWS4-HMAC-SHA256\n"
                "20130524T000000Z\n"
                "20130524/us-east-1/s3/aws4_request\n"
                "3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04",
                "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"});

  presign::presign_options options;
  options.at = date().time();
  const auto result = signer.presign(request, 24h, options).value();
  CHECK(result.url ==
        "https://examplebucket.s3.amazonaws.com/test.txt"
        "?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  CHECK(result.headers.empty());
}

// The pages print "Authorization" without a blank after a comma. HTTP treats both the same, and
// presign writes a blank, as AWS's signing test suite does.
TEST_CASE("GET of an object") {
  check_header_signed(
      request_to("/test.txt").header("Range", "bytes=0-9"), "",
      {"GET\n"
       "/test.txt\n"
       "\n"
       "host:examplebucket.s3.amazonaws.com\n"
       "range:bytes=0-9\n"
       "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
       "x-amz-date:20130524T000000Z\n"
       "\n"
       "host;range;x-amz-content-sha256;x-amz-date\n"
       "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
       "AWS4-HMAC-SHA256\n"
       "20130524T000000Z\n"
       "20130524/us-east-1/s3/aws4_request\n"
       "7344ae5b7ee6c3e7e6b0fe0640412a37625d1fbfff95c48bbb2dc43964946972",
       "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"},
      "GET /test.txt HTTP/1.1\n"
      "Host: examplebucket.s3.amazonaws.com\n"
      "Authorization: AWS4-HMAC-SHA256 "
      "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
      "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, "
      "Signature=f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41\n"
      "Range: bytes=0-9\n"
      "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
      "x-amz-date: 20130524T000000Z\n"
      "\n");
}

// The page prints this request line without the path's slash, which the canonical request has.
TEST_CASE("PUT of an object whose key has to be encoded") {
  auto request = request_to("/test$file.text");
  request.method = "PUT";
  request.payload_hash = sigv4::payload_hash("Welcome to Amazon S3.").value();
  request.header("Date", "Fri, 24 May 2013 00:00:00 GMT")
      .header("x-amz-storage-class", "REDUCED_REDUNDANCY");
  check_header_signed(
      request, "Welcome to Amazon S3.",
      {"PUT\n"
       "/test%24file.text\n"
       "\n"
       "date:Fri, 24 May 2013 00:00:00 GMT\n"
       "host:examplebucket.s3.amazonaws.com\n"
       "x-amz-content-sha256:44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072\n"
       "x-amz-date:20130524T000000Z\n"
       "x-amz-storage-class:REDUCED_REDUNDANCY\n"
       "\n"
       "date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class\n"
       "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072",
       "AWS4-HMAC-SHA256\n"
       "20130524T000000Z\n"
       "20130524/us-east-1/s3/aws4_request\n"
       "9e0e90d9c76de8fa5b200d8c849cd5b8dc7a3be3951ddb7f6a76b4158342019d",
       "98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd"},
      "PUT /test$file.text HTTP/1.1\n"
      "Host: examplebucket.s3.amazonaws.com\n"
      "Date: Fri, 24 May 2013 00:00:00 GMT\n"
      "Authorization: AWS4-HMAC-SHA256 "
      "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
      "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, "
      "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd\n"
      "x-amz-content-sha256: 44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072\n"
      "x-amz-date: 20130524T000000Z\n"
      "x-amz-storage-class: REDUCED_REDUNDANCY\n"
      "\n"
      "Welcome to Amazon S3.");
}

TEST_CASE("GET of a bucket's lifecycle: a parameter without a value") {
  check_header_signed(
      request_to("/").query("lifecycle", ""), "",
      {"GET\n"
       "/\n"
       "lifecycle=\n"
       "host:examplebucket.s3.amazonaws.com\n"
       "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
       "x-amz-date:20130524T000000Z\n"
       "\n"
       "host;x-amz-content-sha256;x-amz-date\n"
       "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
       "AWS4-HMAC-SHA256\n"
       "20130524T000000Z\n"
       "20130524/us-east-1/s3/aws4_request\n"
       "9766c798316ff2757b517bc739a67f6213b4ab36dd5da2f94eaebf79c77395ca",
       "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
      "GET /?lifecycle HTTP/1.1\n"
      "Host: examplebucket.s3.amazonaws.com\n"
      "Authorization: AWS4-HMAC-SHA256 "
      "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
      "SignedHeaders=host;x-amz-content-sha256;x-amz-date, "
      "Signature=fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543\n"
      "x-amz-date: 20130524T000000Z\n"
      "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
      "\n");
}

TEST_CASE("GET of a bucket's list of objects") {
  check_header_signed(
      request_to("/").query("max-keys", "2").query("prefix", "J"), "",
      {"GET\n"
       "/\n"
       "max-keys=2&prefix=J\n"
       "host:examplebucket.s3.amazonaws.com\n"
       "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
       "x-amz-date:20130524T000000Z\n"
       "\n"
       "host;x-amz-content-sha256;x-amz-date\n"
       "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
       "AWS4-HMAC-SHA256\n"
       "20130524T000000Z\n"
       "20130524/us-east-1/s3/aws4_request\n"
       "df57d21db20da04d7fa30298dd4488ba3a2b47ca3a489c74750e0f1e7df1b9b7",
       "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
      "GET /?max-keys=2&prefix=J HTTP/1.1\n"
      "Host: examplebucket.s3.amazonaws.com\n"
      "Authorization: AWS4-HMAC-SHA256 "
      "Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, "
      "SignedHeaders=host;x-amz-content-sha256;x-amz-date, "
      "Signature=34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7\n"
      "x-amz-date: 20130524T000000Z\n"
      "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
      "\n");
}

TEST_CASE("the policy of a form for uploads") {
  const auto date_of_form = sigv4::amz_date::parse("20151229T000000Z").value();
  const auto key =
      sigv4::signing_key::derive(secret_access_key, date_of_form, "us-east-1", "s3").value();
  CHECK(sigv4::signature(key, aws_post_example::policy_in_base64).value() ==
        aws_post_example::signature);
}

TEST_SUITE_END();
