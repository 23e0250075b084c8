// Amazon Resource Names: arn:partition:service:region:account:resource.
#include "s3/arn.hpp"

#include <algorithm>

namespace presign::detail {

std::optional<arn> parse_arn(std::string_view text) {
  if (!looks_like_arn(text)) return {};
  auto rest = text.substr(4);
  arn parts;
  for (auto* part : {&parts.partition, &parts.service, &parts.region, &parts.account}) {
    const auto colon = rest.find(':');
    if (colon == rest.npos) return {};
    *part = rest.substr(0, colon);
    rest.remove_prefix(colon + 1);
  }
  if (parts.partition.empty() || parts.service.empty() || rest.empty()) return {};
  while (true) {
    const auto end = std::min(rest.find_first_of(":/"), rest.size());
    parts.resource.push_back(rest.substr(0, end));
    if (end == rest.size()) return parts;
    rest.remove_prefix(end + 1);
  }
}

}  // namespace presign::detail
