// Step: the canonical path ("CanonicalUri").
#include "sigv4/canonical_path.hpp"

#include "sigv4/uri_encode.hpp"

#include <presign/sigv4.hpp>

#include <algorithm>
#include <string>
#include <string_view>

namespace presign {

// "Normalize URI paths according to RFC 3986. Remove redundant and relative path components."
// A trailing slash stays one; the path of no segments is "/".
std::string detail::normalized(std::string_view raw) {
  std::string path;
  for (std::size_t begin = 0; begin < raw.size();) {
    const auto end = std::min(raw.find('/', begin), raw.size());
    const auto segment = raw.substr(begin, end - begin);
    begin = end + 1;
    if (segment.empty() || segment == ".") continue;
    if (segment == "..") {
      path.resize(path.empty() ? 0 : path.rfind('/'));
    } else {
      path.append("/").append(segment);
    }
  }
  if (path.empty() || raw.back() == '/') path.push_back('/');
  return path;
}

// "The URI-encoded version of the absolute path component URI … encode each path segment twice,
// except for Amazon S3, which only gets encoded once."
std::string sigv4::canonical_path(std::string_view raw, const service_rules& rules) {
  auto encoded = rules.normalize_path ? uri_encode(detail::normalized(raw), slash::keep)
                                      : uri_encode(raw, slash::keep);
  if (rules.encode_path_twice) encoded = uri_encode(encoded, slash::keep);
  return encoded;
}

}  // namespace presign
