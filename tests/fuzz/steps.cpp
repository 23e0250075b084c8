// The steps of signing, each compared with its definition or reversed.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "sigv4/steps.hpp"

namespace {

using fuzz::require;
using fuzz::require_same;

bool is_unreserved(char c) {
  return presign::detail::is_alnum(c) || c == '-' || c == '.' || c == '_' || c == '~';
}

// "URI encode every byte except the unreserved characters."
std::string encoded_by_definition(std::string_view raw) {
  std::string text;
  for (const char c : raw) {
    char escape[4];
    std::snprintf(escape, sizeof escape, "%%%02X", static_cast<unsigned char>(c));
    is_unreserved(c) ? text.push_back(c) : static_cast<void>(text.append(escape));
  }
  return text;
}

void check_encoding(const std::string& a, const std::string& b) {
  const auto encoded = presign::sigv4::uri_encode(a);
  require_same(encoded, encoded_by_definition(a), "text is encoded by the definition");
  for (const bool encode_slash : {true, false}) {
    std::string decoded;
    require(presign::detail::append_decoded(decoded, presign::sigv4::uri_encode(a, encode_slash)),
            "encoded text can be decoded", a);
    require_same(decoded, a, "decoding returns the text");
  }
  require(presign::detail::encoded_less(a, b) == (encoded < presign::sigv4::uri_encode(b)),
          "texts are in the order of their encoded forms", a + "\n" + b);
  std::string hostile = "kept";
  if (!presign::detail::append_decoded(hostile, b)) {
    require_same(hostile, "kept", "text that cannot be decoded changes nothing");
  }
}

void check_query(const std::vector<presign::name_value>& parameters) {
  std::vector<std::pair<std::string, std::string>> sorted;
  for (const auto& [name, value] : parameters) {
    sorted.emplace_back(encoded_by_definition(name), encoded_by_definition(value));
  }
  std::sort(sorted.begin(), sorted.end());
  std::string expected;
  for (const auto& [name, value] : sorted) {
    expected.append(expected.empty() ? "" : "&").append(name).append("=").append(value);
  }
  require_same(presign::sigv4::canonical_query(parameters), expected,
               "a query is encoded, and then sorted");
}

void check_path(const std::string& raw) {
  const auto normalized = presign::detail::normalized(raw);
  require_same(presign::detail::normalized(normalized), normalized, "a normal path stays as it is");
  require(!presign::detail::has_dot_segment(normalized) && normalized.front() == '/' &&
              normalized.find("//") == std::string::npos,
          "a normal path has no segments that are empty, \".\" or \"..\"", normalized);
  presign::service_rules once;
  once.normalize_path = once.encode_path_twice = false;
  std::string decoded;
  require(presign::detail::append_decoded(decoded, presign::sigv4::canonical_path(raw, once)) &&
              decoded == raw,
          "a path that is encoded once can be decoded", raw);
}

void check_headers(const std::vector<presign::name_value>& headers, std::string_view whole_input) {
  const auto canonical = presign::sigv4::canonical_headers(headers);
  const auto signed_headers = presign::sigv4::signed_headers(headers);
  require(bool(canonical) == bool(signed_headers), "both take the same headers", whole_input);
  if (!canonical) return fuzz::check_error(canonical.error(), whole_input);
  std::vector<presign::name_value> read;
  std::string names;
  std::string_view lines = *canonical;
  while (!lines.empty()) {
    const auto line = lines.substr(0, lines.find('\n'));
    lines.remove_prefix(line.size() + 1);
    const auto colon = line.find(':');
    require(colon != line.npos, "a header's line has a colon", line);
    require(read.empty() || read.back().name < line.substr(0, colon), "headers are sorted", line);
    read.push_back({std::string(line.substr(0, colon)), std::string(line.substr(colon + 1))});
    names.append(names.empty() ? "" : ";").append(read.back().name);
    require(read.back().value.find("  ") == std::string::npos &&
                read.back().value.find('\t') == std::string::npos,
            "blanks are collapsed", line);
  }
  require_same(*signed_headers, names, "the signed headers are those of the lines");
  require_same(presign::sigv4::canonical_headers(read).value(), *canonical,
               "canonical headers stay as they are");
}

// "2015-08-30T12:36:00Z" and "20150830T123600Z"
void check_time(const std::string& text, std::int64_t number) {
  if (const auto read = presign::sigv4::amz_date::parse(text)) {
    require_same(read->text(), text, "a date is the text that was read");
    require_same(presign::sigv4::amz_date::at(read->time()).value().text(), text,
                 "a date can be made of its time");
  }
  const presign::time_point time{std::chrono::seconds{number}};
  if (const auto date = presign::sigv4::amz_date::at(time)) {
    require(presign::sigv4::amz_date::parse(date->text()).value().time() == time,
            "a date that was written can be read", date->text());
    std::string iso(date->text());
    iso.insert(13, ":").insert(11, ":").insert(6, "-").insert(4, "-");
    require(presign::parse_iso8601(iso).value() == time, "a time that was written can be read",
            iso);
  }
  if (const auto end = presign::parse_iso8601(text); !end) fuzz::check_error(end.error(), text);
}

// Matches any number of characters with each '*'.
bool matches(std::string_view pattern, std::string_view text) {
  std::vector<bool> can_be_at(text.size() + 1);  // after the pattern's beginning
  can_be_at[0] = true;
  for (const char c : pattern) {
    std::vector<bool> next(text.size() + 1);
    for (std::size_t at = 0; at <= text.size(); ++at) {
      if (c == '*') {
        next[at] = can_be_at[at] || (at > 0 && next[at - 1]);
      } else {
        next[at] = at > 0 && can_be_at[at - 1] && text[at - 1] == c;
      }
    }
    can_be_at = next;
  }
  return can_be_at.back();
}

void check_region_set(const std::string& set, const std::string& region) {
  if (set.size() > 99 || region.size() > 99) return;  // the definition takes its time
  bool is_in = false;
  for (const auto pattern : presign::detail::split(set, ',')) is_in |= matches(pattern, region);
  require(presign::detail::is_in_region_set(set, region) == is_in,
          "a region is in a set by the meaning of '*'", set + "\n" + region);
}

void check_disposition(const std::string& name) {
  const auto value = presign::s3::content_disposition(name);
  require(std::all_of(value.begin(), value.end(), [](char c) { return c >= 0x20 && c < 0x7f; }),
          "a Content-Disposition is ASCII", value);
  constexpr std::string_view mark = "filename*=UTF-8''";
  const auto at = value.find(mark);
  std::string decoded;
  if (at == std::string::npos) return;
  require(presign::detail::append_decoded(decoded, value.substr(at + mark.size())) &&
              presign::detail::is_utf8(decoded) && decoded.find('/') == std::string::npos,
          "a file name is UTF-8, and no path", value);
}

void check_canonical_request(const std::string& path, const std::string& query) {
  const presign::sigv4::canonical_request request{
      "GET", path, query, "host:x\n", "host", presign::sigv4::unsigned_payload};
  require_same(presign::sigv4::hex(request.hash().value()),
               presign::sigv4::payload_hash(request.text()).value(),
               "the hash of a canonical request is that of its text");
}

}  // namespace

// The input is two texts and a number, then pairs of texts, used as parameters and as headers.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input in{data, size};
  const auto a = in.text();
  const auto b = in.text();
  const auto number = in.number();
  std::vector<presign::name_value> parameters;
  std::vector<presign::name_value> headers;
  while (!in.empty()) {
    const auto name = in.text();
    const auto value = in.text();
    parameters.push_back({name, value});
    headers.push_back({name, value});
  }
  check_encoding(a, b);
  check_path(a);
  check_query(parameters);
  check_headers(headers, fuzz::as_text(data, size));
  check_time(a, number);
  check_region_set(a, b);
  check_disposition(a);
  check_canonical_request(a, b);
  return 0;
}
