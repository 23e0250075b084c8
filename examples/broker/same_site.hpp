// Protection against cross-site request forgery.
#pragma once

#include <httplib.h>

#include <string>

namespace broker {

/// Returns whether a POST may come from the broker's own page.
///
/// Browsers say with each request where it comes from, in headers that no script can set:
/// Sec-Fetch-Site or, before 2023, Origin. A client that sends neither is not a browser, and has no
/// cookie that another site could use. SameSite=Strict in the cookie is another protection, but not
/// for the login form, which needs no cookie. So the page needs no token, and is the same for
/// everybody.
/// https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
inline bool is_from_same_site(const httplib::Request& request) {
  if (request.has_header("Sec-Fetch-Site")) {
    return request.get_header_value("Sec-Fetch-Site") == "same-origin";
  }
  if (!request.has_header("Origin")) return true;
  const auto origin = request.get_header_value("Origin");  // "https://host:port"
  const auto host = request.get_header_value("Host");
  return origin == "http://" + host || origin == "https://" + host;
}

}  // namespace broker
