#include "signer/signing_key_cache.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>
#include <cstring>
#include <memory>
#include <new>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using presign::detail::saved_signing_key;
using presign::detail::seqlock;
using presign::detail::signing_key_cache;
using presign::sigv4::amz_date;
using presign::sigv4::hex;

const std::string_view secret_key = support::secret_access_key;

amz_date date(std::string_view text) { return amz_date::parse(text).value(); }

std::string signature_by(const saved_signing_key& key) {
  presign::sigv4::digest mac;
  REQUIRE(key.sign(support::example::string_to_sign, mac));
  return hex(mac);
}

// The key that the steps of sigv4.hpp derive.
std::string expected_signature(const amz_date& date, std::string_view region,
                               std::string_view service, std::string_view secret = secret_key) {
  const auto key = presign::sigv4::signing_key::derive(secret, date, region, service).value();
  return presign::sigv4::signature(key, support::example::string_to_sign).value();
}

using values = std::array<std::size_t, 40>;

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

TEST_SUITE_BEGIN("signing_key_cache");

TEST_CASE("a key signs what Amazon signs, derived and cached, at any time of its day") {
  signing_key_cache cache;
  for (const auto time :
       {support::example::date, support::example::date, std::string_view("20130524T235959Z")}) {
    const auto key = cache.find_or_derive(secret_key, date(time), support::example::region,
                                          support::example::service);
    CHECK(signature_by(key) == support::example::signature);
  }
}

// A wrong secret shows whether the cache was asked.
TEST_CASE("a key is found for its day, region and service alone") {
  const std::string longest(63, 'r');
  const auto day = date("20130524T120000Z");
  signing_key_cache cache;
  static_cast<void>(cache.find_or_derive(secret_key, day, "us-east-1", "s3"));
  static_cast<void>(cache.find_or_derive(secret_key, day, longest, longest));
  const auto is_found = [&cache](std::string_view time, std::string_view region,
                                 std::string_view service) {
    const auto got = signature_by(cache.find_or_derive("another", date(time), region, service));
    const bool is_cached = got == expected_signature(date(time), region, service);
    const bool is_derived = got == expected_signature(date(time), region, service, "another");
    CHECK(is_cached != is_derived);
    return is_cached;
  };
  CHECK(is_found("20130524T000000Z", "us-east-1", "s3"));
  CHECK(is_found("20130524T235959Z", "us-east-1", "s3"));
  CHECK(is_found("20130524T000000Z", longest, longest));

  CHECK(!is_found("20130523T235959Z", "us-east-1", "s3"));
  CHECK(!is_found("20130525T000000Z", "us-east-1", "s3"));
  CHECK(!is_found("20130524T120000Z", "us-east-2", "s3"));
  CHECK(!is_found("20130524T120000Z", "us-east-1", "sts"));
  CHECK(!is_found("20130524T120000Z", "us-east-1s", "3"));
  CHECK(!is_found("19700101T000000Z", "", ""));  // the day and names of an empty slot
}

TEST_CASE("names that are too long for the cache get the right key, too") {
  signing_key_cache cache;
  const auto day = date("20130524T120000Z");
  const std::string longer(64, 'r');
  for (int i = 0; i < 2; ++i) {
    const auto key = cache.find_or_derive(secret_key, day, longer, "s3");
    CHECK(signature_by(key) == expected_signature(day, longer, "s3"));
  }
}

TEST_CASE("the oldest of nine keys is forgotten") {
  signing_key_cache cache;
  const auto day = date("20130524T120000Z");
  const auto region = [](int number) { return "region-" + std::to_string(number); };
  for (int i = 0; i < 9; ++i) {
    static_cast<void>(cache.find_or_derive(secret_key, day, region(i), "s3"));
  }
  for (int i = 8; i >= 0; --i) {
    CAPTURE(i);
    const auto key = cache.find_or_derive("another", day, region(i), "s3");
    CHECK((signature_by(key) == expected_signature(day, region(i), "s3")) == (i > 0));
  }
}

TEST_CASE("a destroyed cache leaves nothing of a key") {
  alignas(signing_key_cache) std::array<unsigned char, sizeof(signing_key_cache)> memory{};
  auto* const cache = new (memory.data()) signing_key_cache;
  const auto key = cache->find_or_derive(secret_key, date(support::example::date),
                                         support::example::region, support::example::service);
  std::array<unsigned char, 32> state;  // the first part of the saved hash
  std::memcpy(state.data(), &key.midstate(), state.size());
  const auto holds_it = [&] {
    return std::search(memory.begin(), memory.end(), state.begin(), state.end()) != memory.end();
  };
  CHECK(holds_it());
  cache->~signing_key_cache();
  CHECK(!holds_it());
}

TEST_CASE("a destroyed key leaves nothing of itself") {
  signing_key_cache cache;
  const auto key = cache.find_or_derive(secret_key, date(support::example::date), "r", "s");
  std::array<unsigned char, 32> state;
  std::memcpy(state.data(), &key.midstate(), state.size());
  alignas(saved_signing_key) std::array<unsigned char, sizeof(saved_signing_key)> memory{};
  auto* const copy = new (memory.data()) saved_signing_key(key);
  const auto holds_it = [&] {
    return std::search(memory.begin(), memory.end(), state.begin(), state.end()) != memory.end();
  };
  CHECK(holds_it());
  copy->~saved_signing_key();
  CHECK(!holds_it());
}

TEST_SUITE_END();
