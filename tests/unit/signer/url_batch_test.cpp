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

const auto at_noon = support::options_at(support::time_at("20130524T120000Z"));

presign::batch_options gets() {
  presign::batch_options options;
  options.signing = at_noon;
  return options;
}

presign::url_batch batch(const presign::s3::bucket& bucket = photos) {
  return signer.batch(bucket, 1h, gets()).value();
}

std::string url_of(const presign::url_batch& links, std::string_view key) {
  std::string url;
  REQUIRE(!links.append(url, key));
  return url;
}

}  // namespace

TEST_SUITE_BEGIN("url_batch");

TEST_CASE("a batch gives the URLs that presign gives, for whatever a request may have") {
  std::vector<presign::batch_options> all(6, gets());
  all[1].method = "PUT";
  all[2].method = "DELETE";
  all[2].query_parameters = {{"versionId", "v 1"}};
  all[3].query_parameters = {{"a b", "c/d"}, {"X-Amz-B", "ä"}, {"z", ""}};
  all[4].headers = {{"Range", " bytes=0-9  "}, {"x-a", "1"}, {"X-A", "2"}};
  all[5].payload_hash = presign::sigv4::payload_hash("body").value();
  presign::s3::location by_path{"us-east-1"};
  by_path.endpoint = "http://localhost:9000/base";
  const presign::s3::location express{"us-west-2"};  // the session token has another name
  const auto buckets = {photos, presign::s3::bucket::at("examplebucket", by_path).value(),
                        presign::s3::bucket::at("base--usw2-az1--x-s3", express).value()};

  const std::vector<std::string> keys{"cat.jpg", "a/b//c/../ d+%.txt",  "/", "..",
                                      "ü",       std::string(1024, '~')};
  const auto compare = [&](const presign::s3::bucket& bucket,
                           const presign::batch_options& options) {
    const auto links = signer.batch(bucket, 1h, options).value();
    const auto& common = links.common();
    for (const auto& key : keys) {
      CAPTURE(key);
      auto same = bucket.get(key);
      same.method = options.method;
      same.query_parameters = options.query_parameters;
      same.headers = options.headers;
      same.payload_hash = options.payload_hash;
      const auto link = signer.presign(same, 1h, at_noon).value();
      CHECK(url_of(links, key) == link.url);
      CHECK(common.url.empty());
      CHECK(common.method == link.method);
      CHECK(common.signed_at == link.signed_at);
      CHECK(common.expires_at == link.expires_at);
      REQUIRE(common.headers.size() == link.headers.size());
      for (std::size_t i = 0; i < link.headers.size(); ++i) {
        CHECK(common.headers[i].name == link.headers[i].name);
        CHECK(common.headers[i].value == link.headers[i].value);
      }
    }
  };
  for (const auto& bucket : buckets) {
    for (const auto& options : all) compare(bucket, options);
  }
}

TEST_CASE("a URL is appended to what is there, and nothing if there is an error") {
  const auto links = batch();
  std::string page = "<a href='";
  REQUIRE(!links.append(page, "cat.jpg"));
  CHECK(page == "<a href='" + url_of(links, "cat.jpg"));

  const auto before = page;
  const auto rejected = [&](std::string_view key, errc code) {
    const auto failure = links.append(page, key);
    CHECK(page == before);
    return failure && failure->code == code;
  };
  CHECK(rejected("", errc::invalid_key));
  CHECK(rejected(std::string(1025, 'k'), errc::invalid_key));
  CHECK(rejected("\xff", errc::invalid_key));
  CHECK(rejected(std::string(1, '\0'), errc::invalid_key));
}

TEST_CASE("a batch has the warnings that all its URLs share") {
  CHECK(batch().common().warnings.empty());
  auto options = gets();
  options.headers = {{"x-a", "é"}};
  const auto named = presign::s3::bucket::at("examplebucket", {"r", "http://h/examplebucket"});
  CHECK(signer.batch(*named, 1h, options)->common().warnings ==
        std::vector{presign::warning::bucket_in_endpoint, presign::warning::non_ascii_header});
}

TEST_CASE("a batch outlives its signer and its bucket") {
  const auto links = [] {
    const presign::signer short_lived{support::temporary_credentials()};
    const auto bucket = presign::s3::bucket::at("examplebucket", {"us-east-1"}).value();
    return short_lived.batch(bucket, 1h, gets()).value();
  }();
  CHECK(url_of(links, "cat.jpg") == url_of(batch(), "cat.jpg"));
}

TEST_CASE("a batch that was moved from stays usable") {
  auto links = batch();
  const auto others = std::move(links);
  CHECK(url_of(links, "cat.jpg") == url_of(others, "cat.jpg"));
}

TEST_CASE("a batch by SigV4A") {
  const auto everywhere =
      presign::s3::bucket::at("arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap", {});
  const auto url = url_of(batch(*everywhere), "cat.jpg");
  CHECK(url.find("/cat.jpg?X-Amz-Algorithm=AWS4-ECDSA-P256-SHA256&") != url.npos);
  CHECK(url.find("&X-Amz-Signature=30") != url.npos);
}

TEST_CASE("presign and batch reject the same") {
  const auto rejects = [](std::chrono::seconds expiry, const presign::batch_options& options,
                          errc code) {
    const auto got = signer.batch(photos, expiry, options);
    return !got && got.error().code == code;
  };
  CHECK(rejects(0s, gets(), errc::invalid_expiry));
  auto options = gets();
  options.query_parameters = {{"X-Amz-Date", ""}};
  CHECK(rejects(1h, options, errc::reserved_name));
  options = gets();
  options.headers = {{"Host", "h"}};
  CHECK(rejects(1h, options, errc::reserved_name));
  options = gets();
  options.method = "G E T";
  CHECK(rejects(1h, options, errc::invalid_method));
  options = gets();
  options.payload_hash = "two words";
  CHECK(rejects(1h, options, errc::invalid_parameter));
  CHECK(wrong_error(presign::signer{{}}.batch(photos, 1h), errc::missing_credentials, {"empty"}) ==
        "");
}

TEST_CASE("threads share a batch, and a signer for batches of their own") {
  const auto links = batch();
  const auto expected = url_of(links, "cat.jpg");
  std::vector<std::thread> threads;
  std::vector<int> right(4, 0);
  for (auto& count : right) {
    threads.emplace_back([&links, &expected, &count] {
      for (int i = 0; i < 500; ++i) {
        std::string url;
        const bool shared = !links.append(url, "cat.jpg") && url == expected;
        url.clear();
        const auto own = signer.batch(photos, 1h, gets());
        if (shared && own && !own->append(url, "cat.jpg") && url == expected) ++count;
      }
    });
  }
  for (auto& one : threads) one.join();
  CHECK(right == std::vector<int>(4, 500));
}

TEST_SUITE_END();
