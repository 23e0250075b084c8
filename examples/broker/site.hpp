// The broker's own site: its paths, and the headers of every response.
//
//     GET  /            the page; /app.js, /app.css, … its files
//     GET  /session     who is logged in
//     POST /signup, /login, /logout
//     GET  /files       a listing with links, as JSON
#pragma once

#include "files.hpp"
#include "gate.hpp"
#include "http_client.hpp"
#include "identity.hpp"
#include "session.hpp"
#include "settings.hpp"

#include <httplib.h>

#include <optional>
#include <string>

namespace broker {

class site {
 public:
  site(const settings& config, const http_client& http)
      : settings_(config), identity_(config, http), files_(config, http) {}

  /// Handles a request. Any number of threads may call it.
  void handle(const httplib::Request& request, httplib::Response& response);

 private:
  void route(const httplib::Request& request, httplib::Response& response);
  void enter(const httplib::Request& request, httplib::Response& response,
             outcome (identity::*action)(const attempt&));
  void leave(httplib::Response& response) const;
  void show_session(const httplib::Request& request, httplib::Response& response) const;
  void show_files(const httplib::Request& request, httplib::Response& response);

  std::optional<session> session_of(const httplib::Request& request) const;
  std::string cookie_name() const;
  std::string cookie(const std::string& value, std::chrono::seconds max_age) const;

  const settings& settings_;
  identity identity_;
  file_list files_;
  // Fewer than the server has threads, so that a slow store does not stop pages that need none.
  gate store_{24, 16};
};

}  // namespace broker
