// The command without a name: presign s3://bucket/key
#pragma once

#include "options.hpp"

#include <presign/signer.hpp>
#include <presign/request.hpp>
#include <presign/s3.hpp>

#include <string>
#include <vector>

namespace cli {

/// What the options ask for, and how it is to be signed.
presign::request make_request(const presign::s3::bucket& bucket, const options& asked);
presign::presign_options signing_options(const options& asked);

/// Prints the URL that the arguments ask for, and returns the exit status.
int sign_object(const std::vector<std::string>& arguments);

}  // namespace cli
