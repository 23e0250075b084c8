#include "support.hpp"

#include <presign/s3.hpp>
#include <presign/signer.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <climits>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace std::chrono_literals;
using presign::errc;
using presign::s3::addressing;
using presign::s3::bucket;
using presign::s3::location;
using support::exact_copy;
using support::url_parts;
using support::wrong_error;

const presign::signer signer{support::example_credentials()};

auto signed_url(const presign::request& what) { return signer.presign(what, 1h); }

url_parts parts_of(const presign::request& what) { return url_parts(signed_url(what)->url); }

/// Returns whether a request's credential scope has a text.
bool signs_for(const presign::request& what, std::string_view scope) {
  return parts_of(what).parameter("X-Amz-Credential").find(scope) != std::string::npos;
}

/// "https://host/path" of the object's URL.
std::string address(std::string_view name, const location& where, std::string_view key = "key") {
  const auto found = bucket::at(exact_copy(name).view(), where);
  if (!found) return found.error().message;
  const auto link = signed_url(found->get(exact_copy(key).view()));
  if (!link) return link.error().message;
  return link->url.substr(0, link->url.find('?'));
}

bucket photos() { return bucket::at("photos", {"us-east-2"}).value(); }

std::string disposition(std::string_view file_name) {
  return presign::s3::content_disposition(exact_copy(file_name).view());
}

std::string path_of(std::string_view key) { return parts_of(photos().get(key)).path; }

std::string wrong_key(std::string_view key, std::initializer_list<std::string_view> words = {}) {
  return wrong_error(signed_url(photos().get(exact_copy(key).view())), errc::invalid_key, words);
}

}  // namespace

TEST_SUITE_BEGIN("s3");

// ── Addresses ───────────────────────────────────────────────────────────────────────────────────

TEST_CASE("path style by default if the bucket cannot be a host label") {
  const std::string aws = "https://s3.us-east-2.amazonaws.com/";
  for (const auto& name : std::vector<std::string>{
           "ab", "a", std::string(64, 'a'), std::string(255, 'a'), "Photos", "photoS", "my_photos",
           "my.photos", "192.168.1.1", "-photos", "photos-", "...", "_ab"}) {
    CAPTURE(name);
    CHECK(address(name, {"us-east-2"}) == aws + name + "/key");
  }
  for (const auto& name :
       std::vector<std::string>{"abc", std::string(63, 'a'), "a-b", "123", "a--b"}) {
    CAPTURE(name);
    CHECK(address(name, {"us-east-2"}) == "https://" + name + ".s3.us-east-2.amazonaws.com/key");
  }
}

TEST_CASE("a dot matters under https only") {
  CHECK(address("my.photos", {"r", "https://store.example"}) ==
        "https://store.example/my.photos/key");
  CHECK(address("my.photos", {"r", "http://store.example"}) ==
        "http://my.photos.store.example/key");
  const std::string long_name = std::string(32, 'a') + '.';
  CHECK(address(long_name + std::string(30, 'b'), {"r", "http://h.example"}) ==
        "http://" + long_name + std::string(30, 'b') + ".h.example/key");
  CHECK(address(long_name + std::string(31, 'b'), {"r", "http://h.example"}) ==
        "http://h.example/" + long_name + std::string(31, 'b') + "/key");
  for (const std::string name : {"my..photos", ".photos", "photos.", "my.-photos", "my-.photos",
                                 "my.Photos", "192.168.1.1"}) {
    CAPTURE(name);
    CHECK(address(name, {"r", "http://store.example"}) == "http://store.example/" + name + "/key");
  }
}

TEST_CASE("virtual host by choice, a single label too") {
  CHECK(address("photos", {"us-east-2", "", addressing::virtual_host}) ==
        "https://photos.s3.us-east-2.amazonaws.com/key");
  CHECK(address("photos", {"r", "http://localhost:9000", addressing::virtual_host}) ==
        "http://photos.localhost:9000/key");
  CHECK(address("my.photos", {"r", "http://localhost:9000", addressing::virtual_host}) ==
        "http://my.photos.localhost:9000/key");
}

TEST_CASE("virtual host by choice if it cannot be") {
  struct row {
    std::string name, endpoint;
  };
  for (const auto& one :
       {row{"ab", ""}, row{std::string(64, 'a'), ""}, row{"Photos", ""}, row{"my_photos", ""},
        row{"my.photos", ""}, row{"my.photos", "https://store.example"},
        row{"192.168.1.1", "http://store.example"}, row{"photos", "http://127.0.0.1:9000"},
        row{"photos", "http://127.0.0.1"}, row{"photos", "https://[::1]:9000"}}) {
    CAPTURE(one.name);
    CAPTURE(one.endpoint);
    CHECK(wrong_error(bucket::at(one.name, {"us-east-2", one.endpoint, addressing::virtual_host}),
                      errc::invalid_bucket, {one.name.substr(0, 64), "host name", "http"}) == "");
  }
}

TEST_CASE("an endpoint's host is written in lower case, without the scheme's own port") {
  CHECK(address("photos", {"r", "HTTPS://Store.Example:443/"}) ==
        "https://photos.store.example/key");
  CHECK(address("photos", {"r", "http://store.example:80"}) == "http://photos.store.example/key");
  CHECK(address("photos", {"r", "http://store.example:443"}) ==
        "http://photos.store.example:443/key");
  CHECK(address("photos", {"r", "https://[2001:DB8::1]:80"}) ==
        "https://[2001:db8::1]:80/photos/key");
}

TEST_CASE("a base path comes percent-encoded, and goes out encoded once") {
  CHECK(address("photos", {"r", "https://store.example/base"}) ==
        "https://photos.store.example/base/key");
  CHECK(address("photos", {"r", "https://store.example/base///"}) ==
        "https://photos.store.example/base/key");
  CHECK(address("photos", {"r", "https://store.example//a//b/", addressing::path}) ==
        "https://store.example//a//b/photos/key");
  CHECK(address("photos",
                {"r", "https://store.example/a%20b/%C3%a9/%2B+~%7E%25", addressing::path}) ==
        "https://store.example/a%20b/%C3%A9/%2B%2B~~%25/photos/key");
  CHECK(address("photos", {"r", "https://store.example/é"}) ==
        "https://photos.store.example/%C3%A9/key");
}

TEST_CASE("a malformed endpoint is rejected") {
  auto malformed = support::words(
      "store.example //store.example store.example:80 https:/store.example https:store.example "
      "://h https:// https:///path ftp://store.example s3://photos "
      // ports
      "https://h: https://h:0 https://h:65536 https://h:x https://h:-1 https://h:/p "
      "https://:443 https://h:443:443 "
      // what an endpoint does not have
      "https://user@h https://user:pw@h https://h?q https://h/?q https://h/p?q=1 https://h#f "
      "https://h/# https://h/p#f https://h/? "
      // IPv6
      "https://::1 https://[::1 https://[] https://[::g] https://[1:2:3] "
      "https://[fe80::1%25eth0]/ "
      // escapes
      "https://h/% https://h/%4 https://h/%zz https://h/%%41 https://h%41/ https://h/a%2 "
      "https://h/a%2Fb https://h/a%2fb https://h/%00 https://h/a\x7f");
  for (const auto& blanks : {" https://h", "https://h ", "https://a b", "https://h/a b",
                             "https://h/\t", "https://h/\r\nX: y", "https://h\n"}) {
    malformed.emplace_back(blanks);
  }
  malformed.insert(malformed.end(), {{"https://h/\0", 11}, {"https://h\0/", 11}});
  for (const auto& bad : malformed) {
    CAPTURE(bad);
    for (const auto style : {addressing::automatic, addressing::virtual_host, addressing::path}) {
      CHECK(wrong_error(bucket::at("photos", {"us-east-2", bad, style}), errc::invalid_endpoint,
                        {"endpoint"}) == "");
    }
  }
  for (const auto* const bad : {"ftp://h", "wss://h", "ws://h", "WSS://h"}) {
    CHECK(wrong_error(bucket::at("photos", {"r", bad}), errc::invalid_endpoint,
                      {"http[s]://host[:port][/base/path]", bad}) == "");
  }
  CHECK(wrong_error(bucket::at("photos", {"r", "https://h/a%2Fb"}), errc::invalid_endpoint,
                    {"%2F", "\"/a%2Fb\""}) == "");
}

TEST_CASE("the message about an endpoint shows no password and no signed query") {
  const std::string secret(support::secret_access_key);
  for (const auto& bad :
       {"https://user:" + secret + "@h", "user:" + secret + "@h", "https://u:" + secret + "@h:0/a",
        "https://h/?X-Amz-Security-Token=" + std::string(support::session_token),
        "https://h#" + secret}) {
    CHECK(wrong_error(bucket::at("photos", {"r", bad}), errc::invalid_endpoint, {"endpoint"}) ==
          "");
  }
}

TEST_CASE("a malformed bucket is rejected") {
  for (const auto& bad :
       std::vector<std::string>{"",     " ",       ".",     "..",        "a/b",
                                "a b",  "photos/", "é",     "a\n",       "a%20",
                                "a?b",  "a:",      "a:b:c", "a b:c",     "..:a",
                                "a:..", ":",       "a@b",   {"a\0b", 3}, std::string(256, 'a')}) {
    CAPTURE(bad);
    for (const auto style : {addressing::automatic, addressing::virtual_host, addressing::path}) {
      CHECK(wrong_error(bucket::at(exact_copy(bad).view(), {"us-east-2", "", style}),
                        errc::invalid_bucket, {"1 to 255"}) == "");
    }
  }
  CHECK(wrong_error(bucket::at("a b", {"r"}), errc::invalid_bucket, {"\"a b\""}) == "");
}

TEST_CASE("a malformed region is rejected") {
  for (const auto& bad :
       std::vector<std::string>{"", "us east", "us.east", "evil.example/", "-us", "us-", "us_east",
                                "us\n", "*", std::string(64, 'a')}) {
    CAPTURE(bad);
    CHECK(wrong_error(bucket::at("photos", {bad}), errc::invalid_region, {"region", "us-east-1"}) ==
          "");
    CHECK(wrong_error(bucket::at("photos", {bad, "https://store.example"}), errc::invalid_region,
                      {"region"}) == "");
  }
}

TEST_CASE("a tenant's colon is encoded, as AWS's rules for paths want it") {
  CHECK(address("tenant:photos", {"r", "https://ceph.example"}) ==
        "https://ceph.example/tenant%3Aphotos/key");
}

TEST_CASE("a bucket at an endpoint of its own") {
  const location where{"auto", "https://images.example.com/v1", addressing::bucket_endpoint};
  CHECK(address("photos", where, "a/b") == "https://images.example.com/v1/a/b");
  CHECK(parts_of(bucket::at("photos", where)->list()).path == "/v1");
}

TEST_CASE("the region is the one that is signed") {
  CHECK(signs_for(photos().get("k"), "/us-east-2/s3/"));
  CHECK(signs_for(bucket::at("photos", {"auto", "https://store.example"})->get("k"), "/auto/s3/"));
}

// ── What only AWS has ───────────────────────────────────────────────────────────────────────────

TEST_CASE("an ARN brings its region") {
  const std::string arn = "arn:aws:s3:us-west-2:123456789012:accesspoint:name";
  const std::string expected =
      "https://name-123456789012.s3-accesspoint.us-west-2.amazonaws.com/key";
  for (const std::string region : {"", "us-west-2", "us-east-1"}) {
    CAPTURE(region);
    CHECK(address(arn, {region}) == expected);
    CHECK(signs_for(bucket::at(arn, {region})->get("k"), "/us-west-2/s3/"));
  }
  location own_only;
  own_only.use_arn_region = false;
  CHECK(address(arn, own_only) == expected);
  CHECK(address(arn, {"", "", addressing::virtual_host}) == expected);
  // What an endpoint of a single label is, is as it was said to be.
  CHECK(address(arn, {"", "http://localhost:9000"}) ==
        "http://name-123456789012.localhost:9000/key");
}

TEST_CASE("an ARN without a region needs none, and is signed for all with SigV4A") {
  for (const std::string region : {"", "us-west-2"}) {
    const auto found =
        bucket::at("arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap", {region});
    REQUIRE(found);
    const auto what = found->get("key");
    CHECK(what.host == "mfzwi23gnjvgw.mrap.accesspoint.s3-global.amazonaws.com");
    CHECK(what.algorithm == presign::signing_algorithm::sigv4a);
    CHECK(what.region == "*");
    const auto url = parts_of(what);
    CHECK(url.path == "/key");
    CHECK(url.parameter("X-Amz-Algorithm") == "AWS4-ECDSA-P256-SHA256");
    CHECK(url.parameter("X-Amz-Region-Set") == "*");
    CHECK(signs_for(what, "/s3/aws4_request"));
  }
  CHECK(bucket::at("arn:aws-cn:s3::123456789012:accesspoint:alias.mrap", {""})->get("k").host ==
        "alias.mrap.accesspoint.s3-global.amazonaws.com.cn");
}

TEST_CASE("a malformed ARN is what is wrong, not the region that it has not") {
  for (const std::string bad :
       {"arn:", "arn:aws:s3", "arn:aws:s3:us-west -2:123456789012:accesspoint:name",
        "arn:nowhere:s3::123456789012:accesspoint:name", "arn:aws:s3:::photos"}) {
    CAPTURE(bad);
    for (const std::string region : {"", "us-west-2"}) {
      CHECK(wrong_error(bucket::at(exact_copy(bad).view(), {region}), errc::invalid_bucket,
                        {"ARN", bad}) == "");
    }
  }
  CHECK(wrong_error(bucket::at("photos", {""}), errc::invalid_region, {"region"}) == "");
}

TEST_CASE("an ARN that ends as the name of an S3 Express bucket is none at an IP address either") {
  for (const std::string& bad :
       {std::string("arn:aws:s3:us-west-2:123456789012:accesspoint:base--usw2-az1--x-s3"),
        std::string("arn:") + '\0' + "--x-s3",
        std::string("arn:aws:s3express:r:1:accesspoint:base--xa-s3")}) {
    CAPTURE(bad);
    CHECK(wrong_error(bucket::at(exact_copy(bad).view(), {"us-west-2", "https://127.0.0.1"}),
                      errc::invalid_bucket, {"ARN", "S3 Express"}) == "");
  }
}

TEST_CASE("S3 Express: the session token has a name of its own") {
  auto session = support::temporary_credentials();
  session.expires_at = support::time_at("20130524T000500Z");
  presign::presign_options options;
  options.at = support::time_at("20130524T000000Z");
  const presign::signer express{session};

  const auto base = bucket::at("base--usw2-az1--x-s3", {"us-west-2"}).value();
  const auto link = express.presign(base.put("key"), 1h, options).value();
  const url_parts url(link.url);
  CHECK(url.host == "base--usw2-az1--x-s3.s3express-usw2-az1.us-west-2.amazonaws.com");
  CHECK(url.parameter("X-Amz-S3session-Token") == support::session_token);
  CHECK(url.count("X-Amz-Security-Token") == 0);
  CHECK(presign::redact(link.url).find("secret") == std::string::npos);
  // Five minutes is all that a session has.
  CHECK(link.expires_at == support::time_at("20130524T000500Z"));
  CHECK(link.warnings == std::vector{presign::warning::credentials_expire_first});

  const auto in_headers = express.sign(base.get("key"), {options.at}).value().headers;
  const auto count = [&in_headers](std::string_view name) {
    return std::count_if(in_headers.begin(), in_headers.end(), [name](const auto& one) {
      return one.name == name && one.value == support::session_token;
    });
  };
  CHECK(count("x-amz-s3session-token") == 1);
  CHECK(count("x-amz-security-token") == 0);
}

TEST_CASE("S3 Express: temporary credentials of the usual kind") {
  location where{"us-west-2"};
  where.express_session = false;
  const auto what = bucket::at("base--usw2-az1--x-s3", where)->get("key");
  const url_parts url(presign::signer{support::temporary_credentials()}.presign(what, 1h)->url);
  CHECK(url.parameter("X-Amz-Security-Token") == support::session_token);
  CHECK(url.count("X-Amz-S3session-Token") == 0);
  CHECK(signs_for(what, "/s3express/"));
}

TEST_CASE("a bucket that is not one of S3 Express has no rules of its own") {
  location where{"us-west-2"};
  for (const bool express_session : {true, false}) {
    where.express_session = express_session;
    const auto what = bucket::at("photos", where)->get("key");
    CHECK(!what.rules);
    const url_parts url(presign::signer{support::temporary_credentials()}.presign(what, 1h)->url);
    CHECK(url.count("X-Amz-Security-Token") == 1);
  }
}

// ── Keys ────────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("keys are encoded once, and never split, joined or collapsed") {
  struct row {
    const char *key, *path;
  };
  for (const auto& one : {
           row{"key", "/key"},
           row{"a/b/c", "/a/b/c"},
           row{"/a", "//a"},
           row{"//a", "///a"},
           row{"/", "//"},
           row{"a//b", "/a//b"},
           row{"a/", "/a/"},
           row{"a/../b", "/a/../b"},
           row{"..", "/.."},
           row{".", "/."},
           row{"./a", "/./a"},
           row{"~", "/~"},
           row{"-._~", "/-._~"},
           row{"%2F", "/%252F"},
           row{"%", "/%25"},
           row{"+", "/%2B"},
           row{" ", "/%20"},
           row{"a b+c%20d", "/a%20b%2Bc%2520d"},
           row{"?versionId=1", "/%3FversionId%3D1"},
           row{"#top", "/%23top"},
           row{"//evil.example/x", "///evil.example/x"},
           row{"http://evil.example/", "/http%3A//evil.example/"},
           row{"\\..\\", "/%5C..%5C"},
           row{"é", "/%C3%A9"},
           row{"e\u0301", "/e%CC%81"},
           row{"漢", "/%E6%BC%A2"},
           row{"🐈", "/%F0%9F%90%88"},
           row{"\n\r\t\x01\x7f", "/%0A%0D%09%01%7F"},
           row{"!\"$&'()*,;:=@[]^`{|}<>",
               "/%21%22%24%26%27%28%29%2A%2C%3B%3A%3D%40%5B%5D%5E%60%7B%7C%7D%3C%3E"},
       }) {
    CAPTURE(one.key);
    CHECK(path_of(exact_copy(one.key).view()) == one.path);
    const auto by_path = bucket::at("photos", {"us-east-2", "", addressing::path});
    CHECK(parts_of(by_path->get(one.key)).path == std::string("/photos") + one.path);
    CHECK(parts_of(photos().put(one.key)).path == one.path);
    CHECK(parts_of(photos().head(one.key)).path == one.path);
    CHECK(parts_of(photos().remove(one.key)).path == one.path);
  }
}

TEST_CASE("a key has 1 to 1024 bytes") {
  CHECK(wrong_key("", {"1 to 1024", "got 0"}) == "");
  CHECK(signed_url(photos().get("k")));
  CHECK(path_of(std::string(1024, 'k')) == "/" + std::string(1024, 'k'));
  CHECK(wrong_key(std::string(1025, 'k'), {"1 to 1024", "1025"}) == "");
  // Bytes, not characters
  std::string accents;
  for (int i = 0; i < 512; ++i) accents += "é";
  CHECK(signed_url(photos().get(accents)));
  CHECK(wrong_key(accents + "k", {"1025"}) == "");
}

TEST_CASE("every way to name a key is checked") {
  const auto empty = [](const presign::request& what) {
    return wrong_error(signed_url(what), errc::invalid_key, {"1 to 1024"});
  };
  CHECK(empty(photos().get("")) == "");
  CHECK(empty(photos().head("")) == "");
  CHECK(empty(photos().put("")) == "");
  CHECK(empty(photos().remove("")) == "");
  CHECK(wrong_error(signer.sign(photos().put("")), errc::invalid_key, {"1 to 1024"}) == "");
}

TEST_CASE("a key holds no NUL") {
  CHECK(wrong_key({"\0", 1}, {"NUL", "byte 0 "}) == "");
  CHECK(wrong_key({"ab\0c", 4}, {"byte 2 "}) == "");
  CHECK(wrong_key({"é\0", 3}, {"byte 2 "}) == "");
}

// base/text_test.cpp has all sequences that are and are not.
TEST_CASE("a key is valid UTF-8: other bytes are rejected, by position") {
  for (const std::string bad :
       {"\x80", "\xc0\xaf", "\xed\xa0\x80", "\xf4\x90\x80\x80", "\xc3", "\xf0\x9f\x90", "\xc3z"}) {
    CAPTURE(bad);
    for (const std::string before : {"", "a", "é/", "漢", "🐈"}) {
      for (const std::string after : {"", "z", "é"}) {
        CHECK(wrong_key(before + bad + after, {"UTF-8", "byte " + std::to_string(before.size())}) ==
              "");
      }
    }
  }
  for (const char* edge : {"\x7f", "\u0080", "\u07ff", "\u0800", "\ud7ff", "\ue000", "\uffff",
                           "\U00010000", "\U0010ffff"}) {
    CHECK(signed_url(photos().get(exact_copy(edge).view())));
  }
}

TEST_CASE("messages about keys do not show them") {
  CHECK(wrong_key(std::string(support::session_token) + "\xff") == "");
}

TEST_CASE("dot segments are signed, with a warning") {
  for (const auto* key : {"..", ".", "a/../b", "./a", "a/."}) {
    CAPTURE(key);
    const auto link = signed_url(photos().get(key));
    REQUIRE(link);
    CHECK(link->warnings == std::vector{presign::warning::dot_segments});
  }
  CHECK(signed_url(photos().get("..."))->warnings.empty());
  CHECK(signed_url(photos().get("%2e%2e"))->warnings.empty());
  CHECK(signed_url(photos().get("a\\..\\b"))->warnings.empty());
}

// ── Requests ────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("methods") {
  CHECK(photos().get("k").method == "GET");
  CHECK(photos().head("k").method == "HEAD");
  CHECK(photos().put("k").method == "PUT");
  CHECK(photos().remove("k").method == "DELETE");
  CHECK(photos().list().method == "GET");
}

TEST_CASE("nothing is added that was not asked for") {
  for (const auto& what : {photos().get("k"), photos().head("k"), photos().put("k"),
                           photos().remove("k"), photos().get("k", {}), photos().remove("k", "")}) {
    CHECK(what.query_parameters.empty());
    CHECK(what.headers.empty());
    CHECK(what.payload_hash.empty());
    CHECK(what.service == "s3");
    CHECK(!what.error());
    const auto link = signed_url(what);
    REQUIRE(link);
    CHECK(link->headers.empty());
    CHECK(url_parts(link->url).parameters.size() == 6);
  }
  CHECK(parts_of(photos().list()).parameters.size() == 7);
}

TEST_CASE("get and head: every option, once and encoded once") {
  const std::string value = "a+b c%20/é🐈\"&=?#;";
  const std::string encoded = "a%2Bb%20c%2520%2F%C3%A9%F0%9F%90%88%22%26%3D%3F%23%3B";
  presign::s3::get_options options;
  options.version_id = "version" + value;
  options.part_number = 10000;
  options.response_cache_control = "cache" + value;
  options.response_content_disposition = "disposition" + value;
  options.response_content_encoding = "encoding" + value;
  options.response_content_language = "language" + value;
  options.response_content_type = "type" + value;
  options.response_expires = "expires" + value;
  for (const auto& what : {photos().get("k", options), photos().head("k", options)}) {
    const auto url = parts_of(what);
    CHECK(url.parameters.size() == 6 + 8);
    CHECK(url.parameter("versionId") == options.version_id);
    CHECK(url.parameter("partNumber") == "10000");
    CHECK(url.parameter("response-cache-control") == options.response_cache_control);
    CHECK(url.parameter("response-content-disposition") == options.response_content_disposition);
    CHECK(url.parameter("response-content-encoding") == options.response_content_encoding);
    CHECK(url.parameter("response-content-language") == options.response_content_language);
    CHECK(url.parameter("response-content-type") == options.response_content_type);
    CHECK(url.parameter("response-expires") == options.response_expires);
    CHECK(url.query.find("&versionId=version" + encoded + "&") != std::string::npos);
    CHECK(url.query.find("&response-expires=expires" + encoded + "&") != std::string::npos);
  }
}

TEST_CASE("options one by one") {
  const auto only = [](const presign::s3::get_options& options) {
    const auto what = photos().get("k", options);
    return what.query_parameters.size() == 1
               ? what.query_parameters[0].name + "=" + what.query_parameters[0].value
               : "not one";
  };
  presign::s3::get_options options;
  options.version_id = "null";
  CHECK(only(options) == "versionId=null");
  options = {};
  options.part_number = 1;
  CHECK(only(options) == "partNumber=1");
  options = {};
  options.response_content_type = "text/plain";
  CHECK(only(options) == "response-content-type=text/plain");
  options = {};
  options.response_content_disposition = presign::s3::content_disposition("é.txt");
  CHECK(parts_of(photos().get("k", options)).parameter("response-content-disposition") ==
        "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%A9.txt");
}

TEST_CASE("a part number is 1 to 10000") {
  presign::s3::get_options options;
  for (const int number : {1, 2, 9999, 10000}) {
    options.part_number = number;
    CHECK(parts_of(photos().get("k", options)).parameter("partNumber") == std::to_string(number));
  }
  for (const int number : {0, -1, 10001, INT_MAX, INT_MIN}) {
    CAPTURE(number);
    options.part_number = number;
    for (const auto& what : {photos().get("k", options), photos().head("k", options)}) {
      CHECK(wrong_error(signed_url(what), errc::invalid_parameter,
                        {"partNumber", "1 to 10000", "got " + std::to_string(number)}) == "");
    }
  }
}

TEST_CASE("remove takes a version") {
  const auto url = parts_of(photos().remove("k", exact_copy("v+1 é").view()));
  CHECK(url.parameters.size() == 7);
  CHECK(url.parameter("versionId") == "v+1 é");
}

TEST_CASE("list: every option, once and encoded once") {
  presign::s3::list_options options;
  options.prefix = "a+b c/%2F";
  options.delimiter = "/";
  options.max_keys = 1000;
  options.continuation_token = "1ueGcxLPRx1Tr/XYExHnhbYLgveDs2J/wm36Hy4vbOwM=";
  options.start_after = "é🐈";
  options.encoding_type_url = true;
  const auto url = parts_of(photos().list(options));
  CHECK(url.host == "photos.s3.us-east-2.amazonaws.com");
  CHECK(url.path == "/");
  CHECK(url.parameters.size() == 6 + 7);
  CHECK(url.parameter("list-type") == "2");
  CHECK(url.parameter("prefix") == options.prefix);
  CHECK(url.parameter("delimiter") == "/");
  CHECK(url.parameter("max-keys") == "1000");
  CHECK(url.parameter("continuation-token") == options.continuation_token);
  CHECK(url.parameter("start-after") == options.start_after);
  CHECK(url.parameter("encoding-type") == "url");
  CHECK(url.query.find("&prefix=a%2Bb%20c%2F%252F&") != std::string::npos);
  CHECK(parts_of(photos().list()).parameter("list-type") == "2");
}

TEST_CASE("list: if the bucket is in the path, and under a base path") {
  const auto path = [](const location& where) {
    return parts_of(bucket::at("photos", where)->list()).path;
  };
  CHECK(path({"us-east-2", "", addressing::path}) == "/photos");
  CHECK(path({"r", "http://localhost:9000"}) == "/photos");
  CHECK(path({"r", "http://localhost:9000/base/"}) == "/base/photos");
  CHECK(path({"r", "http://store.example/base"}) == "/base");
}

TEST_CASE("max-keys is 0 to 1000") {
  presign::s3::list_options options;
  for (const int number : {0, 1, 1000}) {
    options.max_keys = number;
    CHECK(parts_of(photos().list(options)).parameter("max-keys") == std::to_string(number));
  }
  for (const int number : {-1, 1001, INT_MAX, INT_MIN}) {
    CAPTURE(number);
    options.max_keys = number;
    CHECK(wrong_error(signed_url(photos().list(options)), errc::invalid_parameter,
                      {"max-keys", "0 to 1000", "got " + std::to_string(number)}) == "");
  }
}

TEST_CASE("a request can be added to") {
  const auto url = parts_of(photos()
                                .put("k")
                                .query("x-id", "PutObject")
                                .query("uploadId", "u+1")
                                .header("Content-Type", "text/plain"));
  CHECK(url.parameter("x-id") == "PutObject");
  CHECK(url.parameter("uploadId") == "u+1");
  CHECK(url.parameter("X-Amz-SignedHeaders") == "content-type;host");
}

TEST_CASE("a bucket outlives what it was made of, and can be copied") {
  bucket copy = photos();
  {
    std::string name = "elsewhere";
    std::string region = "eu-west-1";
    auto made = bucket::at(name, {region, "http://store.example/base"});
    name.assign(name.size(), '!');
    region.assign(region.size(), '!');
    copy = *std::move(made);
  }
  const auto url = parts_of(copy.get("k"));
  CHECK(url.host == "elsewhere.store.example");
  CHECK(url.path == "/base/k");
  CHECK(signs_for(copy.get("k"), "/eu-west-1/"));
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("content_disposition");

TEST_CASE("a disposition without a file name") { CHECK(disposition("") == "attachment"); }

TEST_CASE("an ASCII name needs no filename*") {
  CHECK(disposition("report.pdf") == "attachment; filename=\"report.pdf\"");
  CHECK(disposition("a b;c,d=e'f(g)~.txt") == "attachment; filename=\"a b;c,d=e'f(g)~.txt\"");
  CHECK(disposition(" ") == "attachment; filename=\" \"");
}

// RFC 8187, section 3.2.3: "€ rates"
TEST_CASE("a name in another script") {
  CHECK(disposition("\u20ac rates") ==
        "attachment; filename=\"_ rates\"; filename*=UTF-8''%E2%82%AC%20rates");
  CHECK(disposition("å.txt") == "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%A5.txt");
  CHECK(disposition("漢字.pdf") ==
        "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E6%BC%A2%E5%AD%97.pdf");
  CHECK(disposition("🐈") == "attachment; filename=\"_\"; filename*=UTF-8''%F0%9F%90%88");
}

TEST_CASE("what some clients decode or do not unescape is only in filename*") {
  CHECK(disposition("100%.txt") ==
        "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt");
  CHECK(disposition("%41") == "attachment; filename=\"_41\"; filename*=UTF-8''%2541");
  CHECK(disposition("say \"hi\"") ==
        "attachment; filename=\"say _hi_\"; filename*=UTF-8''say%20%22hi%22");
}

TEST_CASE("characters that a file name cannot have become underscores") {
  CHECK(disposition("a/b\\c") == "attachment; filename=\"a_b_c\"");
  CHECK(disposition("../../etc/passwd") == "attachment; filename=\".._.._etc_passwd\"");
  CHECK(disposition(std::string_view("a\0b", 3)) == "attachment; filename=\"a_b\"");
  CHECK(disposition("a\r\nSet-Cookie: x=y") == "attachment; filename=\"a__Set-Cookie: x=y\"");
  CHECK(disposition("a\tb\x7f") == "attachment; filename=\"a_b_\"");
  CHECK(disposition("é/") == "attachment; filename=\"__\"; filename*=UTF-8''%C3%A9_");
}

TEST_CASE("bytes that are not UTF-8 become U+FFFD, one by one") {
  CHECK(disposition("\xff") == "attachment; filename=\"_\"; filename*=UTF-8''%EF%BF%BD");
  CHECK(disposition("a\xc3") == "attachment; filename=\"a_\"; filename*=UTF-8''a%EF%BF%BD");
  CHECK(disposition("\xed\xa0\x80") ==
        "attachment; filename=\"___\"; filename*=UTF-8''%EF%BF%BD%EF%BF%BD%EF%BF%BD");
  CHECK(disposition("\xc0\xaf") ==
        "attachment; filename=\"__\"; filename*=UTF-8''%EF%BF%BD%EF%BF%BD");
}

TEST_CASE("every single byte gives a value that a header can carry") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const auto value = disposition(std::string("a") + static_cast<char>(byte) + "b");
    CHECK(value.find("attachment; filename=\"a") == 0);
    for (const char c : value) {
      CHECK(c >= 0x20);
      CHECK(c < 0x7f);
    }
    // Two quotes, and no way out from between them.
    CHECK(std::count(value.begin(), value.end(), '"') == 2);
    CHECK(value.find('\\') == std::string::npos);
    CHECK(presign::sigv4::canonical_headers({{"content-disposition", value}}));
  }
}

TEST_SUITE_END();
