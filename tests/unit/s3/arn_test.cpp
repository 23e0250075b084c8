#include "s3/arn.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using presign::detail::parse_arn;
using support::exact_copy;
using resource = std::vector<std::string_view>;

}  // namespace

TEST_SUITE_BEGIN("arn");

TEST_CASE("six parts") {
  const exact_copy text("arn:aws:s3:us-west-2:123456789012:accesspoint:name");
  const auto arn = parse_arn(text.view());
  REQUIRE(arn);
  CHECK(arn->partition == "aws");
  CHECK(arn->service == "s3");
  CHECK(arn->region == "us-west-2");
  CHECK(arn->account == "123456789012");
  CHECK(arn->resource == resource{"accesspoint", "name"});
}

TEST_CASE("region and account may be empty") {
  const auto arn = parse_arn("arn:aws:s3:::bucket");
  REQUIRE(arn);
  CHECK(arn->region.empty());
  CHECK(arn->account.empty());
  CHECK(arn->resource == resource{"bucket"});
}

TEST_CASE("a resource is divided at ':' and '/', and what is between may be empty") {
  const auto resource_of = [](std::string_view text) {
    static std::string arn;
    arn = "arn:p:s:r:a:" + std::string(text);
    return parse_arn(arn)->resource;
  };
  CHECK(resource_of("a") == resource{"a"});
  CHECK(resource_of("a/b:c/d") == resource{"a", "b", "c", "d"});
  CHECK(resource_of(":a") == resource{"", "a"});
  CHECK(resource_of("a:") == resource{"a", ""});
  CHECK(resource_of("/") == resource{"", ""});
  CHECK(resource_of("a::/b") == resource{"a", "", "", "b"});
}

TEST_CASE("what is not an ARN") {
  for (const std::string_view text :
       {"", "arn", "arn:", "arn:aws", "arn:aws:s3", "arn:aws:s3:us-west-2",
        "arn:aws:s3:us-west-2:1", "arn:aws:s3:us-west-2:1:", "arn::s3:us-west-2:1:a",
        "arn:aws::us-west-2:1:a", "arn:::::", "arn::::::", "ARN:aws:s3:r:1:a", " arn:aws:s3:r:1:a",
        "aws:s3:us-west-2:1:a:b", "urn:aws:s3:r:1:a"}) {
    CAPTURE(text);
    CHECK(!parse_arn(exact_copy(text).view()));
  }
}

TEST_CASE("what is meant as one") {
  using presign::detail::looks_like_arn;
  CHECK(looks_like_arn(exact_copy("arn:").view()));
  CHECK(!looks_like_arn(exact_copy("arn").view()));
  CHECK(!looks_like_arn(exact_copy("").view()));
  CHECK(!looks_like_arn("arn-aws"));
}

TEST_SUITE_END();
