// The command explain: presign explain URL
#pragma once

#include <string>
#include <vector>

namespace cli {

/// Prints what a presigned URL says and what is the matter with it, and returns the exit status.
int explain(const std::vector<std::string>& arguments);

}  // namespace cli
