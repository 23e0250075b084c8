// AWS's published cases of where S3 is. See aws_s3_endpoints.hpp.
#include "aws_s3_endpoints.hpp"

#include "../unit/support.hpp"
#include "s3/s3_endpoint.hpp"

#include <presign/s3.hpp>
#include <presign/sigv4.hpp>

#include <doctest/doctest.h>

#include <iterator>
#include <string>
#include <string_view>

namespace {

using presign::signing_algorithm;
using presign::detail::s3_endpoint;
namespace cases = s3_endpoints;

template <class Case>
presign::result<s3_endpoint> resolve(const Case& one) {
  presign::detail::s3_endpoint_parameters in;
  in.region = one.region;
  in.bucket = one.bucket;
  if (!one.endpoint.empty()) {
    auto endpoint = presign::detail::parse_endpoint_url(one.endpoint);
    if (!endpoint) return endpoint.error();
    in.endpoint = *endpoint;
  }
  const auto has = [&one](cases::flag flag) { return (one.flags & flag) != 0; };
  in.use_fips = has(cases::fips);
  in.use_dual_stack = has(cases::dual_stack);
  in.accelerate = has(cases::accelerate);
  in.force_path_style = has(cases::path_style);
  in.use_global_endpoint = has(cases::global_endpoint);
  in.use_object_lambda_endpoint = has(cases::object_lambda);
  in.use_s3_express_control_endpoint = has(cases::express_control);
  in.disable_s3_express_session_auth = has(cases::no_express_session);
  in.disable_access_points = has(cases::no_access_points);
  in.use_arn_region = !has(cases::own_region_only);
  return resolve_s3_endpoint(in);
}

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
bool can_be_asked(const Case& one) {
  constexpr unsigned of_other_operations = cases::global_endpoint | cases::object_lambda |
                                           cases::express_control | cases::no_access_points;
  return !one.bucket.empty() && one.bucket.find_first_of("!%") == one.bucket.npos &&
         (one.flags & of_other_operations) == 0;
}

std::string url_of(const s3_endpoint& found) {
  return found.scheme + "://" + found.host +
         presign::sigv4::uri_encode(found.path, presign::sigv4::slash::keep);
}

std::string signing_of(const s3_endpoint& found) {
  const auto* scheme = found.algorithm == signing_algorithm::sigv4a ? "sigv4a "
                       : found.express_session                      ? "sigv4-s3express "
                                                                    : "sigv4 ";
  return scheme + found.service + " " + found.region;
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
  for (const auto& one : cases::answers) {
    CAPTURE(describe(one));
    const auto found = resolve(one);
    if (!found) FAIL(found.error().message);
    CHECK(url_of(*found) == one.url);
    const auto signing =
        one.signing.empty() ? "sigv4 s3 " + std::string(one.region) : std::string(one.signing);
    CHECK_MESSAGE(allows(signing, signing_of(*found)), signing_of(*found), " for ", signing);
  }
}

TEST_CASE("refusals") {
  for (const auto& one : cases::refusals) {
    CAPTURE(describe(one));
    CHECK(support::wrong_error(resolve(one), one.code, {one.word, one.other_word}) == "");
  }
}

// It has bucket names of its own ideas, and no operation without a bucket or on Express's control
// endpoint.
TEST_CASE("s3::bucket gives the same answers, where it can be asked") {
  int asked = 0;
  for (const auto& one : cases::answers) {
    if (!can_be_asked(one)) continue;
    CAPTURE(describe(one));
    const auto bucket = presign::s3::bucket::at(one.bucket, to_location(one));
    if (!bucket) FAIL(bucket.error().message);
    const auto what = bucket->get("key");
    const auto expected = resolve(one).value();
    CHECK(what.scheme == expected.scheme);
    CHECK(what.host == expected.host);
    CHECK(what.path == expected.path + "/key");
    CHECK(what.service == expected.service);
    CHECK(what.region == expected.region);
    ++asked;
  }
  CHECK(asked > 90);
}

TEST_CASE("s3::bucket refuses the same, where it can be asked") {
  int asked = 0;
  for (const auto& one : cases::refusals) {
    if (!can_be_asked(one)) continue;
    CAPTURE(describe(one));
    const auto bucket = presign::s3::bucket::at(one.bucket, to_location(one));
    CHECK(support::wrong_error(bucket, one.code) == "");
    ++asked;
  }
  CHECK(asked > 40);
}

TEST_SUITE_END();
