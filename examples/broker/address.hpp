// Who asks, as far as tries are counted.
#pragma once

#include <httplib.h>

#include <string>

namespace broker {

/// The client's address; for IPv6 its /64 network, of which one client has all addresses. Behind a
/// proxy it is the last in X-Forwarded-For: the one that the proxy saw. What stands before it, the
/// client may have made up.
std::string address_of(const httplib::Request& request, bool behind_proxy);

}  // namespace broker
