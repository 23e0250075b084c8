#include "address.hpp"

#include <arpa/inet.h>

#include <algorithm>
#include <array>

namespace broker {
namespace {

std::string last_forwarded_for(const httplib::Request& request) {
  const auto count = request.get_header_value_count("X-Forwarded-For");
  if (count == 0) return request.remote_addr;
  const auto list = request.get_header_value("X-Forwarded-For", count - 1);
  const auto begin = list.find_last_of(", ");
  return begin == list.npos ? list : list.substr(begin + 1);
}

// Removes a port, which some proxies add: "192.0.2.1:80", "[2001:db8::1]:80".
std::string without_port(const std::string& text) {
  if (text.substr(0, 1) == "[") return text.substr(1, text.find(']') - 1);
  const auto colon = text.find(':');
  return colon == text.rfind(':') ? text.substr(0, colon) : text;
}

}  // namespace

std::string address_of(const httplib::Request& request, bool behind_proxy) {
  auto address = behind_proxy ? without_port(last_forwarded_for(request)) : request.remote_addr;
  in6_addr ipv6;
  if (inet_pton(AF_INET6, address.c_str(), &ipv6) != 1) return address;
  std::array<char, INET6_ADDRSTRLEN> text;
  if (IN6_IS_ADDR_V4MAPPED(&ipv6)) {
    return inet_ntop(AF_INET, &ipv6.s6_addr[12], text.data(), text.size());
  }
  std::fill(ipv6.s6_addr + 8, ipv6.s6_addr + 16, static_cast<unsigned char>(0));
  return inet_ntop(AF_INET6, &ipv6, text.data(), text.size());
}

}  // namespace broker
