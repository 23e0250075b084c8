// The command line of the command without a name, taken apart.
#pragma once

#include "common_options.hpp"

#include <presign/request.hpp>

#include <chrono>
#include <string>
#include <variant>
#include <vector>

namespace cli {

enum class format { url, json, curl };

struct options : common_options {
  std::string method = "GET";
  std::vector<presign::parameter> query;
  std::vector<presign::header> headers;
  std::string version_id;
  std::string filename;
  std::chrono::seconds stable_window{0};
  format output = format::url;
};

/// The options, or the status to exit with: 0 after --help and --version, 2 after what was not
/// understood. What there was to print is printed.
std::variant<options, int> parse(const std::vector<std::string>& arguments);

}  // namespace cli
