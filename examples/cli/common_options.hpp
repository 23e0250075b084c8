// What every command can be told: which bucket, and who signs from when to when.
#pragma once

#include <presign/s3.hpp>
#include <presign/time.hpp>

#include <chrono>
#include <optional>
#include <string>

namespace cli {

/// An empty text means that it was not given.
struct common_options {
  std::string bucket;
  std::string key;

  std::chrono::seconds expires_in{3600};
  std::string region;
  std::string profile;
  std::string endpoint_url;
  presign::s3::addressing style = presign::s3::addressing::automatic;
  bool dual_stack = false;
  bool fips = false;
  bool accelerate = false;

  std::optional<presign::time_point> date;
};

}  // namespace cli
