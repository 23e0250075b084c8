#include "explain/refusal.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using presign::cause;
using presign::certainty;
using presign::detail::error_body;
using presign::detail::meaning_of;

std::vector<cause> causes(std::string_view code, std::string_view message = "") {
  error_body answer;
  answer.code = code;
  answer.message = message;
  std::vector<cause> found;
  for (const auto& one : meaning_of(answer)) found.push_back(one.cause);
  return found;
}

}  // namespace

TEST_SUITE_BEGIN("refusal");

TEST_CASE("a code that says why") {
  const auto is = [](cause what) { return std::vector{what}; };
  CHECK(causes("ExpiredToken") == is(cause::token_expired));
  CHECK(causes("RequestExpired") == is(cause::expired));
  CHECK(causes("ExpiredRequest") == is(cause::expired));
  CHECK(causes("RequestTimeTooSkewed") == is(cause::clock));
  CHECK(causes("InvalidToken") == is(cause::token_invalid));
  CHECK(causes("InvalidAccessKeyId") == is(cause::access_key));
  CHECK(causes("InvalidClientTokenId") == is(cause::access_key));
  CHECK(causes("MethodNotAllowed") == is(cause::operation));
  CHECK(causes("XAmzContentSHA256Mismatch") == is(cause::payload_hash));
  CHECK(causes("PermanentRedirect") == is(cause::wrong_endpoint));
  CHECK(causes("TemporaryRedirect") == is(cause::wrong_endpoint));
  CHECK(causes("NoSuchBucket") == is(cause::no_such_bucket));
  CHECK(causes("NoSuchKey") == is(cause::no_such_key));
  CHECK(causes("SlowDown") == is(cause::server));
}

TEST_CASE("a signature that does not match may have many causes") {
  CHECK(causes("SignatureDoesNotMatch") ==
        std::vector{cause::method, cause::header_changed, cause::host, cause::encoded_twice,
                    cause::parameter_added, cause::token_not_signed, cause::secret});
}

TEST_CASE("a code that the message narrows down") {
  const auto is = [](cause what) { return std::vector{what}; };
  CHECK(causes("AccessDenied", "Request has expired") == is(cause::expired));
  CHECK(causes("AccessDenied", "Request is not yet valid") == is(cause::not_yet_valid));
  CHECK(causes("AccessDenied", "There were headers present in the request which were not signed") ==
        is(cause::header_not_signed));
  constexpr auto parameters = "AuthorizationQueryParametersError";
  CHECK(causes(parameters, "X-Amz-Expires must be less than a week (in seconds)") ==
        is(cause::invalid_expiry));
  CHECK(causes(parameters, "X-Amz-Expires should be a number") == is(cause::invalid_expiry));
  CHECK(causes(parameters,
               "Error parsing the X-Amz-Credential parameter; the region 'a' is wrong; expecting "
               "'b'") == is(cause::region));
  CHECK(causes(parameters,
               "Error parsing the X-Amz-Credential parameter; incorrect service \"sts\".") ==
        is(cause::service));
  CHECK(causes(parameters, "Invalid credential date \"20261124\".") == is(cause::date));
  CHECK(causes(parameters, "Query-string authentication version 4 requires …") ==
        is(cause::malformed_url));
  CHECK(causes("AuthorizationHeaderMalformed", "the region 'a' is wrong") == is(cause::region));
  CHECK(causes("InvalidArgument", "Only one auth mechanism allowed") == is(cause::two_signatures));
  CHECK(causes("InvalidRequest",
               "The authorization mechanism you have provided is not supported. Please use "
               "AWS4-HMAC-SHA256.") == is(cause::algorithm));
}

TEST_CASE("a code that leaves several causes, in order of likelihood, none of them certain") {
  CHECK(causes("AccessDenied") ==
        std::vector{cause::permission, cause::secret, cause::token_invalid, cause::no_such_key});
  CHECK(causes("AccessDenied", "Access Denied") == causes("AccessDenied"));
  CHECK(causes("SignatureDoesNotMatch").front() == cause::method);
  for (const auto code : {"AccessDenied", "SignatureDoesNotMatch", "InvalidRequest"}) {
    error_body answer;
    answer.code = code;
    for (const auto& one : meaning_of(answer)) CHECK(one.certainty == certainty::possible);
  }
}

TEST_CASE("a code that nobody knows, or none") {
  for (const std::string_view code : {"Code", "accessdenied", "AccessDenied "}) {
    CHECK(causes(code, "Request has expired") == std::vector{cause::unexplained});
  }
  CHECK(causes("", "Request has expired").empty());
}

TEST_CASE("what the answer adds is quoted") {
  error_body answer;
  answer.code = "PermanentRedirect";
  answer.endpoint = "b.s3.eu-west-1.amazonaws.com\x1b";
  CHECK(meaning_of(answer).at(0).sentence.find("\"b.s3.eu-west-1.amazonaws.com\\x1b\"") !=
        std::string::npos);
  answer = {};
  answer.code = "AccessDenied";
  answer.message = "There were headers present in the request which were not signed";
  answer.headers_not_signed = "x-amz-acl";
  CHECK(meaning_of(answer).at(0).sentence.find("\"x-amz-acl\"") != std::string::npos);
}

TEST_SUITE_END();
