#include "support.hpp"

#include <presign/sigv4.hpp>

#include <doctest/doctest.h>

#include <string>

using presign::sigv4::amz_date;
using presign::sigv4::credential_scope;
using support::exact_copy;

TEST_SUITE_BEGIN("credential_scope");

TEST_CASE("Amazon's example") {
  const auto date = amz_date::parse(support::example::date).value();
  CHECK(credential_scope(date, support::example::region, support::example::service) ==
        support::example::scope);
}

TEST_CASE("the date is the day of the signing time, in UTC") {
  const auto scope_at = [](std::string_view time) {
    return credential_scope(amz_date::parse(time).value(), "eu-west-1", "sts");
  };
  CHECK(scope_at("20150830T000000Z") == "20150830/eu-west-1/sts/aws4_request");
  CHECK(scope_at("20150830T235959Z") == "20150830/eu-west-1/sts/aws4_request");
  CHECK(scope_at("20150831T000000Z") == "20150831/eu-west-1/sts/aws4_request");
  CHECK(scope_at("00010101T000000Z") == "00010101/eu-west-1/sts/aws4_request");
}

TEST_CASE("region and service stand as they are") {
  const auto date = amz_date::parse("20150830T123600Z").value();
  CHECK(credential_scope(date, exact_copy("auto").view(), exact_copy("s3").view()) ==
        "20150830/auto/s3/aws4_request");
  CHECK(credential_scope(date, exact_copy("").view(), {}) == "20150830///aws4_request");
  const std::string long_name(1000, 'x');
  CHECK(credential_scope(date, exact_copy(long_name).view(), exact_copy(long_name).view()) ==
        "20150830/" + long_name + "/" + long_name + "/aws4_request");
}

TEST_SUITE_END();
