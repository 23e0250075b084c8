// The query of a URL, written sorted and encoded in one pass.
#pragma once

#include "base/text_writer.hpp"
#include "sigv4/uri_encode.hpp"

#include <presign/request.hpp>

#include <string_view>
#include <vector>

namespace presign::detail {

std::vector<parameter_view> views_of(const std::vector<parameter>& parameters);

/// Appends a canonical query to a URL: the caller's parameters, which it sorts, and in their
/// midst, where they belong, those that signing adds. All must outlive it.
class query_writer {
 public:
  query_writer(text_writer& out, std::vector<parameter_view> theirs);

  /// Writes one of ours, after all of theirs that sort before it. Ours come sorted; name and value,
  /// which is given in pieces, need no encoding, or have it.
  template <class... Pieces>
  void add(std::string_view name, const Pieces&... value) {
    if (next_ != theirs_.end()) write_theirs_before(name);
    out_.append(separator_, name, "=", value...);
    separator_ = "&";
  }

  /// The same for a value that needs encoding.
  template <class... Pieces>
  void add_encoded(std::string_view name, const Pieces&... value) {
    add(name);
    (append_encoded(out_, value), ...);
  }

  /// Writes what is left of theirs.
  void finish();

 private:
  void write_theirs_before(std::string_view name);
  void write_next();

  text_writer& out_;
  std::string_view separator_;
  std::vector<parameter_view> theirs_;  // sorted
  std::vector<parameter_view>::const_iterator next_;
};

}  // namespace presign::detail
