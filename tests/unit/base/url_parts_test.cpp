#include "base/url_parts.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using presign::errc;

/// "scheme authority host path query", or the error.
std::string parts(std::string_view url) {
  const support::exact_copy copy(url);
  const auto taken = presign::detail::take_apart(copy.view());
  if (!taken) return taken.error().code.message();
  std::string made(taken->scheme);
  for (const auto part :
       {taken->authority, std::string_view(taken->host), taken->path(), taken->query()}) {
    made.append(" ").append(part);
  }
  return made;
}

std::string refused(std::string_view url, errc code) {
  return support::wrong_error(presign::detail::take_apart(support::exact_copy(url).view()), code);
}

}  // namespace

TEST_SUITE_BEGIN("url_parts");

TEST_CASE("scheme, host, path and query") {
  CHECK(parts("https://h/p?a=b") == "https h h /p a=b");
  CHECK(parts("http://h:8080/p/q?a?b") == "http h:8080 h:8080 /p/q a?b");
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

TEST_CASE("what is no URL of a request") {
  CHECK(refused("", errc::invalid_endpoint) == "");
  CHECK(refused("h/p?a=b", errc::invalid_endpoint) == "");
  CHECK(refused("ftp://h/", errc::invalid_endpoint) == "");
  CHECK(refused("s3://bucket/key", errc::invalid_endpoint) == "");
  CHECK(refused("https://", errc::invalid_endpoint) == "");
  CHECK(refused("https:///p", errc::invalid_endpoint) == "");
  CHECK(refused("https://user:password@h/", errc::invalid_endpoint) == "");
}

TEST_SUITE_END();
