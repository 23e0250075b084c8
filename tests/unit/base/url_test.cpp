#include "base/url.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using presign::errc;
using presign::detail::append_host;
using support::exact_copy;

// The host as it stands in a URL, or the error.
presign::result<std::string> in_url(std::string_view scheme, std::string_view host) {
  std::string url = "before";
  presign::detail::string_writer out{url};
  const exact_copy exact_scheme(scheme), exact(host);
  if (auto failure = append_host(out, exact_scheme.view(), exact.view())) return *failure;
  out.finish();
  return url.substr(6);
}

std::string https(std::string_view host) { return in_url("https", host).value(); }
std::string http(std::string_view host) { return in_url("http", host).value(); }

std::string wrong_host(std::string_view host, std::initializer_list<std::string_view> words = {}) {
  for (const auto scheme : {"https", "http"}) {
    auto wrong = support::wrong_error(in_url(scheme, host), errc::invalid_endpoint, words);
    if (!wrong.empty()) return wrong;
  }
  return "";
}

std::string without_port(std::string_view host) {
  return std::string(presign::detail::without_port(exact_copy(host).view()));
}

bool is_ip_address(std::string_view host) {
  return presign::detail::is_ip_address(exact_copy(host).view());
}

/// "scheme authority host path query", or the error.
std::string parts(std::string_view url) {
  const support::exact_copy copy(url);
  const auto taken = presign::detail::parse_url(copy.view());
  if (!taken) return taken.error().code.message();
  std::string made(taken->scheme);
  for (const auto part :
       {taken->authority, std::string_view(taken->host), taken->path(), taken->query()}) {
    made.append(" ").append(part);
  }
  return made;
}

std::string rejected(std::string_view url, errc code) {
  return support::wrong_error(presign::detail::parse_url(support::exact_copy(url).view()), code);
}

}  // namespace

TEST_SUITE_BEGIN("url");

TEST_CASE("names of hosts stay as they are") {
  for (const auto name :
       {"examplebucket.s3.amazonaws.com", "localhost", "a", "a.b", "minio_1.internal",
        "xn--bcher-kva.example", "a.", "1.example", "127.0.0.1", "255.255.255.255"}) {
    CAPTURE(name);
    CHECK(https(name) == name);
    CHECK(http(name) == name);
  }
  CHECK(https(std::string(253, 'a')) == std::string(253, 'a'));
}

TEST_CASE("names in lower case") {
  CHECK(https("ExampleBucket.S3.AmazonAWS.com") == "examplebucket.s3.amazonaws.com");
  CHECK(https("[2001:DB8::A]") == "[2001:db8::a]");
  CHECK(https("EXAMPLE.COM:8443") == "example.com:8443");
}

// "host: with the port only where it is not the scheme's default."
TEST_CASE("the port, unless it is the scheme's own") {
  CHECK(https("host:443") == "host");
  CHECK(https("host:80") == "host:80");
  CHECK(https("host:9000") == "host:9000");
  CHECK(http("host:80") == "host");
  CHECK(http("host:443") == "host:443");
  CHECK(http("host:9000") == "host:9000");
  for (const auto* const host : {"Host:443", "host:80", "host:9000", "host", "[::1]:443"}) {
    CHECK(in_url("wss", host).value() == https(host));
    CHECK(in_url("ws", host).value() == http(host));
  }
  CHECK(https("[::1]:443") == "[::1]");
  CHECK(https("[::1]:80") == "[::1]:80");
  CHECK(http("[::1]:80") == "[::1]");
  CHECK(http("127.0.0.1:80") == "127.0.0.1");
  CHECK(https("host:1") == "host:1");
  CHECK(https("host:65535") == "host:65535");
  CHECK(https("host:4430") == "host:4430");
  CHECK(http("host:8080") == "host:8080");
}

TEST_CASE("an invalid port") {
  for (const auto host :
       {"host:",      "host:0",      "host:00",    "host:080", "host:0443", "host:65536",
        "host:99999", "host:100000", "host:+80",   "host:-1",  "host: 80",  "host:80 ",
        "host:8o",    "host:80:80",  "host::80",   "host:80/", "[::1]:",    "[::1]:0",
        "[::1]:x",    "[::1]::80",   "127.0.0.1:", "host:\xb2"}) {
    CAPTURE(host);
    CHECK(wrong_host(host, {"port from 1 to 65535", host[0] == '[' ? "[::1]" : "h"}) == "");
  }
}

TEST_CASE("an invalid name of a host") {
  for (const auto host : {"",       ":80",       ".",    "..",   ".a",    "a..b",
                          "a b",    " a",        "a\t",  "a/b",  "a\\b",  "bücher.example",
                          "a%2Eb",  "a,b",       "a;b",  "a(b)", "a|b",   "a\"b",
                          "a\r\nb", "https://a", "[a",   "a]",   "a]:80", "]",
                          "[",      "][",        "[::1", "::1]", "::1",   "[::1]a",
                          "a[::1]", "[[::1]]"}) {
    CAPTURE(host);
    CHECK(wrong_host(host, {"must be a name or an address", "got \""}) == "");
  }
  CHECK(wrong_host({"a\0b", 3}, {"got \"a\\x00b\""}) == "");
  CHECK(wrong_host(std::string(254, 'a')) == "");
  CHECK(wrong_host(std::string(100000, 'a')) == "");
}

TEST_CASE("a host that may hold a secret is not shown") {
  for (const auto host : {"user:hush@host", "hush@host", "host?hush", "host#hush", "host/?hush"}) {
    CAPTURE(host);
    const auto got = in_url("https", host);
    CHECK(support::wrong_error(got, errc::invalid_endpoint, {"not shown"}) == "");
    CHECK(got.error().message.find("hush") == std::string::npos);
  }
}

TEST_CASE("every byte that no host has, within a host") {
  for (const char c : support::all_bytes()) {
    const auto host = std::string("a") + c + "b";
    CAPTURE(host);
    const bool is_letter_or_digit =
        (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (is_letter_or_digit || c == '.' || c == '-' || c == '_') {
      CHECK(in_url("https", host));
    } else {
      CHECK(wrong_host(host) == "");
    }
  }
}

// RFC 4291, section 2.2
TEST_CASE("IPv6 addresses, in brackets") {
  for (const auto& host : support::words(
           "[::] [::1] [1::] [2001:db8::1] [2001:DB8::A] [1:2:3:4:5:6:7:8] [fe80::1234:5678] "
           "[ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff] [::2:3:4:5:6:7:8] [1:2:3:4:5:6:7::] "
           "[1:2:3::5:6:7:8] [::192.0.2.33] [::ffff:192.0.2.33] [1:2:3:4:5:6:192.0.2.33] "
           "[64:ff9b::192.0.2.33] [0:00:000:0000::]")) {
    CAPTURE(host);
    CHECK(in_url("https", host));
    CHECK(http(host + ":9000").size() == host.size() + 5);
    CHECK(is_ip_address(host));
    CHECK(!is_ip_address(host.substr(1, host.size() - 2)));
  }
  auto others = support::words(
      "[] [:] [:::] [1] [1:] [:1] [1:2:3:4:5:6:7] [1:2:3:4:5:6:7:8:9] [1:2:3:4:5:6:7:8::] "
      "[::1:2:3:4:5:6:7:8] [1:2:3:4::5:6:7:8] [1::2::3] [::1::] [1:::2] [:1::2] [::1:] "
      "[12345::] [g::] [::-1] [1.2.3.4] [1.2.3.4::] [::1.2.3.4:5] [::1.2.3] [::1.2.3.4.5] "
      "[::1.2.3.256] [1:2:3:4:5:6:7:1.2.3.4] [fe80::1%25eth0] [fe80::1%eth0] [v1.x] "
      "[example.com]");
  others.insert(others.end(), {"[ ::1]", "[::1 ]"});
  for (const auto& host : others) {
    CAPTURE(host);
    CHECK(wrong_host(host) == "");
    CHECK(wrong_host(host + ":9000") == "");
    CHECK(!is_ip_address(host));
  }
}

// WHATWG URL: "If asciiDomain ends in a number, return the result of IPv4 parsing asciiDomain."
TEST_CASE("a host whose last label is a number is an IPv4 address or none") {
  for (const auto* host : {"1.2.3.4", "0.0.0.0", "255.255.255.255", "300.example", "1.2.3.4a",
                           "1.2.3.x4", "1.2.3.0xg", "x0", "0x1.a", "1.2.3.4_", "1.2.3.-4"}) {
    CAPTURE(host);
    CHECK(https(host) == host);
  }
  for (const std::string host :
       {"300.1.1.1", "1.1.1.300", "1.2.3", "1", "1.2.3.4.5", "a.1", "a.b.007", "1.2.3.4.", "a.1.",
        "010.1.1.1", "1.2.3.04", "1.2.3.0x4", "a.0X", "0x7f000001", "4294967295"}) {
    CAPTURE(host);
    CHECK(wrong_host(host, {"name or an address", host}) == "");
    CHECK(wrong_host(host + ":9000") == "");
  }
}

TEST_CASE("IPv4 addresses") {
  for (const auto host : {"0.0.0.0", "127.0.0.1", "192.0.2.33", "255.255.255.255", "1.2.3.4"}) {
    CAPTURE(host);
    CHECK(is_ip_address(host));
  }
  for (const auto host : {"",           ".",         "...",         "1",         "1.2",
                          "1.2.3",      "1.2.3.",    ".1.2.3",      "1..2.3",    "1.2.3.4.",
                          "1.2.3.4.5",  "256.1.1.1", "1.1.1.256",   "1.1.1.999", "1000.1.1.1",
                          "1.2.3.x",    "1.2.3.4x",  "0x1.2.3.4",   "1.2.3.+4",  " 1.2.3.4",
                          "1.2.3.4:80", "localhost", "example.com", "a.b.c.d",   "[1.2.3.4]"}) {
    CAPTURE(host);
    CHECK(!is_ip_address(host));
  }
  CHECK(!presign::detail::is_ip_address({}));
}

TEST_CASE("without_port") {
  CHECK(without_port("host") == "host");
  CHECK(without_port("host:80") == "host");
  CHECK(without_port("host:") == "host");
  CHECK(without_port("127.0.0.1:9000") == "127.0.0.1");
  CHECK(without_port("[::1]") == "[::1]");
  CHECK(without_port("[::1]:80") == "[::1]");
  CHECK(without_port("[2001:db8::1]:80") == "[2001:db8::1]");
  CHECK(without_port(":80") == "");
  CHECK(without_port("") == "");
  CHECK(presign::detail::without_port({}).empty());
}

TEST_CASE("schemes other than http and ws, with and without TLS, and these in upper case") {
  for (const auto scheme : {"", "ftp", "HTTPS", "Http", "https:", "https://", " https", "httpss",
                            "s3", "w", "WS", "wsss", "mqtt"}) {
    CAPTURE(scheme);
    CHECK(support::wrong_error(in_url(scheme, "host"), errc::invalid_endpoint,
                               {"https, http, wss or ws", std::string("got \"") + scheme + "\""}) ==
          "");
  }
}

TEST_CASE("scheme, host, path and query") {
  CHECK(parts("https://h/p?a=b") == "https h h /p a=b");
  CHECK(parts("http://h:8080/p/q?a?b") == "http h:8080 h:8080 /p/q a?b");
  CHECK(parts("wss://h:443/p") == "wss h:443 h /p ");
  CHECK(parts("https://h") == "https h h  ");
  CHECK(parts("https://h?a") == "https h h  a");
  CHECK(parts("https://h/?") == "https h h / ");
  CHECK(parts("https://[::1]:9000/p") == "https [::1]:9000 [::1]:9000 /p ");
}

TEST_CASE("the host is as clients send it, the authority as it was written") {
  CHECK(parts("https://Bucket.S3.amazonaws.com:443/p") ==
        "https Bucket.S3.amazonaws.com:443 bucket.s3.amazonaws.com /p ");
  CHECK(parts("http://h:80/") == "http h:80 h / ");
  CHECK(parts("https://h:80/") == "https h:80 h:80 / ");
}

TEST_CASE("texts that are no URL of a request") {
  CHECK(rejected("", errc::invalid_endpoint) == "");
  CHECK(rejected("h/p?a=b", errc::invalid_endpoint) == "");
  CHECK(rejected("ftp://h/", errc::invalid_endpoint) == "");
  CHECK(rejected("s3://bucket/key", errc::invalid_endpoint) == "");
  CHECK(rejected("https://", errc::invalid_endpoint) == "");
  CHECK(rejected("https:///p", errc::invalid_endpoint) == "");
  CHECK(rejected("https://user:password@h/", errc::invalid_endpoint) == "");
}

TEST_SUITE_END();
