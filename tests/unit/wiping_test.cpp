// What a secret access key leaves behind in memory that is freed: nothing. This program has its own
// operator delete, which looks.
#include "base/crypto.hpp"
#include "files.hpp"
#include "received.hpp"

#include <presign/presign.hpp>

#include <doctest/doctest.h>
#include <malloc.h>

#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#ifdef _WIN32
#define malloc_usable_size _msize
#endif

namespace {

using namespace std::chrono_literals;
using support::secret_access_key;

// Either half counts, so that one overwritten byte does not hide the rest.
constexpr auto first_half = secret_access_key.substr(0, 20);
constexpr auto second_half = secret_access_key.substr(20);

int blocks_with_the_secret = 0;

void look(std::string_view freed) noexcept {
  const auto holds = [freed](std::string_view text) { return freed.find(text) != freed.npos; };
  if (holds(first_half) || holds(second_half)) ++blocks_with_the_secret;
}

void look_and_free(void* memory) noexcept {
  look({static_cast<const char*>(memory), malloc_usable_size(memory)});
  std::free(memory);
}

// How many blocks that are freed meanwhile hold the secret.
template <class Action>
int left_behind(Action action) {
  blocks_with_the_secret = 0;
  action();
  return blocks_with_the_secret;
}

// Makes a string that no compiler leaves out, in memory of its own: libc++ keeps 22 bytes inside.
void hold(std::string_view text) {
  std::string copy;
  copy.reserve(2 * text.size());
  copy = text;
  asm volatile("" : : "r"(copy.data()) : "memory");
}

presign::credentials permanent() { return {"AKIAIOSFODNN7EXAMPLE", secret_access_key}; }

}  // namespace

// Nothing is left in the memory of what had it before, such as a test's own file. Rounded up,
// because blocks are larger than what was asked for.
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return std::calloc(size / 64 + 1, 64);
}

void* operator new(std::size_t size) {
  void* const memory = operator new(size, std::nothrow);
  if (!memory) throw std::bad_alloc();
  return memory;
}

void operator delete(void* memory) noexcept { look_and_free(memory); }

void operator delete(void* memory, std::size_t) noexcept { look_and_free(memory); }

TEST_SUITE_BEGIN("wiping");

TEST_CASE("a string leaves its text behind, and is seen to") {
  CHECK(left_behind([] { hold(secret_access_key); }) == 1);
  CHECK(left_behind([] { hold(first_half); }) == 1);
  CHECK(left_behind([] { hold(second_half); }) == 1);
  CHECK(left_behind([] { hold("another text of this length"); }) == 0);
}

TEST_CASE("secrets that are copied, moved, assigned and destroyed leave nothing") {
  CHECK(left_behind([] {
          presign::secret one(secret_access_key);
          presign::secret copy(one);
          const presign::secret moved(std::move(one));
          one = copy;
          copy = presign::secret("short");
          copy = one;
          one = presign::secret("a text that is longer than the one before it and fits nowhere");
        }) == 0);
}

TEST_CASE("a buffer that wipes leaves nothing, also if it grows") {
  CHECK(left_behind([] {
          presign::detail::wiping_buffer buffer;
          for (int i = 0; i < 50; ++i) {
            buffer.insert(buffer.end(), secret_access_key.begin(), secret_access_key.end());
          }
          presign::detail::wiping_buffer copy(buffer);
          buffer = std::move(copy);
        }) == 0);
}

TEST_CASE("a signer that has signed leaves nothing") {
  CHECK(left_behind([] {
          std::optional<presign::signer> signer{presign::signer{permanent()}};
          const auto copy = signer;
          signer.reset();
          CHECK(copy->presign(support::example_request(), 1h));
          CHECK(copy->sign(support::example_request()));
          CHECK(!copy->presign(support::example_request(), 0s));
          auto for_all_regions = support::example_request();
          for_all_regions.algorithm = presign::signing_algorithm::sigv4a;
          for_all_regions.region = "*";
          CHECK(copy->presign(for_all_regions, 1h));
        }) == 0);
}

TEST_CASE("a signature that is verified leaves nothing") {
  for (const auto algorithm :
       {presign::signing_algorithm::sigv4, presign::signing_algorithm::sigv4a}) {
    auto what = support::example_request();
    what.algorithm = algorithm;
    const auto link = presign::signer{permanent()}.presign(what, 1h).value();
    const auto sent = support::sent_request::to(link);
    CHECK(left_behind([&] {
            const auto presented = presign::parse_request(sent.received()).value();
            CHECK(support::verify(presented, permanent()));
            CHECK(!support::verify(presented, permanent(), presign::now() + 2h));
            const presign::verifier owner{permanent()};
            CHECK(owner.verify(presented));
            CHECK(owner.verify(presented));
          }) == 0);
  }
}

TEST_CASE("an explanation leaves nothing of who should have signed") {
  const auto link = presign::signer{permanent()}.presign(support::example_request(), 1h).value();
  for (const std::string method : {"GET", "PUT", "PATCH"}) {
    CHECK(left_behind([&] {
            presign::explain_options options;
            options.signer = permanent();
            options.method = method;
            const auto told = presign::explain(link.url, options);
            CHECK(told->made_by_signer == (method == "GET"));
          }) == 0);
  }
}

TEST_CASE("credentials that are rejected leave nothing") {
  CHECK(left_behind([] {
          auto swapped = permanent();
          swapped.access_key_id.clear();
          CHECK(!presign::signer{swapped}.presign(support::example_request(), 1h));
          auto expired = permanent();
          expired.expires_at = presign::time_point{1s};
          CHECK(!presign::signer{expired}.sign(support::example_request()));
        }) == 0);
}

TEST_CASE("a signing key leaves nothing of what it was derived from") {
  CHECK(left_behind([] {
          const auto date = presign::sigv4::amz_date::parse(support::example::date).value();
          CHECK(presign::sigv4::signing_key::derive(secret_access_key, date, "us-east-1", "s3"));
        }) == 0);
}

TEST_CASE("credentials of the environment leave nothing") {
  support::clean_environment here;
  here.set_keys();
  CHECK(left_behind([] { CHECK(presign::credentials::find()); }) == 0);
}

TEST_CASE("credentials of a file leave nothing, whether they are taken or not") {
  const support::clean_environment here;
  std::string text = "[mine]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = ";
  text.append(secret_access_key).append("\n[half]\naws_secret_access_key = ");
  text.append(secret_access_key).append("\n");
  here.write_credentials(text);
  here.write_config(text + "a line that means nothing\n");
  CHECK(left_behind([] { CHECK(!presign::credentials::from_profile("mine")); }) == 0);
  here.write_config("");
  CHECK(left_behind([] { CHECK(presign::credentials::from_profile("mine")); }) == 0);
  CHECK(left_behind([] { CHECK(!presign::credentials::from_profile("half")); }) == 0);
  CHECK(left_behind([] { CHECK(presign::s3::bucket::find("photos", "mine", {"us-east-1"})); }) ==
        0);
}

TEST_SUITE_END();
