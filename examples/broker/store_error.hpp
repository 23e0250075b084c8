// The errors of the store and of STS.
#pragma once

#include <stdexcept>
#include <string>
#include <utility>

namespace broker {

/// The store could not be reached, failed, or sent an invalid response. Trying again may help.
struct store_unavailable : std::runtime_error {
  using runtime_error::runtime_error;
};

/// The store rejected the request.
struct store_rejected : std::runtime_error {
  store_rejected(const std::string& message, std::string error_code)
      : runtime_error(message), code(std::move(error_code)) {}
  std::string code;  // of S3: "AccessDenied"; empty if the response has none
};

}  // namespace broker
