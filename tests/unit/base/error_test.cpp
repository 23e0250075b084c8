#include "ways_to_take_a_value.hpp"

#include <doctest/doctest.h>
#ifndef _WIN32
#include <sys/wait.h>
#include <unistd.h>
#endif

#include <array>
#include <csignal>
#include <cstdlib>
#include <memory>
#include <ostream>
#include <set>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

namespace {

using presign::errc;
using presign::error;
using presign::result;

// From the first to the last. The compiler warns of one that has no sentence in error.cpp.
std::vector<errc> all_codes() {
  std::vector<errc> codes;
  for (int code = 1; code <= static_cast<int>(errc::crypto_failure); ++code) {
    codes.push_back(static_cast<errc>(code));
  }
  return codes;
}

const error failure{errc::invalid_key, "the key is empty, in this test"};

struct with_member {
  int number = 7;
};

#ifndef _WIN32
/// Takes a value in a child, in code without exceptions, and returns what the child writes to
/// standard error before it ends by SIGABRT.
std::string last_words(way_to_take_a_value take) {
  std::array<int, 2> ends;
  REQUIRE(pipe(ends.data()) == 0);
  const auto child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    std::signal(SIGABRT, SIG_DFL);  // not doctest's
    result<std::string> failed = failure;
    take(failed);
    std::_Exit(0);
  }
  close(ends[1]);
  std::array<char, 200> buffer;
  const auto size = read(ends[0], buffer.data(), buffer.size());
  close(ends[0]);
  int status = 0;
  waitpid(child, &status, 0);
  if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGABRT) return "no SIGABRT";
  return {buffer.data(), static_cast<std::size_t>(size)};
}
#endif

}  // namespace

TEST_SUITE_BEGIN("error");

TEST_CASE("each code has a sentence of its own") {
  std::set<std::string> sentences;
  for (const auto code : all_codes()) {
    const auto sentence = make_error_code(code).message();
    CAPTURE(sentence);
    CHECK(sentence.size() > 10);
    CHECK(sentence != "unknown error");
    CHECK(sentences.insert(sentence).second);
  }
}

TEST_CASE("a number that is no code has a message too") {
  for (const int number : {0, -1, static_cast<int>(errc::crypto_failure) + 1, 1000000}) {
    CHECK(presign::error_category().message(number) == "unknown error");
  }
}

TEST_CASE("errc is an error code of the category presign") {
  static_assert(std::is_error_code_enum_v<errc>);
  CHECK(std::string(presign::error_category().name()) == "presign");
  CHECK(&presign::error_category() == &presign::error_category());
  for (const auto code : all_codes()) {
    const std::error_code as_code = code;
    CHECK(as_code.category() == presign::error_category());
    CHECK(as_code.value() == static_cast<int>(code));
    CHECK(as_code == code);
    CHECK(as_code);  // no code is 0, which means success
    CHECK(as_code != (code == errc::invalid_key ? errc::invalid_endpoint : errc::invalid_key));
    CHECK(as_code != std::error_code(static_cast<int>(code), std::generic_category()));
  }
}

TEST_CASE("a result with a value") {
  result<std::string> got = std::string("value");
  CHECK(got);
  CHECK(got.value() == "value");
  CHECK(*got == "value");
  CHECK(got->size() == 5);
  *got += "s";
  CHECK(got.value() == "values");
  const auto& fixed = got;
  CHECK(*fixed == "values");
  CHECK(fixed->size() == 6);
  CHECK(fixed.value() == "values");
  CHECK(!got.error().code);
  CHECK(got.error().message == "");
}

TEST_CASE("a result without a value throws its error if the value is asked for") {
  result<std::string> failed = failure;
  CHECK(!failed);
  for (const auto take : ways_to_take_a_value) {
    try {
      take(failed);
      FAIL_CHECK("nothing was thrown");
    } catch (const std::system_error& thrown) {
      CHECK(thrown.code() == errc::invalid_key);
      CHECK(std::string(thrown.what()).find(failure.message) != std::string::npos);
    }
    CHECK(failed.error().code == errc::invalid_key);
    CHECK(failed.error().message == failure.message);  // still there
  }
}

#ifndef _WIN32
TEST_CASE("in code without exceptions, a missing value ends the program with the message") {
  for (const auto take : ways_without_exceptions()) {
    // qemu-user adds a line of its own.
    CHECK(last_words(take).rfind("presign: " + failure.message + '\n', 0) == 0);
  }
}
#endif

TEST_CASE("a result of a move-only type") {
  result<std::unique_ptr<int>> got = std::make_unique<int>(7);
  REQUIRE(got);
  CHECK(**got == 7);
  const result<std::unique_ptr<int>> moved = std::move(got);
  CHECK(**moved == 7);

  const auto made = [](bool well) -> result<std::unique_ptr<int>> {
    if (!well) return failure;
    return std::make_unique<int>(8);
  };
  const auto taken = made(true).value();
  CHECK(*taken == 8);
  const std::unique_ptr<int> taken_too = *made(true);
  CHECK(*taken_too == 8);
  CHECK_THROWS_AS((void)made(false).value(), std::system_error);
}

TEST_CASE("results are values: copied, moved, assigned") {
  result<std::string> one = std::string(100, 'x');
  auto copy = one;
  CHECK(*copy == *one);
  copy = failure;
  CHECK(!copy);
  CHECK(one);
  copy = std::move(one);
  CHECK(*copy == std::string(100, 'x'));
  copy = std::string("other");
  CHECK(*copy == "other");
}

TEST_CASE("a result is true or false even if its value converts to bool") {
  CHECK(result<bool>(false));
  CHECK(!*result<bool>(false));
  CHECK(!result<bool>(failure));
  CHECK(result<int>(0));
  static_assert(!std::is_convertible_v<result<int>, bool>, "only where a condition is asked for");
  static_assert(std::is_constructible_v<bool, result<int>>);
}

TEST_CASE("-> reaches a member, and can change it") {
  result<with_member> got = with_member{};
  got->number = 8;
  CHECK(got->number == 8);
}

TEST_SUITE_END();
