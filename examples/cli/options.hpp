// The command line of the command without a name, taken apart.
#pragma once

#include "common_options.hpp"

#include <presign/request.hpp>

#include <CLI/App.hpp>
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

/// Those of the request and of its time, and a check of them for parse().
void add_request(CLI::App& app, options& asked);
void check(const options& asked);

/// Methods are case-sensitive, and S3 has none in lower case.
std::string read_method(std::string value);

/// The options, or the status to exit with: 0 after --help and --version, 2 after what was not
/// understood. What there was to print is printed.
std::variant<options, int> parse(const std::vector<std::string>& arguments);

}  // namespace cli
