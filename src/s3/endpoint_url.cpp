// A custom endpoint: scheme://host[:port][/base/path].
#include "s3/endpoint_url.hpp"

#include "base/text.hpp"
#include "base/url.hpp"
#include "sigv4/uri_encode.hpp"

#include <algorithm>

namespace presign::detail {

bool endpoint_url::is_ip_address() const noexcept {
  return detail::is_ip_address(without_port(host));
}

bool endpoint_url::is_single_label() const noexcept {
  return !is_ip_address() && host.find('.') == host.npos;
}

result<endpoint_url> parse_endpoint_url(std::string_view url) {
  const error failure{errc::invalid_endpoint,
                      "the endpoint must be a URL of the form "
                      "http[s]://host[:port][/base/path], percent-encoded, got " +
                          quoted_address(url)};
  const auto parts = split_url(url);
  if (!parts) return failure;

  endpoint_url parsed{lower(parts->scheme), "", ""};
  string_writer host{parsed.host};
  if (append_host(host, parsed.scheme, parts->authority)) return failure;
  host.finish();
  const auto base_path = parts->target;
  const bool is_path = std::none_of(base_path.begin(), base_path.end(), [](char c) {
    return c == ' ' || c == '?' || c == '#' || is_control(c);
  });
  if (!is_path || !append_decoded(parsed.base_path, base_path)) return failure;
  // A request's path is raw: there, the first would separate, and nothing can hold the second.
  const auto slashes = [](std::string_view text) {
    return std::count(text.begin(), text.end(), '/');
  };
  if (slashes(parsed.base_path) != slashes(base_path) ||
      parsed.base_path.find('\0') != std::string::npos) {
    return error_of(errc::invalid_endpoint,
                    {"the endpoint's base path must not hold %2F or %00, got ", quoted(base_path)});
  }
  while (!parsed.base_path.empty() && parsed.base_path.back() == '/') parsed.base_path.pop_back();
  return parsed;
}

}  // namespace presign::detail
