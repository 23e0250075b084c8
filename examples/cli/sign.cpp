#include "command_line.hpp"
#include "commands.hpp"
#include "json.hpp"
#include "options.hpp"
#include "text.hpp"

#include <presign/credentials.hpp>
#include <presign/signer.hpp>

#include <algorithm>
#include <iostream>

namespace cli {
namespace {

using presign::presigned_url;

constexpr auto help_text = R"(Usage: presign [OPTIONS] S3Uri
       presign post [OPTIONS] S3Uri      (see presign post --help)
       presign batch [OPTIONS] S3Uri     (see presign batch --help)
       presign explain [OPTIONS] URL     (see presign explain --help)

Prints a presigned URL of an S3 object. Whoever has the URL can send the signed
request, as often as they like, until the URL expires. S3Uri is s3://bucket/key
or bucket/key. Give the key as it is: presign percent-encodes it, and decodes
nothing in it.

As in aws s3 presign:
  --expires-in SECONDS     Time until the URL expires, 1 to 604800 (3600)
  --region NAME            The bucket's region (from the environment, or the
                           profile, or us-east-1)
  --profile NAME           Take credentials and region from this profile of the
                           AWS files
  --endpoint-url URL       Use another S3 service. The bucket then goes into the
                           URL's path, unless the host is one of Amazon S3's

The request:
  --method NAME            The HTTP method that the URL allows (GET)
  --query NAME=VALUE       Add a query parameter; can be given several times
  --header NAME:VALUE      Sign a header, which must then be sent with exactly
                           this value; can be given several times
  --version-id ID          Sign for this version of the object
  --filename NAME          Have browsers save the object under this name (GET
                           and HEAD)
  --path-style             Put the bucket in the URL's path
  --virtual-host           Put the bucket in the URL's host
  --dualstack              Use AWS's endpoint for IPv6 as well as IPv4
  --fips                   Use AWS's endpoint validated under FIPS 140
  --accelerate             Use S3 Transfer Acceleration

The time:
  --date TIME              Sign as of this time, 20130524T000000Z (now)
  --stable-window SECONDS  Print the same URL throughout a window of this
                           length; the URL expires up to that much later (0)

The output:
  --json                   Print a JSON object that describes the URL
  --curl                   Print a curl command that sends the request; its
                           body, if it has one, is the file named by $FILE

  -h, --help               Print this and exit
  --version                Print the version and exit

Environment:
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN,
  AWS_CREDENTIAL_EXPIRATION, AWS_PROFILE, AWS_SHARED_CREDENTIALS_FILE,
  AWS_CONFIG_FILE, AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3,
  AWS_ENDPOINT_URL, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS

Exit status: 0 after success, 1 if the URL cannot be signed, 2 if the command
line is not valid.

Examples:
  presign s3://examplebucket/holiday/cat.jpg --expires-in 600
  presign s3://examplebucket/report.pdf --filename "Übersicht 2026.pdf"
  presign s3://examplebucket/a.png --method PUT --header content-type:image/png
  presign s3://examplebucket/key --endpoint-url http://localhost:9000
)";

enum class format { url, json, curl };

struct sign_options : request_options {
  format output = format::url;
};

// ── JSON ────────────────────────────────────────────────────────────────────────────────────────

presign::result<std::string> as_json(const presigned_url& link) {
  json_object headers;
  for (const auto& [name, value] : link.headers) {
    if (!is_utf8(value)) {
      return presign::error{
          presign::errc::invalid_header,
          "the value of header \"" + name + "\" is not UTF-8, which JSON requires"};
    }
    headers.emplace_back(name, value);
  }
  return to_text(json_object{{"url", link.url},
                             {"method", link.method},
                             {"headers", std::move(headers)},
                             {"signed_at", iso8601(link.signed_at)},
                             {"expires_at", iso8601(link.expires_at)},
                             {"warnings", to_json(link.warnings)}});
}

// ── curl ────────────────────────────────────────────────────────────────────────────────────────

bool has(const presigned_url& link, presign::warning warning) {
  return std::find(link.warnings.begin(), link.warnings.end(), warning) != link.warnings.end();
}

bool ends_with_slash(const presigned_url& link) {
  const auto path_end = link.url.find('?');
  return link.url[path_end - 1] == '/';
}

bool has_header(const presigned_url& link, std::string_view name) {
  return std::any_of(link.headers.begin(), link.headers.end(),
                     [name](const auto& header) { return header.name == name; });
}

// Returns the options that make curl use the method, with its body.
std::string method_options(const presigned_url& link) {
  if (link.method == "GET") return "";
  if (link.method == "HEAD") return " --head";
  // If the URL ends in a slash, curl appends the name of the file that it uploads.
  if (link.method == "PUT" && !ends_with_slash(link)) {
    return " --upload-file \"${FILE:?must name the file to upload}\"";
  }
  auto options = " --request " + link.method;
  if (link.method != "PUT" && link.method != "POST") return options;
  options.append(" --data-binary \"@${FILE:-/dev/null}\"");
  // The body is not a form, which curl would say that it is, and S3 would store.
  if (!has_header(link, "content-type")) options.append(" --header 'content-type:'");
  return options;
}

std::string as_curl(const presigned_url& link) {
  auto command = "curl" + method_options(link);
  if (has(link, presign::warning::dot_segments)) command.append(" --path-as-is");
  for (const auto& [name, value] : link.headers) {
    // To curl, "name:" means not to send that header, "name;" to send it empty.
    auto line = name;
    line.append(value.empty() ? ";" : ": ").append(value);
    command.append(" --header ").append(shell_quoted(line));
  }
  return command.append(" ").append(shell_quoted(link.url));
}

// ── The command ─────────────────────────────────────────────────────────────────────────────────

presign::result<presigned_url> sign(const sign_options& options) {
  const auto credentials = presign::credentials::find(options.profile);
  if (!credentials) return credentials.error();
  const auto bucket = find_bucket(options);
  if (!bucket) return bucket.error();

  return presign::signer{*credentials}.presign(make_request(*bucket, options), options.expires_in,
                                               signing_options(options));
}

presign::result<std::string> write(const presigned_url& link, format output) {
  switch (output) {
    case format::json: return as_json(link);
    case format::curl: return as_curl(link);
    case format::url: break;
  }
  return link.url;
}

}  // namespace

int sign(const std::vector<std::string>& arguments) {
  sign_options options;
  command_line line{"presign", help_text};
  add_common(line, options);
  add_request(line, options);
  line.flag("--json", [&options] { options.output = format::json; });
  line.flag("--curl", [&options] { options.output = format::curl; });
  line.exclude({"--json", "--curl"});
  if (const auto status = line.parse(arguments, [&options] { check(options); })) return *status;

  const auto link = sign(options);
  if (!link) return fail(link.error());
  const auto text = write(*link, options.output);
  if (!text) return fail(text.error());
  for (const auto warning : link->warnings) say("warning", presign::describe(warning));
  std::cout << *text << '\n';
  return 0;
}

}  // namespace cli
