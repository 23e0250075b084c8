#include "support.hpp"

#include <presign/presign.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <string>
#include <thread>
#include <vector>

namespace {

using namespace std::chrono_literals;
using presign::errc;
using support::wrong_error;

const presign::signer signer{support::temporary_credentials()};
const auto photos = presign::s3::bucket::at("examplebucket", {"us-east-1"}).value();

presign::presign_options at_noon() {
  presign::presign_options options;
  options.at = support::time_at("20130524T120000Z");
  return options;
}

presign::url_batch series(const presign::request& what) {
  return signer.batch(what, 1h, at_noon()).value();
}

std::string url_of(const presign::url_batch& links, std::string_view key) {
  std::string url;
  REQUIRE(!links.append(url, key));
  return url;
}

}  // namespace

TEST_SUITE_BEGIN("url_batch");

TEST_CASE("a series gives the URLs that presign gives, for whatever a request may have") {
  std::vector<presign::request> all{photos.get("x"), photos.put("x"), photos.remove("x", "v 1")};
  all.push_back(photos.get("x").query("a b", "c/d").query("X-Amz-B", "ä").query("z", ""));
  all.push_back(
      photos.get("x").header("Range", " bytes=0-9  ").header("x-a", "1").header("X-A", "2"));
  all.push_back(photos.get("x"));
  all.back().payload_hash = presign::sigv4::payload_hash("body").value();
  all.push_back(photos.get("x"));
  all.back().rules = presign::service_rules{};  // the path is normalised and encoded twice
  all.back().rules->sign_session_token = false;
  presign::s3::location by_path{"us-east-1"};
  by_path.endpoint = "http://localhost:9000/base";
  all.push_back(presign::s3::bucket::at("examplebucket", by_path)->get("x"));

  const std::vector<std::string> keys{"cat.jpg", "a/b//c/../ d+%.txt",  "/", "..",
                                      "ü",       std::string(1024, '~')};
  for (const auto& one : all) {
    const auto links = series(one);
    for (const auto& key : keys) {
      CAPTURE(key);
      auto same = one;
      same.path.replace(*one.key_at, std::string::npos, key);
      const auto link = signer.presign(same, 1h, at_noon()).value();
      CHECK(url_of(links, key) == link.url);
      CHECK(links.method() == link.method);
      CHECK(links.signed_at() == link.signed_at);
      CHECK(links.expires_at() == link.expires_at);
      REQUIRE(links.headers().size() == link.headers.size());
      for (std::size_t i = 0; i < link.headers.size(); ++i) {
        CHECK(links.headers()[i].name == link.headers[i].name);
        CHECK(links.headers()[i].value == link.headers[i].value);
      }
    }
  }
}

TEST_CASE("a URL is appended to what is there, and nothing where there is an error") {
  const auto links = series(photos.get("x"));
  std::string page = "<a href='";
  REQUIRE(!links.append(page, "cat.jpg"));
  CHECK(page == "<a href='" + url_of(links, "cat.jpg"));

  const auto before = page;
  const auto refused = [&](std::string_view key, errc code) {
    const auto failure = links.append(page, key);
    CHECK(page == before);
    return failure && failure->code == code;
  };
  CHECK(refused("", errc::invalid_key));
  CHECK(refused(std::string(1025, 'k'), errc::invalid_key));
  CHECK(refused("\xff", errc::invalid_key));
  CHECK(refused(std::string(1, '\0'), errc::invalid_key));
}

TEST_CASE("a series outlives its signer and its request") {
  const auto links = [] {
    const presign::signer short_lived{support::temporary_credentials()};
    return short_lived.batch(photos.get("x"), 1h, at_noon()).value();
  }();
  CHECK(url_of(links, "cat.jpg") == url_of(series(photos.get("x")), "cat.jpg"));
}

TEST_CASE("a series by SigV4A") {
  const auto everywhere =
      presign::s3::bucket::at("arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap", {});
  const auto url = url_of(series(everywhere->get("x")), "cat.jpg");
  CHECK(url.find("/cat.jpg?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&") != url.npos);
  CHECK(url.find("&X-Amz-Signature=30") != url.npos);
}

TEST_CASE("what presign refuses, a series refuses") {
  const auto refused = [](const presign::request& what, std::chrono::seconds expiry, errc code) {
    const auto got = signer.batch(what, expiry, at_noon());
    return !got && got.error().code == code;
  };
  CHECK(refused(photos.get("x"), 0s, errc::invalid_expiry));
  CHECK(refused(photos.get(""), 1h, errc::invalid_key));
  CHECK(refused(photos.get("x").query("X-Amz-Date", ""), 1h, errc::reserved_name));
  CHECK(refused(photos.list(), 1h, errc::invalid_path));
  CHECK(refused(support::example_request(), 1h, errc::invalid_path));
  auto beyond = photos.get("x");
  beyond.key_at = 100;
  CHECK(refused(beyond, 1h, errc::invalid_path));
  CHECK(wrong_error(presign::signer{{}}.batch(photos.get("x"), 1h), errc::missing_credentials,
                    {"empty"}) == "");
}

TEST_CASE("threads share a series, and a signer for series of their own") {
  const auto links = series(photos.get("x"));
  const auto expected = url_of(links, "cat.jpg");
  std::vector<std::thread> threads;
  std::vector<int> right(4, 0);
  for (auto& count : right) {
    threads.emplace_back([&links, &expected, &count] {
      for (int i = 0; i < 500; ++i) {
        std::string url;
        const bool shared = !links.append(url, "cat.jpg") && url == expected;
        url.clear();
        const auto own = signer.batch(photos.get("x"), 1h, at_noon());
        if (shared && own && !own->append(url, "cat.jpg") && url == expected) ++count;
      }
    });
  }
  for (auto& one : threads) one.join();
  CHECK(right == std::vector<int>(4, 500));
}

TEST_SUITE_END();
