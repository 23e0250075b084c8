// What can go wrong with the store and STS.
#pragma once

#include <stdexcept>
#include <string>

namespace broker {

/// It could not be reached, gave up, or its answer makes no sense. Trying again may help.
struct store_unavailable : std::runtime_error {
  using runtime_error::runtime_error;
};

/// It answered, and would not do it.
struct store_refused : std::runtime_error {
  store_refused(const std::string& what, int http_status)
      : runtime_error(what), status(http_status) {}
  int status;
};

}  // namespace broker
