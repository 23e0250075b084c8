// The address of a client, for which tries are counted.
#pragma once

#include <httplib.h>

#include <string>

namespace broker {

/// Returns the client's address; for IPv6 its /64 network, since one client has all of its
/// addresses. Behind a proxy, it is the last in X-Forwarded-For, which the proxy saw. The client
/// may have made up those before it.
std::string address_of(const httplib::Request& request, bool behind_proxy);

}  // namespace broker
