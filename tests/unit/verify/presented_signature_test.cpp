#include "verify/presented_signature.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <string>

namespace {

/// Amazon's example, as a server receives it.
presign::unverified_request example() {
  const auto target = std::string(support::example::path) + '?' +
                      std::string(support::example::query) +
                      "&X-Amz-Signature=" + std::string(support::example::signature);
  return *presign::parse_presigned({"GET", target, {{"host", "examplebucket.s3.amazonaws.com"}}});
}

bool is_made(const presign::unverified_request& presented, std::string_view string_to_sign,
             const presign::credentials& who = support::example_credentials()) {
  const auto date = presign::sigv4::amz_date::parse(support::example::date);
  return *presign::detail::is_made_by(who, presented, string_to_sign, *date);
}

}  // namespace

TEST_SUITE_BEGIN("presented_signature");

TEST_CASE("the published signature is made by the published secret, of the published text") {
  auto presented = example();
  CHECK(is_made(presented, support::example::string_to_sign));
  CHECK_FALSE(is_made(presented, std::string(support::example::string_to_sign) + ' '));
  CHECK_FALSE(is_made(presented, support::example::string_to_sign, {"AKIAIOSFODNN7EXAMPLE", "x"}));
  presented.region = "us-east-2";
  CHECK_FALSE(is_made(presented, support::example::string_to_sign));
}

TEST_CASE("a signature that is cut short, or none, is nobody's") {
  auto presented = example();
  for (; !presented.signature.empty(); presented.signature.remove_suffix(1)) {
    CHECK(is_made(presented, support::example::string_to_sign) ==
          (presented.signature.size() == 64));
  }
  CHECK_FALSE(is_made(presented, support::example::string_to_sign));
}

TEST_CASE("a signature of SigV4A") {
  auto presented = example();
  presented.algorithm = presign::signing_algorithm::sigv4a;
  const auto key =
      presign::sigv4a::signing_key::derive(support::access_key_id, support::secret_access_key);
  const auto signature = *presign::sigv4a::signature(*key, "text");
  presented.signature = signature;
  CHECK(is_made(presented, "text"));
  CHECK_FALSE(is_made(presented, "texts"));
  presented.signature = "00";
  CHECK_FALSE(is_made(presented, "text"));
}

TEST_SUITE_END();
