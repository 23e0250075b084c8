// The command post: presign post s3://bucket/prefix/
#pragma once

#include <string>
#include <vector>

namespace cli {

/// Prints the form that the arguments ask for, and returns the exit status.
int post(const std::vector<std::string>& arguments);

}  // namespace cli
