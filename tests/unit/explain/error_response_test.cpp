#include "explain/findings.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using presign::cause;
using presign::certainty;
using presign::errc;
using presign::detail::error_response;
using presign::detail::findings_of;

presign::result<error_response> parsed(std::string_view xml) {
  return presign::detail::parse_error_response(support::exact_copy(xml).view());
}

/// What a text within <Message> is read as.
std::string message(std::string_view text) {
  const auto body = parsed("<Error><Message>" + std::string(text) + "</Message></Error>");
  return body ? body->message : body.error().message;
}

std::string rejected(std::string_view xml, std::string_view words) {
  return support::wrong_error(parsed(xml), errc::invalid_response, {words});
}

// In the form of Amazon S3's own responses; https://github.com/aws/aws-sdk-php/issues/1078 has one.
constexpr std::string_view whole =
    "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
    "<Error><Code>SignatureDoesNotMatch</Code><Message>The request signature we calculated does "
    "not match the signature you provided. Check your key and signing method.</Message>"
    "<AWSAccessKeyId>AKIAIOSFODNN7EXAMPLE</AWSAccessKeyId>"
    "<StringToSign>AWS4-HMAC-SHA256\n20130524T000000Z</StringToSign>"
    "<SignatureProvided>aeeed9bb</SignatureProvided>"
    "<StringToSignBytes>41 57 53 34</StringToSignBytes>"
    "<CanonicalRequest>GET\n/test.txt\na=b&amp;c=d</CanonicalRequest>"
    "<CanonicalRequestBytes>47 45 54 0D 0a 2F</CanonicalRequestBytes>"
    "<HeadersNotSigned>x-amz-acl</HeadersNotSigned>"
    "<ArgumentName>acl</ArgumentName>"
    "<Region>us-east-2</Region><Endpoint>s3.us-east-2.amazonaws.com</Endpoint>"
    "<ServerTime>2013-05-24T00:00:00Z</ServerTime>"
    "<RequestId>1</RequestId></Error>\n";

std::vector<cause> causes(std::string_view code, std::string_view message = "") {
  error_response response;
  response.code = code;
  response.message = message;
  std::vector<cause> found;
  for (const auto& one : findings_of(response).findings) found.push_back(one.cause);
  return found;
}

}  // namespace

TEST_SUITE_BEGIN("error_response");

TEST_CASE("every element that is wanted") {
  const auto body = parsed(whole);
  REQUIRE(body);
  CHECK(body->code == "SignatureDoesNotMatch");
  CHECK(body->message.substr(0, 21) == "The request signature");
  CHECK(body->string_to_sign == "AWS4");
  CHECK(body->signature == "aeeed9bb");
  CHECK(body->canonical_request == "GET\r\n/");
  CHECK(body->headers_not_signed == "x-amz-acl");
  CHECK(body->argument_name == "acl");
  CHECK(body->region == "us-east-2");
  CHECK(body->endpoint == "s3.us-east-2.amazonaws.com");
  CHECK(body->server_time == "2013-05-24T00:00:00Z");
}

TEST_CASE("CanonicalRequestBytes takes precedence over CanonicalRequest, if it is bytes") {
  const auto canonical_request = [](std::string_view bytes) {
    const auto body = parsed("<Error><CanonicalRequestBytes>" + std::string(bytes) +
                             "</CanonicalRequestBytes><CanonicalRequest>text</CanonicalRequest>"
                             "</Error>");
    return body ? body->canonical_request : body.error().message;
  };
  CHECK(canonical_request("47 45\n54") == "GET");
  CHECK(canonical_request("474554") == "GET");
  CHECK(canonical_request("4 7 4 5 5 4") == "GET");
  CHECK(canonical_request("4f 4F") == "OO");
  CHECK(canonical_request("") == "text");
  CHECK(canonical_request("47 4") == "text");
  CHECK(canonical_request("47 4x") == "text");
  CHECK(canonical_request("41 20 42") == "A B");  // as it is: nothing is put back
  CHECK(canonical_request("47</CanonicalRequestBytes><CanonicalRequestBytes>48") == "G");
  CHECK(parsed("<Error><Code>A</Code><CodeBytes>42</CodeBytes></Error>")->code == "A");
}

TEST_CASE("a response with few elements is one too") {
  for (const std::string_view xml : {"<Error/>", "<Error></Error>", "<Error ></Error >",
                                     "<Error><Message/></Error>", " \n<Error/>\n\n"}) {
    CAPTURE(xml);
    const auto body = parsed(xml);
    REQUIRE(body);
    CHECK(body->code.empty());
    CHECK(body->message.empty());
  }
}

TEST_CASE("declaration, byte order mark, namespace, and what is before it") {
  for (const std::string_view xml : {
           "<Error><Code>C</Code></Error>",
           "\xef\xbb\xbf<Error><Code>C</Code></Error>",
           "<?xml version='1.0'?><!-- <Code>X</Code> --><Error><Code>C</Code></Error><!---->",
           "<Error xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Code>C</Code></Error>",
           "<Error>\n  <Code>\n    C\t</Code>\r\n</Error>",
           "<ErrorResponse><Code>X</Code><Error><Type>Sender</Type><Code>C</Code></Error>"
           "<RequestId>1</RequestId></ErrorResponse>",
       }) {
    CAPTURE(xml);
    const auto body = parsed(xml);
    REQUIRE(body);
    CHECK(body->code == "C");
  }
}

TEST_CASE("entities and character references") {
  CHECK(message("&lt;&gt;&amp;&quot;&apos;") == "<>&\"'");
  CHECK(message("&amp;lt;") == "&lt;");
  CHECK(message("GET&#10;/&#xa;a&#xA;b&#x0000000a;c") == "GET\n/\na\nb\nc");
  CHECK(message("&#228;&#x6f22;&#x1f408;&#x7f;&#x80;&#x7ff;&#x800;&#xffff;&#x10000;&#x10FFFF;") ==
        support::utf8(228) + support::utf8(0x6f22) + support::utf8(0x1f408) + support::utf8(0x7f) +
            support::utf8(0x80) + support::utf8(0x7ff) + support::utf8(0x800) +
            support::utf8(0xffff) + support::utf8(0x10000) + support::utf8(0x10ffff));
  for (const std::string_view text :
       {"&", "a&b", "&;", "&nbsp;", "&AMP;", "&#;", "&#x;", "&#0;", "&#xd800;", "&#xdfff;",
        "&#x110000;", "&#4294967306;", "&#1a;", "&#xg;", "&#-1;", "&#x000000000a;", "& amp;",
        "&lt"}) {
    CAPTURE(text);
    CHECK(message(text) == text);
  }
  CHECK(message("https://h/?a=1&b=2&amp;c=3") == "https://h/?a=1&b=2&c=3");
}

TEST_CASE("line ends are those of XML, unless they are written as references") {
  CHECK(message("a\r\nb\rc\nd\r\r\ne") == "a\nb\nc\nd\n\ne");
  CHECK(message("a&#13;&#10;b") == "a\r\nb");
}

TEST_CASE("what is not an error response") {
  CHECK(rejected("", "empty") == "");
  CHECK(rejected(" \r\n", "HEAD") == "");
  CHECK(rejected("{\"messages\": \"Forbidden\"}", "no <Error>") == "");
  CHECK(rejected("{\"message\": {\"code\": 1}}", "no <Error>") == "");
  CHECK(rejected("HTTP/1.1 403 Forbidden\r\nServer: AmazonS3\r\n\r\n", "HEAD") == "");
  CHECK(rejected("Forbidden", "no <Error>") == "");
  CHECK(rejected("https://h/?X-Amz-Signature=00", "no <Error>") == "");
  CHECK(rejected("<!DOCTYPE html><p>403</p>", "HTML page") == "");
  CHECK(rejected("<html><body><p>403</p></body></html>", "HTML page") == "");
  CHECK(rejected("<HTML><hr></HTML>", "HTML page") == "");
  CHECK(rejected("<html><p>SignatureDoesNotMatch</p></html>", "HTML page") == "");
  CHECK(rejected("<ListBucketResult/>", "no <Error>") == "");
  CHECK(rejected("</Error>", "no <Error>") == "");
  CHECK(rejected("<Error", "no <Error>") == "");
  CHECK(rejected("<a:" + std::string(1000, '\n') + "><\x01" + std::string(1000, 'n') + ">",
                 "no <Error>") == "");
}

TEST_CASE("the JSON of other services") {
  const auto json = [](std::string_view text) {
    const auto response = parsed(text);
    return response ? response->code + "|" + response->message : response.error().message;
  };
  CHECK(json(R"({"__type":"a.b#ExpiredTokenException","message":"No."})") ==
        "ExpiredTokenException|No.");
  CHECK(json(R"( {"Message" : "a\n\t\"b\"\u0026\/\u00fc\ud800", "code":"C"})") ==
        "C|a\n\t\"b\"&/\u00fc?");
  CHECK(json(R"({"message":"Forbidden"})") == "|Forbidden");
  CHECK(json(R"({"message":"Missing Authentication Token"})") ==
        "MissingAuthenticationTokenException|Missing Authentication Token");
  CHECK(json("HTTP/2 403\r\nx-amzn-errortype: AccessDeniedException:http://a/\r\n\r\n{}") ==
        "AccessDeniedException|");
  CHECK(json(R"({"message":"Credential should be scoped to a valid region."})") ==
        "InvalidSignatureException|Credential should be scoped to a valid region.");
  CHECK(json(R"({"message":"Signature expired: 1 is now earlier than 2"})") ==
        "InvalidSignatureException|Signature expired: 1 is now earlier than 2");
  CHECK(json(R"({"message":"cut)") == "|cut");
  CHECK(json(R"({"message":"cut\)") == "|cut\\");
  CHECK(json(R"({"message":"cut\u00)") == "|cut?");
}

TEST_CASE("a text without tags, as some browsers show XML") {
  const auto words = [](std::string_view text) {
    const auto response = parsed(text);
    return response ? response->code + "|" + response->message : response.error().message;
  };
  CHECK(words("AccessDeniedRequest has expired3600") == "AccessDenied|Request has expired3600");
  CHECK(words("\n NoSuchKey\nThe specified key does not exist.\n") ==
        "NoSuchKey|The specified key does not exist.");
  CHECK(words("An error occurred (InvalidRange) when calling GetObject") ==
        "InvalidRange|An error occurred (InvalidRange) when calling GetObject");
  CHECK(words("NoSuchKeys were found").find("no <Error>") != std::string::npos);
  CHECK(words("Redirecting, Busy, Redirect").find("no <Error>") != std::string::npos);
  CHECK(words("Credential should be scoped to correct service: 'es'.") ==
        "InvalidSignatureException|Credential should be scoped to correct service: 'es'.");
  const auto texts = parsed(
      "The request signature we calculated does not match.\n\n"
      "The Canonical String for this request should have been\n'GET\n/'\n\n"
      "The String-to-Sign should have been\n'AWS4'");
  CHECK(texts->canonical_request == "GET\n/");
  CHECK(texts->string_to_sign == "AWS4");
  CHECK(texts->left_out.empty());
  CHECK_FALSE(parsed("AccessDenied Access Denied")->left_out.empty());
  CHECK(parsed("<Error/>")->left_out.empty());
  CHECK(parsed("AccessDenied" + std::string(5000, 'A'))->message.size() == 1000);
}

TEST_CASE("broken XML is read as far as it can be") {
  const std::string zero(1, '\0');
  for (const std::string& xml :
       {std::string("HTTP/1.1 403 Forbidden\r\nDate: x\r\n\r\n<Error><Code>C</Code></Error>"),
        std::string("This XML file has no style.\n<Error>\n<Code>C</Code>"),
        std::string("<Error><Code>C</Code></Error>x"),
        std::string("<Error><Code>C</Code></Error><"),
        std::string("<?xml version='1.0?><Error><Code>C</Code></Error>"),
        std::string("<Error><Code>C</Code></Code></Error>"),
        std::string("<Error><Code>C</Code></Error><Error><Code>X</Code></Error>"),
        std::string("<Error><Message>a<br>b</Message><Code>C</Code></Error>"),
        std::string("<Error><><Code>C</Code></Error>"),
        std::string("<Error>a < b & c<Code>C</Code>") + std::string(1000, '<'),
        "<Error>&#0;" + zero + "<Code>C</Code>",
        std::string("<!DOCTYPE e [<!ENTITY a \"b\">]><Error><Code>C</Code></Error>")}) {
    CAPTURE(xml);
    const auto response = parsed(xml);
    REQUIRE(response);
    CHECK(response->code == "C");
  }
  CHECK(parsed("<!DOCTYPE e [<!ENTITY a \"b\">]><Error><Code>&a;</Code></Error>")->code == "&a;");
}

TEST_CASE("cut short at any byte, it has whole elements or none") {
  const auto all = parsed(whole);
  const auto is_part = [](const std::string& text, const std::string& of_all) {
    return text.empty() || text == of_all;
  };
  for (std::size_t size = 0; size <= whole.size(); ++size) {
    CAPTURE(size);
    const auto part = parsed(whole.substr(0, size));
    if (size < whole.find("<Code>")) {
      CHECK(static_cast<bool>(part) == (size >= whole.find("<Error>") + 7));
    }
    if (!part) continue;
    CHECK(is_part(part->code, all->code));
    CHECK(is_part(part->message, all->message));
    CHECK(is_part(part->canonical_request, size < whole.find("</CanonicalRequestBytes>") + 24
                                               ? "GET\n/test.txt\na=b&c=d"
                                               : all->canonical_request));
    CHECK(is_part(part->string_to_sign, size < whole.find("</StringToSignBytes>") + 20
                                            ? "AWS4-HMAC-SHA256\n20130524T000000Z"
                                            : all->string_to_sign));
    CHECK(is_part(part->region, all->region));
    CHECK(is_part(part->endpoint, all->endpoint));
    CHECK(is_part(part->headers_not_signed, all->headers_not_signed));
    CHECK(is_part(part->server_time, all->server_time));
    CHECK(part->left_out.empty() == (size >= whole.find("</Error>") + 8));
  }
}

TEST_CASE("whatever is in it, it is a response or an error") {
  constexpr std::string_view pieces[] = {"<",         ">",   "/",     "&",        ";",      "#x",
                                         "<![CDATA[", "]]>", "<!--",  "-->",      "<?",     "?>",
                                         "\"",        "'",   "Error", "</Error>", "<Code>", "\r",
                                         "\n",        " ",   ":",     "&#10;",    "\xff"};
  std::mt19937 random{20130524};
  const auto below = [&random](std::size_t most) { return random() % most; };
  std::size_t responses = 0;
  for (int round = 0; round < 20000; ++round) {
    std::string xml(whole);
    for (auto changes = 1 + below(4); changes > 0; --changes) {
      const auto at = below(xml.size() + 1);
      const auto length = below(3) * below(20);
      xml.replace(at, length, pieces[below(std::size(pieces))]);
    }
    const auto body = parsed(xml);
    if (!body) {
      CHECK(body.error().code == errc::invalid_response);
      CHECK(body.error().message.size() < 400);
      continue;
    }
    ++responses;
    CHECK(body->canonical_request.size() + body->message.size() <= xml.size());
  }
  CHECK(responses > 1000);
  CHECK(responses < 20000);
}

TEST_CASE("a long response takes time in proportion to its length") {
  const auto repeated = [](std::string_view piece) {
    std::string text("<Error><Message>");
    while (text.size() < 4'000'000) text.append(piece);
    return text;
  };
  for (const std::string_view piece :
       {"<a>", "<a/>", "&amp;", "\r", "<!---->", "<![CDATA[]]>", "<a b='", "&", "<", "]]>", "<?"}) {
    CAPTURE(piece);
    const auto xml = repeated(piece);
    const auto begin = support::processor_seconds();
    const auto response = presign::detail::parse_error_response(xml);
    CHECK(response->message.empty());
    CHECK(support::processor_seconds() - begin < 20);
  }
}

TEST_CASE("a code that says why") {
  const auto is = [](cause what) { return std::vector{what}; };
  CHECK(causes("ExpiredToken").front() == cause::token_expired);
  CHECK(causes("ExpiredTokenException").front() == cause::token_expired);
  CHECK(causes("ThrottlingException") == is(cause::server));
  CHECK(causes("InvalidRegionName") == is(cause::region));
  CHECK(causes("RequestExpired") == is(cause::expired));
  CHECK(causes("ExpiredRequest") == is(cause::expired));
  CHECK(causes("RequestTimeTooSkewed") == std::vector{cause::expired, cause::clock});
  CHECK(causes("InvalidToken") == is(cause::token_invalid));
  CHECK(causes("InvalidTokenId") == is(cause::token_invalid));
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
  CHECK(causes("SignatureDoesNotMatch") == std::vector{cause::method, cause::header_changed,
                                                       cause::host, cause::encoded_twice,
                                                       cause::path_prefix, cause::parameter_added,
                                                       cause::token_not_signed, cause::secret});
}

TEST_CASE("a code that the message narrows down") {
  const auto is = [](cause what) { return std::vector{what}; };
  CHECK(causes("AccessDenied", "Request has expired") == is(cause::expired));
  CHECK(causes("AccessDenied", "Request is not yet valid") == is(cause::not_yet_valid));
  CHECK(causes("AccessDenied", "Request is not valid yet") == is(cause::not_yet_valid));
  CHECK(causes("AccessDenied", "There were headers present in the request which were not signed") ==
        is(cause::header_not_signed));
  CHECK(causes("AccessDenied", "the request is not signed") == causes("AccessDenied"));
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
  CHECK(causes(parameters,
               "Query-string authentication version 4 requires the X-Amz-Algorithm, "
               "X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and "
               "X-Amz-Expires parameters.") == is(cause::malformed_url));
  CHECK(causes("SignatureDoesNotMatch",
               "Credential should be scoped to a valid region, not 'us-east-1'.") ==
        is(cause::region));
  CHECK(causes("SignatureDoesNotMatch", "Credential should be scoped to correct service: 'sts'.") ==
        is(cause::service));
  CHECK(causes("SignatureDoesNotMatch", "Signature not yet current: 1 is still later than 0") ==
        is(cause::not_yet_valid));
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
    error_response response;
    response.code = code;
    for (const auto& one : findings_of(response).findings)
      CHECK(one.certainty == certainty::possible);
  }
}

TEST_CASE("a code that nobody knows, or none") {
  for (const std::string_view code : {"Code", "accessdenied", "AccessDenied "}) {
    CHECK(causes(code, "Request has expired") == std::vector{cause::unexplained});
  }
  CHECK(causes("", "Request has expired") == std::vector{cause::unexplained});
}

TEST_CASE("what the response adds is quoted") {
  error_response response;
  response.code = "InvalidAccessKeyId";  // of MinIO also for an account that is disabled
  CHECK(findings_of(response).findings.at(0).sentence.find("not know") == std::string::npos);
  response.code = "PermanentRedirect";
  response.endpoint = "b.s3.eu-west-1.amazonaws.com\x1b";
  CHECK(findings_of(response).findings.at(0).sentence.find(
            "\"b.s3.eu-west-1.amazonaws.com\\x1b\"") != std::string::npos);
  response = {};
  response.code = "InvalidArgument";
  response.argument_name = "x-amz-acl";
  CHECK(findings_of(response).findings.at(0).sentence.find("\"x-amz-acl\"") != std::string::npos);
  CHECK(findings_of(response).findings.at(0).certainty == certainty::likely);
  response.argument_name = "X-Amz-Algorithm";
  CHECK(findings_of(response).findings.at(0).cause == cause::algorithm);
  response.argument_name.clear();
  CHECK(findings_of(response).findings.at(0).certainty == certainty::possible);
  response = {};
  response.code = "AccessDenied";
  response.message = "There were headers present in the request which were not signed";
  response.headers_not_signed = "x-amz-acl";
  CHECK(findings_of(response).findings.at(0).sentence.find("\"x-amz-acl\"") != std::string::npos);
}

TEST_SUITE_END();
