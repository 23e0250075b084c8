// The regions that a SigV4A signature is good in.
#include "sigv4/region_set.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <string>

namespace presign::detail {
namespace {

// Goes back to the last '*' alone: what an earlier one could take besides, the last one can too.
bool matches(std::string_view pattern, std::string_view text) noexcept {
  constexpr auto none = std::string_view::npos;
  std::size_t star = none;
  std::size_t resume = 0;  // where the text goes on after what the star has taken
  std::size_t p = 0;
  for (std::size_t t = 0; t < text.size();) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      resume = t;
    } else if (p < pattern.size() && pattern[p] == text[t]) {
      ++p;
      ++t;
    } else if (star != none) {
      p = star + 1;
      t = ++resume;
    } else {
      return false;
    }
  }
  return pattern.find_first_not_of('*', p) == none;
}

}  // namespace

bool is_region_set(std::string_view text) {
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '*', 'x');
  for (std::string_view rest = plain;;) {
    const auto comma = std::min(rest.find(','), rest.size());
    if (!is_host_label(rest.substr(0, comma))) return false;
    if (comma == rest.size()) return true;
    rest.remove_prefix(comma + 1);
  }
}

bool is_in_region_set(std::string_view set, std::string_view region) noexcept {
  while (true) {
    const auto comma = std::min(set.find(','), set.size());
    if (matches(set.substr(0, comma), region)) return true;
    if (comma == set.size()) return false;
    set.remove_prefix(comma + 1);
  }
}

}  // namespace presign::detail
