// A URL as a whole, taken apart as far as the request that it makes.
#include "base/url_parts.hpp"

#include "base/error_of.hpp"
#include "base/host.hpp"

namespace presign::detail {

result<url_parts> take_apart(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == url.npos) {
    return error_of(errc::invalid_endpoint, {"a URL must begin with https:// or http://"});
  }
  const auto rest = url.substr(scheme_end + 3);
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  url_parts parts{url.substr(0, scheme_end), authority, rest.substr(authority.size())};
  if (auto failure = append_host(parts.host, parts.scheme, authority)) return *std::move(failure);
  return parts;
}

}  // namespace presign::detail
