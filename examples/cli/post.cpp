#include "command_line.hpp"
#include "commands.hpp"
#include "json.hpp"
#include "options.hpp"
#include "text.hpp"

#include <presign/post.hpp>
#include <presign/signer.hpp>

#include <algorithm>
#include <cstdint>
#include <iostream>
#include <optional>
#include <set>

namespace cli {
namespace {

using presign::presigned_post;

constexpr auto help_text = R"(Usage: presign post [OPTIONS] S3Uri

Prints a form for browsers. Whoever has the form can upload files with it into
an S3 bucket until the form expires. S3Uri is s3://bucket/key. Give the key as
it is. ${filename} in it stands for the name of the file; it is appended to a
key that ends in a slash, and to a bucket without a key.

What may be uploaded:
  --max-size BYTES         Files of at most this size
  --min-size BYTES         Files of at least this size (0); needs --max-size
  --field NAME=VALUE       Add this field to the form. It must arrive with
                           exactly this value: acl, Content-Type, tagging,
                           success_action_redirect, x-amz-meta-...; can be
                           given several times
  --starts-with NAME=PREFIX
                           Allow any value that starts with the prefix for this
                           field. The form sends the value of --field, or the
                           prefix; can be given several times
)";

constexpr auto more_help_text = R"(
The output:
  --json                   Print a JSON object that describes the form (the
                           default)
  --html                   Print a page with the form
  --curl                   Print a curl command that sends the form, with the
                           file named by $FILE

  -h, --help               Print this and exit
  --version                Print the version and exit

The environment and the exit status are those of presign; see presign --help.

Examples:
  presign post s3://examplebucket/uploads/ --max-size 10000000 --html
  presign post s3://examplebucket/cat.jpg --field Content-Type=image/jpeg --curl
  presign post s3://examplebucket/img/ --starts-with Content-Type=image/
)";

enum class format { json, html, curl };

struct post_options : common_options {
  std::int64_t min_size = 0;
  std::optional<std::int64_t> max_size;
  std::vector<presign::name_value> fields;
  std::vector<presign::name_value> prefixes;
  format output = format::json;
};

void add_options(command_line& line, post_options& options) {
  const auto read_size = [](const std::string& value) { return read_number(value, "bytes"); };
  add_common(line, options, "${filename}");
  line.option("--max-size", options.max_size, read_size);
  line.option("--min-size", options.min_size, read_size);
  line.need("--min-size", "--max-size");
  line.list("--field", '=', options.fields);
  line.list("--starts-with", '=', options.prefixes);
  line.flag("--json", options.output, format::json);
  line.flag("--html", options.output, format::html);
  line.flag("--curl", options.output, format::curl);
  line.exclude({"--json", "--html", "--curl"});
}

// ── HTML ────────────────────────────────────────────────────────────────────────────────────────

// Escapes text, or the value of an attribute in double quotes. Browsers change line breaks that are
// not written as character references.
std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    switch (c) {
      case '&': result.append("&amp;"); break;
      case '<': result.append("&lt;"); break;
      case '"': result.append("&quot;"); break;
      case '\r': result.append("&#13;"); break;
      case '\n': result.append("&#10;"); break;
      default: result.push_back(c);
    }
  }
  return result;
}

std::string input(std::string_view type, const presign::name_value& field) {
  std::string tag("<input type=\"");
  tag.append(type).append("\" name=\"").append(escaped(field.name));
  return tag.append("\" value=\"").append(escaped(field.value)).append("\">");
}

bool has(const std::vector<presign::name_value>& fields, const std::string& name) {
  return std::any_of(fields.begin(), fields.end(),
                     [name = lower(name)](const auto& field) { return lower(field.name) == name; });
}

// Returns a page with the form. Users can edit the fields that have these names. If Content-Type is
// among them, it becomes the type of the file when a file is chosen.
std::string as_html(const presigned_post& form, const std::vector<presign::name_value>& editable) {
  std::string page(
      "<!DOCTYPE html>\n<html>\n<head>\n<meta charset=\"utf-8\">\n<title>Upload</title>\n</head>\n"
      "<body>\n<form method=\"post\" enctype=\"multipart/form-data\" action=\"");
  page.append(escaped(form.url)).append("\">\n");
  std::string on_change;
  for (const auto& field : form.fields) {
    if (!has(editable, field.name)) {
      page.append(input("hidden", field)).append("\n");
      continue;
    }
    page.append("<p><label>").append(escaped(field.name)).append(" ").append(input("text", field));
    page.append("</label></p>\n");
    if (lower(field.name) == "content-type") {
      on_change = " onchange=\"if (this.files[0]?.type) this.form.elements['" + field.name +
                  "'].value = this.files[0].type\"";
    }
  }
  // The file comes last: S3 ignores the fields after it.
  page.append("<p><input type=\"file\" name=\"file\" required").append(on_change).append("></p>\n");
  return page.append("<p><button>Upload</button></p>\n</form>\n</body>\n</html>");
}

// ── curl ────────────────────────────────────────────────────────────────────────────────────────

std::string as_curl(const presigned_post& form) {
  std::string command = "curl";
  for (const auto& field : form.fields) {
    command.append(" --form-string ").append(shell_quoted(field.name + '=' + field.value));
  }
  // In the inner quotes, curl takes ',' and ';' as part of the name, and needs a backslash before
  // '"' and '\'.
  command.append(R"( --form "file=@\"$(printf %s "${FILE:?must name the file to upload}" |)"
                 R"( sed 's/["\\]/\\&/g')\"" )");
  return command.append(shell_quoted(form.url));
}

// ── The command ─────────────────────────────────────────────────────────────────────────────────

// The form has each field that may arrive with several values, so that it works unchanged.
presign::s3::post_policy make_policy(const presign::s3::bucket& bucket,
                                     const post_options& options) {
  auto policy = bucket.post(options.key);
  std::set<std::string> given{"key"};
  for (const auto& [name, value] : options.fields) {
    policy.field(name, value);
    given.insert(lower(name));
  }
  for (const auto& [name, prefix] : options.prefixes) {
    policy.starts_with(name, prefix);
    if (given.insert(lower(name)).second) policy.field(name, prefix);
  }
  if (options.max_size) policy.content_length_range(options.min_size, *options.max_size);
  return policy;
}

presign::result<presigned_post> sign(const post_options& options) {
  const auto credentials = find_credentials(options);
  if (!credentials) return credentials.error();
  const auto bucket = find_bucket(options);
  if (!bucket) return bucket.error();
  return presign::signer{*credentials}.presign_post(make_policy(*bucket, options),
                                                    options.expires_in, options.signing);
}

std::string write(const presigned_post& form, const post_options& options) {
  switch (options.output) {
    case format::curl: return as_curl(form);
    case format::html: return as_html(form, options.prefixes);
    case format::json: break;
  }
  return as_json(form);
}

}  // namespace

int post(const std::vector<std::string>& arguments) {
  post_options options;
  command_line line{"presign post",
                    std::string(help_text).append(common_help).append(more_help_text)};
  add_options(line, options);
  if (const auto status = line.parse(arguments)) return *status;

  const auto form = sign(options);
  if (!form) return fail(form.error());
  for (const auto warning : form->warnings) say("warning", presign::describe(warning));
  std::cout << write(*form, options) << '\n';
  return 0;
}

}  // namespace cli
