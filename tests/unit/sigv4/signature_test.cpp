#include "libcrypto.hpp"
#include "support.hpp"

#include <presign/sigv4.hpp>

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>

namespace {

using presign::sigv4::amz_date;
using presign::sigv4::digest;
using presign::sigv4::hex;
using presign::sigv4::signature;
using presign::sigv4::signing_key;
using support::exact_copy;

}  // namespace

TEST_SUITE_BEGIN("signature");

TEST_CASE("Amazon's example of a presigned URL") {
  const auto key = signing_key::derive(support::secret_access_key,
                                       amz_date::parse(support::example::date).value(),
                                       support::example::region, support::example::service)
                       .value();
  CHECK(signature(key, support::example::string_to_sign).value() == support::example::signature);
}

// https://docs.aws.amazon.com/general/latest/gr/sigv4-calculate-signature.html, of which the
// Internet Archive has copies
TEST_CASE("Amazon's example of a request to IAM") {
  const auto key =
      signing_key::derive("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
                          amz_date::parse("20150830T123600Z").value(), "us-east-1", "iam")
          .value();
  CHECK(signature(key,
                  "AWS4-HMAC-SHA256\n"
                  "20150830T123600Z\n"
                  "20150830/us-east-1/iam/aws4_request\n"
                  "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59")
            .value() == "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7");
}

TEST_CASE("any text under any key, against another implementation") {
  std::mt19937 random{9};
  const auto bytes = support::all_bytes();
  for (int i = 0; i < 300; ++i) {
    const auto key = signing_key::derive(support::random_text(random, bytes, 50),
                                         amz_date::parse("20240229T000000Z").value(), "auto", "s3")
                         .value();
    const std::string key_bytes(key.reveal().begin(), key.reveal().end());
    const exact_copy text(support::random_text(random, bytes, 300));
    CHECK(signature(key, text.view()).value() ==
          libcrypto::hex(libcrypto::hmac_sha256(key_bytes, text.view())));
  }
}

TEST_CASE("signing twice gives the same twice: a key is not spent") {
  const auto key =
      signing_key::derive("secret", amz_date::parse("20240229T000000Z").value(), "auto", "s3")
          .value();
  const auto first = signature(key, "text").value();
  CHECK(first.size() == 64);
  CHECK(first.find_first_not_of("0123456789abcdef") == first.npos);
  CHECK(signature(key, "other").value() != first);
  CHECK(signature(key, "text").value() == first);
  CHECK(signature(key, {}).value() == signature(key, "").value());
}

TEST_CASE("hex has two lower-case digits a byte") {
  CHECK(hex(digest{}) == std::string(64, '0'));
  digest bytes{};
  for (int first = 0; first < 256; first += 32) {
    std::string raw;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] = static_cast<std::uint8_t>(static_cast<std::size_t>(first) + i);
      raw.push_back(static_cast<char>(bytes[i]));
    }
    CHECK(hex(bytes) == libcrypto::hex(raw));
  }
  bytes.fill(0x0f);
  bytes[0] = 0xab;
  CHECK(hex(bytes).substr(0, 6) == "ab0f0f");
}

TEST_SUITE_END();
