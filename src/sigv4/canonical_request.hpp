// Steps 1 and 2 in parts, for code that writes them into buffers of its own.
#pragma once

#include "sigv4/uri_encode.hpp"

#include <optional>

namespace presign::detail {

/// Returns a raw path without "." and ".." segments and doubled slashes.
std::string normalized(std::string_view raw);

/// Returns the canonical path of a path that was spelt by somebody else: percent-encoded as it is
/// sent, and decoded to raw bytes. Services that encode the path twice sign the spelling.
std::string canonical_path_of(std::string_view sent, std::string_view raw,
                              const service_rules& rules);

/// Appends a canonical query: the caller's parameters, sorted, and among them those that signing
/// adds. The writer and the parameters must outlive it.
class query_writer {
 public:
  /// Takes the caller's parameters, raw and in any order: a vector of parameter or name_value_view.
  template <class Parameters = std::vector<name_value_view>>
  query_writer(text_writer& out, const Parameters& parameters) : out_(out) {
    callers_.reserve(parameters.size());
    for (const auto& each : parameters) callers_.push_back({each.name, each.value});
    sort();
  }

  /// Writes a parameter that signing adds, after all of the caller's that sort before it. The names
  /// must come in ascending order. Name and value (in pieces) are written as they are.
  template <class... Pieces>
  void add(std::string_view name, const Pieces&... value) {
    if (next_ != callers_.end()) write_callers(name);
    out_.append(separator_, name, "=", value...);
    separator_ = "&";
  }

  /// The same for a value that needs encoding.
  void add_encoded(std::string_view name, std::string_view value) {
    add(name);
    append_encoded(out_, value);
  }

  /// Writes the rest of the caller's parameters.
  void finish() { write_callers({}); }

 private:
  void sort();
  void write_callers(std::optional<std::string_view> before);

  text_writer& out_;
  std::string_view separator_;
  std::vector<name_value_view> callers_;  // sorted
  std::vector<name_value_view>::const_iterator next_;
};

/// Error: invalid_header.
std::optional<error> check_header(const name_value_view& header);

/// Sorts headers by name. Headers of one name stay in their order.
void sort_headers(name_value_view* begin, name_value_view* end);

/// Appends sigv4::canonical_headers of headers that were checked and sorted.
void write_header_lines(const name_value_view* begin, const name_value_view* end, text_writer& out);

/// Appends sigv4::signed_headers of such headers.
void write_header_names(const name_value_view* begin, const name_value_view* end, text_writer& out);

}  // namespace presign::detail
