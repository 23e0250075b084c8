// The command batch: presign batch s3://bucket < keys
#pragma once

#include <string>
#include <vector>

namespace cli {

/// Prints the URLs for the keys on standard input, and returns the exit status.
int batch(const std::vector<std::string>& arguments);

}  // namespace cli
