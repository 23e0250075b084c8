// S3 requests: where a bucket is, and what is asked of it.
#include "host.hpp"
#include "text.hpp"
#include "uri_encode.hpp"

#include <presign/s3.hpp>

#include <algorithm>

namespace presign::s3 {
namespace {

using detail::quoted;

// ── The endpoint ────────────────────────────────────────────────────────────────────────────────

struct endpoint {
  std::string scheme;
  std::string host;       // with the port where it is not the scheme's own
  std::string base_path;  // raw; "" or "/base", without a slash at its end
};

// https://docs.aws.amazon.com/general/latest/gr/s3.html
endpoint regional_endpoint(std::string_view region) {
  const bool china = region.substr(0, 3) == "cn-";
  endpoint aws{"https", "s3.", ""};
  aws.host.append(region).append(china ? ".amazonaws.com.cn" : ".amazonaws.com");
  return aws;
}

// scheme://host[:port][/base/path]
result<endpoint> parse_endpoint(std::string_view url) {
  const error failure{errc::invalid_endpoint,
                      "the endpoint must be a URL of the form "
                      "http[s]://host[:port][/base/path], percent-encoded, got " +
                          detail::quoted_address(url)};
  const auto scheme_end = url.find("://");
  if (scheme_end == url.npos) return failure;
  const auto authority = scheme_end + 3;
  const auto path = std::min(url.find_first_of("/?#", authority), url.size());

  endpoint parsed{detail::lower(url.substr(0, scheme_end)), "", ""};
  if (detail::append_host(parsed.host, parsed.scheme, url.substr(authority, path - authority))) {
    return failure;
  }
  const auto base_path = url.substr(path);
  const bool is_path = std::none_of(base_path.begin(), base_path.end(), [](char c) {
    return c == ' ' || c == '?' || c == '#' || detail::is_control(c);
  });
  if (!is_path || !detail::append_decoded(parsed.base_path, base_path)) return failure;
  // A request's path is raw: there, the first would separate, and nothing can hold the second.
  const auto slashes = [](std::string_view text) {
    return std::count(text.begin(), text.end(), '/');
  };
  if (slashes(parsed.base_path) != slashes(base_path) ||
      parsed.base_path.find('\0') != std::string::npos) {
    return error{errc::invalid_endpoint,
                 "the endpoint's base path must not hold %2F or %00, got " + quoted(base_path)};
  }
  while (!parsed.base_path.empty() && parsed.base_path.back() == '/') parsed.base_path.pop_back();
  return parsed;
}

// ── The bucket ──────────────────────────────────────────────────────────────────────────────────

// Names of the early years had up to 255 letters, digits, dots, hyphens and underscores.
bool is_bucket_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return detail::is_alnum(c) || c == '.' || c == '-' || c == '_';
         });
}

// Whether the name can stand before the endpoint's host.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
bool can_be_virtual_host(std::string_view name, const endpoint& where) noexcept {
  if (detail::is_ip_address(detail::without_port(where.host))) return false;
  if (name.size() < 3 || name.size() > 63 || detail::is_ip_address(name)) return false;
  // A certificate for *.s3.us-east-1.amazonaws.com covers one label.
  if (where.scheme == "https" && name.find('.') != name.npos) return false;
  for (std::string_view rest = name;;) {
    const auto label = rest.substr(0, rest.find('.'));
    const bool lower_case =
        std::none_of(label.begin(), label.end(), [](char c) { return c >= 'A' && c <= 'Z'; });
    if (!lower_case || !detail::is_host_label(label)) return false;
    if (label.size() == rest.size()) return true;
    rest.remove_prefix(label.size() + 1);
  }
}

bool is_single_label(std::string_view host) noexcept { return host.find('.') == host.npos; }

std::optional<error> check_key(std::string_view key) {
  if (key.empty()) return error{errc::empty_key, "the key must have 1 to 1024 bytes, it is empty"};
  if (key.size() > 1024) {
    return error{errc::key_too_long,
                 "the key must have 1 to 1024 bytes, it has " + std::to_string(key.size())};
  }
  for (std::size_t i = 0; i < key.size();) {
    const auto length = detail::utf8_length(key.substr(i));
    if (length == 0) {
      return error{errc::key_not_utf8,
                   "the key must be UTF-8; it stops to be at byte " + std::to_string(i)};
    }
    if (key[i] == '\0') {
      return error{errc::key_has_nul,
                   "the key must not hold a NUL; byte " + std::to_string(i) + " is one"};
    }
    i += length;
  }
  return {};
}

void add(request& what, std::string_view name, const std::string& value) {
  if (!value.empty()) what.query(std::string(name), value);
}

// A whole number within its bounds, or the request's flaw.
void add(request& what, std::string_view name, std::optional<int> value, int least, int most) {
  if (!value) return;
  if (*value < least || *value > most) {
    what.flaw = error{errc::invalid_parameter,
                      std::string(name) + " must be " + std::to_string(least) + " to " +
                          std::to_string(most) + ", got " + std::to_string(*value)};
  }
  what.query(std::string(name), std::to_string(*value));
}

void add(request& what, const get_options& options) {
  add(what, "versionId", options.version_id);
  add(what, "partNumber", options.part_number, 1, 10000);
  add(what, "response-cache-control", options.response_cache_control);
  add(what, "response-content-disposition", options.response_content_disposition);
  add(what, "response-content-encoding", options.response_content_encoding);
  add(what, "response-content-language", options.response_content_language);
  add(what, "response-content-type", options.response_content_type);
  add(what, "response-expires", options.response_expires);
}

}  // namespace

result<bucket> bucket::at(std::string_view name, const location& where) {
  if (!is_bucket_name(name)) {
    return error{errc::invalid_bucket,
                 "a bucket name has 1 to 255 letters, digits, dots, hyphens and underscores, got " +
                     quoted(name)};
  }
  if (!detail::is_host_label(where.region)) {
    return error{errc::invalid_region,
                 "the region must be a name such as us-east-1, got " + quoted(where.region)};
  }
  auto address =
      where.endpoint.empty() ? regional_endpoint(where.region) : parse_endpoint(where.endpoint);
  if (!address) return address.error();

  const bool possible = can_be_virtual_host(name, *address);
  if (where.style == addressing::virtual_host && !possible) {
    return error{errc::invalid_bucket, "the bucket " + quoted(name) +
                                           " cannot be a host name before " +
                                           quoted(address->host) + " under " + address->scheme};
  }
  const bool in_host =
      where.style == addressing::virtual_host ||
      (where.style == addressing::automatic && possible && !is_single_label(address->host));
  bucket placed;
  placed.scheme_ = std::move(address->scheme);
  placed.region_ = where.region;
  placed.host_ = in_host ? std::string(name) + '.' + address->host : std::move(address->host);
  placed.root_ = std::move(address->base_path);
  if (!in_host) placed.root_.append("/").append(name);
  return placed;
}

request bucket::object(std::string_view method, std::string_view key) const {
  request what;
  what.method = method;
  what.scheme = scheme_;
  what.host = host_;
  what.path.assign(root_).append("/").append(key);
  what.region = region_;
  what.flaw = check_key(key);
  return what;
}

request bucket::get(std::string_view key, const get_options& options) const {
  auto what = object("GET", key);
  add(what, options);
  return what;
}

request bucket::head(std::string_view key, const get_options& options) const {
  auto what = get(key, options);
  what.method = "HEAD";
  return what;
}

request bucket::put(std::string_view key) const { return object("PUT", key); }

request bucket::remove(std::string_view key, std::string_view version_id) const {
  auto what = object("DELETE", key);
  add(what, "versionId", std::string(version_id));
  return what;
}

request bucket::list(const list_options& options) const {
  request what;
  what.scheme = scheme_;
  what.host = host_;
  what.path = root_.empty() ? "/" : root_;
  what.region = region_;
  what.query("list-type", "2");
  add(what, "prefix", options.prefix);
  add(what, "delimiter", options.delimiter);
  add(what, "max-keys", options.max_keys, 0, 1000);
  add(what, "continuation-token", options.continuation_token);
  add(what, "start-after", options.start_after);
  if (options.encoding_type_url) what.query("encoding-type", "url");
  return what;
}

}  // namespace presign::s3
