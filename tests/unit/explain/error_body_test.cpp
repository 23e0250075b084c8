#include "explain/error_body.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using presign::errc;
using presign::detail::error_body;

presign::result<error_body> parsed(std::string_view xml) {
  return presign::detail::parse_error_body(support::exact_copy(xml).view());
}

/// What a text within <Message> is read as.
std::string message(std::string_view text) {
  const auto body = parsed("<Error><Message>" + std::string(text) + "</Message></Error>");
  return body ? body->message : body.error().message;
}

std::string refused(std::string_view xml, std::string_view words) {
  return support::wrong_error(parsed(xml), errc::invalid_response, {words});
}

// In the form of Amazon S3's own answers; https://github.com/aws/aws-sdk-php/issues/1078 has one.
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
    "<Region>us-east-2</Region><Endpoint>s3.us-east-2.amazonaws.com</Endpoint>"
    "<ServerTime>2013-05-24T00:00:00Z</ServerTime>"
    "<RequestId>1</RequestId></Error>\n";

}  // namespace

TEST_SUITE_BEGIN("error_body");

TEST_CASE("every element that is wanted") {
  const auto body = parsed(whole);
  REQUIRE(body);
  CHECK(body->code == "SignatureDoesNotMatch");
  CHECK(body->message.substr(0, 21) == "The request signature");
  CHECK(body->string_to_sign == "AWS4");
  CHECK(body->canonical_request == "GET\r\n/");
  CHECK(body->headers_not_signed == "x-amz-acl");
  CHECK(body->region == "us-east-2");
  CHECK(body->endpoint == "s3.us-east-2.amazonaws.com");
  CHECK(body->server_time == "2013-05-24T00:00:00Z");
}

TEST_CASE("the bytes go before the text, where they are bytes") {
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
}

TEST_CASE("an answer that says little is one too") {
  for (const std::string_view xml : {"<Error/>", "<Error></Error>", "<Error ></Error >",
                                     "<Error><Message/></Error>", " \n<Error/>\n\n"}) {
    CAPTURE(xml);
    const auto body = parsed(xml);
    REQUIRE(body);
    CHECK(body->code.empty());
    CHECK(body->message.empty());
  }
}

TEST_CASE("declaration, byte order mark, namespaces, comments and attributes") {
  for (const std::string_view xml : {
           "<Error><Code>C</Code></Error>",
           "\xef\xbb\xbf<Error><Code>C</Code></Error>",
           "<?xml version='1.0'?><!-- <Code>X</Code> --><Error><Code>C</Code></Error><!---->",
           "<Error xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Code>C</Code></Error>",
           "<s:Error xmlns:s='u'><s:Code a='>' b=\"'/>\">C</s:Code></s:Error>",
           "<Error>\n  <Code>\n    C\t</Code>\r\n</Error>",
           "<Error><Code>C<!-- x --></Code><Code>D</Code></Error>",
           "<Error><Resource><Code>X</Code></Resource><Code>C</Code></Error>",
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
        "&#x110000;", "&#4294967306;", "&#1a;", "&#xg;", "&#-1;", "&#x000000000a;", "& amp;", "&lt",
        "&l<x/>t;"}) {
    CAPTURE(text);
    CHECK(message(text).find("'&'") != std::string::npos);
  }
}

TEST_CASE("CDATA is text as it is") {
  CHECK(message("<![CDATA[<a>&amp;]] >]]>") == "<a>&amp;]] >");
  CHECK(message("a<![CDATA[]]>b<![CDATA[&]]>c") == "ab&c");
}

TEST_CASE("line ends are those of XML, unless they are written as references") {
  CHECK(message("a\r\nb\rc\nd\r\r\ne") == "a\nb\nc\nd\n\ne");
  CHECK(message("a<![CDATA[\r\n]]>b") == "a\nb");
  CHECK(message("a&#13;&#10;b") == "a\r\nb");
}

TEST_CASE("what is no such answer") {
  CHECK(refused("", "empty") == "");
  CHECK(refused(" \r\n", "HEAD") == "");
  CHECK(refused("{\"message\": \"Forbidden\"}", "text outside of elements") == "");
  CHECK(refused("https://h/?X-Amz-Signature=00", "text outside of elements") == "");
  CHECK(refused("<!DOCTYPE html><html></html>", "document type") == "");
  CHECK(refused("<!DOCTYPE e [<!ENTITY a \"b\">]><Error>&a;</Error>", "document type") == "");
  CHECK(refused("<html><body><p>403</p></body></html>", "no <Error>") == "");
  CHECK(refused("<html><hr></html>", "\"html\"") == "");
  CHECK(refused("<ListBucketResult/>", "no <Error>") == "");
  CHECK(refused("<Error/>x", "text outside of elements") == "");
  CHECK(refused("<Error></Code></Error>", "\"Code\"") == "");
  CHECK(refused("</Error>", "\"Error\"") == "");
  CHECK(refused("<Error><></Error>", "without a name") == "");
  CHECK(refused("<Error></></Error>", "without a name") == "");
  CHECK(refused("<Error>" + std::string(1000, '<'), "within a tag") == "");
  CHECK(refused("<a:" + std::string(1000, '\n') + "><\x01" + std::string(1000, 'n') + ">",
                "\"\\x01nn") == "");
  CHECK(refused(std::string("<Error>&#0;") + '\0', "'&'") == "");
}

TEST_CASE("cut short at any byte, it is no answer") {
  const auto end = whole.rfind('>');
  for (std::size_t size = 0; size <= end; ++size) {
    CAPTURE(size);
    CHECK(support::wrong_error(parsed(whole.substr(0, size)), errc::invalid_response) == "");
  }
  CHECK(parsed(whole.substr(0, end + 1)));
}

TEST_CASE("whatever is in it, it is an answer or an error") {
  constexpr std::string_view pieces[] = {"<",         ">",   "/",     "&",        ";",      "#x",
                                         "<![CDATA[", "]]>", "<!--",  "-->",      "<?",     "?>",
                                         "\"",        "'",   "Error", "</Error>", "<Code>", "\r",
                                         "\n",        " ",   ":",     "&#10;",    "\xff"};
  std::mt19937 random{20130524};
  const auto below = [&random](std::size_t most) { return random() % most; };
  std::size_t answers = 0;
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
    ++answers;
    CHECK(body->canonical_request.size() + body->message.size() <= xml.size());
  }
  CHECK(answers > 1000);
  CHECK(answers < 19000);
}

TEST_CASE("a long answer takes time in proportion to its length") {
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
    CHECK_FALSE(presign::detail::parse_error_body(xml));
    CHECK(support::processor_seconds() - begin < 20);
  }
}

TEST_SUITE_END();
