#include "limits.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

namespace {

const auto begin = broker::throttle::clock::now();

}  // namespace

TEST_SUITE("broker: gate") {
  TEST_CASE("a visit is turned away if the gate is full and nobody may wait") {
    broker::gate gate(2, 0);
    const std::unique_lock first(gate, std::try_to_lock);
    {
      const std::unique_lock second(gate, std::try_to_lock);
      const std::unique_lock third(gate, std::try_to_lock);
      CHECK(static_cast<bool>(first));
      CHECK(static_cast<bool>(second));
      CHECK_FALSE(static_cast<bool>(third));
    }
    const std::unique_lock fourth(gate, std::try_to_lock);
    CHECK(static_cast<bool>(fourth));
  }

  TEST_CASE("no more visits are inside than allowed, and all that may wait get in") {
    broker::gate gate(2, 6);
    std::atomic<int> inside = 0, most_inside = 0, let_in = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        const std::unique_lock visit(gate, std::try_to_lock);
        if (!visit) return;
        const int now_inside = ++inside;
        for (int most = most_inside; now_inside > most;) {
          if (most_inside.compare_exchange_weak(most, now_inside)) break;
        }
        std::this_thread::sleep_for(5ms);
        --inside;
        ++let_in;
      });
    }
    for (auto& thread : threads) thread.join();
    CHECK(let_in == 8);
    CHECK(most_inside <= 2);
  }
}

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
