// The requests of a bucket: bucket, key and options in, request out.
#include "base/text.hpp"
#include "s3/endpoint.hpp"

#include <presign/sigv4.hpp>

std::optional<presign::error> presign::detail::check_key(std::string_view key) {
  if (key.empty() || key.size() > 1024) {
    return error_of(errc::invalid_key,
                    {"the key must have 1 to 1024 bytes, got ", std::to_string(key.size())});
  }
  const auto byte = std::min(key.find('\0'), utf8_prefix(key));
  if (byte == key.size()) return {};
  const bool is_nul = key[byte] == '\0';
  return error_of(errc::invalid_key,
                  {"the key must ", is_nul ? "not hold a NUL" : "be valid UTF-8", "; byte ",
                   std::to_string(byte), is_nul ? " is one" : " is not"});
}

namespace presign::s3 {
namespace {

using detail::error_of;

// Bucket names of S3's first years have up to 255 letters, digits, dots, hyphens and underscores.
bool is_bucket_name(std::string_view name) noexcept {
  return !name.empty() && name.size() <= 255 && name != "." && name != ".." &&
         detail::all_of(
             name, [](char c) { return detail::is_alnum(c) || c == '.' || c == '-' || c == '_'; });
}

void add(request& request, std::string_view name, std::string_view value) {
  if (!value.empty()) request.query(std::string(name), std::string(value));
}

// Adds a number that must be within its bounds.
void add(request& request, std::string_view name, std::optional<int> number, int least, int most) {
  if (!number) return;
  const auto value = std::to_string(*number);
  if (*number < least || *number > most) {
    request.fail(error_of(
        errc::invalid_parameter,
        {name, " must be ", std::to_string(least), " to ", std::to_string(most), ", got ", value}));
  }
  add(request, name, value);
}

}  // namespace

// Ceph and OpenStack have "tenant:bucket", and ":bucket" for the tenant without a name.
result<bucket> bucket::at(std::string_view name, const s3::location& location) {
  const bool is_arn = detail::looks_like_arn(name);
  const auto bare_name = is_arn ? name : name.substr(name.find(':') + 1);
  const auto tenant = name.substr(0, name.find(':'));  // the whole name if it has none
  if (!is_arn && !(is_bucket_name(bare_name) && (tenant.empty() || is_bucket_name(tenant)))) {
    return error_of(errc::invalid_bucket,
                    "a bucket name has 1 to 255 letters, digits, dots, hyphens and underscores",
                    name);
  }
  auto resolved = detail::resolve_endpoint(name, location);
  if (!resolved) return resolved.error();
  return bucket(*std::move(resolved), std::string(bare_name));
}

request bucket::object(std::string_view method, std::string_view key) const {
  auto request = common_;
  request.method = method;
  request.path.append("/").append(key);
  if (auto failure = detail::check_key(key)) request.fail(*std::move(failure));
  return request;
}

request bucket::get(std::string_view key, const get_options& options) const {
  auto request = object("GET", key);
  add(request, "versionId", options.version_id);
  add(request, "partNumber", options.part_number, 1, 10000);
  add(request, "response-cache-control", options.response_cache_control);
  add(request, "response-content-disposition", options.response_content_disposition);
  add(request, "response-content-encoding", options.response_content_encoding);
  add(request, "response-content-language", options.response_content_language);
  add(request, "response-content-type", options.response_content_type);
  add(request, "response-expires", options.response_expires);
  return request;
}

request bucket::head(std::string_view key, const get_options& options) const {
  auto request = get(key, options);
  request.method = "HEAD";
  return request;
}

request bucket::put(std::string_view key) const { return object("PUT", key); }

request bucket::remove(std::string_view key, std::string_view version_id) const {
  auto request = object("DELETE", key);
  add(request, "versionId", version_id);
  return request;
}

request bucket::list(const list_options& options) const {
  auto request = common_;
  if (request.path.empty()) request.path = "/";
  request.query("list-type", "2");
  add(request, "prefix", options.prefix);
  add(request, "delimiter", options.delimiter);
  add(request, "max-keys", options.max_keys, 0, 1000);
  add(request, "continuation-token", options.continuation_token);
  add(request, "start-after", options.start_after);
  if (options.encoding_type_url) request.query("encoding-type", "url");
  return request;
}

// RFC 6266, section 4.3: filename* carries any name in UTF-8; filename is for clients that do not
// know filename*. Appendix D: no '%' in filename, which some clients decode, and no '"' or '\',
// which some do not unescape.
std::string content_disposition(std::string_view file_name) {
  std::string full;      // for filename*
  std::string fallback;  // in ASCII, for filename
  while (!file_name.empty()) {
    const auto length = detail::utf8_length(file_name);
    auto character = length == 0 ? "\xef\xbf\xbd" : file_name.substr(0, length);  // U+FFFD
    const char c = character.front();
    if (detail::is_control(c) || c == '/' || c == '\\') character = "_";
    full.append(character);
    fallback.append(character.size() > 1 || c == '"' || c == '%' ? "_" : character);
    file_name.remove_prefix(std::max<std::size_t>(length, 1));
  }
  if (full.empty()) return "attachment";
  auto value = "attachment; filename=\"" + fallback + '"';
  if (fallback != full) value += "; filename*=UTF-8''" + sigv4::uri_encode(full);
  return value;
}

}  // namespace presign::s3
