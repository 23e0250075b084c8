// The broker's own site: its paths, and the headers of every response.
#pragma once

#include "settings.hpp"
#include "store.hpp"

#include <httplib.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace broker {

/// A file of the page, compiled into the program from pages/ by embed.cmake.
struct page_file {
  const char* path;  // "/app.js"; the page itself is "/"
  const char* content_type;
  const char* etag;  // with its quotes
  std::string_view body;
};

std::vector<page_file> page_files();

/// Returns the address that a request's tries are counted for: the connection's, or with a proxy
/// the last one in X-Forwarded-For. An IPv6 /64 counts as one address: one person may have all of
/// it.
std::string address_of(const httplib::Request& request, bool behind_proxy);

/// Returns whether a POST may come from a page of this origin.
///
/// Browsers say with each request where it comes from, in headers that no script can set:
/// Sec-Fetch-Site or, before 2023, Origin. A client that sends neither is not a browser, and has no
/// cookie that another site could use. So the page needs no token, and is the same for everybody.
/// https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
bool is_from_same_site(const httplib::Request& request, const std::string& origin);

/// Returns a server with the site's handlers and limits. It refers to the settings.
std::unique_ptr<httplib::Server> make_site(const settings& config);

}  // namespace broker
