// Content-Disposition for a file name in any script. RFC 6266 and RFC 8187.
#include "base/text.hpp"
#include "sigv4/uri_encode.hpp"

#include <presign/s3.hpp>

namespace presign::s3 {

// RFC 6266, section 4.3: filename* carries any name in UTF-8; filename is for those that do not
// know filename*. Appendix D: no '%' in filename, which some decode, and no '"' or '\', which some
// do not unescape.
std::string content_disposition(std::string_view file_name) {
  std::string full;      // what is meant
  std::string fallback;  // the same in ASCII
  while (!file_name.empty()) {
    const auto length = detail::utf8_length(file_name);
    const char c = file_name.front();
    if (length == 0) {
      full.append("\xef\xbf\xbd");  // U+FFFD
      fallback.push_back('_');
    } else if (length > 1) {
      full.append(file_name.substr(0, length));
      fallback.push_back('_');
    } else if (detail::is_control(c) || c == '/' || c == '\\') {
      full.push_back('_');
      fallback.push_back('_');
    } else {
      full.push_back(c);
      fallback.push_back(c == '"' || c == '%' ? '_' : c);
    }
    file_name.remove_prefix(length == 0 ? 1 : length);
  }

  std::string value = "attachment";
  if (full.empty()) return value;
  value.append("; filename=\"").append(fallback).append("\"");
  if (fallback != full) {
    value.append("; filename*=UTF-8''");
    detail::append_encoded(value, full);
  }
  return value;
}

}  // namespace presign::s3
