#include "libcrypto.hpp"
#include "support.hpp"

#include <presign/sigv4a.hpp>

#include <doctest/doctest.h>
#include <openssl/bn.h>

#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>

namespace {

using presign::sigv4::hex;
using presign::sigv4a::public_key;
using presign::sigv4a::signing_key;
using support::exact_copy;

signing_key derive(std::string_view id, std::string_view secret) {
  return signing_key::derive(exact_copy(id).view(), exact_copy(secret).view()).value();
}

std::string hex_key(std::string_view id, std::string_view secret) {
  return hex(derive(id, secret).reveal());
}

// By the other implementation: the KDF of SP 800-108, and 1 more. (One candidate in 2^32 is passed
// over; none of those below is. crypto_failure_test.cpp makes some.)
std::string hex_key_by_evp(std::string_view id, std::string_view secret) {
  const auto candidate = libcrypto::kdf_in_counter_mode(
      "AWS4A" + std::string(secret), "AWS4-ECDSA-P256-SHA256", std::string(id) + '\x01');
  const auto* bytes = reinterpret_cast<const unsigned char*>(candidate.data());
  const std::unique_ptr<BIGNUM, decltype(&BN_free)> number{BN_bin2bn(bytes, 32, nullptr), BN_free};
  BN_add_word(number.get(), 1);
  std::string key(32, '\0');
  BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(key.data()), 32);
  return libcrypto::hex(key);
}

}  // namespace

TEST_SUITE_BEGIN("sigv4a signing_key");

// https://github.com/awslabs/aws-c-auth, tests/key_derivation_tests.c
TEST_CASE("the key that AWS publishes, and its public half") {
  const auto key = derive("AKISORANDOMAASORANDOM", "q+jcrXGc+0zWN6uzclKVhvMmUsIfRPa4rlRandom");
  CHECK(hex(key.reveal()) == "7fd3bd010c0d9c292141c2b77bfbde1042c92e6836fff749d1269ec890fca1bd");
  const auto half = public_key::of(key).value();
  CHECK(hex(half.x) == "15d242ceebf8d8169fd6a8b5a746c41140414c3b07579038da06af89190fffcb");
  CHECK(hex(half.y) == "0515242cedd82e94799482e4c0514b505afccf2c0c98d6a553bf539f424c5ec0");
}

TEST_CASE("secrets of any length: with \"AWS4A\" before it, one of 60 is longer than a block") {
  const auto bytes = support::all_bytes();
  for (std::size_t size = 0; size <= 200; ++size) {
    CAPTURE(size);
    const auto secret = std::string_view(bytes).substr(bytes.size() - size);
    CHECK(hex_key("AKIDEXAMPLE", secret) == hex_key_by_evp("AKIDEXAMPLE", secret));
  }
}

TEST_CASE("random inputs") {
  std::mt19937 random{14};
  const auto bytes = support::all_bytes();
  for (int i = 0; i < 300; ++i) {
    const auto id = support::random_text(random, bytes, 128);
    const auto secret = support::random_text(random, bytes, 80);
    CHECK(hex_key(id, secret) == hex_key_by_evp(id, secret));
  }
}

TEST_CASE("a key is good for one access key id and one secret") {
  const std::set<std::string> keys{hex_key("id", "secret"),    hex_key("id", "Secret"),
                                   hex_key("ID", "secret"),    hex_key("ids", "ecret"),
                                   hex_key("", "secret"),      hex_key("id", ""),
                                   hex_key("id\x01", "secret")};
  CHECK(keys.size() == 7);
  CHECK(hex_key("id", "secret") == hex_key("id", "secret"));
}

TEST_CASE("it is not the key of SigV4") {
  const auto date = presign::sigv4::amz_date::parse(support::example::date).value();
  CHECK(derive("id", "secret").reveal() !=
        presign::sigv4::signing_key::derive("secret", date, "id", "s3").value().reveal());
}

TEST_CASE("a copy is the same key, and outlives the first") {
  auto first = signing_key::derive("id", "secret");
  const auto bytes = first->reveal();
  const signing_key copy = *first;
  *first = signing_key::derive("id", "other").value();
  CHECK(copy.reveal() == bytes);
  CHECK(first->reveal() != bytes);
}

TEST_CASE("a key that dies leaves nothing behind") {
  CHECK(support::wipes_itself(derive("id", "secret")));
}

TEST_SUITE_END();
