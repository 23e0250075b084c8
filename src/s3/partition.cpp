// AWS's partitions. Source: partitions.json, version 1.1, as botocore and the other SDKs have it.
#include "s3/partition.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <iterator>

namespace presign::detail {
namespace {

// The first is the partition of regions that fit nowhere: us-, eu-, ap- … have no common prefix.
constexpr partition partitions[] = {
    {"aws", "amazonaws.com", "", "us-east-1"},
    {"aws-cn", "amazonaws.com.cn", "cn-", "cn-northwest-1"},
    {"aws-eusc", "amazonaws.eu", "eusc-de-", "eusc-de-east-1"},
    {"aws-iso", "c2s.ic.gov", "us-iso-", "us-iso-east-1"},
    {"aws-iso-b", "sc2s.sgov.gov", "us-isob-", "us-isob-east-1"},
    {"aws-iso-e", "cloud.adc-e.uk", "eu-isoe-", "eu-isoe-west-1"},
    {"aws-iso-f", "csp.hci.ic.gov", "us-isof-", "us-isof-south-1"},
    {"aws-us-gov", "amazonaws.com", "us-gov-", "us-gov-west-1"},
};

bool take_prefix(std::string_view& text, std::string_view prefix) noexcept {
  if (text.substr(0, prefix.size()) != prefix) return false;
  text.remove_prefix(prefix.size());
  return true;
}

// "^cn\-\w+\-\d+$", and "aws-cn-global".
bool holds(const partition& each, std::string_view region) noexcept {
  auto rest = region;
  if (take_prefix(rest, each.name) && rest == "-global") return true;
  rest = region;
  if (each.region_prefix.empty() || !take_prefix(rest, each.region_prefix)) return false;
  const auto dash = rest.find('-');
  if (dash == 0 || dash == rest.npos) return false;
  const auto word = rest.substr(0, dash);
  const auto number = rest.substr(dash + 1);
  return std::all_of(word.begin(), word.end(), [](char c) { return is_alnum(c) || c == '_'; }) &&
         !number.empty() && std::all_of(number.begin(), number.end(), is_digit);
}

}  // namespace

const partition& partition_of(std::string_view region) noexcept {
  const auto match = std::find_if(std::begin(partitions), std::end(partitions),
                                  [region](const auto& each) { return holds(each, region); });
  return match == std::end(partitions) ? partitions[0] : *match;
}

const partition* partition_named(std::string_view name) noexcept {
  const auto match = std::find_if(std::begin(partitions), std::end(partitions),
                                  [name](const auto& each) { return each.name == name; });
  return match == std::end(partitions) ? nullptr : match;
}

std::optional<std::string_view> without_aws_suffix(std::string_view host) noexcept {
  for (const auto& each : partitions) {
    const auto suffix = each.dns_suffix;
    if (host.size() <= suffix.size() || !ends_with(host, suffix)) continue;
    host.remove_suffix(suffix.size());
    if (host.back() != '.') return {};
    return host.substr(0, host.size() - 1);
  }
  return {};
}

}  // namespace presign::detail
