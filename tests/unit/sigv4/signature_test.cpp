#include "libcrypto.hpp"
#include "support.hpp"

#include <presign/sigv4.hpp>

#include <doctest/doctest.h>

#include <random>
#include <set>
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

// ── The signing key ──────────────────────────────────────────────────────────────────────────────

namespace {

signing_key key_of(std::string_view secret, std::string_view time, std::string_view region = "auto",
                   std::string_view service = "s3") {
  return signing_key::derive(secret, amz_date::parse(time).value(), region, service).value();
}

std::string derive(std::string_view secret, std::string_view day, std::string_view region,
                   std::string_view service) {
  const exact_copy exact_secret(secret), exact_region(region), exact_service(service);
  return hex(key_of(exact_secret.view(), std::string(day) + "T123600Z", exact_region.view(),
                    exact_service.view())
                 .reveal());
}

// Derives the key as the specification writes it, with the other implementation.
std::string derive_by_evp(std::string_view secret, std::string_view day, std::string_view region,
                          std::string_view service) {
  const auto date_key = libcrypto::hmac_sha256("AWS4" + std::string(secret), day);
  const auto date_region_key = libcrypto::hmac_sha256(date_key, region);
  const auto date_region_service_key = libcrypto::hmac_sha256(date_region_key, service);
  return libcrypto::hex(libcrypto::hmac_sha256(date_region_service_key, "aws4_request"));
}

}  // namespace

TEST_SUITE_BEGIN("signing_key");

// "Examples of how to derive a signing key" and "Calculate the signature", both in
// https://docs.aws.amazon.com/general/latest/gr/, of which the Internet Archive has copies
TEST_CASE("the keys that Amazon prints") {
  constexpr std::string_view secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";
  CHECK(derive(secret, "20120215", "us-east-1", "iam") ==
        "f4780e2d9f65fa895f9c67b32ce1baf0b0d8a43505a000a1a9e090d414db404d");
  CHECK(derive(secret, "20150830", "us-east-1", "iam") ==
        "c4afb1cc5771d871763a393e44b703571b55cc28424d1a5e86da6ed3c154a4b9");
}

TEST_CASE("the key of Amazon's example of a presigned URL") {
  CHECK(derive(support::secret_access_key, "20130524", support::example::region,
               support::example::service) ==
        derive_by_evp(support::secret_access_key, "20130524", "us-east-1", "s3"));
}

TEST_CASE("secrets of any length: with \"AWS4\" before it, one of 61 is longer than a block") {
  const auto bytes = support::all_bytes();
  for (std::size_t size = 0; size <= 200; ++size) {
    CAPTURE(size);
    const auto secret = std::string_view(bytes).substr(bytes.size() - size);
    CHECK(derive(secret, "20150830", "eu-west-1", "sts") ==
          derive_by_evp(secret, "20150830", "eu-west-1", "sts"));
  }
}

TEST_CASE("random inputs") {
  std::mt19937 random{8};
  const auto bytes = support::all_bytes();
  for (int i = 0; i < 300; ++i) {
    const auto secret = support::random_text(random, bytes, 80);
    const auto region = support::random_text(random, bytes, 70);
    const auto service = support::random_text(random, bytes, 70);
    CHECK(derive(secret, "20240229", region, service) ==
          derive_by_evp(secret, "20240229", region, service));
  }
}

TEST_CASE("a key belongs to one secret, day, region and service") {
  const std::set<std::string> keys{derive("secret", "20150830", "us-east-1", "s3"),
                                   derive("Secret", "20150830", "us-east-1", "s3"),
                                   derive("secret", "20150831", "us-east-1", "s3"),
                                   derive("secret", "20150830", "us-east-2", "s3"),
                                   derive("secret", "20150830", "us-east-1", "s4"),
                                   derive("secret", "20150830", "us-east-1s", "3")};
  CHECK(keys.size() == 6);
}

TEST_CASE("the time of day does not matter") {
  const auto key_at = [](std::string_view time) { return key_of("secret", time).reveal(); };
  CHECK(key_at("20150830T000000Z") == key_at("20150830T235959Z"));
  CHECK(key_at("20150830T235959Z") != key_at("20150831T000000Z"));
}

TEST_CASE("a copy is the same key, and outlives the first") {
  auto first = key_of("secret", support::example::date);
  const auto bytes = first.reveal();
  const signing_key copy = first;
  first = key_of("other", support::example::date);
  CHECK(copy.reveal() == bytes);
  CHECK(first.reveal() != bytes);
}

TEST_CASE("a destroyed key leaves nothing behind") {
  CHECK(support::wipes_itself(key_of("secret", support::example::date)));
}

TEST_SUITE_END();

// ── The signature ────────────────────────────────────────────────────────────────────────────────

TEST_SUITE_BEGIN("signature");

TEST_CASE("Amazon's example of a presigned URL") {
  const auto key = key_of(support::secret_access_key, support::example::date,
                          support::example::region, support::example::service);
  CHECK(signature(key, support::example::string_to_sign).value() == support::example::signature);
}

// https://docs.aws.amazon.com/general/latest/gr/sigv4-calculate-signature.html, of which the
// Internet Archive has copies
TEST_CASE("Amazon's example of a request to IAM") {
  const auto key =
      key_of("wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830T123600Z", "us-east-1", "iam");
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
    const auto key = key_of(support::random_text(random, bytes, 50), "20240229T000000Z");
    const std::string key_bytes(key.reveal().begin(), key.reveal().end());
    const exact_copy text(support::random_text(random, bytes, 300));
    CHECK(signature(key, text.view()).value() ==
          libcrypto::hex(libcrypto::hmac_sha256(key_bytes, text.view())));
  }
}

TEST_CASE("signing twice gives the same signature") {
  const auto key = key_of("secret", "20240229T000000Z");
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
