// The command line of presign, taken apart.
#pragma once

#include <presign/request.hpp>
#include <presign/s3.hpp>
#include <presign/time.hpp>

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace cli {

enum class format { url, json, curl };

/// What was asked for. An empty text means that it was not.
struct options {
  std::string bucket;
  std::string key;

  std::chrono::seconds expires_in{3600};
  std::string region;
  std::string profile;
  std::string endpoint_url;

  std::string method = "GET";
  std::vector<presign::parameter> query;
  std::vector<presign::header> headers;
  std::string version_id;
  std::string filename;
  presign::s3::addressing style = presign::s3::addressing::automatic;

  std::optional<presign::time_point> date;
  std::chrono::seconds stable_window{0};

  format output = format::url;
};

/// The options, or the status to exit with: 0 after --help and --version, 2 after what was not
/// understood. What there was to print is printed.
std::variant<options, int> parse(const std::vector<std::string>& arguments);

}  // namespace cli
