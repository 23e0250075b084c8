#include "sigv4/region_set.hpp"

#include <doctest/doctest.h>

#include <string>

using presign::detail::is_in_region_set;
using presign::detail::is_region_set;

TEST_SUITE_BEGIN("region_set");

TEST_CASE("region sets") {
  for (const auto* set : {"*", "us-east-1", "us-east-1,eu-*", "*-1,*", "a*b*c", "x"}) {
    CAPTURE(set);
    CHECK(is_region_set(set));
  }
  for (const auto* set : {"", ",", "a,", ",a", "a,,b", "a b", "-a", "a-", "a_b", "a.b", "a\n"}) {
    CAPTURE(set);
    CHECK(!is_region_set(set));
  }
  CHECK(is_region_set(std::string(63, 'a') + "," + std::string(63, 'b')));
  CHECK(!is_region_set(std::string(64, 'a')));
}

TEST_CASE("a region is in a set by its name") {
  CHECK(is_in_region_set("us-east-1", "us-east-1"));
  CHECK(is_in_region_set("eu-west-1,us-east-1,us-west-2", "us-east-1"));
  CHECK(is_in_region_set("eu-west-1,us-east-1", "us-east-1"));
  CHECK(!is_in_region_set("us-east-1", "us-east-2"));
  CHECK(!is_in_region_set("us-east-1", "us-east-11"));
  CHECK(!is_in_region_set("us-east-11", "us-east-1"));
  CHECK(!is_in_region_set("us-east-1", "US-EAST-1"));
  CHECK(!is_in_region_set("us-east-1,us-east-2", "us-east-1,us-east-2"));
}

TEST_CASE("a star is any characters, or none") {
  CHECK(is_in_region_set("*", "us-east-1"));
  CHECK(is_in_region_set("us-*", "us-east-1"));
  CHECK(is_in_region_set("*-1", "us-east-1"));
  CHECK(is_in_region_set("us-*-1", "us-east-1"));
  CHECK(is_in_region_set("us-east-1*", "us-east-1"));
  CHECK(is_in_region_set("*us-east-1", "us-east-1"));
  CHECK(is_in_region_set("**u**1**", "us-east-1"));
  CHECK(is_in_region_set("*a*b", "aabab"));
  CHECK(is_in_region_set("eu-*,us-*", "us-east-1"));
  CHECK(!is_in_region_set("us-*", "eu-west-1"));
  CHECK(!is_in_region_set("*-2", "us-east-1"));
  CHECK(!is_in_region_set("us-*-2", "us-east-1"));
  CHECK(!is_in_region_set("*ab", "abc"));
  CHECK(!is_in_region_set("*a*b*c", "aacb"));
  CHECK(!is_in_region_set("us*,eu*", "ap-south-1"));
}

TEST_CASE("many stars take no long time") {
  std::string pattern;
  for (int i = 0; i < 31; ++i) pattern += "*a";
  CHECK(!is_in_region_set(pattern + "b", std::string(10000, 'a')));
  CHECK(is_in_region_set(pattern, std::string(10000, 'a')));
}

TEST_SUITE_END();
