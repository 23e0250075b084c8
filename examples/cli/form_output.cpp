#include "form_output.hpp"

#include "output.hpp"
#include "text.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <string_view>

namespace cli {
namespace {

// HTML: text, or the value of an attribute in double quotes. A line break is read as another one
// unless it is written as a character reference.
std::string html(std::string_view text) {
  std::string written;
  for (const char c : text) {
    switch (c) {
      case '&': written.append("&amp;"); break;
      case '<': written.append("&lt;"); break;
      case '"': written.append("&quot;"); break;
      case '\r': written.append("&#13;"); break;
      case '\n': written.append("&#10;"); break;
      default: written.push_back(c);
    }
  }
  return written;
}

std::string input(std::string_view type, const presign::form_field& field) {
  std::string tag("<input type=\"");
  tag.append(type).append("\" name=\"").append(html(field.name));
  return tag.append("\" value=\"").append(html(field.value)).append("\">");
}

bool has(const std::vector<presign::form_field>& fields, const std::string& name) {
  return std::any_of(fields.begin(), fields.end(),
                     [name = lower(name)](const auto& one) { return lower(one.name) == name; });
}

}  // namespace

std::string as_json(const presign::presigned_post& form) {
  auto fields = nlohmann::ordered_json::object();
  for (const auto& one : form.fields) fields[one.name] = one.value;
  const nlohmann::ordered_json object = {{"url", form.url},
                                         {"fields", std::move(fields)},
                                         {"signed_at", iso8601(form.signed_at)},
                                         {"expires_at", iso8601(form.expires_at)},
                                         {"warnings", to_json(form.warnings)}};
  return object.dump(2);
}

std::string as_html(const presign::presigned_post& form,
                    const std::vector<presign::form_field>& editable) {
  std::string page(
      "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>Upload</title>\n</head>\n"
      "<body>\n<form method=\"post\" enctype=\"multipart/form-data\" action=\"");
  page.append(html(form.url)).append("\">\n");
  std::string on_change;
  for (const auto& one : form.fields) {
    if (!has(editable, one.name)) {
      page.append(input("hidden", one)).append("\n");
      continue;
    }
    page.append("<p><label>").append(html(one.name)).append(" ").append(input("text", one));
    page.append("</label></p>\n");
    if (lower(one.name) == "content-type") {
      on_change = " onchange=\"if (this.files[0]?.type) this.form.elements['" + one.name +
                  "'].value = this.files[0].type\"";
    }
  }
  // The file comes last: S3 ignores what stands behind it.
  page.append("<p><input type=\"file\" name=\"file\" required").append(on_change).append("></p>\n");
  return page.append("<p><button>Upload</button></p>\n</form>\n</body>\n</html>");
}

std::string as_curl(const presign::presigned_post& form) {
  std::string command = "curl";
  for (const auto& one : form.fields) {
    command.append(" --form-string ").append(shell_quoted(one.name + '=' + one.value));
  }
  // Within the inner quotes, curl takes ',' and ';' for part of the name.
  command.append(" --form \"file=@\\\"${FILE:?names what to upload}\\\"\" ");
  return command.append(shell_quoted(form.url));
}

}  // namespace cli
