// Whether what presign does with a secret takes the same time for all secrets, as ctgrind does it:
// valgrind is told that the secret is undefined, and complains where a branch or an address depends
// on it. Ends with 0 where nothing does, and with 77 outside of valgrind, which constant_time.sh is
// for.
#include "received.hpp"

#include <presign/presign.hpp>

#include <dlfcn.h>
#include <openssl/crypto.h>
#include <valgrind/memcheck.h>

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <utility>

namespace {

using namespace std::chrono_literals;
namespace sigv4 = presign::sigv4;
namespace sigv4a = presign::sigv4a;

const presign::time_point at = support::time_at(support::example::date);

void make_secret(std::string_view text) {
  static_cast<void>(VALGRIND_MAKE_MEM_UNDEFINED(text.data(), text.size()));
}
void make_public(const void* memory, std::size_t size) {
  static_cast<void>(VALGRIND_MAKE_MEM_DEFINED(memory, size));
}
std::string published(std::string text) {
  make_public(text.data(), text.size());
  return text;
}

int comparisons = 0;
int wrong = 0;

// So many complaints the work must cause, and no other number.
template <class Work>
void expect(const char* name, unsigned complaints, Work work) {
  const auto before = VALGRIND_COUNT_ERRORS;
  work();
  const auto caused = VALGRIND_COUNT_ERRORS - before;
  std::printf("%-34s %u branches or addresses, %u foreseen\n", name, caused, complaints);
  if (caused != complaints) ++wrong;
}

void check(bool truth, const char* what) {
  if (truth) return;
  std::printf("wrong: %s\n", what);
  ++wrong;
}

// Credentials whose secret nobody may look at.
presign::credentials secret_credentials() {
  auto who = support::example_credentials();
  make_secret(who.secret_access_key.reveal());
  return who;
}

presign::unverified_request presented(const presign::request& what) {
  const auto sent = support::sent_request::to("GET", support::signed_url(what), {});
  return presign::parse_request(sent.received()).value();
}

void sign() {
  auto who = support::example_credentials();
  const auto text = who.secret_access_key.reveal();  // which moves with it
  const presign::signer signer{std::move(who)};      // and is looked at here, as all input is
  make_secret(text);
  for (int i = 0; i < 2; ++i) {
    auto link = signer.presign(support::example_request(), 24h, support::example_time());
    make_public(&link, sizeof link);
    const auto url = published(link.value().url);
    check(url.find(support::example::signature) != url.npos, "the URL");
  }
}

void take_the_steps() {
  const std::string secret(support::secret_access_key);
  make_secret(secret);
  const auto date = sigv4::amz_date::at(at).value();
  const auto key = sigv4::signing_key::derive(secret, date, "us-east-1", "s3").value();
  const auto signature = sigv4::signature(key, support::example::string_to_sign).value();
  check(published(signature) == support::example::signature, "the signature");
}

void verify(bool forged) {
  auto what = presented(support::example_request());
  if (forged) what.path = "/another.txt";
  const auto who = secret_credentials();
  check(bool(support::verify(what, who, at)) != forged, "the verdict");
  const presign::verifier owner{who};
  for (int i = 0; i < 2; ++i) check(bool(owner.verify(what, {at})) != forged, "the verdict again");
}

void compare_tokens() {
  const auto who = support::temporary_credentials();
  const auto url = support::signed_url(support::example_request(), who);
  const auto sent = support::sent_request::to("GET", url, {});
  const auto what = presign::parse_request(sent.received()).value();
  make_secret(who.session_token.reveal());
  check(bool(support::verify(what, who, at)), "the token's verdict");
}

// It has to tell whether the number is in its bounds, and nothing else: one branch.
void derive_for_sigv4a() {
  const std::string secret(support::secret_access_key);
  make_secret(secret);
  check(bool(sigv4a::signing_key::derive(support::access_key_id, secret)), "the key");
}

// What complaints look like.
void compare_byte_by_byte() {
  const std::string secret(support::secret_access_key);
  make_secret(secret);
  int equal = 0;
  for (std::size_t i = 0; i < secret.size(); ++i) {
    if (secret[i] == support::secret_access_key[i]) ++equal;
  }
  make_public(&equal, sizeof equal);
  check(equal == static_cast<int>(secret.size()), "the bytes");
}

}  // namespace

// The verdict is public, and nothing but the verdict: it is libcrypto's function that makes it.
extern "C" int CRYPTO_memcmp(const void* a, const void* b, std::size_t size) {
  static const auto real =
      reinterpret_cast<decltype(CRYPTO_memcmp)*>(dlsym(RTLD_NEXT, "CRYPTO_memcmp"));
  int differs = real(a, b, size);
  make_public(&differs, sizeof differs);
  ++comparisons;
  return differs;
}

int main() {
  if (!RUNNING_ON_VALGRIND) {
    std::puts("not under valgrind: nothing can be seen");
    return 77;
  }
  expect("a comparison byte by byte", static_cast<unsigned>(support::secret_access_key.size()),
         compare_byte_by_byte);
  expect("the steps", 0, take_the_steps);
  expect("presign", 0, sign);
  expect("verify", 0, [] { verify(false); });
  expect("verify, forged", 0, [] { verify(true); });
  expect("verify, with a token", 0, compare_tokens);
  expect("sigv4a::signing_key::derive", 1, derive_for_sigv4a);
  check(comparisons > 0, "nothing was compared by CRYPTO_memcmp");
  return wrong == 0 ? 0 : 1;
}
