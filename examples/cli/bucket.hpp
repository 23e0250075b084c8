// The bucket that the options name, at its address.
#pragma once

#include "common_options.hpp"

#include <presign/error.hpp>
#include <presign/s3.hpp>

namespace cli {

/// Region and endpoint come from the environment or the profile where the options do not have them.
presign::result<presign::s3::bucket> find_bucket(const common_options& asked);

}  // namespace cli
