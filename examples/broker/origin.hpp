// Where a request comes from: its address, and whether a page of this site sent it.
#pragma once

#include <arpa/inet.h>
#include <httplib.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <string>

namespace broker {

/// Returns the last address in X-Forwarded-For, which the proxy in front has written, without the
/// port that some proxies add: "192.0.2.1:80", "[2001:db8::1]:80".
inline std::string forwarded_address(const httplib::Request& request) {
  const auto [first, end] = request.headers.equal_range("X-Forwarded-For");
  if (first == end) return request.remote_addr;
  // Not std::prev(end): later versions of cpp-httplib have a map that cannot go backwards.
  const auto& list = std::next(first, std::distance(first, end) - 1)->second;
  const auto address = list.substr(list.find_last_of(", ") + 1);
  if (address.substr(0, 1) == "[") return address.substr(1, address.find(']') - 1);
  const auto colon = address.find(':');
  return colon == address.rfind(':') ? address.substr(0, colon) : address;
}

/// Returns the address that a request's tries are counted for: the connection's, or the one that a
/// proxy forwards. An IPv6 /64 counts as one address: one person may have all of it.
inline std::string address_of(const httplib::Request& request, bool behind_proxy) {
  auto address = behind_proxy ? forwarded_address(request) : request.remote_addr;
  in6_addr ipv6;
  if (inet_pton(AF_INET6, address.c_str(), &ipv6) != 1) return address;
  std::array<char, INET6_ADDRSTRLEN> text;
  if (IN6_IS_ADDR_V4MAPPED(&ipv6)) {
    return inet_ntop(AF_INET, &ipv6.s6_addr[12], text.data(), text.size());
  }
  std::fill(ipv6.s6_addr + 8, ipv6.s6_addr + 16, static_cast<unsigned char>(0));
  return inet_ntop(AF_INET6, &ipv6, text.data(), text.size());
}

/// Returns whether a POST may come from a page of this origin.
///
/// Browsers say with each request where it comes from, in headers that no script can set:
/// Sec-Fetch-Site or, before 2023, Origin. A client that sends neither is not a browser, and has no
/// cookie that another site could use. So the page needs no token, and is the same for everybody.
/// https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
inline bool is_from_same_site(const httplib::Request& request, const std::string& origin) {
  if (request.has_header("Sec-Fetch-Site")) {
    return request.get_header_value("Sec-Fetch-Site") == "same-origin";
  }
  return !request.has_header("Origin") || request.get_header_value("Origin") == origin;
}

}  // namespace broker
