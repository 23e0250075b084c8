// The address, the site and the name that a request is taken to have.
#include "members.hpp"
#include "origin.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

httplib::Request request_from(const std::string& address, const httplib::Headers& headers = {}) {
  httplib::Request request;
  request.remote_addr = address;
  request.headers = headers;
  return request;
}

bool is_same_site(const httplib::Headers& headers) {
  auto request = request_from("192.0.2.1", headers);
  request.set_header("Host", "files.example.com");
  return broker::is_from_same_site(request, "https://files.example.com");
}

}  // namespace

TEST_SUITE("broker: site") {
  TEST_CASE("the address is the connection's, or the last one that a proxy forwards") {
    const httplib::Headers forwarded{{"X-Forwarded-For", "198.51.100.7, 203.0.113.9"}};
    CHECK(broker::address_of(request_from("192.0.2.1", forwarded), false) == "192.0.2.1");
    CHECK(broker::address_of(request_from("192.0.2.1", forwarded), true) == "203.0.113.9");
    CHECK(broker::address_of(request_from("192.0.2.1"), true) == "192.0.2.1");
    const httplib::Headers twice{{"X-Forwarded-For", "198.51.100.7"},
                                 {"X-Forwarded-For", "203.0.113.9"}};
    CHECK(broker::address_of(request_from("192.0.2.1", twice), true) == "203.0.113.9");
  }

  TEST_CASE("all addresses of an IPv6 network count as one") {
    CHECK(broker::address_of(request_from("2001:db8:1:2:3:4:5:6"), false) == "2001:db8:1:2::");
    CHECK(broker::address_of(request_from("2001:db8:1:2::9"), false) == "2001:db8:1:2::");
    CHECK(broker::address_of(request_from("2001:db8:1:3::9"), false) == "2001:db8:1:3::");
    CHECK(broker::address_of(request_from("nonsense"), false) == "nonsense");
  }

  TEST_CASE("an address is the same by IPv6, and with a port") {
    const auto forwarded = [](const char* address) {
      return broker::address_of(request_from("", {{"X-Forwarded-For", address}}), true);
    };
    CHECK(broker::address_of(request_from("::ffff:192.0.2.1"), false) == "192.0.2.1");
    CHECK(broker::address_of(request_from("::ffff:192.0.2.2"), false) == "192.0.2.2");
    CHECK(forwarded("::ffff:192.0.2.1") == "192.0.2.1");
    CHECK(forwarded("192.0.2.1:54321") == "192.0.2.1");
    CHECK(forwarded("[::ffff:192.0.2.1]:54321") == "192.0.2.1");
    CHECK(forwarded("[2001:db8:1:2::9]:54321") == "2001:db8:1:2::");
    CHECK(forwarded("[2001:db8:1:2::9]") == "2001:db8:1:2::");
    CHECK(forwarded("2001:db8:1:2::9") == "2001:db8:1:2::");
    for (const auto* text : {"", "[", "]", ":", "[]:", "[::", "::"}) forwarded(text);
  }

  TEST_CASE("a form of another site is detected") {
    CHECK(is_same_site({}));
    CHECK(is_same_site({{"Sec-Fetch-Site", "same-origin"}}));
    CHECK(is_same_site({{"Origin", "https://files.example.com"}}));
    for (const auto* site : {"cross-site", "same-site", "none", "", "same-origin "}) {
      CAPTURE(site);
      CHECK_FALSE(is_same_site({{"Sec-Fetch-Site", site}}));
    }
    for (const auto* origin : {"null", "", "https://evil.example", "https://files.example.com.evil",
                               "https://files.example.com:8443", "files.example.com"}) {
      CAPTURE(origin);
      CHECK_FALSE(is_same_site({{"Origin", origin}}));
    }
    CHECK_FALSE(
        is_same_site({{"Sec-Fetch-Site", "cross-site"}, {"Origin", "https://files.example.com"}}));
  }

  TEST_CASE("names are in lower case, and have no character with a meaning elsewhere") {
    CHECK(broker::member_name("Ada.Lovelace_1-x@Example.COM") == "ada.lovelace_1-x@example.com");
    CHECK(broker::member_name(std::string(64, 'x')) == std::string(64, 'x'));
    for (const auto& bad : {std::string(), std::string("a"), std::string(65, 'x'),
                            std::string("a/b"), std::string("a b"), std::string("a:b"),
                            std::string("a%b"), std::string("\xc3\xa9\xc3\xa9"),
                            std::string("a\0b", 3), std::string("a\nb"), std::string("a+b")}) {
      CAPTURE(bad);
      CHECK_FALSE(broker::member_name(bad));
    }
  }
}
