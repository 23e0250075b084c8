// The broker's own site: its paths, and the headers of every response.
#pragma once

#include "settings.hpp"

#include <httplib.h>

#include <memory>
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

/// Returns a server with the site's handlers and limits. It refers to the settings.
std::unique_ptr<httplib::Server> make_site(const settings& config);

}  // namespace broker
