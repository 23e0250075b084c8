// The address of a client, for which attempts are counted.
#pragma once

#include <httplib.h>

#include <string>

namespace broker {

/// Returns the client's address; for IPv6 its /64 network, because one client has all of its
/// addresses, and for IPv4 that came by IPv6 (::ffff:192.0.2.1) the IPv4 address. With a proxy in
/// front, it is the last one in X-Forwarded-For, which the proxy saw;
/// the client may have made up the others.
std::string address_of(const httplib::Request& request, bool behind_proxy);

}  // namespace broker
