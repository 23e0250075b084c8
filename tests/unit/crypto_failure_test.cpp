// What presign does when libcrypto refuses to hash. This program has its own SHA256_* functions,
// which the linker prefers to those of libcrypto, and which fail when they are told to.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "support.hpp"

#include <presign/presign.hpp>

#include <doctest/doctest.h>
#include <openssl/sha.h>

#include <chrono>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

namespace {

using presign::errc;
namespace sigv4 = presign::sigv4;
using namespace std::chrono_literals;

int calls = 0;
int failing_call = 0;  // the only one to fail, counted from 1; none where it is 0

int succeeds() { return ++calls == failing_call ? 0 : 1; }

// Lets one call after another be the only one to fail, and says how many there are. Whichever it
// is, the action must report it, and not go on with a hash that is none.
template <class Action>
int calls_that_may_fail(Action action) {
  for (failing_call = 1; failing_call < 1000; ++failing_call) {
    calls = 0;
    const auto got = action();
    if (calls < failing_call) {
      CHECK(got);
      break;
    }
    CAPTURE(failing_call);
    CHECK(support::wrong_error(got, errc::crypto_failure, {"libcrypto", "SHA-256"}) == "");
  }
  return std::exchange(failing_call, 0) - 1;
}

sigv4::amz_date date() { return sigv4::amz_date::parse(support::example::date).value(); }

presign::request example_request() {
  presign::request what;
  what.host = "examplebucket.s3.amazonaws.com";
  what.path = support::example::path;
  what.region = support::example::region;
  return what;
}

}  // namespace

extern "C" {

int SHA256_Init(SHA256_CTX* context) {
  std::memset(context, 0, sizeof *context);
  return succeeds();
}

int SHA256_Update(SHA256_CTX*, const void*, std::size_t) { return succeeds(); }

int SHA256_Final(unsigned char* hash, SHA256_CTX*) {
  std::memset(hash, 0, SHA256_DIGEST_LENGTH);
  return succeeds();
}
}

TEST_SUITE_BEGIN("crypto_failure");

TEST_CASE("payload_hash without libcrypto") {
  CHECK(calls_that_may_fail([] { return sigv4::payload_hash("body"); }) ==
        3);  // Init, Update, Final
}

TEST_CASE("canonical_request::hash without libcrypto") {
  const sigv4::canonical_request request{"GET", "/", "", "host:h\n", "host", "UNSIGNED-PAYLOAD"};
  CHECK(calls_that_may_fail([&] { return request.hash(); }) == 1 + 11 + 1);
}

// An HMAC is two hashes: the key and the message, then the other form of the key and the first.
constexpr int calls_an_hmac = (1 + 2 + 1) + (1 + 2 + 1);

TEST_CASE("signing_key::derive without libcrypto") {
  CHECK(calls_that_may_fail([] {
          return sigv4::signing_key::derive("secret", date(), "auto", "s3");
        }) == 4 * calls_an_hmac);
}

TEST_CASE("signing_key::derive without libcrypto, where a long secret is hashed first") {
  const std::string secret(100, 's');
  CHECK(calls_that_may_fail([&] {
          return sigv4::signing_key::derive(secret, date(), "auto", "s3");
        }) == 3 + 4 * calls_an_hmac);
}

TEST_CASE("signature without libcrypto") {
  const auto key = sigv4::signing_key::derive("secret", date(), "auto", "s3").value();
  CHECK(calls_that_may_fail([&] { return sigv4::signature(key, "text"); }) == calls_an_hmac);
}

TEST_CASE("presign and sign without libcrypto") {
  const presign::presigner signer{support::example_credentials()};
  presign::presign_options options;
  options.at = date().time();
  CHECK(calls_that_may_fail([&] { return signer.presign(example_request(), 24h, options); }) >
        5 * calls_an_hmac);
  CHECK(calls_that_may_fail([&] { return signer.sign(example_request(), date().time()); }) >
        5 * calls_an_hmac);
}

TEST_SUITE_END();
