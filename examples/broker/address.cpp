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

}  // namespace

std::string address_of(const httplib::Request& request, bool behind_proxy) {
  auto address = behind_proxy ? last_forwarded_for(request) : request.remote_addr;
  std::array<unsigned char, 16> ipv6;
  if (inet_pton(AF_INET6, address.c_str(), ipv6.data()) != 1) return address;
  std::fill(ipv6.begin() + 8, ipv6.end(), static_cast<unsigned char>(0));
  std::array<char, INET6_ADDRSTRLEN> network;
  return inet_ntop(AF_INET6, ipv6.data(), network.data(), network.size());
}

}  // namespace broker
