// A URL as a whole, taken apart as far as the request that it makes.
#pragma once

#include <presign/error.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace presign::detail {

/// Views of the URL, but for the host.
struct url_parts {
  std::string_view scheme;     ///< "https" or "http"
  std::string_view authority;  ///< host[:port] as it stands in the URL
  std::string_view target;     ///< the rest: "/path?query"
  std::string host = {};       ///< as clients send it: in lower case, without the scheme's port

  std::string_view path() const { return target.substr(0, target.find('?')); }
  std::string_view query() const {
    return target.substr(std::min(path().size() + 1, target.size()));
  }
};

/// Errors: invalid_endpoint.
result<url_parts> take_apart(std::string_view url);

}  // namespace presign::detail
