// How an endpoint is read is tested where it is used, in s3_test.cpp; here, what is asked of one.
#include "s3/endpoint_url.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

using presign::detail::parse_endpoint_url;

}  // namespace

TEST_SUITE_BEGIN("endpoint_url");

TEST_CASE("the parts of an endpoint") {
  const auto url = parse_endpoint_url("HTTPS://Store.Example:8443/a%20b//c/").value();
  CHECK(url.scheme == "https");
  CHECK(url.host == "store.example:8443");
  CHECK(url.base_path == "/a b//c");
  CHECK(parse_endpoint_url("http://h:80").value().host == "h");
  CHECK(parse_endpoint_url("http://h/").value().base_path == "");
}

TEST_CASE("IP addresses and single labels, with a port or without") {
  for (const std::string port : {"", ":9000"}) {
    CAPTURE(port);
    for (const std::string host : {"10.0.0.1", "255.255.255.255", "[::1]", "[2001:db8::1.2.3.4]"}) {
      CAPTURE(host);
      const auto url = parse_endpoint_url("http://" + host + port).value();
      CHECK(url.is_ip_address());
      CHECK(!url.is_single_label());
    }
    for (const std::string host : {"localhost", "minio", "a-b", "x1"}) {
      CAPTURE(host);
      const auto url = parse_endpoint_url("http://" + host + port).value();
      CHECK(!url.is_ip_address());
      CHECK(url.is_single_label());
    }
    for (const std::string host : {"store.example", "10.0.0", "10.0.0.0.1", "10.0.0.256"}) {
      CAPTURE(host);
      const auto url = parse_endpoint_url("http://" + host + port).value();
      CHECK(!url.is_ip_address());
      CHECK(!url.is_single_label());
    }
  }
}

TEST_SUITE_END();
