// Signs N keys of the workload in one way, so that callgrind can count the instructions. Prints the
// number of allocations and the last URL:
//
//   signing_count WAY N
//   signing_count              prints the ways
#include "allocations.hpp"
#include "ways.hpp"
#include "workload.hpp"

#include <cstdlib>
#include <iostream>
#include <string>
#include <string_view>

int main(int argc, char** argv) {
  if (argc != 3) {
    for (const auto& way : ways::all()) std::cout << way.name << '\n';
    return argc == 1 ? 0 : 2;
  }
  for (const auto& way : ways::all()) {
    if (way.name != argv[1]) continue;
    const auto keys = workload::keys(1000);
    const auto count = std::strtoull(argv[2], nullptr, 10);
    const auto sign = way.make();
    std::string_view url = sign(keys.front());  // the work of a new second
    const auto before = allocations::so_far();
    for (unsigned long long i = 0; i < count; ++i) url = sign(keys[i % keys.size()]);
    std::cout << allocations::so_far() - before << ' ' << url << '\n';
    return 0;
  }
  std::cerr << "no such way: " << argv[1] << '\n';
  return 2;
}
