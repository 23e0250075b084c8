// The ways to sign the workload that are measured, and to verify it, each by its name. Google
// Benchmark times them (benchmark.cpp), callgrind counts their instructions (count.cpp).
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace ways {

/// Signs for a key, or verifies what was signed for it, and returns the URL, which is good until
/// the next call.
using signing = std::function<std::string_view(const std::string& key)>;

struct way {
  std::string name;
  /// Makes what signs, with a buffer of its own: one for each thread.
  std::function<signing()> make;
};

const std::vector<way>& all();

}  // namespace ways
