// The measured ways to sign and verify the workload, by name. Google Benchmark times them
// (benchmark.cpp), and callgrind counts their instructions (count.cpp).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ways {

/// Signs for a key, or verifies the URL that was signed for it, and returns the URL, which is valid
/// until the next call.
using signing = std::function<std::string_view(const std::string& key)>;

struct way {
  std::string name;
  /// Makes the function that signs, with its own buffer. Each thread needs its own.
  std::function<signing()> make;
};

const std::vector<way>& all();

}  // namespace ways
