// AWS's signing test suite for SigV4A: the 38 cases of SigV4, each signed in its query and in its
// headers, and checked in six ways. 38 × 2 × 6 = 456 checks, and none is skipped.
//
// Signatures are random, so presign's never equal the published ones. Each side's signatures are
// verified with the other's public key instead.
#include "../unit/support.hpp"
#include "aws_suite_signing.hpp"
#include "tally.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>

namespace {

using suite::both_ways;
using suite::cases;
namespace sigv4 = presign::sigv4;
namespace sigv4a = presign::sigv4a;

constexpr auto by = suite::algorithm::sigv4a;

const sigv4a::public_key published_key{support::digest_of_hex(suite::public_key_x),
                                       support::digest_of_hex(suite::public_key_y)};

sigv4a::public_key our_key() {
  const auto key =
      sigv4a::signing_key::derive(suite::access_key_id, suite::secret_access_key).value();
  return sigv4a::public_key::of(key).value();
}

bool verifies(const sigv4a::public_key& key, std::string_view text, std::string_view signature) {
  return sigv4a::verify(key, text, signature).value();
}

}  // namespace

TEST_SUITE_BEGIN("AWS's signing test suite for SigV4A");

TEST_CASE("the public half of the derived key is the published test") {
  CHECK(sigv4::hex(our_key().x) == suite::public_key_x);
  CHECK(sigv4::hex(our_key().y) == suite::public_key_y);
}

TEST_CASE("every case, signed in its query and in its headers, in every way") {
  suite::tally tally({"canonical request", "string to sign", "our signature, by step",
                      "our signature, sent", "published signatures", "signed request"});
  for (const auto& test : cases) {
    for (const auto way : both_ways) {
      const auto& published = test.expected(way, by);
      const auto text = suite::string_to_sign(test, way, by);
      const auto by_steps = suite::sign_by_steps(test, way, by);
      const auto by_signer = suite::sign_by_signer(test, way, by);
      tally.check(test.name, 0, way, by_steps.canonical_request,
                  suite::canonical_request(test, way, by));
      tally.check(test.name, 1, way, by_steps.string_to_sign, text);
      tally.check(test.name, 2, way, verifies(published_key, text, by_steps.signature), true);
      tally.check(test.name, 3, way, verifies(published_key, text, by_signer.signature), true);
      tally.check(test.name, 4, way,
                  verifies(our_key(), text, published.signature) &&
                      verifies(our_key(), text, published.sent_signature),
                  true);
      // As for SigV4, a server sees the same request. Its signature was checked above.
      tally.check(test.name, 5, way, by_signer.sent,
                  http::message::read(suite::signed_request(test, way, by, by_signer.signature)));
    }
  }
  tally.print("AWS's signing test suite for SigV4A");
  REQUIRE(cases.size() == 38);
  REQUIRE(tally.checks() == 456);
}

TEST_CASE("a signature is valid only for its own case and way of signing") {
  std::size_t valid = 0;
  for (const auto& test : cases) {
    for (const auto way : both_ways) {
      const auto& published = test.expected(way, by);
      for (const auto& other : cases) {
        const auto text = suite::string_to_sign(other, way, by);
        const bool same =
            other.expected(way, by).hashed_canonical_request == published.hashed_canonical_request;
        CHECK(verifies(published_key, text, published.signature) == same);
        valid += same ? 1 : 0;
      }
    }
  }
  CHECK(valid > 2 * cases.size());  // some cases ask for the same
  CHECK(valid < 5 * cases.size());
}

TEST_SUITE_END();
