// The host of a URL, which is the signed Host header too.
#pragma once

#include "base/text_writer.hpp"

#include <presign/error.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace presign::detail {

/// Appends host[:port] as both the URL and the Host header have it: in lower case, and without the
/// port where it is the scheme's own. Errors: invalid_endpoint.
std::optional<error> append_host(text_writer& url, std::string_view scheme, std::string_view host);
std::optional<error> append_host(std::string& url, std::string_view scheme, std::string_view host);

/// host[:port] without the port.
std::string_view without_port(std::string_view host) noexcept;

/// Host labels (see is_host_label) joined with '.'.
bool are_host_labels(std::string_view text) noexcept;

/// Whether host (without a port) is an IPv4 address or an IPv6 one in brackets.
bool is_ip_address(std::string_view host) noexcept;

}  // namespace presign::detail
