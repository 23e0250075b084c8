// The host of a URL, which is the signed Host header too.
#include "host.hpp"

#include "text.hpp"

#include <algorithm>

namespace presign::detail {
namespace {

error bad_host(std::string_view host) {
  return {errc::invalid_host,
          "the host must be a name or an address with an optional port from 1 to 65535, got " +
              quoted(host)};
}

bool is_ipv6_literal(std::string_view name) noexcept {
  return name.size() > 4 && name.front() == '[' && name.back() == ']' &&
         std::all_of(name.begin() + 1, name.end() - 1, [](char c) {
           return is_digit(c) || c == ':' || c == '.' || (lower(c) >= 'a' && lower(c) <= 'f');
         });
}

// Underscores are not for host names by the book, and are all the same in use inside networks.
bool is_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 253 && name.front() != '.' &&
         name.find("..") == name.npos && std::all_of(name.begin(), name.end(), [](char c) {
           return is_alnum(c) || c == '.' || c == '-' || c == '_';
         });
}

bool is_port(std::string_view port) noexcept {
  if (port.empty() || port.size() > 5 || port.front() == '0') return false;
  if (!std::all_of(port.begin(), port.end(), is_digit)) return false;
  return port.size() < 5 || port <= "65535";
}

}  // namespace

std::optional<error> append_host(std::string& url, std::string_view scheme, std::string_view host) {
  if (scheme != "https" && scheme != "http") {
    return error{errc::invalid_scheme, "the scheme must be https or http, got " + quoted(scheme)};
  }
  // The colons of an IPv6 address stand inside its brackets.
  const auto bracket = host.rfind(']');
  const auto colon = host.find(':', bracket == host.npos ? 0 : bracket);
  const auto name = host.substr(0, colon);
  if (!is_name(name) && !is_ipv6_literal(name)) return bad_host(host);
  for (const char c : name) url.push_back(lower(c));

  if (colon != host.npos) {
    const auto port = host.substr(colon + 1);
    if (!is_port(port)) return bad_host(host);
    if (port != (scheme == "https" ? "443" : "80")) url.append(":").append(port);
  }
  return {};
}

bool is_ip_address(std::string_view host) noexcept {
  if (is_ipv6_literal(host)) return true;
  int numbers = 0;
  while (true) {
    const auto dot = std::min(host.find('.'), host.size());
    const auto number = host.substr(0, dot);
    const bool in_range = !number.empty() && number.size() <= 3 &&
                          std::all_of(number.begin(), number.end(), is_digit) &&
                          (number.size() < 3 || number <= "255");
    if (!in_range || ++numbers > 4) return false;
    if (dot == host.size()) return numbers == 4;
    host.remove_prefix(dot + 1);
  }
}

}  // namespace presign::detail
