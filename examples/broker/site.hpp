// The broker's own site: its paths, and the headers of every response.
//
//     GET  /            the page; /app.js, /app.css, … its files
//     GET  /session     who is logged in
//     POST /signup, /login, /password, /logout, /logout-everywhere
//     GET  /files       a listing with links, as JSON
//     GET  /upload      a form for an upload, as JSON
//     GET  /healthz, /metrics
#pragma once

#include "files.hpp"
#include "identity.hpp"
#include "limits.hpp"
#include "log.hpp"
#include "settings.hpp"
#include "ticket.hpp"

#include <httplib.h>

#include <functional>
#include <string>
#include <string_view>
#include <vector>

namespace broker {

using httplib::Request;
using httplib::Response;

/// A file of the page, compiled into the program from pages/ by embed.cmake.
struct page_file {
  const char* path;  // "/app.js"; the page itself is "/"
  const char* content_type;
  const char* etag;  // with its quotes
  std::string_view body;
};

std::vector<page_file> page_files();

/// Returns the address that a request's tries are counted for: the connection's, or with a proxy
/// the last one in X-Forwarded-For. An IPv6 /64 counts as one address: one
/// person may have all of it.
std::string address_of(const Request& request, bool behind_proxy);

/// Returns whether a POST may come from a page of this origin.
///
/// Browsers say with each request where it comes from, in headers that no script can set:
/// Sec-Fetch-Site or, before 2023, Origin. A client that sends neither is not a browser, and has no
/// cookie that another site could use. So the page needs no token, and is the same for everybody.
/// https://cheatsheetseries.owasp.org/cheatsheets/Cross-Site_Request_Forgery_Prevention_Cheat_Sheet.html
bool is_from_same_site(const Request& request, const std::string& origin);

class site {
 public:
  explicit site(const settings& config);

  /// Gives the server its handlers and its limits. They refer to this object.
  void set_up(httplib::Server& server);

 private:
  httplib::Headers common_headers() const;
  void check(const Request& request) const;
  void report(const Request& request, Response& response, std::exception_ptr thrown);
  void log(const std::string& event, const Request& request, int status, const std::string& member,
           const std::string& error = {});

  void show_session(const Request& request, Response& response);
  void show_files(const Request& request, Response& response);
  void show_upload(const Request& request, Response& response);
  void sign_up(const Request& request, Response& response);
  void log_in(const Request& request, Response& response);
  void change_password(const Request& request, Response& response);
  void log_out(const Request& request, Response& response);
  void log_out_everywhere(const Request& request, Response& response);

  attempt attempt_of(const Request& request) const;
  void enter(const std::string& event, const attempt& typed, const Request& request,
             Response& response, const std::function<member()>& action);
  std::string cookie_name(purpose use) const;
  void set_cookie(Response& response, purpose use, const std::string& value,
                  std::chrono::seconds life) const;
  std::optional<ticket> session_of(const Request& request) const;
  ticket required_session(const Request& request) const;
  std::string prefix_of(const Request& request, const ticket& session) const;

  const settings& settings_;
  identity identity_;
  file_list files_;
  event_log log_;
  // What waits for the store. Logins also wait for hashes, so a flood of them stops no listing.
  gate listing_{24, 16};
  gate entering_{24, 16};
};

}  // namespace broker
