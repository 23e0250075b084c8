#include "support.hpp"

#include <presign/verify.hpp>

#include <doctest/doctest.h>

TEST_SUITE_BEGIN("verify");

TEST_CASE("Amazon's example of a presigned URL") {
  const std::string target = std::string(support::example::path) + "?" +
                             std::string(support::example::query) +
                             "&X-Amz-Signature=" + std::string(support::example::signature);
  const auto presented = presign::parse_presigned(
      {"GET", target, {{"Host", "examplebucket.s3.amazonaws.com"}}});
  REQUIRE_MESSAGE(presented, presented.error().message);
  const auto at = support::time_at(support::example::date);
  const auto verdict = presign::verify(*presented, support::example_credentials(), at);
  REQUIRE_MESSAGE(verdict, verdict.error().message);
  CHECK(verdict->valid_until == at + std::chrono::hours(24));
  CHECK(verdict->payload_hash == "UNSIGNED-PAYLOAD");
}

TEST_SUITE_END();
