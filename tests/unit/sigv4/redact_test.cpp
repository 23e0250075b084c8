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
  const auto link = presign::signer{support::temporary_credentials()}.presign(request, 1h).value();
  const support::url_parts before(link.url);
  const support::url_parts after(presign::redact(link.url));
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

TEST_CASE("secrets in JSON, headers, and URLs of other kinds") {
  const std::string token = "FwoGZXIvYXdzE" + std::string(64, 'x') + "/+==";
  const auto same_with = [](std::string_view before, std::string_view secret,
                            std::string_view after) {
    const auto text = std::string(before).append(secret).append(after);
    CHECK(redacted(text) == std::string(before).append("REDACTED").append(after));
  };
  same_with(R"({"url":"https://h/?a=b\u0026X-Amz-Signature=)", "12ab", R"(\u0026c=d"})");
  same_with(R"("https:\/\/h\/?X-Amz-Security-Token=)", R"(Fwo\/x\u002By==)", R"("})");
  same_with(R"({"X-Amz-Security-Token": ")", token, "\"}");
  same_with(R"({\"x-amz-signature\":\")", std::string(64, 'a'), "\\\"}");
  same_with("x-amz-security-token:", token, "\nx-amz-date:1");
  same_with("X-Amz-S3session-Token: ", token, "\r\n");
  same_with("aws_session_token = ", token, "\n");
  same_with("\"SecretAccessKey\": \"", support::secret_access_key, "\"");
  same_with("<SecretAccessKey>", support::secret_access_key, "</SecretAccessKey>\n<a>");
  same_with("<SessionToken>", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "</SessionToken>");
  same_with("\"X-Amz-Security-Token\": [\"", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "\"]");
  same_with("'X-Amz-Security-Token' => '", "eyJhbGciOiJIUzI1NiJ9.e30.c2ln", "'");
  same_with("Authorization: AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=",
            "12ab", "\r\n");
  same_with("https://h/?Key-Pair-Id=a&Signature=", "x~-y__", "&b=c");
  same_with("https://h/?X-Goog-Signature=", "12ab", "");
  same_with("https://h/?sv=2022&sig=", "a%2Bb%3D", "&se=1");
}

TEST_CASE("a URL that is a parameter of another, encoded once or twice") {
  const std::string inner = "https://h/p?a=b&X-Amz-Signature=12ab&X-Amz-Security-Token=A%2Fb&c=d";
  const std::string safe =
      "https://h/p?a=b&X-Amz-Signature=REDACTED&X-Amz-Security-Token=REDACTED&c=d";
  using presign::sigv4::uri_encode;
  for (const auto& encode :
       {+[](const std::string& text) { return text; },
        +[](const std::string& text) { return uri_encode(text); },
        +[](const std::string& text) { return uri_encode(uri_encode(text)); }}) {
    CHECK(redacted("https://o/?next=" + encode(inner) + "&e=f") ==
          "https://o/?next=" + encode(safe) + "&e=f");
  }
}

TEST_CASE("a signature without its name, wherever a separator may have been lost") {
  const std::string hex(support::example::signature);
  for (const std::string before :
       {"X-Amz-SignedHeaders=host", "X-Amz-SignedHeaders=host&",
        "X-Amz-SignedHeaders=host=", "X-Amz-SignedHeaders=host%26", "X-Amz-Expires=60",
        "<SignatureProvided>", "Signature ", "?", "SignedHeaders=host%3Bx-amz-content-sha256&"}) {
    CAPTURE(before);
    for (const auto& one : {hex, hex.substr(0, 48), hex + hex + "0123456789"}) {
      const auto safe = redacted("https://h/p?a=" + before + one + "&b");
      CHECK(safe.find(one.substr(0, 16)) == std::string::npos);
      CHECK(safe.find("REDACTED&b") != std::string::npos);
    }
  }
  CHECK(redacted("host" + hex) == "hostREDACTED");
}

TEST_CASE("a session token of AWS without its name") {
  for (const std::string token : {"FwoGZXIvYXdzEAa/b+c==", "IQoJb3JpZ2luX2VjEAa%2Fb%2Bc"}) {
    CHECK(redacted("X-Amz-Expires=60" + token + "&a=b") == "X-Amz-Expires=60REDACTED&a=b");
    CHECK(redacted("The provided token is invalid." + token) ==
          "The provided token is invalid.REDACTED");
    CHECK(redacted("<Token-0>" + token + "</Token-0>") == "<Token-0>REDACTED</Token-0>");
  }
}

TEST_CASE("a long text takes time in proportion to its length") {
  for (const std::string_view piece :
       {"%25", "%", "\\u00", "signature:", "signature=", "signature: ", "a", "0", "0/", "sig:\"",
        "signature\"", "2f", "sha256=", ">"}) {
    CAPTURE(piece);
    std::string text = "signature";
    while (text.size() < 2'000'000) text.append(piece);
    const auto begin = support::processor_seconds();
    const auto safe = presign::redact(text);
    CHECK(support::processor_seconds() - begin < 20);
    CHECK(presign::redact(safe) == safe);
  }
}

TEST_CASE("anything else is returned as it is") {
  const std::string hash(support::example::hashed_canonical_request);
  for (const auto& text : std::initializer_list<std::string>{
           "", "?", "&", "=", "??", "&&=&", "plain text", "https://h/p", "https://h/p?",
           "https://h/p?a", "https://h/p?a=b&c=d",
           // a name without a value, or another name
           "?X-Amz-Signature", "?X-Amz-Signature&a=b", "?X-Amz-Signature2=kept",
           "?X-Amz-Signatur=kept", "?X-Amz-Date=kept", "?=X-Amz-Signature", "?a=X-Amz-Signature",
           "https://h/p?continuation-token=kept",
           // broken escapes
           "?%", "?%=x", "?%4=x", "?%zz=x",
           // sentences
           "the signature: not what was expected", "Check your signature:\n",
           // hashes
           "https://h/" + hash, "https://h/b%2Fsha256-" + hash + ".json",
           "https://h/p?next=%252F" + hash + "&a=b", "x-amz-content-sha256:" + hash,
           "{\"sha256\": \"" + hash + "\"}", "?X-Amz-Content-Sha256=" + hash,
           "?a=?X-Amz-Content-Sha256%3D" + hash, "?a=%3FX-Amz-Content-Sha256%253d" + hash,
           "da39a3ee5e6b4b0d3255bfef95601890afd80709"}) {
    CAPTURE(text);
    CHECK(redacted(text) == text);
  }
  const std::string binary("\0\xff?\x80=\0&", 7);
  CHECK(redacted(binary) == binary);
}

TEST_SUITE_END();
