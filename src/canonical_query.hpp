// The query of a URL, written sorted and encoded in one pass.
#pragma once

#include <presign/request.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace presign::detail {

/// Appends a canonical query to a URL: the caller's parameters, which it sorts, and in their
/// midst, where they belong, those that signing adds. Both must outlive it.
class query_writer {
 public:
  query_writer(std::string& out, const std::vector<parameter>& theirs);

  /// Writes one of ours, after all of theirs that sort before it. Ours come sorted; the name needs
  /// no encoding, and the value is raw.
  void add(std::string_view name, std::string_view value);

  /// Writes what is left of theirs.
  void finish();

 private:
  void write(std::string_view name, std::string_view value);

  std::string& out_;
  const std::size_t begin_;
  std::vector<const parameter*> theirs_;  // sorted
  std::vector<const parameter*>::const_iterator next_;
};

}  // namespace presign::detail
