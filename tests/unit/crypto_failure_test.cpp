// What presign does when libcrypto fails to hash, or to sign. This program has its own versions
// of the functions that presign calls, which the linker prefers to those of libcrypto, and which
// fail when they are told to. Those that hash do not; the others go on to libcrypto's.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "received.hpp"

#include <presign/presign.hpp>

#include <dlfcn.h>
#include <doctest/doctest.h>
#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstring>
#include <string>
#include <utility>

namespace {

using presign::errc;
namespace sigv4 = presign::sigv4;
namespace sigv4a = presign::sigv4a;
using namespace std::chrono_literals;

int calls = 0;
int failing_call = 0;           // the only one to fail, counted from 1; none where it is 0
bool within_libcrypto = false;  // whose calls of itself are none of ours

int succeeds() { return !within_libcrypto && ++calls == failing_call ? 0 : 1; }

#ifdef PRESIGN_CRYPTO_EVP
bool fetching_fails = false;
#endif

#ifdef OPENSSL_IS_BORINGSSL  // AWS-LC defines it, too
using length = std::size_t;
using key_to_use = const EC_KEY*;
#else
using length = int;
using key_to_use = EC_KEY*;
#endif

std::string hashed_so_far;  // all that was given to be hashed
sigv4::digest hash{};       // what comes of it all the same,
int high_hashes = 0;        // after so many of nothing but high bits

// Calls libcrypto's own version of a function.
template <class Function, class... Arguments>
auto call_real(const char* name, Arguments... arguments) {
  const bool before = std::exchange(within_libcrypto, true);
  const auto returned = reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name))(arguments...);
  within_libcrypto = before;
  return returned;
}

// The same, where the call is not to fail.
template <class Function, class Failure, class... Arguments>
auto call(const char* name, Failure failure, Arguments... arguments) {
  using returned = decltype(call_real<Function>(name, arguments...));
  return succeeds() ? call_real<Function>(name, arguments...) : returned(failure);
}
#define CALL(function, ...) call<decltype(function)>(#function, __VA_ARGS__)
#define CALL_REAL(function, ...) call_real<decltype(function)>(#function, __VA_ARGS__)

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
    CHECK(support::wrong_error(got, errc::crypto_failure, {"libcrypto failed to "}) == "");
  }
  return std::exchange(failing_call, 0) - 1;
}

const auto photos = presign::s3::bucket::at("examplebucket", {"us-east-1"}).value();

// Makes a signer that has cached no key, without a failure.
presign::signer new_signer() {
  const int calls_before = calls;
  const int to_fail = std::exchange(failing_call, 0);
  presign::signer made{support::example_credentials()};
  calls = calls_before;
  failing_call = to_fail;
  return made;
}

sigv4::amz_date date() { return sigv4::amz_date::parse(support::example::date).value(); }

int take(const void* bytes, std::size_t size) {
  hashed_so_far.append(static_cast<const char*>(bytes), size);
  return succeeds();
}

int give(unsigned char* out) {
  if (high_hashes > 0) {
    --high_hashes;
    std::memset(out, 0xff, hash.size());
  } else {
    std::copy(hash.begin(), hash.end(), out);
  }
  return succeeds();
}

}  // namespace

extern "C" {

#ifdef PRESIGN_CRYPTO_EVP

EVP_MD* EVP_MD_fetch(OSSL_LIB_CTX* library, const char* name, const char* properties) {
  if (!within_libcrypto && fetching_fails) return nullptr;
  return CALL_REAL(EVP_MD_fetch, library, name, properties);
}

int EVP_DigestInit_ex2(EVP_MD_CTX* context, const EVP_MD* type, const OSSL_PARAM* parameters) {
  if (!within_libcrypto) return succeeds();
  return CALL_REAL(EVP_DigestInit_ex2, context, type, parameters);
}

int EVP_DigestUpdate(EVP_MD_CTX* context, const void* bytes, std::size_t size) {
  if (!within_libcrypto) return take(bytes, size);
  return CALL_REAL(EVP_DigestUpdate, context, bytes, size);
}

int EVP_DigestFinal_ex(EVP_MD_CTX* context, unsigned char* out, unsigned* size) {
  if (!within_libcrypto) return give(out);
  return CALL_REAL(EVP_DigestFinal_ex, context, out, size);
}

int EVP_MD_CTX_copy_ex(EVP_MD_CTX* to, const EVP_MD_CTX* from) {
  if (!within_libcrypto) return succeeds();
  return CALL_REAL(EVP_MD_CTX_copy_ex, to, from);
}

int EVP_PKEY_fromdata(EVP_PKEY_CTX* context, EVP_PKEY** key, int selection,
                      OSSL_PARAM parameters[]) {
  return CALL(EVP_PKEY_fromdata, 0, context, key, selection, parameters);
}

int EVP_PKEY_sign(EVP_PKEY_CTX* context, unsigned char* der, std::size_t* der_size,
                  const unsigned char* hashed, std::size_t size) {
  return CALL(EVP_PKEY_sign, 0, context, der, der_size, hashed, size);
}

int EVP_PKEY_verify_init(EVP_PKEY_CTX* context) { return CALL(EVP_PKEY_verify_init, 0, context); }

int EVP_PKEY_verify(EVP_PKEY_CTX* context, const unsigned char* der, std::size_t der_size,
                    const unsigned char* hashed, std::size_t size) {
  return CALL(EVP_PKEY_verify, -1, context, der, der_size, hashed, size);
}

#else

int SHA256_Init(SHA256_CTX* context) {
  std::memset(context, 0, sizeof *context);
  return succeeds();
}

int SHA256_Update(SHA256_CTX*, const void* bytes, std::size_t size) { return take(bytes, size); }

int SHA256_Final(unsigned char* out, SHA256_CTX*) { return give(out); }

EC_KEY* EC_KEY_new_by_curve_name(int curve) {
  return CALL(EC_KEY_new_by_curve_name, nullptr, curve);
}

int EC_KEY_set_private_key(EC_KEY* key, const BIGNUM* number) {
  return CALL(EC_KEY_set_private_key, 0, key, number);
}

int EC_KEY_set_public_key(EC_KEY* key, const EC_POINT* point) {
  return CALL(EC_KEY_set_public_key, 0, key, point);
}

int EC_POINT_oct2point(const EC_GROUP* group, EC_POINT* point, const unsigned char* bytes,
                       std::size_t size, BN_CTX* context) {
  return CALL(EC_POINT_oct2point, 0, group, point, bytes, size, context);
}

int ECDSA_sign(int type, const unsigned char* hashed, length size, unsigned char* der,
               unsigned* der_size, key_to_use key) {
  return CALL(ECDSA_sign, 0, type, hashed, size, der, der_size, key);
}

int ECDSA_verify(int type, const unsigned char* hashed, length size, const unsigned char* der,
                 length der_size, key_to_use key) {
  return CALL(ECDSA_verify, -1, type, hashed, size, der, der_size, key);
}

#endif

BIGNUM* BN_bin2bn(const unsigned char* bytes, length size, BIGNUM* to) {
  return CALL(BN_bin2bn, nullptr, bytes, size, to);
}

EC_GROUP* EC_GROUP_new_by_curve_name(int curve) {
  return CALL(EC_GROUP_new_by_curve_name, nullptr, curve);
}

EC_POINT* EC_POINT_new(const EC_GROUP* group) { return CALL(EC_POINT_new, nullptr, group); }

int EC_POINT_mul(const EC_GROUP* group, EC_POINT* product, const BIGNUM* n, const EC_POINT* point,
                 const BIGNUM* m, BN_CTX* context) {
  return CALL(EC_POINT_mul, 0, group, product, n, point, m, context);
}

std::size_t EC_POINT_point2oct(const EC_GROUP* group, const EC_POINT* point,
                               point_conversion_form_t form, unsigned char* bytes, std::size_t size,
                               BN_CTX* context) {
  return CALL(EC_POINT_point2oct, 0, group, point, form, bytes, size, context);
}
}

TEST_SUITE_BEGIN("crypto_failure");

#ifdef PRESIGN_CRYPTO_EVP
// The first of all: what was fetched once is kept.
TEST_CASE("a digest that could not be fetched is fetched when it is wanted again") {
  fetching_fails = true;
  CHECK(support::wrong_error(sigv4::payload_hash("body"), errc::crypto_failure) == "");
  fetching_fails = false;
  CHECK(sigv4::payload_hash("body"));
}
#endif

TEST_CASE("payload_hash without libcrypto") {
  CHECK(calls_that_may_fail([] { return sigv4::payload_hash("body"); }) ==
        3);  // Init, Update, Final
}

TEST_CASE("canonical_request::hash without libcrypto") {
  const sigv4::canonical_request request{"GET", "/", "", "host:h\n", "host", "UNSIGNED-PAYLOAD"};
  CHECK(calls_that_may_fail([&] { return request.hash(); }) == 3);  // its pieces are gathered
}

// An HMAC is two hashes: the key and the message, then the other form of the key and the first.
constexpr int calls_an_hmac = (1 + 2 + 1) + (1 + 2 + 1);

#ifdef PRESIGN_CRYPTO_EVP
constexpr int calls_a_copy = 2;  // of an HMAC
constexpr int calls_to_save_a_key = 0;
constexpr int calls_to_begin = 2 + 2;                       // the key, in both hashes
constexpr int calls_to_finish = (1 + 1 + 1) + (1 + 1 + 1);  // copies of both hashes
constexpr int calls_a_private_key = 2;
constexpr int calls_a_public_key = 1;
constexpr int calls_a_verification = 2;
#else
constexpr int calls_a_copy = 0;
constexpr int calls_to_save_a_key = 2 + 2;  // the key, in both hashes
constexpr int calls_to_begin = 0;           // both hashes have begun
constexpr int calls_to_finish = (1 + 1) + (1 + 1);
constexpr int calls_a_private_key = 3;
constexpr int calls_a_public_key = 4;
constexpr int calls_a_verification = 1;
#endif
constexpr int calls_a_group = 2;

// To derive a signing key, and to sign with it; the first part of the string to sign is an update.
constexpr int calls_to_derive_a_key = 4 * calls_an_hmac + calls_to_save_a_key;
constexpr int calls_to_sign = calls_to_begin + calls_to_finish;

// To derive a key of SigV4A, to compute its public half, and to verify with that.
constexpr int calls_to_derive = calls_an_hmac + 5 + calls_a_copy;  // 6 updates, not 1
constexpr int calls_to_halve = calls_a_group + 3;
constexpr int calls_of_sigv4a =
    calls_to_derive + calls_to_halve + 3 + calls_a_public_key + calls_a_verification;

TEST_CASE("signing_key::derive without libcrypto") {
  CHECK(calls_that_may_fail([] {
          return sigv4::signing_key::derive("secret", date(), "auto", "s3");
        }) == 4 * calls_an_hmac);
}

TEST_CASE("signing_key::derive without libcrypto, where a long secret is hashed first") {
  const std::string secret(100, 's');
  CHECK(calls_that_may_fail([&] {
          return sigv4::signing_key::derive(secret, date(), "auto", "s3");
        }) == 4 + 4 * calls_an_hmac);
}

TEST_CASE("signature without libcrypto") {
  const auto key = sigv4::signing_key::derive("secret", date(), "auto", "s3").value();
  CHECK(calls_that_may_fail([&] { return sigv4::signature(key, "text"); }) ==
        calls_to_save_a_key + calls_to_sign);
}

TEST_CASE("sigv4a::signing_key::derive without libcrypto") {
  CHECK(calls_that_may_fail([] { return sigv4a::signing_key::derive("id", "secret"); }) ==
        calls_to_derive);
}

TEST_CASE("sigv4a::public_key::of without libcrypto") {
  const auto key = sigv4a::signing_key::derive("id", "secret").value();
  CHECK(calls_that_may_fail([&] { return sigv4a::public_key::of(key); }) == calls_to_halve);
}

TEST_CASE("sigv4a::signature and verify without libcrypto") {
  const auto key = sigv4a::signing_key::derive("id", "secret").value();
  const auto half = sigv4a::public_key::of(key).value();
  CHECK(calls_that_may_fail([&] { return sigv4a::signature(key, "text"); }) ==
        3 + calls_a_private_key + 1);
  const auto good = sigv4a::signature(key, "text").value();
  CHECK(calls_that_may_fail([&] { return sigv4a::verify(half, "text", good); }) ==
        3 + calls_a_public_key + calls_a_verification);
}

TEST_CASE("presign and sign without libcrypto") {
  const auto options = support::example_time();
  CHECK(calls_that_may_fail([&] {
          return new_signer().presign(support::example_request(), 24h, options);
        }) > 5 * calls_an_hmac);
  CHECK(calls_that_may_fail([&] {
          return new_signer().sign(support::example_request(), {date().time()});
        }) > 5 * calls_an_hmac);
}

TEST_CASE("a signer with a cached key needs less of libcrypto, and may fail too") {
  const auto signer = new_signer();
  const auto options = support::example_time();
  const auto example = photos.get("key");
  const auto links = signer.batch(photos, 24h, support::example_batch()).value();
  CHECK(calls_that_may_fail([&] { return signer.presign(example, 24h, options); }) ==
        3 + 1 + calls_to_sign);
  CHECK(calls_that_may_fail([&]() -> presign::result<std::string> {
          std::string url;
          if (auto failure = links.append(url, "key")) {
            CHECK(url.empty());
            return *failure;
          }
          return url;
        }) == 3 + calls_to_finish);
}

TEST_CASE("batch without libcrypto") {
  CHECK(calls_that_may_fail([&] {
          return new_signer().batch(photos, 24h, support::example_batch());
        }) == calls_to_derive_a_key + calls_to_begin + 1);
}

TEST_CASE("presign and sign with SigV4A without libcrypto") {
  const auto options = support::example_time();
  const auto by_sigv4a = support::example_request_by_sigv4a("*");
  const auto who = support::example_credentials();
  CHECK(calls_that_may_fail([&] { return presign::signer{who}.presign(by_sigv4a, 24h, options); }) >
        calls_an_hmac + 3 + calls_a_private_key);
  CHECK(calls_that_may_fail([&] { return presign::signer{who}.sign(by_sigv4a, {date().time()}); }) >
        calls_an_hmac + 3 + calls_a_private_key);
}

// A candidate for a key of SigV4A is an HMAC, which is two hashes. Here they are what we say.
TEST_CASE("a candidate above N - 2 is passed over, for that of the next counter") {
  const auto order_less = [](int n) {
    auto number =
        support::digest_of_hex("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551");
    number[31] = static_cast<std::uint8_t>(number[31] - n);
    return number;
  };
  const auto derive = [](const sigv4::digest& candidate, int passed_over) {
    hash = candidate;
    high_hashes = 2 * passed_over;
    hashed_so_far.clear();
    auto key = sigv4a::signing_key::derive("AKIDEXAMPLE", "secret");
    hash = {};
    high_hashes = 0;
    return key;
  };
  const auto derived = [&](const sigv4::digest& candidate, int passed_over = 0) {
    return sigv4::hex(derive(candidate, passed_over).value().reveal());
  };

  SUBCASE("the least and the greatest key, and carries") {
    CHECK(derived({}) == std::string(63, '0') + "1");
    CHECK(derived(order_less(2)) == sigv4::hex(order_less(1)));
    CHECK(derived(order_less(3)) == sigv4::hex(order_less(2)));
    sigv4::digest candidate{};
    candidate[31] = 0xff;
    CHECK(derived(candidate) == std::string(60, '0') + "0100");
    candidate.fill(0xff);
    candidate[0] = 0x7f;
    CHECK(derived(candidate) == "80" + std::string(62, '0'));
  }
  SUBCASE("numbers above the bound by any byte") {
    CHECK(support::wrong_error(derive(order_less(1), 0), errc::crypto_failure, {"254"}) == "");
    CHECK(support::wrong_error(derive(order_less(0), 0), errc::crypto_failure, {"254"}) == "");
    for (std::size_t i = 0; i < hash.size(); ++i) {
      auto above = order_less(2);
      auto below = above;
      CAPTURE(i);
      if (above[i] != 0xff) {
        above[i] = static_cast<std::uint8_t>(above[i] + 1);
        for (auto j = i + 1; j < above.size(); ++j) above[j] = 0;
        CHECK(!derive(above, 0));
      }
      if (below[i] != 0) {
        below[i] = static_cast<std::uint8_t>(below[i] - 1);
        for (auto j = i + 1; j < below.size(); ++j) below[j] = 0xfe;
        CHECK(derive(below, 0));
      }
    }
  }
  SUBCASE("up to 254 candidates, each with its counter") {
    for (const int passed_over : {0, 1, 2, 127, 128, 253}) {
      CAPTURE(passed_over);
      CHECK(derived(order_less(2), passed_over) == sigv4::hex(order_less(1)));
      const auto input = [](int counter) {
        using namespace std::string_literals;
        return "\0\0\0\1AWS4-ECDSA-P256-SHA256\0AKIDEXAMPLE"s + static_cast<char>(counter) +
               "\0\0\1\0"s;
      };
      std::size_t at = 0;
      for (int counter = 1; counter <= passed_over + 1; ++counter) {
        at = hashed_so_far.find(input(counter), at);
        CHECK(at != std::string::npos);
      }
      CHECK(hashed_so_far.find(input(passed_over + 2)) == std::string::npos);
    }
    CHECK(support::wrong_error(derive(order_less(2), 254), errc::crypto_failure, {"254"}) == "");
  }
}

TEST_CASE("verify without libcrypto") {
  const auto who = support::example_credentials();
  const auto options = support::example_time();
  const auto presented = [&](const presign::request& what) {
    const auto sent =
        support::sent_request::to(presign::signer{who}.presign(what, 24h, options).value());
    return presign::parse_request(sent.received()).value();
  };
  const auto by_verifier = [&](const presign::unverified_request& one) {
    return calls_that_may_fail([&] { return presign::verifier{who}.verify(one, {date().time()}); });
  };

  const auto by_sigv4 = presented(support::example_request());
  CHECK(by_verifier(by_sigv4) == 3 + calls_to_derive_a_key + calls_to_sign);

  const auto by_sigv4a = presented(support::example_request_by_sigv4a("*"));
  CHECK(by_verifier(by_sigv4a) == 3 + calls_of_sigv4a);
}

TEST_CASE("explain without libcrypto") {
  const presign::signer signer{support::example_credentials()};
  const auto calls_to_explain = [&signer](const presign::request& what, bool knows_secret,
                                          std::string_view other_signature = {}) {
    auto url = signer.presign(what, 24h).value().url;
    if (!other_signature.empty()) url.replace(url.rfind('=') + 1, url.npos, other_signature);
    presign::explain_options options;
    if (knows_secret) options.signer = support::example_credentials();
    return calls_that_may_fail([&] { return presign::explain(url, options); });
  };
  const auto by_sigv4 = support::example_request();
  CHECK(calls_to_explain(by_sigv4, false) == 3);
  CHECK(calls_to_explain(by_sigv4, true) == 3 + calls_to_derive_a_key + calls_to_sign);
  const auto by_sigv4a = support::example_request_by_sigv4a("*");
  CHECK(calls_to_explain(by_sigv4a, false) == 3);
  CHECK(calls_to_explain(by_sigv4a, true) == 3 + calls_of_sigv4a);

  // Of a signature that is not the signer's, each mistake that may have been made is tried.
  // The key is derived twice: to see whose the signature is, and for all mistakes.
  const int a_try = 3 + calls_to_sign;
  const auto of_mistakes =
      calls_to_explain(by_sigv4, true, std::string(64, 'f')) - 2 * calls_to_derive_a_key;
  CHECK(of_mistakes > 2 * a_try);
  CHECK(of_mistakes % a_try == 0);
  const int a_try_of_sigv4a = 3 + calls_of_sigv4a;
  CHECK(calls_to_explain(by_sigv4a, true, "3006020101020101") ==
        of_mistakes / a_try * a_try_of_sigv4a);
}

// What was begun when a call failed is not kept.
TEST_CASE("signing and verifying work again as soon as libcrypto does") {
  const auto options = support::example_time();
  const auto what = support::example_request();
  const auto sent = support::sent_request::to(new_signer().presign(what, 24h, options).value());
  const auto presented = presign::parse_request(sent.received()).value();
  for (int failing = 1; failing <= 6 * calls_an_hmac; ++failing) {
    CAPTURE(failing);
    const auto signer = new_signer();
    const presign::verifier owner{support::example_credentials()};
    failing_call = failing;
    calls = 0;
    static_cast<void>(signer.presign(what, 24h, options));
    calls = 0;
    static_cast<void>(owner.verify(presented, {date().time()}));
    failing_call = 0;
    CHECK(signer.presign(what, 24h, options));
    CHECK(owner.verify(presented, {date().time()}));
  }
}

TEST_CASE("presign_post without libcrypto") {
  CHECK(calls_that_may_fail([&] { return new_signer().presign_post(photos.post("key"), 1h); }) ==
        calls_to_derive_a_key + calls_to_sign);
}

TEST_SUITE_END();
