#include "sigv4/steps.hpp"

#include "libcrypto.hpp"
#include "support.hpp"

#include <presign/sigv4.hpp>

#include <doctest/doctest.h>
#include <openssl/bn.h>

#include <memory>
#include <random>
#include <set>
#include <string>
#include <string_view>

namespace {

using presign::errc;
using presign::detail::is_in_region_set;
using presign::detail::is_region_set;
using presign::sigv4::hex;
using presign::sigv4a::public_key;
using presign::sigv4a::signature;
using presign::sigv4a::signing_key;
using support::bytes_of;
using support::exact_copy;

}  // namespace

// ── The signing key ──────────────────────────────────────────────────────────────────────────────

namespace {

signing_key derive(std::string_view id, std::string_view secret) {
  return signing_key::derive(exact_copy(id).view(), exact_copy(secret).view()).value();
}

std::string hex_key(std::string_view id, std::string_view secret) {
  return hex(derive(id, secret).reveal());
}

// Uses the other implementation: the KDF of SP 800-108, and 1 more. (One candidate in 2^32 is
// rejected, and none of those below. crypto_failure_test.cpp makes some.)
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

TEST_CASE("a key belongs to one access key id and one secret") {
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

TEST_CASE("a destroyed key leaves nothing behind") {
  CHECK(support::wipes_itself(derive("id", "secret")));
}

TEST_SUITE_END();

// ── The signature ────────────────────────────────────────────────────────────────────────────────

namespace {

const auto key = signing_key::derive(support::access_key_id, support::secret_access_key).value();
const auto half = public_key::of(key).value();

bool verifies(std::string_view text, std::string_view its_signature) {
  return presign::sigv4a::verify(half, exact_copy(text).view(), exact_copy(its_signature).view())
      .value();
}

std::string point_of(const public_key& point) {
  return '\x04' + bytes_of(point.x) + bytes_of(point.y);
}

}  // namespace

TEST_SUITE_BEGIN("sigv4a signature");

TEST_CASE("any text under any key, verified by another implementation") {
  std::mt19937 random{15};
  const auto bytes = support::all_bytes();
  for (int i = 0; i < 200; ++i) {
    const auto other_key = signing_key::derive(support::random_text(random, bytes, 30),
                                               support::random_text(random, bytes, 50))
                               .value();
    const auto other_half = public_key::of(other_key).value();
    const exact_copy text(support::random_text(random, bytes, 300));
    const auto digits = signature(other_key, text.view()).value();
    CHECK(digits.size() <= 144);
    CHECK(digits.find_first_not_of("0123456789abcdef") == digits.npos);
    CHECK(libcrypto::ecdsa_p256_verifies(point_of(other_half), text.view(),
                                         support::from_hex(digits)));
    CHECK(presign::sigv4a::verify(other_half, text.view(), digits).value());
    CHECK(!verifies(text.view(), digits));
  }
}

TEST_CASE("signing twice gives two signatures, and both are valid") {
  const auto first = signature(key, "text").value();
  const auto second = signature(key, "text").value();
  CHECK(first != second);
  CHECK(verifies("text", first));
  CHECK(verifies("text", second));
  CHECK(verifies("", signature(key, {}).value()));
}

TEST_CASE("a signature of another text is not valid") {
  const auto valid = signature(key, "text").value();
  for (const std::string_view text : {"", "tex", "texts", "Text", "text\n"}) {
    CHECK(!verifies(text, valid));
  }
}

TEST_CASE("a signature with any bit changed is not valid") {
  const auto valid = support::from_hex(signature(key, "text").value());
  for (std::size_t i = 0; i < valid.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      auto invalid = valid;
      invalid[i] = static_cast<char>(invalid[i] ^ (1 << bit));
      CHECK(!verifies("text", libcrypto::hex(invalid)));
    }
  }
}

TEST_CASE("a signature that is too short or too long is not valid") {
  const auto valid = signature(key, "text").value();
  for (std::size_t size = 0; size < valid.size(); ++size) {
    CHECK(!verifies("text", valid.substr(0, size)));
    CHECK(!verifies("text", valid.substr(size + 1)));
  }
  for (const std::string more : {"0", "00", "0000", "30", " ", "\n"}) {
    CHECK(!verifies("text", valid + more));
    CHECK(!verifies("text", more + valid));
  }
  CHECK(!verifies("text", valid + valid));
  CHECK(!verifies("text", std::string(1 << 20, '0')));
}

TEST_CASE("only lower-case hex is valid") {
  auto upper = signature(key, "text").value();
  for (char& c : upper) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  CHECK(!verifies("text", upper));
  const auto valid = signature(key, "text").value();
  for (const char c : {'g', 'F', ' ', '\0', '/', ':', '@', '`', '\x80', '\xff'}) {
    for (std::size_t i = 0; i < valid.size(); ++i) {
      auto invalid = valid;
      invalid[i] = c;
      CHECK(!verifies("text", invalid));
    }
  }
}

TEST_CASE("a public key that is no point of the curve is an error") {
  const auto valid = signature(key, "text").value();
  public_key off = half;
  off.y[31] ^= 1;
  const presign::sigv4::digest zero{};
  presign::sigv4::digest high;
  high.fill(0xff);
  for (const auto& invalid :
       {public_key{half.y, half.x}, off, public_key{}, public_key{zero, half.y},
        public_key{half.x, zero}, public_key{high, high}}) {
    CHECK(support::wrong_error(presign::sigv4a::verify(invalid, "text", valid),
                               errc::crypto_failure,
                               {presign::crypto::library_name, "public key", "P-256"}) == "");
  }
}

TEST_SUITE_END();

// ── The region set ───────────────────────────────────────────────────────────────────────────────

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

TEST_CASE("many stars take little time") {
  std::string pattern;
  for (int i = 0; i < 31; ++i) pattern += "*a";
  CHECK(!is_in_region_set(pattern + "b", std::string(10000, 'a')));
  CHECK(is_in_region_set(pattern, std::string(10000, 'a')));
}

TEST_SUITE_END();
