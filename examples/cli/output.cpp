#include "output.hpp"

#include "text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace cli {
namespace {

using nlohmann::ordered_json;
using presign::presigned_url;

// ── JSON ────────────────────────────────────────────────────────────────────────────────────────

std::string_view code_of(presign::warning what) {
  switch (what) {
    case presign::warning::dot_segments: return "dot_segments";
    case presign::warning::line_breaks: return "line_breaks";
    case presign::warning::dollar_signs: return "dollar_signs";
    case presign::warning::credentials_expire_first: return "credentials_expire_first";
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
          presign::errc::invalid_header,
          "the value of header \"" + one.name + "\" is not UTF-8, which JSON cannot hold"};
    }
    headers[one.name] = one.value;
  }
  const ordered_json object = {{"url", link.url},
                               {"method", link.method},
                               {"headers", std::move(headers)},
                               {"signed_at", iso8601(link.signed_at)},
                               {"expires_at", iso8601(link.expires_at)},
                               {"warnings", to_json(link.warnings)}};
  return object.dump(2);
}

// ── curl ────────────────────────────────────────────────────────────────────────────────────────

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

nlohmann::ordered_json to_json(const std::vector<presign::warning>& warnings) {
  auto array = ordered_json::array();
  for (const auto one : warnings) {
    array.push_back({{"code", code_of(one)}, {"message", presign::describe(one)}});
  }
  return array;
}

presign::result<std::string> write(const presigned_url& link, format output) {
  switch (output) {
    case format::json: return as_json(link);
    case format::curl: return as_curl(link);
    case format::url: break;
  }
  return link.url;
}

}  // namespace cli
