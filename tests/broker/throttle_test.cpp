#include "throttle.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace std::chrono_literals;

namespace {

const auto begin = broker::throttle::clock::now();

}  // namespace

TEST_SUITE("broker: throttle") {
  TEST_CASE("a burst, then one more after each interval") {
    broker::throttle tries(3, 10s);
    for (int i = 0; i < 3; ++i) CHECK(tries.take("ada", begin) == 0s);
    CHECK(tries.take("ada", begin) == 10s);
    CHECK(tries.take("ada", begin + 4s) == 6s);
    CHECK(tries.take("ada", begin + 10s) == 0s);
    CHECK(tries.take("ada", begin + 10s) == 10s);
  }

  TEST_CASE("all attempts come back, up to the burst") {
    broker::throttle tries(3, 10s);
    for (int i = 0; i < 3; ++i) CHECK(tries.take("ada", begin) == 0s);
    for (int i = 0; i < 3; ++i) CHECK(tries.take("ada", begin + 1h) == 0s);
    CHECK(tries.take("ada", begin + 1h) == 10s);
  }

  TEST_CASE("a wait is rounded up, so that a client that waits is let in") {
    broker::throttle tries(1, 10s);
    CHECK(tries.take("ada", begin) == 0s);
    CHECK(tries.take("ada", begin + 500ms) == 10s);
  }

  TEST_CASE("an attempt that is given back can be taken again") {
    broker::throttle tries(1, 10s);
    for (int i = 0; i < 100; ++i) {
      CHECK(tries.take("ada", begin) == 0s);
      tries.give_back("ada");
    }
  }

  TEST_CASE("names do not block each other") {
    broker::throttle tries(1, 10s);
    CHECK(tries.take("ada", begin) == 0s);
    int others_stopped = 0;
    for (int i = 0; i < 1000; ++i) {
      if (tries.take("name " + std::to_string(i), begin) > 0s) ++others_stopped;
    }
    CHECK(others_stopped < 30);  // that fell on one slot; 8 are to be expected
    CHECK(tries.take("ada", begin) == 10s);
  }
}
