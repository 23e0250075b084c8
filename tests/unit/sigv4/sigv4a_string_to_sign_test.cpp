#include "support.hpp"

#include <presign/sigv4a.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using presign::sigv4::amz_date;
using presign::sigv4::digest;
namespace sigv4a = presign::sigv4a;

}  // namespace

TEST_SUITE_BEGIN("sigv4a string_to_sign");

// https://github.com/awslabs/aws-c-auth, tests/aws-signing-test-suite/v4a/get-vanilla
TEST_CASE("AWS's example") {
  constexpr std::string_view hash =
      "cf59db423e841c8b7e3444158185aa261b724a5c27cbe762676f3eed19f4dc02";
  CHECK(sigv4a::string_to_sign(amz_date::parse("20150830T123600Z").value(),
                               "20150830/service/aws4_request", support::digest_of_hex(hash)) ==
        "AWS4-ECDSA-P256-SHA256\n"
        "20150830T123600Z\n"
        "20150830/service/aws4_request\n" +
            std::string(hash));
}

TEST_CASE("but for its first line it is the string to sign of SigV4") {
  CHECK(sigv4a::algorithm == "AWS4-ECDSA-P256-SHA256");
  const auto date = amz_date::parse(support::example::date).value();
  for (const std::size_t size : {0u, 1u, 63u, 64u, 65u, 1000u}) {
    const support::exact_copy scope(std::string(size, 's'));
    const auto ours = sigv4a::string_to_sign(date, scope.view(), digest{});
    const auto sigv4 = presign::sigv4::string_to_sign(date, scope.view(), digest{});
    CHECK(ours.substr(0, ours.find('\n')) == sigv4a::algorithm);
    CHECK(ours.substr(ours.find('\n')) == sigv4.substr(sigv4.find('\n')));
  }
}

TEST_SUITE_END();
