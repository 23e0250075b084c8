#include "output.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>
#include <ctime>
#include <string_view>

namespace cli {
namespace {

using nlohmann::ordered_json;
using presign::presigned_url;

// ── JSON ────────────────────────────────────────────────────────────────────────────────────────

std::string iso8601(presign::time_point when) {
  const std::time_t seconds = when.time_since_epoch().count();
  const std::tm* utc = std::gmtime(&seconds);
  char text[80];
  std::snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02dZ", utc->tm_year + 1900,
                utc->tm_mon + 1, utc->tm_mday, utc->tm_hour, utc->tm_min, utc->tm_sec);
  return text;
}

std::string_view code_of(presign::warning what) {
  switch (what) {
    case presign::warning::dot_segments: return "dot_segments";
    case presign::warning::line_breaks: return "line_breaks";
    case presign::warning::dollar_signs: return "dollar_signs";
    case presign::warning::credentials_die_first: return "credentials_die_first";
  }
  return "unknown";
}

// JSON is Unicode, while a header's value may hold any bytes.
bool is_unicode(const std::string& text) {
  try {
    ordered_json(text).dump();
    return true;
  } catch (const ordered_json::type_error&) {
    return false;
  }
}

presign::result<std::string> as_json(const presigned_url& link) {
  auto headers = ordered_json::object();
  for (const auto& one : link.headers) {
    if (!is_unicode(one.value)) {
      return presign::error{
          presign::errc::invalid_header_value,
          "the value of header \"" + one.name + "\" is not UTF-8, which JSON cannot hold"};
    }
    headers[one.name] = one.value;
  }
  auto warnings = ordered_json::array();
  for (const auto one : link.warnings) {
    warnings.push_back({{"code", code_of(one)}, {"message", presign::describe(one)}});
  }
  const ordered_json object = {{"url", link.url},
                               {"method", link.method},
                               {"headers", std::move(headers)},
                               {"signed_at", iso8601(link.signed_at)},
                               {"expires_at", iso8601(link.expires_at)},
                               {"warnings", std::move(warnings)}};
  return object.dump(2);
}

// ── curl ────────────────────────────────────────────────────────────────────────────────────────

// "Enclosing characters in single-quotes shall preserve the literal value of each character within
// the single-quotes. A single-quote cannot occur within single-quotes." POSIX.1-2017, 2.2.2
std::string shell_quoted(std::string_view text) {
  std::string word = "'";
  for (const char c : text) {
    if (c == '\'') {
      word.append("'\\''");
    } else {
      word.push_back(c);
    }
  }
  return word.append("'");
}

bool has(const presigned_url& link, presign::warning what) {
  return std::find(link.warnings.begin(), link.warnings.end(), what) != link.warnings.end();
}

bool ends_with_slash(const presigned_url& link) {
  const auto path_end = link.url.find('?');
  return link.url[path_end - 1] == '/';
}

bool has_header(const presigned_url& link, std::string_view name) {
  return std::any_of(link.headers.begin(), link.headers.end(),
                     [name](const auto& one) { return one.name == name; });
}

// The options that make curl use the method, with the body that belongs to it.
std::string method_options(const presigned_url& link) {
  if (link.method == "GET") return "";
  if (link.method == "HEAD") return " --head";
  // To a URL that ends in a slash, curl adds the name of a file that it uploads.
  if (link.method == "PUT" && !ends_with_slash(link)) {
    return " --upload-file \"${FILE:?names what to upload}\"";
  }
  auto options = " --request " + link.method;
  if (link.method != "PUT" && link.method != "POST") return options;
  options.append(" --data-binary \"@${FILE:-/dev/null}\"");
  // Nor is the body a form, which curl would say it is, and S3 store.
  if (!has_header(link, "content-type")) options.append(" --header 'content-type:'");
  return options;
}

std::string as_curl(const presigned_url& link) {
  auto command = "curl" + method_options(link);
  if (has(link, presign::warning::dot_segments)) command.append(" --path-as-is");
  for (const auto& one : link.headers) {
    // To curl, "name:" means not to send that header, "name;" to send it empty.
    const auto line = one.value.empty() ? one.name + ';' : one.name + ": " + one.value;
    command.append(" --header ").append(shell_quoted(line));
  }
  return command.append(" ").append(shell_quoted(link.url));
}

}  // namespace

presign::result<std::string> write(const presigned_url& link, format output) {
  switch (output) {
    case format::json: return as_json(link);
    case format::curl: return as_curl(link);
    case format::url: break;
  }
  return link.url;
}

}  // namespace cli
