// A custom endpoint: scheme://host[:port][/base/path].
#pragma once

#include <presign/error.hpp>

#include <string>
#include <string_view>

namespace presign::detail {

struct endpoint_url {
  std::string scheme;     ///< "https" or "http"
  std::string host;       ///< in lower case, without the scheme's default port
  std::string base_path;  ///< raw; "" or "/base", without a slash at its end

  bool is_ip_address() const noexcept;
  /// "localhost", "minio": such a host hardly ever has subdomains.
  bool is_single_label() const noexcept;
};

/// Takes the URL percent-encoded. Error: invalid_endpoint.
result<endpoint_url> parse_endpoint_url(std::string_view url);

}  // namespace presign::detail
