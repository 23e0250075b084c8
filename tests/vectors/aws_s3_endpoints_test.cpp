// AWS's published cases of where S3 is. See aws_s3_endpoints.hpp.
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

using presign::signing_algorithm;
namespace cases = s3_endpoints;

template <class Case>
presign::s3::location to_location(const Case& one) {
  presign::s3::location where;
  where.region = one.region;
  where.endpoint = one.endpoint;
  where.fips = (one.flags & cases::fips) != 0;
  where.dual_stack = (one.flags & cases::dual_stack) != 0;
  where.accelerate = (one.flags & cases::accelerate) != 0;
  if ((one.flags & cases::path_style) != 0) where.style = presign::s3::addressing::path;
  where.express_session = (one.flags & cases::no_express_session) == 0;
  where.use_arn_region = (one.flags & cases::own_region_only) == 0;
  return where;
}

template <class Case>
presign::result<presign::request> resolve(const Case& one) {
  return presign::detail::resolve_endpoint(one.bucket, to_location(one));
}

// Why presign cannot be asked: these parameters are those of operations that s3::bucket does not
// have (CreateBucket, WriteGetObjectResponse, ListDirectoryBuckets), or of a client's setting for
// us-east-1, which s3::location does not have. If us-east-1 is not the region, or another option
// says more, that setting changes nothing.
template <class Case>
bool can_be_asked(const Case& one) {
  const bool is_global = (one.flags & cases::global_endpoint) != 0 && one.region == "us-east-1" &&
                         one.endpoint.empty() &&
                         (one.flags & (cases::fips | cases::dual_stack)) == 0;
  constexpr unsigned of_other_operations =
      cases::object_lambda | cases::express_control | cases::no_access_points;
  return !is_global && (one.flags & of_other_operations) == 0;
}

// s3::bucket takes only what can be the name of a bucket.
template <class Case>
bool can_be_a_bucket(const Case& one) {
  return !one.bucket.empty() && one.bucket.find_first_of("!%") == one.bucket.npos;
}

std::string url_of(const presign::request& request) {
  return request.scheme + "://" + request.host +
         presign::sigv4::uri_encode(request.path, presign::sigv4::slash::keep);
}

std::string signing_of(const presign::request& request) {
  const auto rules = request.rules.value_or(presign::service_rules::of(request.service));
  const auto* scheme = request.algorithm == signing_algorithm::sigv4a ? "sigv4a "
                       : rules.s3_session_token                       ? "sigv4-s3express "
                                                                      : "sigv4 ";
  return scheme + request.service + " " + request.region;
}

// Whether one of the schemes, which ", " joins, is ours.
bool allows(std::string_view schemes, std::string_view ours) {
  while (true) {
    const auto one = schemes.substr(0, schemes.find(", "));
    if (one == ours) return true;
    if (one.size() == schemes.size()) return false;
    schemes.remove_prefix(one.size() + 2);
  }
}

template <class Case>
std::string describe(const Case& one) {
  return std::string(one.bucket) + " in " + std::string(one.region) + " at \"" +
         std::string(one.endpoint) + "\", flags " + std::to_string(one.flags);
}

}  // namespace

TEST_SUITE_BEGIN("AWS's S3 endpoints");

TEST_CASE("all 200 are here") {
  CHECK(std::size(cases::answers) + std::size(cases::refusals) == 200);
}

TEST_CASE("answers") {
  int asked = 0;
  for (const auto& one : cases::answers) {
    if (!can_be_asked(one)) continue;
    CAPTURE(describe(one));
    const auto request = resolve(one);
    if (!request) FAIL(request.error().message);
    CHECK(url_of(*request) == one.url);
    const auto signing =
        one.signing.empty() ? "sigv4 s3 " + std::string(one.region) : std::string(one.signing);
    CHECK_MESSAGE(allows(signing, signing_of(*request)), signing_of(*request), " for ", signing);
    ++asked;
  }
  CHECK(asked == 129);
}

TEST_CASE("rejections") {
  int asked = 0;
  for (const auto& one : cases::refusals) {
    if (!can_be_asked(one)) continue;
    CAPTURE(describe(one));
    CHECK(support::wrong_error(resolve(one), one.code, {one.word, one.other_word}) == "");
    ++asked;
  }
  CHECK(asked == 56);
}

TEST_CASE("s3::bucket resolves them to the same URLs, except for settings that it does not have") {
  int asked = 0;
  for (const auto& one : cases::answers) {
    if (!can_be_asked(one) || !can_be_a_bucket(one)) continue;
    CAPTURE(describe(one));
    const auto bucket = presign::s3::bucket::at(one.bucket, to_location(one));
    if (!bucket) FAIL(bucket.error().message);
    const auto request = bucket->get("key");
    const auto expected = resolve(one).value();
    CHECK(request.scheme == expected.scheme);
    CHECK(request.host == expected.host);
    CHECK(request.path == expected.path + "/key");
    CHECK(request.service == expected.service);
    CHECK(request.region == expected.region);
    ++asked;
  }
  CHECK(asked > 90);
}

TEST_CASE("s3::bucket rejects the same, if it can be asked") {
  int asked = 0;
  for (const auto& one : cases::refusals) {
    if (!can_be_asked(one) || !can_be_a_bucket(one)) continue;
    CAPTURE(describe(one));
    const auto bucket = presign::s3::bucket::at(one.bucket, to_location(one));
    CHECK(support::wrong_error(bucket, one.code) == "");
    ++asked;
  }
  CHECK(asked > 40);
}

TEST_SUITE_END();
