// AWS's published test cases for S3's endpoints. See aws_s3_endpoints.hpp.
#include "aws_s3_endpoints.hpp"

#include "../unit/support.hpp"
#include "s3/endpoint.hpp"

#include <presign/s3.hpp>
#include <presign/sigv4.hpp>

#include <doctest/doctest.h>

#include <iterator>
#include <string>
#include <string_view>

namespace {

using support::signing_of;
namespace cases = s3_endpoints;

template <class Case>
presign::s3::location to_location(const Case& test) {
  presign::s3::location location;
  location.region = test.region;
  location.endpoint = test.endpoint;
  location.fips = (test.flags & cases::fips) != 0;
  location.dual_stack = (test.flags & cases::dual_stack) != 0;
  location.accelerate = (test.flags & cases::accelerate) != 0;
  if ((test.flags & cases::path_style) != 0) location.style = presign::s3::addressing::path;
  location.express_session = (test.flags & cases::no_express_session) == 0;
  location.use_arn_region = (test.flags & cases::own_region_only) == 0;
  return location;
}

template <class Case>
presign::result<presign::request> resolve(const Case& test) {
  return presign::detail::resolve_endpoint(test.bucket, to_location(test));
}

// Returns whether presign has the parameters of a case. It does not have those of operations that
// s3::bucket does not have (CreateBucket, WriteGetObjectResponse, ListDirectoryBuckets), nor a
// client's setting for us-east-1. That setting changes nothing in another region or with another
// option that decides.
template <class Case>
bool is_supported(const Case& test) {
  const bool is_global = (test.flags & cases::global_endpoint) != 0 && test.region == "us-east-1" &&
                         test.endpoint.empty() &&
                         (test.flags & (cases::fips | cases::dual_stack)) == 0;
  constexpr unsigned of_other_operations =
      cases::object_lambda | cases::express_control | cases::no_access_points;
  return !is_global && (test.flags & of_other_operations) == 0;
}

// Returns whether the case has a valid name of a bucket, which s3::bucket requires.
template <class Case>
bool is_a_bucket(const Case& test) {
  return !test.bucket.empty() && test.bucket.find_first_of("!%") == test.bucket.npos;
}

std::string url_of(const presign::request& request) {
  return request.scheme + "://" + request.host + presign::sigv4::uri_encode(request.path, false);
}

// Returns whether ours is test of the schemes, which ", " joins.
bool allows(std::string_view schemes, std::string_view ours) {
  while (true) {
    const auto scheme = schemes.substr(0, schemes.find(", "));
    if (scheme == ours) return true;
    if (scheme.size() == schemes.size()) return false;
    schemes.remove_prefix(scheme.size() + 2);
  }
}

template <class Case>
std::string describe(const Case& test) {
  return std::string(test.bucket) + " in " + std::string(test.region) + " at \"" +
         std::string(test.endpoint) + "\", flags " + std::to_string(test.flags);
}

}  // namespace

TEST_SUITE_BEGIN("AWS's S3 endpoints");

TEST_CASE("all 200 are here") {
  CHECK(std::size(cases::resolved) + std::size(cases::rejected) == 200);
}

TEST_CASE("endpoints") {
  int checked = 0;
  for (const auto& test : cases::resolved) {
    if (!is_supported(test)) continue;
    CAPTURE(describe(test));
    const auto request = resolve(test);
    if (!request) FAIL(request.error().message);
    const bool has_scheme = test.url.find("://") != test.url.npos;
    CHECK(url_of(*request) == (has_scheme ? "" : "https://") + std::string(test.url));
    const auto signing =
        test.signing.empty() ? "sigv4 s3 " + std::string(test.region) : std::string(test.signing);
    CHECK_MESSAGE(allows(signing, signing_of(*request)), signing_of(*request), " for ", signing);
    ++checked;
  }
  CHECK(checked == 129);
}

TEST_CASE("rejections") {
  int checked = 0;
  for (const auto& test : cases::rejected) {
    if (!is_supported(test)) continue;
    CAPTURE(describe(test));
    CHECK(support::wrong_error(resolve(test), test.code, {test.word, test.other_word}) == "");
    ++checked;
  }
  CHECK(checked == 56);
}

TEST_CASE("s3::bucket resolves them to the same URLs, except for settings that it does not have") {
  int checked = 0;
  for (const auto& test : cases::resolved) {
    if (!is_supported(test) || !is_a_bucket(test)) continue;
    CAPTURE(describe(test));
    const auto bucket = presign::s3::bucket::at(test.bucket, to_location(test));
    if (!bucket) FAIL(bucket.error().message);
    const auto request = bucket->get("key");
    const auto expected = resolve(test).value();
    CHECK(request.scheme == expected.scheme);
    CHECK(request.host == expected.host);
    CHECK(request.path == expected.path + "/key");
    CHECK(request.service == expected.service);
    CHECK(request.region == expected.region);
    ++checked;
  }
  CHECK(checked > 90);
}

TEST_CASE("s3::bucket rejects the same, except for settings that it does not have") {
  int checked = 0;
  for (const auto& test : cases::rejected) {
    if (!is_supported(test) || !is_a_bucket(test)) continue;
    CAPTURE(describe(test));
    const auto bucket = presign::s3::bucket::at(test.bucket, to_location(test));
    CHECK(support::wrong_error(bucket, test.code) == "");
    ++checked;
  }
  CHECK(checked > 40);
}

TEST_SUITE_END();
