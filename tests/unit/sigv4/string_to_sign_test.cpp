#include "libcrypto.hpp"
#include "support.hpp"

#include <presign/sigv4.hpp>

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using presign::sigv4::amz_date;
using presign::sigv4::canonical_request;
using presign::sigv4::digest;
using presign::sigv4::string_to_sign;

digest digest_of(std::string_view bytes) {
  digest made{};
  std::copy(bytes.begin(), bytes.end(), made.begin());
  return made;
}

}  // namespace

TEST_SUITE_BEGIN("string_to_sign");

TEST_CASE("Amazon's example") {
  const auto hash = libcrypto::sha256(support::example::canonical_request);
  CHECK(string_to_sign(amz_date::parse(support::example::date).value(), support::example::scope,
                       digest_of(hash)) == support::example::string_to_sign);
}

TEST_CASE("it begins with the algorithm's name") {
  CHECK(presign::sigv4::algorithm == "AWS4-HMAC-SHA256");
}

TEST_CASE("four lines, the last without an end") {
  const auto date = amz_date::parse("00010203T040506Z").value();
  CHECK(string_to_sign(date, support::exact_copy("a/b").view(), digest{}) ==
        "AWS4-HMAC-SHA256\n00010203T040506Z\na/b\n" + std::string(64, '0'));
  CHECK(string_to_sign(date, {}, digest_of(std::string(32, '\xff'))) ==
        "AWS4-HMAC-SHA256\n00010203T040506Z\n\n" + std::string(64, 'f'));
}

TEST_CASE("a credential scope of any length") {
  const auto date = amz_date::parse("20150830T123600Z").value();
  for (const std::size_t size : {0u, 1u, 63u, 64u, 65u, 1000u}) {
    const support::exact_copy scope(std::string(size, 's'));
    CHECK(string_to_sign(date, scope.view(), digest{}) == "AWS4-HMAC-SHA256\n20150830T123600Z\n" +
                                                              std::string(size, 's') + "\n" +
                                                              std::string(64, '0'));
  }
}

TEST_SUITE_END();
