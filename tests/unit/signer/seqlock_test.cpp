#include "signer/signing_key_cache.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <memory>
#include <thread>
#include <vector>

namespace {

using values = std::array<std::size_t, 40>;
using presign::detail::seqlock;

values all_of(std::size_t number) {
  values same;
  same.fill(number);
  return same;
}

bool is_whole(const values& read) {
  return std::all_of(read.begin(), read.end(), [&read](auto each) { return each == read[0]; });
}

}  // namespace

TEST_SUITE_BEGIN("seqlock");

TEST_CASE("nothing is found before something is stored, under any tag") {
  const seqlock<values> slot;
  values read;
  CHECK(!slot.load(0, read));
  CHECK(!slot.load(1, read));
}

TEST_CASE("the last value is found, by its tag alone") {
  seqlock<values> slot;
  values read;
  slot.store(7, all_of(70));
  CHECK(slot.load(7, read));
  CHECK(read == all_of(70));
  CHECK(!slot.load(8, read));
  slot.store(8, all_of(80));
  CHECK(!slot.load(7, read));
  CHECK(slot.load(8, read));
  CHECK(read == all_of(80));
}

TEST_CASE("threads that store and load at once never see half of one value and half of another") {
  const auto slot = std::make_unique<seqlock<values>>();
  std::atomic<int> loaded{0};
  std::atomic<int> torn{0};
  const auto work = [&](std::size_t seed) {
    for (std::size_t i = seed; i < seed + 50000; ++i) {
      const auto tag = (i * i + i / 16) % 4;
      values read;
      if (i % 3 == 0) {
        slot->store(tag, all_of(4 * i + tag));
      } else if (slot->load(tag, read)) {
        ++loaded;
        if (!is_whole(read) || read[0] % 4 != tag) ++torn;
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 4; ++i) threads.emplace_back(work, i * 5);
  for (auto& thread : threads) thread.join();
  CHECK(loaded > 0);
  CHECK(torn == 0);
}

TEST_SUITE_END();
