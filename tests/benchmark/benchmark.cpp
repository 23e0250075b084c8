// Times the ways to sign the workload, each with one thread and with two. First checks that all of
// them return the URL of the floor.
#include "allocations.hpp"
#include "ways.hpp"
#include "workload.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <iostream>
#include <string>

namespace {

// Checks that all ways return the same URL, with and without a token, except those that sign
// something else.
bool agree() {
  const auto key = workload::keys(1).front();
  for (const std::string end : {"", "/token"}) {
    std::string expected;
    for (const auto& way : ways::all()) {
      if (way.name.find("path_style") != std::string::npos) continue;
      if (way.name.find("more") != std::string::npos) continue;
      if (way.name.substr(std::min(way.name.find('/'), way.name.size())) != end) continue;
      const std::string url(way.make()(key));
      if (expected.empty()) expected = url;
      if (url == expected) continue;
      std::cerr << way.name << " gives another URL than the floor: " << url << '\n';
      return false;
    }
  }
  return true;
}

void run(benchmark::State& state, const ways::way& way) {
  const auto keys = workload::keys(1000);
  const auto sign = way.make();
  benchmark::DoNotOptimize(sign(keys.back()));  // the work of a new second
  const auto before = allocations::so_far();
  std::size_t next = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(sign(keys[next]));
    if (++next == keys.size()) next = 0;
  }
  state.counters["allocations"] = benchmark::Counter(
      static_cast<double>(allocations::so_far() - before), benchmark::Counter::kAvgIterations);
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations()));
}

}  // namespace

int main(int argc, char** argv) {
  for (const auto& way : ways::all()) {
    for (const int threads : {1, 2}) {
      benchmark::RegisterBenchmark(way.name.c_str(), run, way)->Threads(threads)->UseRealTime();
    }
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  if (!agree()) return 1;
  benchmark::RunSpecifiedBenchmarks();
}
