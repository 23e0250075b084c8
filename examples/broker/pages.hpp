// The pages, styles and scripts, compiled into the program from the files in pages/ by embed.cmake.
#pragma once

#include <string_view>

namespace broker {

struct page {
  std::string_view path;  // "/app.js"; the page itself is "/"
  std::string_view content_type;
  std::string_view etag;  // with its quotes
  std::string_view body;
};

/// Returns the page at a path, or nullptr.
const page* find_page(std::string_view path);

}  // namespace broker
