// Step: the canonical headers and the list of signed headers.
#include "canonical_headers.hpp"

#include "text.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace presign {
namespace detail {
namespace {

// A line break in a value would end the header and begin another that nobody asked for.
bool is_forbidden(char c) noexcept { return is_control(c) && c != '\t'; }

bool name_less(const header_view& a, const header_view& b) noexcept {
  return less_ignoring_case(a.name, b.name);
}

void append_lower(text_writer& out, std::string_view name) {
  const bool is_lower =
      std::none_of(name.begin(), name.end(), [](char c) { return lower(c) != c; });
  is_lower ? out.append(name) : out.append(lower(name));
}

// "Trim … and convert sequential spaces to a single space." Tabs count as spaces.
void append_collapsed(text_writer& out, std::string_view value) {
  if (value.find(' ') == value.npos && value.find('\t') == value.npos) return out.append(value);
  std::string_view between;
  while (true) {
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    if (value.empty()) return;
    const auto word = value.substr(0, value.find_first_of(" \t"));
    out.append(between, word);
    between = " ";
    value.remove_prefix(word.size());
  }
}

}  // namespace

std::optional<error> check_header(const header_view& one) {
  if (!is_token(one.name)) {
    return error{errc::invalid_header_name,
                 "a header name must consist of letters, digits and !#$%&'*+-.^_`|~, got " +
                     quoted(one.name)};
  }
  const auto bad = std::find_if(one.value.begin(), one.value.end(), is_forbidden);
  if (bad != one.value.end()) {
    return error{errc::invalid_header_value,
                 "the value of header \"" + std::string(one.name) +
                     "\" must not hold line breaks or control characters; byte " +
                     std::to_string(bad - one.value.begin()) + " is one"};
  }
  return {};
}

// "The canonical headers list … lowercase header name, followed by a colon … sorted by header
// name … values of duplicate headers joined by commas, in the order given."
void write_canonical_headers(header_view* begin, header_view* end, text_writer& lines,
                             text_writer& names) {
  if (end - begin > 1) std::stable_sort(begin, end, name_less);
  std::string_view separator;
  for (auto* at = begin; at != end;) {
    const auto& first = *at;
    names.append(separator);
    append_lower(names, first.name);
    separator = ";";

    append_lower(lines, first.name);
    lines.append(":");
    append_collapsed(lines, first.value);
    for (++at; at != end && !name_less(first, *at); ++at) {
      lines.append(",");
      append_collapsed(lines, at->value);
    }
    lines.append("\n");
  }
}

result<sigv4::canonical_headers> canonicalize(std::vector<header_view> headers) {
  std::size_t size = 0;
  for (const auto& one : headers) {
    if (auto failure = check_header(one)) return *std::move(failure);
    size += one.name.size() + one.value.size() + 2;
  }
  sigv4::canonical_headers canonical;
  string_writer lines{canonical.lines, size};
  string_writer names{canonical.names};
  write_canonical_headers(headers.data(), headers.data() + headers.size(), lines, names);
  lines.finish();
  names.finish();
  return canonical;
}

}  // namespace detail

result<sigv4::canonical_headers> sigv4::canonical_headers::of(const std::vector<header>& headers) {
  std::vector<detail::header_view> views;
  views.reserve(headers.size());
  for (const auto& one : headers) views.push_back({one.name, one.value});
  return detail::canonicalize(std::move(views));
}

}  // namespace presign
