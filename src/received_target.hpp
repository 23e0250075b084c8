// The target of a request line, taken apart and decoded.
#pragma once

#include <presign/request.hpp>

#include <cstddef>
#include <forward_list>
#include <string>
#include <string_view>
#include <vector>

namespace presign::detail {

struct signing_parameter_view {
  std::string_view name;  // in any case
  std::string_view value;
  std::size_t index;  // of its name in detail::signing_parameters
};

struct received_target {
  std::string path;
  std::vector<parameter> query_parameters;  // without those that signing adds
  // Those, as often as they were sent: views of the target, or of
  std::vector<signing_parameter_view> signing_parameters;
  std::forward_list<std::string> decoded;  // what is encoded there
};

/// Reads "/path?query", which must outlive what is read. What is wrong is added to the flaws, and
/// as much read as can be: text with a broken escape stays encoded. Error among the flaws:
/// invalid_target.
received_target read_target(std::string_view target, std::vector<error>& flaws);

}  // namespace presign::detail
