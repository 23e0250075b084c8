// The command without a name: presign s3://bucket/key
#pragma once

#include <string>
#include <vector>

namespace cli {

/// Prints the URL that the arguments ask for, and returns the exit status.
int sign_object(const std::vector<std::string>& arguments);

}  // namespace cli
