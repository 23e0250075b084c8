#include "store.hpp"

#include <doctest/doctest.h>

#include <string>

using broker::parse_listing;

namespace {

std::string contents(const std::string& key, const std::string& size = "1") {
  return "<Contents><Key>" + key + "</Key><Size>" + size +
         "</Size><LastModified>2026-11-23T12:00:00.000Z</LastModified></Contents>";
}

std::string result(const std::string& inside) {
  return "<ListBucketResult>" + inside + "</ListBucketResult>";
}

const std::string encoded = "<EncodingType>url</EncodingType>";

std::string key_of(const std::string& xml) { return parse_listing(xml).objects.at(0).key; }

}  // namespace

TEST_SUITE("broker: listing") {
  TEST_CASE("objects, prefixes and the next page") {
    const auto page = parse_listing(
        R"(<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">)"
        "<Name>files</Name><Prefix/><IsTruncated>true</IsTruncated>"
        "<NextContinuationToken>to/ken+==</NextContinuationToken>" +
        contents("a.txt", "18446744073709551615") + contents("b.txt", "0") +
        "<CommonPrefixes><Prefix>c/</Prefix></CommonPrefixes></ListBucketResult>");
    REQUIRE(page.objects.size() == 2);
    CHECK(page.objects[0].key == "a.txt");
    CHECK(page.objects[0].size == 18446744073709551615U);
    CHECK(page.objects[0].last_modified == "2026-11-23T12:00:00.000Z");
    CHECK(page.objects[1].size == 0);
    REQUIRE(page.prefixes.size() == 1);
    CHECK(page.prefixes[0] == "c/");
    CHECK(page.next == "to/ken+==");
  }

  TEST_CASE("an empty bucket, and a last page that has a token") {
    CHECK(parse_listing(result("")).objects.empty());
    CHECK(parse_listing(result("<IsTruncated>false</IsTruncated><NextContinuationToken>x"
                               "</NextContinuationToken>"))
              .next.empty());
  }

  TEST_CASE("keys are decoded only if the response says that they are encoded") {
    CHECK(key_of(result(encoded + contents("a+b%2Bc%2Fd/%E6%BC%A2%01"))) == "a b+c/d/\u6f22\x01");
    CHECK(key_of(result(contents("a+b%2Bc"))) == "a+b%2Bc");
  }

  TEST_CASE("white space, line ends and entities in keys are kept") {
    CHECK(key_of(result(contents(" "))) == " ");
    CHECK(key_of(result(contents("  a  "))) == "  a  ");
    CHECK(key_of(result(contents("\n\t"))) == "\n\t");
    CHECK(key_of(result(contents("a\r\nb"))) == "a\r\nb");
    CHECK(key_of(result(contents("&lt;b&gt; &amp;amp; &#x1;&#13;"))) == "<b> &amp; \x01\r");
    CHECK(key_of(result(contents("<![CDATA[<b>]]>"))) == "<b>");
  }

  TEST_CASE("an invalid listing is rejected") {
    for (const auto& bad : {std::string(),
                            std::string("no XML"),
                            std::string("<ListBucketResult>"),
                            std::string("<Error><Code>AccessDenied</Code></Error>"),
                            std::string("<ListAllMyBucketsResult/>"),
                            std::string("<html/>"),
                            std::string("<x:ListBucketResult/>"),
                            std::string(100000, '<'),
                            result(contents("")),
                            result(contents("a", "")),
                            result(contents("a", "-1")),
                            result(contents("a", "1 ")),
                            result(contents("a", "99999999999999999999")),
                            result("<Contents/>"),
                            result("<CommonPrefixes/>"),
                            result("<IsTruncated>true</IsTruncated>"),
                            result(encoded + contents("%")),
                            result(encoded + contents("%2")),
                            result(encoded + contents("%g0")),
                            result(encoded + contents("%+1")),
                            result(encoded + contents("% 1"))}) {
      CAPTURE(bad.substr(0, 100));
      CHECK_THROWS_AS(parse_listing(bad), broker::store_unavailable);
    }
  }

  TEST_CASE("entities of a document type are not expanded, and depth does no harm") {
    CHECK(key_of("<!DOCTYPE x [<!ENTITY e \"eeee\">]>" + result(contents("&e;"))) == "&e;");
    std::string deep;
    for (int i = 0; i < 100000; ++i) deep += "<a>";
    CHECK_THROWS_AS(parse_listing(deep), broker::store_unavailable);
  }
}
