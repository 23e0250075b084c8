// Step 1: create a canonical request. Step 2: create a hash of the canonical request.
#include "sigv4/steps.hpp"

#include "base/text.hpp"

namespace presign {

// ── CanonicalUri ────────────────────────────────────────────────────────────────────────────────

// "Normalize URI paths according to RFC 3986. Remove redundant and relative path components."
// A trailing slash stays. An empty path becomes "/".
std::string detail::normalized(std::string_view raw) {
  std::string path;
  for (std::string_view rest = raw; !rest.empty();) {
    const auto segment = take_until('/', rest);
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
  return detail::canonical_path_of(uri_encode(raw, false), raw, rules);
}

// The sender has encoded the path once, and services that encode it twice encode what was sent.
std::string detail::canonical_path_of(std::string_view sent, std::string_view raw,
                                      const service_rules& rules) {
  const auto path = rules.encode_path_twice ? sent : raw;
  return rules.normalize_path ? sigv4::uri_encode(normalized(path), false)
                              : sigv4::uri_encode(path, false);
}

// ── CanonicalQueryString ────────────────────────────────────────────────────────────────────────

// "Sort the parameter names by character code point in ascending order", after encoding. Names are
// compared before values, not as "name=value": '=' sorts after '-', and "Param-3" after "Param".
void detail::query_writer::sort() {
  std::sort(given_.begin(), given_.end(), [](const auto& a, const auto& b) {
    return a.name == b.name ? encoded_less(a.value, b.value) : encoded_less(a.name, b.name);
  });
  next_ = given_.begin();
}

// "UriEncode(name) + "=" + UriEncode(value)", with '=' even if the value is empty.
void detail::query_writer::write_given(std::optional<std::string_view> before) {
  for (; next_ != given_.end() && (!before || encoded_less(next_->name, *before)); ++next_) {
    out_.append(separator_);
    append_encoded(out_, next_->name);
    out_.append("=");
    append_encoded(out_, next_->value);
    separator_ = "&";
  }
}

std::string sigv4::canonical_query(const std::vector<name_value>& parameters) {
  return detail::text_by(0, [&](auto& out) { detail::query_writer{out, parameters}.finish(); });
}

// ── CanonicalHeaders and SignedHeaders ──────────────────────────────────────────────────────────

namespace detail {
namespace {

bool name_less(const name_value_view& a, const name_value_view& b) noexcept {
  return less_ignoring_case(a.name, b.name);
}

// "Trim … and convert sequential spaces to a single space." Tabs count as spaces.
void append_collapsed(text_writer& out, std::string_view value) {
  if (value.find(' ') == value.npos && value.find('\t') == value.npos) return out.append(value);
  std::string_view separator;
  for (value = trimmed(value); !value.empty(); value = trimmed(value)) {
    const auto word = value.substr(0, value.find_first_of(" \t"));
    out.append(separator, word);
    separator = " ";
    value.remove_prefix(word.size());
  }
}

}  // namespace

std::optional<error> check_header(const name_value_view& header) {
  if (!is_token(header.name)) {
    return error_of(errc::invalid_header,
                    "a header name must consist of letters, digits and !#$%&'*+-.^_`|~",
                    header.name);
  }
  // A line break would end the header and begin another.
  const auto is_forbidden = [](char c) { return is_control(c) && c != '\t'; };
  const auto first = find_byte(header.value, is_forbidden);
  if (first == header.value.npos) return {};
  return error_of(errc::invalid_header,
                  {"the value of header \"", header.name,
                   "\" must not hold line breaks or control characters; byte ",
                   std::to_string(first), " is one"});
}

void sort_headers(name_value_view* begin, name_value_view* end) {
  if (end - begin > 1) std::stable_sort(begin, end, name_less);
}

// "Lowercase(HeaderName) + ":" + Trim(value) + "\n"", sorted by name. Values of equal names are
// joined with commas, in the order given.
void write_header_lines(const name_value_view* begin, const name_value_view* end,
                        text_writer& out) {
  for (const auto* header = begin; header != end;) {
    const auto& first = *header;
    is_lower(first.name) ? out.append(first.name) : out.append(lower(first.name));
    out.append(":");
    append_collapsed(out, first.value);
    for (++header; header != end && !name_less(first, *header); ++header) {
      out.append(",");
      append_collapsed(out, header->value);
    }
    out.append("\n");
  }
}

// "A list of … header names, separated by semicolons (;)." Each line begins with a name.
void write_header_names(std::string_view lines, text_writer& out) {
  std::string_view separator;
  while (!lines.empty()) {
    auto line = take_until('\n', lines);
    out.append(separator, take_until(':', line));
    separator = ";";
  }
}

}  // namespace detail

result<std::string> sigv4::canonical_headers(const std::vector<name_value>& headers) {
  std::vector<name_value_view> sorted;
  sorted.reserve(headers.size());
  for (const auto& each : headers) {
    sorted.push_back({each.name, each.value});
    if (auto failure = detail::check_header(sorted.back())) return *std::move(failure);
  }
  auto* const begin = sorted.data();
  auto* const end = begin + sorted.size();
  detail::sort_headers(begin, end);
  return detail::text_by(0, [=](auto& out) { detail::write_header_lines(begin, end, out); });
}

result<std::string> sigv4::signed_headers(const std::vector<name_value>& headers) {
  const auto lines = canonical_headers(headers);
  if (!lines) return lines.error();
  return detail::text_by(0, [&](auto& out) { detail::write_header_names(*lines, out); });
}

// ── HashedPayload ───────────────────────────────────────────────────────────────────────────────

// "Hex(SHA256Hash(<payload>))"
result<std::string> sigv4::payload_hash(std::string_view body) {
  const auto hash = detail::sha256_of(body);
  if (!hash) return hash.error();
  return hex(*hash);
}

// ── The canonical request and its hash ──────────────────────────────────────────────────────────

namespace {

// The last of the canonical headers ends in a newline of its own, so that an empty line follows.
void write(detail::text_writer& out, const sigv4::canonical_request& parts) {
  out.append(parts.method, "\n",          //
             parts.path, "\n",            //
             parts.query, "\n",           //
             parts.headers, "\n",         //
             parts.signed_headers, "\n",  //
             parts.payload_hash);
}

}  // namespace

std::string sigv4::canonical_request::text() const {
  return detail::text_by(0, [this](auto& out) { write(out, *this); });
}

result<sigv4::digest> sigv4::canonical_request::hash() const {
  detail::hash_writer out;
  write(out, *this);
  digest hash;
  if (!out.finish(hash)) return detail::hash_failure();
  return hash;
}

}  // namespace presign
