// AWS's partitions: sets of regions that share a domain, and nothing with one another.
#pragma once

#include <optional>
#include <string_view>

namespace presign::detail {

/// (S3's dual-stack hosts end like its others: there is no second suffix for them here.)
struct partition {
  std::string_view name;           ///< as an ARN has it: "aws-cn"
  std::string_view dns_suffix;     ///< "amazonaws.com.cn"
  std::string_view region_prefix;  ///< "cn-": its regions are named cn-WORD-NUMBER
  std::string_view global_region;  ///< the one that answers for the partition as a whole
};

/// Returns the partition that a region is in: "aws" if the name belongs to no other.
const partition& partition_of(std::string_view region) noexcept;

/// Returns the partition with this name, or nullptr.
const partition* partition_named(std::string_view name) noexcept;

/// Returns a host's name without AWS's suffix and its dot; nothing if it has no such suffix.
std::optional<std::string_view> without_aws_suffix(std::string_view host) noexcept;

}  // namespace presign::detail
