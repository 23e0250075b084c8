#include "sigv4/canonical_headers.hpp"

#include "support.hpp"

#include <presign/sigv4.hpp>

#include <doctest/doctest.h>

#include <map>
#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using presign::errc;
using presign::header;
using presign::sigv4::canonical_headers;
using support::exact_copy;
using support::wrong_error;

std::string lines(const std::vector<header>& headers) {
  return canonical_headers::of(headers).value().lines;
}

std::string names(const std::vector<header>& headers) {
  return canonical_headers::of(headers).value().names;
}

// The one value of a header "h", as it is signed.
std::string value(std::string_view raw) {
  const exact_copy name("h");
  const exact_copy exact(raw);
  const auto canonical = presign::detail::canonicalize({{name.view(), exact.view()}}).value();
  return canonical.lines.substr(2, canonical.lines.size() - 3);
}

std::string blanks(std::mt19937& random) { return support::random_text(random, " \t", 3); }

}  // namespace

TEST_SUITE_BEGIN("canonical_headers");

TEST_CASE("Amazon's examples") {
  const auto presigned = canonical_headers::of({{"Host", "examplebucket.s3.amazonaws.com"}});
  REQUIRE(presigned);
  CHECK(presigned->lines == support::example::headers);
  CHECK(presigned->names == "host");

  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  const auto ranged = canonical_headers::of(
      {{"x-amz-date", "20130524T000000Z"},
       {"Range", "bytes=0-9"},
       {"Host", "examplebucket.s3.amazonaws.com"},
       {"x-amz-content-sha256", std::string(presign::sigv4::empty_payload_hash)}});
  REQUIRE(ranged);
  CHECK(ranged->lines ==
        "host:examplebucket.s3.amazonaws.com\n"
        "range:bytes=0-9\n"
        "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
        "x-amz-date:20130524T000000Z\n");
  CHECK(ranged->names == "host;range;x-amz-content-sha256;x-amz-date");
}

TEST_CASE("no headers") {
  CHECK(lines({}).empty());
  CHECK(names({}).empty());
}

TEST_CASE("names become lower case, values stay as they are") {
  CHECK(lines({{"X-Amz-META-Name", "VaLuE"}}) == "x-amz-meta-name:VaLuE\n");
  CHECK(lines({{"ABCDEFGHIJKLMNOPQRSTUVWXYZ", "ÄÖÜ"}}) == "abcdefghijklmnopqrstuvwxyz:ÄÖÜ\n");
}

TEST_CASE("names are sorted without regard to case") {
  CHECK(names({{"b", "1"}, {"A", "2"}, {"a-b", "3"}, {"C", "4"}, {"a", "5"}, {"ab", "6"}}) ==
        "a;a-b;ab;b;c");
  // '^' and '_' stand between upper and lower case: only once lowered do names sort right.
  CHECK(names({{"xA", ""}, {"x_", ""}, {"x^", ""}, {"xz", ""}, {"x~", ""}, {"x1", ""}}) ==
        "x1;x^;x_;xa;xz;x~");
  CHECK(lines({{"My-Header2", "2"}, {"my-header10", "10"}, {"MY-HEADER", "0"}}) ==
        "my-header:0\nmy-header10:10\nmy-header2:2\n");
}

TEST_CASE("equal names are joined in the order given") {
  CHECK(lines({{"My-Header1", "value2"}, {"my-header1", "value2"}, {"MY-HEADER1", "value1"}}) ==
        "my-header1:value2,value2,value1\n");
  CHECK(names({{"My-Header1", "value2"}, {"my-header1", "value2"}, {"MY-HEADER1", "value1"}}) ==
        "my-header1");
  CHECK(lines({{"b", "3"}, {"a", "2"}, {"B", "1"}, {"A", "4"}, {"b", "2"}}) == "a:2,4\nb:3,1,2\n");
  CHECK(lines({{"a", ""}, {"a", " x "}, {"a", " "}}) == "a:,x,\n");
}

TEST_CASE("many equal names keep their order") {
  std::vector<header> headers;
  std::string joined;
  for (int i = 0; i < 100; ++i) {
    headers.push_back({i % 2 == 0 ? "h" : "H", std::to_string(99 - i)});
    headers.push_back({"other" + std::to_string(i % 10), ""});
    joined += (i == 0 ? "" : ",") + std::to_string(99 - i);
  }
  CHECK(lines(headers).substr(0, joined.size() + 3) == "h:" + joined + "\n");
}

TEST_CASE("values are trimmed, and runs of blanks become one space") {
  CHECK(value("a") == "a");
  CHECK(value(" a ") == "a");
  CHECK(value("\t a\t \t") == "a");
  CHECK(value("a  b") == "a b");
  CHECK(value("a\tb") == "a b");
  CHECK(value(" a \t b\t\tc  ") == "a b c");
  CHECK(value("a b c") == "a b c");
  CHECK(value("  \"a   b   c\"") == "\"a b c\"");  // in quotes too: AWS's get-header-value-trim
  CHECK(value("").empty());
  CHECK(value(" ").empty());
  CHECK(value(" \t ").empty());
  CHECK(value("a, b ,c") == "a, b ,c");
  CHECK(value("a:b;c=d") == "a:b;c=d");
  CHECK(value("\xc2\xa0x\xc2\xa0") == "\xc2\xa0x\xc2\xa0");  // a no-break space is no blank
}

TEST_CASE("canonical headers stay as they are") {
  const std::vector<header> canonical{{"a", "1,2"}, {"b", ""}, {"c", "x y z"}};
  CHECK(lines(canonical) == "a:1,2\nb:\nc:x y z\n");
}

// RFC 9110, section 5.6.2
TEST_CASE("a name is a token: any other byte is refused") {
  const std::string token_characters =
      "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (const char c : support::all_bytes()) {
    for (const auto& name : {std::string(1, c), std::string("a") + c, c + std::string("a"),
                             std::string("a") + c + "a"}) {
      CAPTURE(name);
      const exact_copy exact(name);
      const auto got = presign::detail::canonicalize({{exact.view(), "value"}});
      if (token_characters.find(c) != std::string::npos) {
        CHECK(got);
      } else {
        CHECK(wrong_error(got, errc::invalid_header, {"letters, digits and", "got \""}) == "");
      }
    }
  }
}

TEST_CASE("what is wrong with a name is shown") {
  CHECK(wrong_error(canonical_headers::of({{"", "x"}}), errc::invalid_header, {"got \"\""}) ==
        "");
  CHECK(wrong_error(canonical_headers::of({{"Range:", "x"}}), errc::invalid_header,
                    {"got \"Range:\""}) == "");
  CHECK(wrong_error(canonical_headers::of({{"X-A\r\nX-B", "x"}}), errc::invalid_header,
                    {"got \"X-A\\x0d\\x0aX-B\""}) == "");
  CHECK(wrong_error(canonical_headers::of({{"good", "x"}, {"bäd", "x"}, {"worse;", "x"}}),
                    errc::invalid_header, {"got \"b\\xc3\\xa4d\""}) == "");
}

TEST_CASE(
    "a value holds no control characters but tabs: any other is refused, and its place told") {
  for (const char c : support::all_bytes()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool allowed = c == '\t' || (byte >= 0x20 && byte != 0x7f);
    for (const std::size_t place : {0u, 1u, 3u}) {
      std::string text = "abc";
      text.insert(place, 1, c);
      CAPTURE(text);
      const exact_copy exact(text);
      const auto got = presign::detail::canonicalize({{"X-Name", exact.view()}});
      if (allowed) {
        CHECK(got);
      } else {
        CHECK(wrong_error(got, errc::invalid_header,
                          {"\"X-Name\"", "line breaks or control characters",
                           "byte " + std::to_string(place)}) == "");
      }
    }
  }
}

TEST_CASE("a value that would smuggle in a header is refused, and not shown") {
  const auto got = canonical_headers::of(
      {{"Range", "bytes=0-9"}, {"X-Token", "hush\r\nX-Amz-Acl: public-read"}});
  CHECK(wrong_error(got, errc::invalid_header, {"\"X-Token\"", "byte 4"}) == "");
  CHECK(got.error().message.find("hush") == std::string::npos);
  CHECK(got.error().message.find("public-read") == std::string::npos);
}

TEST_CASE("random headers, against another implementation") {
  std::mt19937 random{6};
  for (int i = 0; i < 2000; ++i) {
    std::vector<header> headers(random() % 8);
    std::map<std::string, std::string> expected;
    for (auto& one : headers) {
      one.name = "a" + support::random_text(random, "aAbB-1_", 2);
      std::string key;
      for (const char c : one.name) key += c == 'A' ? 'a' : c == 'B' ? 'b' : c;
      std::string joined;
      for (auto words = random() % 4; words > 0; --words) {
        const auto word = "w" + support::random_text(random, "xyz,;\"\xc3", 3);
        joined += (joined.empty() ? "" : " ") + word;
        one.value += blanks(random) + (one.value.empty() ? "" : " ") + word;
      }
      one.value += blanks(random);
      const auto [at, is_new] = expected.emplace(key, joined);
      if (!is_new) at->second += "," + joined;
    }
    std::string expected_lines, expected_names;
    for (const auto& [name, joined] : expected) {
      expected_lines += name + ":" + joined + "\n";
      expected_names += (expected_names.empty() ? "" : ";") + name;
    }
    CHECK(lines(headers) == expected_lines);
    CHECK(names(headers) == expected_names);
  }
}

TEST_SUITE_END();
