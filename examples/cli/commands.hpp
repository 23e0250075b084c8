// The commands. Each takes its arguments, prints its result and returns the exit status.
#pragma once

#include <string>
#include <vector>

namespace cli {

/// presign s3://bucket/key: prints a URL.
int sign(const std::vector<std::string>& arguments);
/// presign post s3://bucket/prefix/: prints a form for uploads.
int post(const std::vector<std::string>& arguments);
/// presign batch s3://bucket: prints URLs for the keys on standard input.
int batch(const std::vector<std::string>& arguments);
/// presign explain URL: prints what a presigned URL says and what is wrong with it.
int explain(const std::vector<std::string>& arguments);

}  // namespace cli
