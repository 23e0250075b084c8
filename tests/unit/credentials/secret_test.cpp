#include "base/crypto.hpp"
#include "support.hpp"

#include <presign/credentials.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <new>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace {

using presign::secret;

template <class T, class = void>
struct can_be_printed : std::false_type {};
template <class T>
struct can_be_printed<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<T>())>>
    : std::true_type {};

static_assert(can_be_printed<std::string>::value);
static_assert(!can_be_printed<secret>::value);
static_assert(!can_be_printed<presign::credentials>::value);
static_assert(!std::is_convertible_v<secret, std::string_view>);
static_assert(!std::is_convertible_v<secret, std::string>);
static_assert(std::is_nothrow_move_constructible_v<secret>);

// Where a short string's characters are: within the object.
struct in_place {
  alignas(secret) unsigned char memory[sizeof(secret)];

  bool holds(std::string_view text) const {
    return std::search(std::begin(memory), std::end(memory), text.begin(), text.end()) !=
           std::end(memory);
  }
};

}  // namespace

TEST_SUITE_BEGIN("secret");

TEST_CASE("a secret shows its text only by reveal()") {
  const std::string text = "text of a string";
  CHECK(secret("literal").reveal() == "literal");
  CHECK(secret(text).reveal() == text);
  CHECK(secret(std::string_view(text)).reveal() == text);
  CHECK(secret().empty());
  CHECK(!secret("x").empty());
}

TEST_CASE("copies are equal and independent") {
  secret first("first");
  secret second(first);
  first = secret("other");
  CHECK(second.reveal() == "first");
  second = first;
  CHECK(second.reveal() == "other");
  secret& itself = second;
  second = itself;
  CHECK(second.reveal() == "other");
}

TEST_CASE("a secret that was moved from is empty") {
  secret first("a secret that is too long for a short string");
  const secret second(std::move(first));
  CHECK(second.reveal() == "a secret that is too long for a short string");
  CHECK(first.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
}

TEST_CASE("a short secret leaves nothing behind when it is destroyed, moved from or not") {
  in_place place;
  auto* const one = new (place.memory) secret("hunter2");
  REQUIRE(place.holds("hunter2"));
  one->~secret();
  CHECK(!place.holds("unter2"));

  auto* const other = new (place.memory) secret("hunter2");
  const secret taken(std::move(*other));
  CHECK(taken.reveal() == "hunter2");
  other->~secret();
  CHECK(!place.holds("unter2"));
}

TEST_CASE("a wiping buffer holds what is put into it") {
  presign::detail::wiping_buffer buffer;
  for (int i = 0; i < 1000; ++i) buffer.push_back(static_cast<char>('a' + i % 26));
  CHECK(std::string_view(buffer.data(), 3) == "abc");
  const presign::detail::wiping_buffer moved(std::move(buffer));
  CHECK(moved.size() == 1000);
}

TEST_SUITE_END();
