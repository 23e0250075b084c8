#include "support.hpp"

#include <presign/sigv4a.hpp>

#include <doctest/doctest.h>

#include <string>

using presign::sigv4::amz_date;
using presign::sigv4a::credential_scope;
using support::exact_copy;

TEST_SUITE_BEGIN("sigv4a credential_scope");

TEST_CASE("day and service, without a region") {
  const auto scope_at = [](std::string_view time) {
    return credential_scope(amz_date::parse(time).value(), exact_copy("s3").view());
  };
  CHECK(scope_at("20150830T000000Z") == "20150830/s3/aws4_request");
  CHECK(scope_at("20150830T235959Z") == "20150830/s3/aws4_request");
  CHECK(scope_at("20150831T000000Z") == "20150831/s3/aws4_request");
  CHECK(scope_at("00010101T000000Z") == "00010101/s3/aws4_request");
}

TEST_CASE("the service stands as it is") {
  const auto date = amz_date::parse("20150830T123600Z").value();
  CHECK(credential_scope(date, {}) == "20150830//aws4_request");
  const std::string long_name(1000, 'x');
  CHECK(credential_scope(date, exact_copy(long_name).view()) ==
        "20150830/" + long_name + "/aws4_request");
}

TEST_SUITE_END();
