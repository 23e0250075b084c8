// Step: the canonical headers and the list of signed headers.
#include "sigv4/canonical_headers.hpp"

#include "base/error_of.hpp"
#include "base/text.hpp"

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
  is_lower(name) ? out.append(name) : out.append(lower(name));
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
    return error_of(errc::invalid_header,
                    {"a header name must consist of letters, digits and !#$%&'*+-.^_`|~, got ",
                     quoted(one.name)});
  }
  // To the end, whatever there is, and so over many bytes at a time.
  unsigned char has_bad = 0;
  for (const char c : one.value) has_bad |= static_cast<unsigned char>(is_forbidden(c));
  if (has_bad != 0) {
    const auto bad = std::find_if(one.value.begin(), one.value.end(), is_forbidden);
    return error_of(errc::invalid_header,
                    {"the value of header \"", one.name,
                     "\" must not hold line breaks or control characters; byte ",
                     decimal(bad - one.value.begin()).view(), " is one"});
  }
  return {};
}

void sort_headers(header_view* begin, header_view* end) {
  if (end - begin > 1) std::stable_sort(begin, end, name_less);
}

// "The canonical headers list … lowercase header name, followed by a colon … sorted by header
// name … values of duplicate headers joined by commas, in the order given."
void write_header_lines(const header_view* begin, const header_view* end, text_writer& out) {
  for (auto* at = begin; at != end;) {
    const auto& first = *at;
    append_lower(out, first.name);
    out.append(":");
    append_collapsed(out, first.value);
    for (++at; at != end && !name_less(first, *at); ++at) {
      out.append(",");
      append_collapsed(out, at->value);
    }
    out.append("\n");
  }
}

void write_header_names(const header_view* begin, const header_view* end, text_writer& out) {
  for (auto* at = begin; at != end; ++at) {
    if (at != begin && !name_less(at[-1], *at)) continue;
    if (at != begin) out.append(";");
    append_lower(out, at->name);
  }
}

result<sigv4::canonical_headers> canonicalize(std::vector<header_view> headers) {
  for (const auto& one : headers) {
    if (auto failure = check_header(one)) return *std::move(failure);
  }
  auto* const begin = headers.data();
  auto* const end = begin + headers.size();
  sort_headers(begin, end);
  sigv4::canonical_headers canonical;
  string_writer lines{canonical.lines};
  string_writer names{canonical.names};
  write_header_lines(begin, end, lines);
  write_header_names(begin, end, names);
  lines.finish();
  names.finish();
  return canonical;
}

}  // namespace detail

result<sigv4::canonical_headers> sigv4::canonical_headers::of(const std::vector<header>& headers) {
  std::vector<header_view> views;
  views.reserve(headers.size());
  for (const auto& one : headers) views.push_back({one.name, one.value});
  return detail::canonicalize(std::move(views));
}

}  // namespace presign
