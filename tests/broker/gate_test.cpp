#include "gate.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

TEST_SUITE("broker: gate") {
  TEST_CASE("a visit is turned away if the gate is full and nobody may wait") {
    broker::gate gate(2, 0);
    const broker::gate::visit first(gate);
    {
      const broker::gate::visit second(gate);
      const broker::gate::visit third(gate);
      CHECK(static_cast<bool>(first));
      CHECK(static_cast<bool>(second));
      CHECK_FALSE(static_cast<bool>(third));
    }
    const broker::gate::visit fourth(gate);
    CHECK(static_cast<bool>(fourth));
  }

  TEST_CASE("no more visits are inside than allowed, and all that may wait get in") {
    broker::gate gate(2, 6);
    std::atomic<int> inside = 0, most_inside = 0, let_in = 0;
    std::vector<std::thread> threads;
    for (int i = 0; i < 8; ++i) {
      threads.emplace_back([&] {
        const broker::gate::visit visit(gate);
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
