#include "libcrypto.hpp"
#include "support.hpp"

#include <presign/sigv4a.hpp>

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>

namespace {

using presign::errc;
using presign::sigv4a::public_key;
using presign::sigv4a::signature;
using presign::sigv4a::signing_key;
using support::bytes_of;
using support::exact_copy;

const auto key = signing_key::derive(support::access_key_id, support::secret_access_key).value();
const auto half = public_key::of(key).value();

bool verifies(std::string_view text, std::string_view its_signature) {
  return presign::sigv4a::verify(half, exact_copy(text).view(), exact_copy(its_signature).view())
      .value();
}

std::string point_of(const public_key& one) { return '\x04' + bytes_of(one.x) + bytes_of(one.y); }

}  // namespace

TEST_SUITE_BEGIN("sigv4a signature");

TEST_CASE("any text under any key, verified by another implementation") {
  std::mt19937 random{15};
  const auto bytes = support::all_bytes();
  for (int i = 0; i < 200; ++i) {
    const auto one = signing_key::derive(support::random_text(random, bytes, 30),
                                         support::random_text(random, bytes, 50))
                         .value();
    const auto other_half = public_key::of(one).value();
    const exact_copy text(support::random_text(random, bytes, 300));
    const auto made = signature(one, text.view()).value();
    CHECK(made.size() <= 144);
    CHECK(made.find_first_not_of("0123456789abcdef") == made.npos);
    CHECK(
        libcrypto::ecdsa_p256_verifies(point_of(other_half), text.view(), support::from_hex(made)));
    CHECK(presign::sigv4a::verify(other_half, text.view(), made).value());
    CHECK(!verifies(text.view(), made));
  }
}

TEST_CASE("signing twice gives two signatures, and both are good") {
  const auto first = signature(key, "text").value();
  const auto second = signature(key, "text").value();
  CHECK(first != second);
  CHECK(verifies("text", first));
  CHECK(verifies("text", second));
  CHECK(verifies("", signature(key, {}).value()));
}

TEST_CASE("a signature of another text is not good") {
  const auto good = signature(key, "text").value();
  for (const std::string_view text : {"", "tex", "texts", "Text", "text\n"}) {
    CHECK(!verifies(text, good));
  }
}

TEST_CASE("a signature with any bit changed is not good") {
  const auto good = support::from_hex(signature(key, "text").value());
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      auto bad = good;
      bad[i] = static_cast<char>(bad[i] ^ (1 << bit));
      CHECK(!verifies("text", libcrypto::hex(bad)));
    }
  }
}

TEST_CASE("a signature that is cut off or goes on is not good") {
  const auto good = signature(key, "text").value();
  for (std::size_t size = 0; size < good.size(); ++size) {
    CHECK(!verifies("text", good.substr(0, size)));
    CHECK(!verifies("text", good.substr(size + 1)));
  }
  for (const std::string more : {"0", "00", "0000", "30", " ", "\n"}) {
    CHECK(!verifies("text", good + more));
    CHECK(!verifies("text", more + good));
  }
  CHECK(!verifies("text", good + good));
  CHECK(!verifies("text", std::string(1 << 20, '0')));
}

TEST_CASE("anything but lower-case hex is not good") {
  auto upper = signature(key, "text").value();
  for (char& c : upper) c = c >= 'a' && c <= 'f' ? static_cast<char>(c - 'a' + 'A') : c;
  CHECK(!verifies("text", upper));
  const auto good = signature(key, "text").value();
  for (const char c : {'g', 'F', ' ', '\0', '/', ':', '@', '`', '\x80', '\xff'}) {
    for (std::size_t i = 0; i < good.size(); ++i) {
      auto bad = good;
      bad[i] = c;
      CHECK(!verifies("text", bad));
    }
  }
}

TEST_CASE("a public key that is no point of the curve is an error") {
  const auto good = signature(key, "text").value();
  public_key off = half;
  off.y[31] ^= 1;
  const presign::sigv4::digest zero{};
  presign::sigv4::digest high;
  high.fill(0xff);
  for (const auto& bad : {public_key{half.y, half.x}, off, public_key{}, public_key{zero, half.y},
                          public_key{half.x, zero}, public_key{high, high}}) {
    CHECK(support::wrong_error(presign::sigv4a::verify(bad, "text", good), errc::crypto_failure,
                               {"libcrypto", "public key", "P-256"}) == "");
  }
}

TEST_SUITE_END();
