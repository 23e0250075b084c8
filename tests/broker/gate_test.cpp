#include "gate.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

using namespace std::chrono_literals;

TEST_SUITE("broker: gate") {
  TEST_CASE("who comes when it is full and nobody may wait is turned away") {
    broker::gate gate(2, 0);
    const broker::gate::visit one(gate);
    {
      const broker::gate::visit two(gate);
      const broker::gate::visit three(gate);
      CHECK(static_cast<bool>(one));
      CHECK(static_cast<bool>(two));
      CHECK_FALSE(static_cast<bool>(three));
    }
    const broker::gate::visit four(gate);
    CHECK(static_cast<bool>(four));
  }

  TEST_CASE("never are more inside than may be, and all who may wait come in") {
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
    for (auto& one : threads) one.join();
    CHECK(let_in == 8);
    CHECK(most_inside <= 2);
  }
}
