// The errors of the store and of STS.
#pragma once

#include <stdexcept>
#include <string>

namespace broker {

/// It could not be reached, failed, or its response is not valid. Trying again may help.
struct store_unavailable : std::runtime_error {
  using runtime_error::runtime_error;
};

/// It responded, and rejected the request.
struct store_refused : std::runtime_error {
  store_refused(const std::string& what, int http_status)
      : runtime_error(what), status(http_status) {}
  int status;
};

}  // namespace broker
