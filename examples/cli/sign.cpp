#include "command_line.hpp"
#include "commands.hpp"
#include "json.hpp"
#include "options.hpp"
#include "text.hpp"

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
or bucket/key. Give the key unencoded: presign percent-encodes it, and decodes
nothing in it. The options of aws s3 presign mean the same here.
)";

constexpr auto more_help_text = R"(
The output:
  --json                   Print a JSON object that describes the URL
  --curl                   Print a curl command that sends the request; its
                           body, if it has one, is the file named by $FILE
  --no-sign-request        Print the URL unsigned, for a public object

  -h, --help               Print this and exit
  --version                Print the version and exit

Environment (presign(1) says what each means, and the settings of a profile):
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN,
  AWS_SECURITY_TOKEN, AWS_CREDENTIAL_EXPIRATION, AWS_WEB_IDENTITY_TOKEN_FILE,
  AWS_PROFILE, AWS_DEFAULT_PROFILE, AWS_SHARED_CREDENTIALS_FILE,
  AWS_CONFIG_FILE, AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3,
  AWS_ENDPOINT_URL, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS, AWS_USE_FIPS_ENDPOINT,
  AWS_USE_DUALSTACK_ENDPOINT, AWS_S3_USE_ARN_REGION,
  AWS_S3_DISABLE_EXPRESS_SESSION_AUTH, AWS_SIGV4A_SIGNING_REGION_SET,
  AWS_S3_DISABLE_MULTIREGION_ACCESS_POINTS

The other global options of the AWS CLI, such as --output, change no URL: they
are accepted. Its --query is different: here, it adds a query parameter.

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
  bool is_signed = true;
};

// ── curl ────────────────────────────────────────────────────────────────────────────────────────

// Returns the options that make curl use the method, with its body.
std::string method_options(const presigned_url& link) {
  if (link.method == "GET") return "";
  if (link.method == "HEAD") return " --head";
  // If the path ends in a slash, curl appends the name of the file that it uploads. Without
  // --globoff, it would take a{b}.txt to mean ab.txt.
  const auto path = link.url.substr(0, link.url.find('?'));
  if (link.method == "PUT" && path.back() != '/') {
    return " --globoff --upload-file \"${FILE:?must name the file to upload}\"";
  }
  auto options = " --request " + link.method;
  if (link.method != "PUT" && link.method != "POST") return options;
  options.append(" --data-binary \"@${FILE:-/dev/null}\"");
  // The body is not a form, which curl would say that it is, and S3 would store.
  const auto is_type = [](const auto& header) { return header.name == "content-type"; };
  if (std::none_of(link.headers.begin(), link.headers.end(), is_type)) {
    options.append(" --header 'content-type:'");
  }
  return options;
}

std::string as_curl(const presigned_url& link) {
  auto command = "curl" + method_options(link);
  const auto& warnings = link.warnings;
  if (std::count(warnings.begin(), warnings.end(), presign::warning::dot_segments) > 0) {
    command.append(" --path-as-is");
  }
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
  // Any key will do for a signature that is not shown.
  const auto credentials =
      options.is_signed ? find_credentials(options) : presign::credentials{"none", "none"};
  if (!credentials) return credentials.error();
  const auto bucket = find_bucket(options);
  if (!bucket) return bucket.error();

  const presign::signer signer{*credentials};
  const auto request = make_request(*bucket, options);
  auto link = signer.presign(request, options.expires_in, options.signing);
  if (!link || options.is_signed) return link;
  // A request that is signed in its headers has a URL without a signature.
  auto plain = signer.sign(request, {options.signing.at});
  if (!plain) return plain.error();
  link->url = std::move(plain->url);
  return link;
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
  command_line line{
      "presign",
      std::string(help_text).append(request_help).append(common_help).append(more_help_text)};
  add_common(line, options);
  add_request(line, options);
  line.flag("--json", options.output, format::json);
  line.flag("--curl", options.output, format::curl);
  line.exclude({"--json", "--curl"});
  line.flag("--no-sign-request", options.is_signed, false);
  line.exclude({"--json", "--no-sign-request"});
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
