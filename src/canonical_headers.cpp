// Step: the canonical headers and the list of signed headers.
#include "canonical_headers.hpp"

#include "text.hpp"

#include <algorithm>
#include <optional>
#include <string>

namespace presign {
namespace detail {
namespace {

bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

// A line break in a value would end the header and begin another that nobody asked for.
bool is_forbidden(char c) noexcept { return is_control(c) && c != '\t'; }

std::optional<error> check(const header_view& one) {
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

bool name_less(const header_view& a, const header_view& b) noexcept {
  return less_ignoring_case(a.name, b.name);
}

// "Trim … and convert sequential spaces to a single space." Tabs count as spaces.
void append_collapsed(std::string& out, std::string_view value) {
  bool word_before = false;
  for (auto at = value.begin();;) {
    at = std::find_if_not(at, value.end(), is_blank);
    if (at == value.end()) return;
    const auto word_end = std::find_if(at, value.end(), is_blank);
    if (word_before) out.push_back(' ');
    out.append(at, word_end);
    word_before = true;
    at = word_end;
  }
}

}  // namespace

// "The canonical headers list … lowercase header name, followed by a colon … sorted by header
// name … values of duplicate headers joined by commas, in the order given."
result<sigv4::canonical_headers> canonicalize(std::vector<header_view> headers) {
  for (const auto& one : headers) {
    if (auto failure = check(one)) return *std::move(failure);
  }
  std::stable_sort(headers.begin(), headers.end(), name_less);

  sigv4::canonical_headers canonical;
  for (auto at = headers.begin(); at != headers.end();) {
    const auto name = lower(at->name);
    if (!canonical.names.empty()) canonical.names.push_back(';');
    canonical.names.append(name);

    const auto& first = *at;
    canonical.lines.append(name).push_back(':');
    append_collapsed(canonical.lines, first.value);
    for (++at; at != headers.end() && !name_less(first, *at); ++at) {
      canonical.lines.push_back(',');
      append_collapsed(canonical.lines, at->value);
    }
    canonical.lines.push_back('\n');
  }
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
