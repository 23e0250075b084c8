#include "sigv4/steps.hpp"

#include "libcrypto.hpp"
#include "support.hpp"

#include <presign/sigv4.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using presign::errc;
using presign::name_value;
using presign::service_rules;
using presign::detail::query_writer;
using presign::detail::text_by;
using presign::sigv4::canonical_headers;
using presign::sigv4::canonical_query;
using presign::sigv4::canonical_request;
using presign::sigv4::empty_payload_hash;
using presign::sigv4::hex;
using presign::sigv4::payload_hash;
using presign::sigv4::signed_headers;
using presign::sigv4::unsigned_payload;
using presign::sigv4::uri_encode;
using support::exact_copy;
using support::wrong_error;

}  // namespace

// ── The path ─────────────────────────────────────────────────────────────────────────────────────

namespace {

constexpr bool as_it_is = false;
constexpr bool normalize = true;

std::string canonical_path(std::string_view raw, bool normalized, bool twice) {
  service_rules rules;
  rules.normalize_path = normalized;
  rules.encode_path_twice = twice;
  return presign::sigv4::canonical_path(exact_copy(raw).view(), rules);
}

std::string normalized(std::string_view raw) { return canonical_path(raw, normalize, false); }

// Another implementation: segments on a stack.
std::string normalized_by_stack(std::string_view raw) {
  std::vector<std::string> segments;
  std::string segment;
  for (const char c : std::string(raw) + "/") {
    if (c != '/') {
      segment += c;
      continue;
    }
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    segment.clear();
  }
  std::string path;
  for (const auto& each : segments) path += "/" + each;
  const bool ends_in_slash = !raw.empty() && raw.back() == '/';
  return path.empty() || ends_in_slash ? path + "/" : path;
}

}  // namespace

TEST_SUITE_BEGIN("canonical_path");

TEST_CASE("Amazon's example") {
  CHECK(presign::sigv4::canonical_path(support::example::path, service_rules::of("s3")) ==
        "/test.txt");
  CHECK(presign::sigv4::canonical_path("/test$file.text", service_rules::of("s3")) ==
        "/test%24file.text");
}

// "S3: percent-encode once, never normalise."
TEST_CASE("S3 signs a path as it is sent") {
  const auto s3 = service_rules::of("s3");
  for (const auto raw : {"/", "//", "///", "/.", "/..", "/./", "/../", "/a/../b", "/a/./b", "/a//b",
                         "//a", "/a/", "/..a", "/a."}) {
    CHECK(presign::sigv4::canonical_path(exact_copy(raw).view(), s3) == raw);
  }
  CHECK(presign::sigv4::canonical_path("/a b/ü+%2F", s3) == "/a%20b/%C3%BC%2B%252F");
}

// "Normalize URI paths according to RFC 3986" and "encode each path segment twice".
TEST_CASE("other services sign it normalised and encoded twice") {
  const service_rules rules;
  CHECK(presign::sigv4::canonical_path("/a b//./../ü", rules) == "/%25C3%25BC");
  CHECK(presign::sigv4::canonical_path("/documents and settings/", rules) ==
        "/documents%2520and%2520settings/");
  CHECK(presign::sigv4::canonical_path("/a%2Fb", rules) == "/a%25252Fb");
  CHECK(presign::sigv4::canonical_path("/-._~aZ9", rules) == "/-._~aZ9");
}

TEST_CASE("each rule by itself") {
  CHECK(canonical_path("/a b/../ü", as_it_is, false) == "/a%20b/../%C3%BC");
  CHECK(canonical_path("/a b/../ü", as_it_is, true) == "/a%2520b/../%25C3%25BC");
  CHECK(canonical_path("/a b/../ü", normalize, false) == "/%C3%BC");
  CHECK(canonical_path("/a b/../ü", normalize, true) == "/%25C3%25BC");
}

TEST_CASE("normalising") {
  CHECK(normalized("/") == "/");
  CHECK(normalized("//") == "/");
  CHECK(normalized("////") == "/");
  CHECK(normalized("/a") == "/a");
  CHECK(normalized("/a/") == "/a/");
  CHECK(normalized("/a//") == "/a/");
  CHECK(normalized("//a//b") == "/a/b");
  CHECK(normalized("/.") == "/");
  CHECK(normalized("/./") == "/");
  CHECK(normalized("/./a/./b/.") == "/a/b");
  CHECK(normalized("/a/./") == "/a/");
  CHECK(normalized("/a/..") == "/");
  CHECK(normalized("/a/../") == "/");
  CHECK(normalized("/a/b/..") == "/a");  // as AWS's signers do; RFC 3986 would keep the slash
  CHECK(normalized("/a/b/../") == "/a/");
  CHECK(normalized("/a/b/../c") == "/a/c");
  CHECK(normalized("/a/b/../../c") == "/c");
  CHECK(normalized("/a//../b") == "/b");
}

TEST_CASE("there is nothing above the root") {
  CHECK(normalized("/..") == "/");
  CHECK(normalized("/../") == "/");
  CHECK(normalized("/../../..") == "/");
  CHECK(normalized("/../a") == "/a");
  CHECK(normalized("/a/../../b") == "/b");
  CHECK(normalized("/a/../../../b/") == "/b/");
}

TEST_CASE("a segment that only looks like dots is kept") {
  for (const auto raw : {"/...", "/..a", "/a..", "/.a", "/a.", "/..../b", "/. ./b", "/a/.../b"}) {
    CHECK(normalized(raw) == uri_encode(raw, false));
  }
  CHECK(normalized("/%2e%2e/a") == "/%252e%252e/a");  // raw: these are percent signs
}

TEST_CASE("no path at all") {
  CHECK(canonical_path("", as_it_is, false) == "");
  CHECK(normalized("") == "/");
  CHECK(presign::sigv4::canonical_path({}, service_rules{}) == "/");
}

TEST_CASE("a path of every byte") {
  const auto path = "/" + support::all_bytes();
  const auto encoded = uri_encode(path, false);
  CHECK(canonical_path(path, as_it_is, false) == encoded);
  CHECK(canonical_path(path, as_it_is, true) == uri_encode(encoded, false));
}

TEST_CASE("random paths, against another implementation") {
  std::mt19937 random{2};
  const std::vector<std::string> pieces{"/", "/", "/", ".", "..", "a", "b", "...", " ", "ü", "%"};
  for (int i = 0; i < 5000; ++i) {
    std::string raw = "/";
    for (auto left = random() % 12; left > 0; --left) raw += pieces[random() % pieces.size()];
    CAPTURE(raw);
    const auto once = uri_encode(normalized_by_stack(raw), false);
    CHECK(normalized(raw) == once);
    CHECK(canonical_path(raw, normalize, true) == uri_encode(once, false));
    CHECK(normalized(normalized_by_stack(raw)) == once);  // normalising again changes nothing
  }
}

TEST_SUITE_END();

// ── The query ────────────────────────────────────────────────────────────────────────────────────

namespace {

using parameters = std::vector<name_value>;

// Does what the specification says, word for word: encode, sort, join.
std::string encode_sort_join(const parameters& raw) {
  std::vector<std::pair<std::string, std::string>> encoded;
  for (const auto& each : raw) encoded.emplace_back(uri_encode(each.name), uri_encode(each.value));
  std::sort(encoded.begin(), encoded.end());
  std::string query;
  for (const auto& [name, value] : encoded) {
    query += (query.empty() ? "" : "&") + name + "=" + value;
  }
  return query;
}

// Characters that make sorting go wrong: '%' once encoded, and those next to '=' and '&'.
constexpr std::string_view tricky{"-.~_09AZaz=&%+ /\0\x7f\x80\xff", 20};

parameters random_parameters(std::mt19937& random, std::size_t most) {
  parameters some(random() % (most + 1));
  for (auto& each : some) {
    each.name = support::random_text(random, tricky, 4);
    each.value = support::random_text(random, tricky, 3);
  }
  return some;
}

}  // namespace

TEST_SUITE_BEGIN("canonical_query");

TEST_CASE("Amazon's examples") {
  CHECK(canonical_query(
            {{"X-Amz-SignedHeaders", "host"},
             {"X-Amz-Date", "20130524T000000Z"},
             {"X-Amz-Algorithm", "AWS4-HMAC-SHA256"},
             {"X-Amz-Expires", "86400"},
             {"X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"}}) ==
        support::example::query);
  CHECK(canonical_query({{"prefix", "somePrefix"}, {"marker", "someMarker"}, {"max-keys", "20"}}) ==
        "marker=someMarker&max-keys=20&prefix=somePrefix");
}

TEST_CASE("no parameters, no query") { CHECK(canonical_query({}).empty()); }

TEST_CASE("a parameter without a value keeps its '='") {
  CHECK(canonical_query({{"acl", ""}}) == "acl=");
  CHECK(canonical_query({{"lifecycle", ""}, {"acl", ""}}) == "acl=&lifecycle=");
}

TEST_CASE("a parameter without a name is kept") {
  CHECK(canonical_query({{"", "value"}}) == "=value");
  CHECK(canonical_query({{"", ""}}) == "=");
  CHECK(canonical_query({{"a", "1"}, {"", "value"}, {"", ""}}) == "=&=value&a=1");
}

// AWS's case get-vanilla-query-order-encoded. As whole texts, "Param-3=…" would precede "Param=…".
TEST_CASE("names are sorted before values") {
  CHECK(canonical_query({{"Param-3", "Value3"}, {"Param", "Value2"}, {"ሴ", "Value1"}}) ==
        "%E1%88%B4=Value1&Param=Value2&Param-3=Value3");
  CHECK(canonical_query({{"a", "2"}, {"a-b", "1"}, {"a b", "3"}, {"ab", "0"}}) ==
        "a=2&a%20b=3&a-b=1&ab=0");
}

TEST_CASE("equal names are sorted by value, and none is dropped") {
  CHECK(canonical_query({{"a", "2"}, {"a", "10"}, {"a", ""}, {"a", "2"}}) == "a=&a=10&a=2&a=2");
  CHECK(canonical_query({{"a", "-"}, {"a", "ü"}, {"a", "~"}, {"a", "\x01"}}) ==
        "a=%01&a=%C3%BC&a=-&a=~");
}

// "Sort by encoded name": raw, 'é' comes after 'z' and '[' after 'Z'; encoded, both come first.
TEST_CASE("the encoded text is sorted") {
  CHECK(canonical_query({{"z", ""}, {"é", ""}, {"Z", ""}, {"[", ""}, {"~", ""}}) ==
        "%5B=&%C3%A9=&Z=&z=&~=");
}

TEST_CASE("case matters, and upper case comes first") {
  CHECK(canonical_query({{"a", ""}, {"B", ""}, {"A", ""}, {"b", ""}}) == "A=&B=&a=&b=");
}

TEST_CASE("separators in names and values are data") {
  CHECK(canonical_query({{"a&b=c", "d&e=f"}}) == "a%26b%3Dc=d%26e%3Df");
  CHECK(canonical_query({{"a/b?c#d", "+ %2F"}}) == "a%2Fb%3Fc%23d=%2B%20%252F");
}

TEST_CASE("every byte, in a name and in a value") {
  parameters each;
  for (const char c : support::all_bytes()) each.push_back({{c}, {c}});
  const auto query = canonical_query(each);
  CHECK(query == encode_sort_join(each));
  CHECK(std::count(query.begin(), query.end(), '&') == 255);
  CHECK(std::count(query.begin(), query.end(), '=') == 256);
  CHECK(canonical_query({{support::all_bytes(), support::all_bytes()}}) ==
        uri_encode(support::all_bytes()) + "=" + uri_encode(support::all_bytes()));
}

TEST_CASE("random parameters, in any order, become what the specification says") {
  std::mt19937 random{3};
  for (int i = 0; i < 3000; ++i) {
    auto some = random_parameters(random, 8);
    const auto query = canonical_query(some);
    CAPTURE(query);
    CHECK(query == encode_sort_join(some));
    std::shuffle(some.begin(), some.end(), random);
    CHECK(canonical_query(some) == query);
  }
}

// The signer adds its own parameters to those of the caller.

TEST_CASE("query_writer writes the parameters that signing adds among the others") {
  const parameters callers{{"Z", "9"}, {"X-Amz-C", "c"}, {"a", "1"}, {"A", "0"}, {"é", "e"}};
  const auto url = text_by(0, [&](auto& out) {
    out.append("https://host/path?");
    query_writer writer{out, callers};
    writer.add("X-Amz-A", "%2", "F");
    writer.add("X-Amz-B", "b");
    writer.add("X-Amz-D");
    writer.finish();
  });
  CHECK(url == "https://host/path?%C3%A9=e&A=0&X-Amz-A=%2F&X-Amz-B=b&X-Amz-C=c&X-Amz-D=&Z=9&a=1");
}

TEST_CASE("query_writer without parameters of the caller") {
  const auto query = text_by(0, [](auto& out) {
    query_writer writer{out, parameters{}};
    writer.add("X-Amz-A", "1");
    writer.add("X-Amz-B", "2");
    writer.finish();
  });
  CHECK(query == "X-Amz-A=1&X-Amz-B=2");
}

TEST_CASE("query_writer with random parameters of the caller") {
  std::mt19937 random{5};
  const parameters added{{"A-", "/"}, {"AA", ""}, {"Z", "z z"}, {"a", "&"}};
  for (int i = 0; i < 2000; ++i) {
    auto all = random_parameters(random, 6);
    for (auto& each : all) each.name += "0";  // none has a name in `added`: the signer rejects that
    const auto query = text_by(0, [&](auto& out) {
      query_writer writer{out, all};
      for (const auto& each : added) writer.add(each.name, uri_encode(each.value));
      writer.finish();
    });
    all.insert(all.end(), added.begin(), added.end());
    CHECK(query == encode_sort_join(all));
  }
}

TEST_SUITE_END();

// ── The headers ──────────────────────────────────────────────────────────────────────────────────

namespace {

std::string lines(const std::vector<name_value>& headers) {
  return canonical_headers(headers).value();
}

std::string names(const std::vector<name_value>& headers) {
  return signed_headers(headers).value();
}

// Returns the value of a header "h", as it is signed.
std::string value(std::string_view raw) {
  const exact_copy name("h");
  const exact_copy exact(raw);
  const presign::name_value_view header{name.view(), exact.view()};
  CHECK(!presign::detail::check_header(header));
  const auto line = text_by(
      0, [&](auto& out) { presign::detail::write_header_lines(&header, &header + 1, out); });
  return line.substr(2, line.size() - 3);
}

std::string blanks(std::mt19937& random) { return support::random_text(random, " \t", 3); }

}  // namespace

TEST_SUITE_BEGIN("canonical_headers");

TEST_CASE("Amazon's examples") {
  const std::vector<name_value> presigned{{"Host", "examplebucket.s3.amazonaws.com"}};
  CHECK(lines(presigned) == support::example::headers);
  CHECK(names(presigned) == "host");

  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  const std::vector<name_value> ranged{
      {"x-amz-date", "20130524T000000Z"},
      {"Range", "bytes=0-9"},
      {"Host", "examplebucket.s3.amazonaws.com"},
      {"x-amz-content-sha256", std::string(presign::sigv4::empty_payload_hash)}};
  CHECK(lines(ranged) ==
        "host:examplebucket.s3.amazonaws.com\n"
        "range:bytes=0-9\n"
        "x-amz-content-sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855\n"
        "x-amz-date:20130524T000000Z\n");
  CHECK(names(ranged) == "host;range;x-amz-content-sha256;x-amz-date");
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
  std::vector<name_value> headers;
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
  CHECK(value("\xc2\xa0x\xc2\xa0") == "\xc2\xa0x\xc2\xa0");  // a no-break space is not a blank
}

TEST_CASE("canonical headers stay as they are") {
  const std::vector<name_value> canonical{{"a", "1,2"}, {"b", ""}, {"c", "x y z"}};
  CHECK(lines(canonical) == "a:1,2\nb:\nc:x y z\n");
}

// RFC 9110, section 5.6.2
TEST_CASE("a name is a token: any other byte is rejected") {
  const std::string token_characters =
      "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  for (const char c : support::all_bytes()) {
    for (const auto& name : {std::string(1, c), std::string("a") + c, c + std::string("a"),
                             std::string("a") + c + "a"}) {
      CAPTURE(name);
      const exact_copy exact(name);
      const auto failure = presign::detail::check_header({exact.view(), "value"});
      if (token_characters.find(c) != std::string::npos) {
        CHECK(!failure);
      } else {
        REQUIRE(failure);
        CHECK(wrong_error(presign::result<bool>{*failure}, errc::invalid_header,
                          {"letters, digits and", "got \""}) == "");
      }
    }
  }
}

TEST_CASE("an invalid name is shown") {
  CHECK(wrong_error(signed_headers({{"", "x"}}), errc::invalid_header, {"got \"\""}) == "");
  CHECK(wrong_error(canonical_headers({{"", "x"}}), errc::invalid_header, {"got \"\""}) == "");
  CHECK(wrong_error(canonical_headers({{"Range:", "x"}}), errc::invalid_header,
                    {"got \"Range:\""}) == "");
  CHECK(wrong_error(canonical_headers({{"X-A\r\nX-B", "x"}}), errc::invalid_header,
                    {"got \"X-A\\x0d\\x0aX-B\""}) == "");
  CHECK(wrong_error(canonical_headers({{"valid", "x"}, {"bäd", "x"}, {"worse;", "x"}}),
                    errc::invalid_header, {"got \"b\\xc3\\xa4d\""}) == "");
}

TEST_CASE("a control character in a value, except a tab, is rejected with its position") {
  for (const char c : support::all_bytes()) {
    const auto byte = static_cast<unsigned char>(c);
    const bool allowed = c == '\t' || (byte >= 0x20 && byte != 0x7f);
    for (const std::size_t place : {0u, 1u, 3u}) {
      std::string text = "abc";
      text.insert(place, 1, c);
      CAPTURE(text);
      const exact_copy exact(text);
      const auto failure = presign::detail::check_header({"X-Name", exact.view()});
      if (allowed) {
        CHECK(!failure);
      } else {
        REQUIRE(failure);
        CHECK(wrong_error(presign::result<bool>{*failure}, errc::invalid_header,
                          {"\"X-Name\"", "line breaks or control characters",
                           "byte " + std::to_string(place)}) == "");
      }
    }
  }
}

TEST_CASE("a value that would smuggle in a header is rejected, and not shown") {
  const auto result =
      canonical_headers({{"Range", "bytes=0-9"}, {"X-Token", "hush\r\nX-Amz-Acl: public-read"}});
  CHECK(wrong_error(result, errc::invalid_header, {"\"X-Token\"", "byte 4"}) == "");
  CHECK(result.error().message.find("hush") == std::string::npos);
  CHECK(result.error().message.find("public-read") == std::string::npos);
}

TEST_CASE("random headers, against another implementation") {
  std::mt19937 random{6};
  for (int i = 0; i < 2000; ++i) {
    std::vector<name_value> headers(random() % 8);
    std::map<std::string, std::string> expected;
    for (auto& each : headers) {
      each.name = "a" + support::random_text(random, "aAbB-1_", 2);
      std::string key;
      for (const char c : each.name) key += c == 'A' ? 'a' : c == 'B' ? 'b' : c;
      std::string joined;
      for (auto words = random() % 4; words > 0; --words) {
        const auto word = "w" + support::random_text(random, "xyz,;\"\xc3", 3);
        joined += (joined.empty() ? "" : " ") + word;
        each.value += blanks(random) + (each.value.empty() ? "" : " ") + word;
      }
      each.value += blanks(random);
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

// ── The canonical request, the payload hash ──────────────────────────────────────────────────────

namespace {

std::string hash_of(const canonical_request& request) { return hex(request.hash().value()); }

}  // namespace

TEST_SUITE_BEGIN("canonical_request");

TEST_CASE("Amazon's example of a presigned URL") {
  const canonical_request request{
      "GET",  support::example::path, support::example::query, support::example::headers,
      "host", unsigned_payload};
  CHECK(request.text() == support::example::canonical_request);
  CHECK(hash_of(request) == support::example::hashed_canonical_request);
}

// https://docs.aws.amazon.com/general/latest/gr/sigv4-create-canonical-request.html, of which the
// Internet Archive has copies
TEST_CASE("Amazon's example of a request to IAM") {
  const canonical_request request{"GET",
                                  "/",
                                  "Action=ListUsers&Version=2010-05-08",
                                  "content-type:application/x-www-form-urlencoded; charset=utf-8\n"
                                  "host:iam.amazonaws.com\n"
                                  "x-amz-date:20150830T123600Z\n",
                                  "content-type;host;x-amz-date",
                                  empty_payload_hash};
  CHECK(request.text() ==
        "GET\n"
        "/\n"
        "Action=ListUsers&Version=2010-05-08\n"
        "content-type:application/x-www-form-urlencoded; charset=utf-8\n"
        "host:iam.amazonaws.com\n"
        "x-amz-date:20150830T123600Z\n"
        "\n"
        "content-type;host;x-amz-date\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hash_of(request) == "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
}

TEST_CASE("each part in its place, and a line for each empty part") {
  CHECK(canonical_request{"M", "P", "Q", "H\n", "S", "B"}.text() == "M\nP\nQ\nH\n\nS\nB");
  CHECK(canonical_request{"M", "P", "", "", "", "B"}.text() == "M\nP\n\n\n\nB");
  CHECK(canonical_request{}.text() == "\n\n\n\n\n");
  CHECK(hash_of({}) == libcrypto::hex(libcrypto::sha256("\n\n\n\n\n")));
}

TEST_CASE("the hash is the hash of the text, at any length") {
  std::mt19937 random{7};
  const auto bytes = support::all_bytes();
  for (int i = 0; i < 500; ++i) {
    const exact_copy method(support::random_text(random, "GETPUS", 6));
    const exact_copy path(support::random_text(random, bytes, 130));
    const exact_copy query(support::random_text(random, bytes, 130));
    const exact_copy headers(support::random_text(random, bytes, 130));
    const exact_copy names(support::random_text(random, bytes, 30));
    const exact_copy payload(support::random_text(random, bytes, 64));
    const canonical_request request{method.view(),  path.view(),  query.view(),
                                    headers.view(), names.view(), payload.view()};
    std::string expected;
    for (const auto part :
         {method.view(), path.view(), query.view(), headers.view(), names.view()}) {
      expected.append(part).append("\n");
    }
    expected.append(payload.view());
    CHECK(request.text() == expected);
    CHECK(hash_of(request) == libcrypto::hex(libcrypto::sha256(expected)));
  }
}

TEST_CASE("hashing twice gives the same hash") {
  const canonical_request request{"GET", "/", "", "host:x\n", "host", unsigned_payload};
  CHECK(hash_of(request) == hash_of(request));
  CHECK(request.text() == request.text());
}

TEST_CASE("payload_hash") {
  CHECK(payload_hash("").value() == empty_payload_hash);
  CHECK(payload_hash({}).value() == empty_payload_hash);
  // The body of Amazon's example of a PUT:
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  CHECK(payload_hash("Welcome to Amazon S3.").value() ==
        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
  const auto bytes = support::all_bytes();
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const exact_copy body(std::string_view(bytes).substr(0, size));
    CHECK(payload_hash(body.view()).value() == libcrypto::hex(libcrypto::sha256(body.view())));
  }
}

TEST_SUITE_END();
