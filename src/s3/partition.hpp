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

/// The partition that a region is in: "aws" where the name speaks for no other.
const partition& partition_of(std::string_view region) noexcept;

/// The partition with this name; nullptr where there is none.
const partition* partition_named(std::string_view name) noexcept;

/// A host's name without the end that is AWS's, and its dot; nothing where it has none.
std::optional<std::string_view> without_aws_suffix(std::string_view host) noexcept;

}  // namespace presign::detail
