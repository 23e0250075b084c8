#include "signer/signing_starts.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstring>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace {

using presign::time_point;
using presign::detail::signing_start;
using presign::detail::signing_starts;
using presign::sigv4::hex;
using std::chrono::seconds;

const time_point midnight = support::time_at(support::example::date);

signing_start made(time_point at, std::string_view region = support::example::region,
                   std::string_view service = support::example::service) {
  signing_start start{};
  if (start.make(support::secret_access_key, at, region, service)) throw "no start";
  return start;
}

// What it is good for: the signature of the example's hash.
std::string signature_by(const signing_start& start) {
  const presign::detail::begun_hmac mac{start.mac};
  return hex(mac.finish(support::example::hashed_canonical_request).value());
}

}  // namespace

TEST_SUITE_BEGIN("signing_starts");

TEST_CASE("a start signs what Amazon signs") {
  CHECK(signature_by(made(midnight)) == support::example::signature);
  CHECK(std::string(made(midnight).date.data(), 16) == support::example::date);
}

TEST_CASE("the start of a day signs all its strings to sign") {
  for (const std::string_view date : {"20130524T000000Z", "20130524T235959Z"}) {
    signing_start start{};
    const auto day = presign::sigv4::amz_date::parse(date).value();
    CHECK(!start.make_of_day(support::secret_access_key, day, support::example::region,
                             support::example::service));
    CHECK(start.at == midnight);
    const presign::detail::begun_hmac mac{start.mac};
    CHECK(hex(mac.finish(support::example::string_to_sign).value()) == support::example::signature);
  }
  CHECK(presign::detail::midnight_of(time_point{seconds{-1}}) == time_point{seconds{-86400}});
}

TEST_CASE("what was kept is found, for its second, region and service alone") {
  const std::string longest(63, 'r');
  signing_starts starts;
  signing_start found;
  CHECK(!starts.find(found, midnight, "us-east-1", "s3"));
  CHECK(!starts.find(found, time_point{}, "", ""));  // as what was never kept looks
  starts.keep(made(midnight));
  starts.keep(made(midnight, longest, longest));
  CHECK(starts.find(found, midnight, "us-east-1", "s3"));
  CHECK(signature_by(found) == support::example::signature);
  CHECK(starts.find(found, midnight, longest, longest));
  CHECK(signature_by(found) == signature_by(made(midnight, longest, longest)));

  CHECK(!starts.find(found, midnight + seconds{1}, "us-east-1", "s3"));
  CHECK(!starts.find(found, midnight, "us-east-2", "s3"));
  CHECK(!starts.find(found, midnight, "us-east-1", "sts"));
  CHECK(!starts.find(found, midnight, "us-east-1s", "3"));
  CHECK(!starts.find(found, midnight, longest + "r", longest));
}

TEST_CASE("the oldest makes way") {
  signing_starts starts;
  for (int i = 0; i < 100; ++i) starts.keep(made(midnight + seconds{i}));
  signing_start found;
  for (int i = 0; i < 100; ++i) {
    CAPTURE(i);
    CHECK(starts.find(found, midnight + seconds{i}, "us-east-1", "s3") == (i >= 92));
  }
}

TEST_CASE("threads that keep and find at once never see half of one and half of another") {
  std::vector<signing_start> all;
  std::vector<std::string> signatures;
  for (int i = 0; i < 20; ++i) {
    all.push_back(made(midnight + seconds{i}));
    signatures.push_back(signature_by(all.back()));
  }
  signing_starts starts;
  std::atomic<int> found_count{0};
  std::atomic<int> wrong_count{0};
  const auto work = [&](std::size_t from) {
    for (std::size_t i = from; i < from + 20000; ++i) {
      const auto which = (i * i + i / 16) % all.size();
      const auto& one = all[which];
      signing_start found;
      if (starts.find(found, one.at, "us-east-1", "s3")) {
        ++found_count;
        if (signature_by(found) != signatures[which]) ++wrong_count;
      } else {
        starts.keep(one);
      }
    }
  };
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < 4; ++i) threads.emplace_back(work, i * 5);
  for (auto& one : threads) one.join();
  CHECK(found_count > 0);
  CHECK(wrong_count == 0);
}

TEST_CASE("starts that die leave nothing of a key") {
  alignas(signing_starts) std::array<unsigned char, sizeof(signing_starts)> memory{};
  const auto start = made(midnight);
  std::array<unsigned char, 32> state;  // the first thing in the running hash
  std::memcpy(state.data(), &start.mac, state.size());
  const auto holds_it = [&] {
    return std::search(memory.begin(), memory.end(), state.begin(), state.end()) != memory.end();
  };
  auto* const starts = new (memory.data()) signing_starts;
  starts->keep(start);
  CHECK(holds_it());
  starts->~signing_starts();
  CHECK(!holds_it());
}

TEST_SUITE_END();
