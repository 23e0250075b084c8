// Amazon Resource Names: arn:partition:service:region:account:resource.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace presign::detail {

/// Views of the text that it was read from.
struct arn {
  std::string_view partition;
  std::string_view service;
  std::string_view region;   ///< may be empty
  std::string_view account;  ///< may be empty
  /// The rest, divided at ':' and '/'. At least one, each of which may be empty.
  std::vector<std::string_view> resource;
};

/// Whether a bucket's name is meant as an ARN: no bucket has a ':' in its name.
inline bool looks_like_arn(std::string_view text) noexcept { return text.substr(0, 4) == "arn:"; }

/// Nothing where the text has not all six parts, or no partition, service or resource.
/// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html
std::optional<arn> parse_arn(std::string_view text);

}  // namespace presign::detail
