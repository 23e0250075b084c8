// The target of a request line, taken apart and decoded.
#pragma once

#include <presign/request.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace presign::detail {

struct received_target {
  std::string path;
  std::vector<parameter> query_parameters;    // without those that signing adds
  std::vector<parameter> signing_parameters;  // names in any case, as often as they were sent
};

/// Reads "/path?query". What is wrong is added to the flaws, and as much read as can be: text with
/// a broken escape stays encoded. Error among the flaws: invalid_target.
received_target read_target(std::string_view target, std::vector<error>& flaws);

}  // namespace presign::detail
