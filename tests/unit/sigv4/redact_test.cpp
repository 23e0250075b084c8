#include "support.hpp"

#include <presign/signer.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>

namespace {

using namespace std::chrono_literals;

std::string redacted(std::string_view text) {
  return presign::redact(support::exact_copy(text).view());
}

}  // namespace

TEST_SUITE_BEGIN("redact");

TEST_CASE("a presigned URL loses its signature and its token, and nothing else") {
  presign::request request;
  request.host = "examplebucket.s3.amazonaws.com";
  request.path = "/a b";
  request.region = "us-east-1";
  request.query("versionId", "v&1").query("X-Amz-Signature2", "kept");
  const auto link = presign::signer{support::temporary_credentials()}.presign(request, 1h);
  REQUIRE(link);
  const support::url_parts before(link->url);
  const support::url_parts after(presign::redact(link->url));
  CHECK(after.host == before.host);
  CHECK(after.path == before.path);
  REQUIRE(after.parameters.size() == before.parameters.size());
  for (std::size_t i = 0; i < after.parameters.size(); ++i) {
    const auto& [name, value] = after.parameters[i];
    CHECK(name == before.parameters[i].first);
    if (name == "X-Amz-Signature" || name == "X-Amz-Security-Token") {
      CHECK(value == "REDACTED");
    } else {
      CHECK(value == before.parameters[i].second);
    }
  }
}

TEST_CASE("each secret parameter, anywhere in the text") {
  for (const std::string name : {"X-Amz-Signature", "X-Amz-Security-Token", "X-Amz-S3session-Token",
                                 "x-amz-signature", "X-AMZ-SECURITY-TOKEN"}) {
    CAPTURE(name);
    CHECK(redacted("https://h/p?" + name + "=secret") == "https://h/p?" + name + "=REDACTED");
    CHECK(redacted("https://h/p?a=b&" + name + "=secret&c=d") ==
          "https://h/p?a=b&" + name + "=REDACTED&c=d");
    CHECK(redacted("https://h/p?" + name + "=se=cr%26et==#top") ==
          "https://h/p?" + name + "=REDACTED#top");
    CHECK(redacted("?" + name + "=") == "?" + name + "=REDACTED");
    CHECK(redacted(name + "=secret&a=b") == name + "=REDACTED&a=b");  // a query alone
  }
}

TEST_CASE("a percent-encoded name is the same name") {
  CHECK(redacted("?X%2DAmz%2dSignature=secret") == "?X%2DAmz%2dSignature=REDACTED");
  CHECK(redacted("?%58-%41mz-Security-Token=secret&a") == "?%58-%41mz-Security-Token=REDACTED&a");
}

TEST_CASE("the same parameter twice, and several parameters") {
  CHECK(redacted("?X-Amz-Signature=1&X-Amz-Security-Token=2&X-Amz-Signature=3") ==
        "?X-Amz-Signature=REDACTED&X-Amz-Security-Token=REDACTED&X-Amz-Signature=REDACTED");
}

TEST_CASE("a URL within a line of a log, or within a URL, or in HTML") {
  CHECK(redacted("GET \"https://h/p?X-Amz-Signature=secret\" 200") ==
        "GET \"https://h/p?X-Amz-Signature=REDACTED\" 200");
  CHECK(redacted("https://h/1?a=b\nhttps://h/2?X-Amz-Signature=secret\nend") ==
        "https://h/1?a=b\nhttps://h/2?X-Amz-Signature=REDACTED\nend");
  CHECK(redacted("https://h/?next=https://h/p?X-Amz-Signature=secret&a=b") ==
        "https://h/?next=https://h/p?X-Amz-Signature=REDACTED&a=b");
  CHECK(redacted("<a href='https://h/p?a=b&amp;X-Amz-Signature=secret'>") ==
        "<a href='https://h/p?a=b&amp;X-Amz-Signature=REDACTED'>");
  CHECK(redacted("https://h/p?a=b;X-Amz-Signature=secret;c") ==
        "https://h/p?a=b;X-Amz-Signature=REDACTED;c");
  CHECK(redacted("https://h/p#X-Amz-Signature=secret") == "https://h/p#X-Amz-Signature=REDACTED");
}

TEST_CASE("anything else is returned as it is") {
  for (const std::string text : {"",
                                 "?",
                                 "&",
                                 "=",
                                 "??",
                                 "&&=&",
                                 "plain text",
                                 "https://h/p",
                                 "https://h/p?",
                                 "https://h/p?a",
                                 "https://h/p?a=b&c=d",
                                 "?X-Amz-Signature",
                                 "?X-Amz-Signature&a=b",
                                 "?X-Amz-Signature2=kept",
                                 "?AX-Amz-Signature=kept",
                                 "?X-Amz-Signatur=kept",
                                 "?X-Amz-Date=kept",
                                 "?%",
                                 "?%=x",
                                 "?%4=x",
                                 "?%zz=x",
                                 "?=X-Amz-Signature",
                                 "?a=X-Amz-Signature",
                                 "https://h/X-Amz-Signature=kept?a=b",
                                 "https://h/p?a=%26X-Amz-Signature%3Dkept"}) {
    CAPTURE(text);
    CHECK(redacted(text) == text);
  }
  const std::string binary("\0\xff?\x80=\0&", 7);
  CHECK(redacted(binary) == binary);
}

TEST_SUITE_END();
