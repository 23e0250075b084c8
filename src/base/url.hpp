// URLs, taken apart, and their hosts, which are the signed Host headers too.
#pragma once

#include "base/text_writer.hpp"

#include <algorithm>
#include <optional>

namespace presign::detail {

/// Views of a URL, except for the host.
struct url_parts {
  std::string_view scheme;     ///< "https", "http", "wss" or "ws"
  std::string_view authority;  ///< host[:port] as it stands in the URL
  std::string_view target;     ///< the rest: "/path?query"
  std::string host = {};       ///< as clients send it: in lower case, without the scheme's port

  std::string_view path() const { return target.substr(0, target.find('?')); }
  std::string_view query() const {
    return target.substr(std::min(path().size() + 1, target.size()));
  }
};

/// Splits scheme://authority/target, and leaves the host empty. Returns nothing without "://".
std::optional<url_parts> split_url(std::string_view url);

/// Splits a URL and checks its scheme and host. Error: invalid_endpoint.
result<url_parts> parse_url(std::string_view url);

/// Returns ":443" or ":80". Returns nothing for a scheme that cannot be signed.
std::string_view default_port(std::string_view scheme) noexcept;

/// Appends host[:port] as both the URL and the Host header have it: in lower case, and without the
/// port if it is the scheme's default. Error: invalid_endpoint.
std::optional<error> append_host(text_writer& out, std::string_view scheme, std::string_view host);

/// Returns host[:port] without the port.
std::string_view without_port(std::string_view host) noexcept;

/// Returns whether a host (without a port) is an IPv4 address or an IPv6 address in brackets.
bool is_ip_address(std::string_view host) noexcept;

}  // namespace presign::detail
