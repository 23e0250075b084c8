// The options as a request.
#pragma once

#include "options.hpp"

#include <presign/error.hpp>
#include <presign/request.hpp>

#include <string>

namespace cli {

/// The request that the options ask to allow, on a bucket in the region.
presign::result<presign::request> make_request(const options& asked, const std::string& region);

}  // namespace cli
