// S3 requests: what is asked of a bucket.
#include "base/error_of.hpp"
#include "base/text.hpp"
#include "s3/s3_key.hpp"

#include <presign/s3.hpp>

#include <optional>

namespace presign::s3 {
namespace {

using detail::decimal;
using detail::error_of;

void add(request& what, std::string_view name, const std::string& value) {
  if (!value.empty()) what.query(std::string(name), value);
}

// A whole number within its bounds, or the request's flaw.
void add(request& what, std::string_view name, std::optional<int> value, int least, int most) {
  if (!value) return;
  if (*value < least || *value > most) {
    what.fail(error_of(errc::invalid_parameter,
                       {name, " must be ", decimal(least).view(), " to ", decimal(most).view(),
                        ", got ", decimal(*value).view()}));
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

request bucket::object(std::string_view method, std::string_view key) const {
  auto what = common_;
  what.method = method;
  what.path.append("/");
  what.path.append(key);
  if (auto failure = detail::check_key(key)) what.fail(*std::move(failure));
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
  auto what = common_;
  if (what.path.empty()) what.path = "/";
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
