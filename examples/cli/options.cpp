#include "options.hpp"

#include "command_line.hpp"

namespace cli {
namespace {

using std::chrono::seconds;

constexpr auto help_text = R"(Usage: presign [OPTIONS] S3Uri
       presign post [OPTIONS] S3Uri      (see presign post --help)
       presign batch [OPTIONS] S3Uri     (see presign batch --help)
       presign explain [OPTIONS] URL     (see presign explain --help)

Prints a URL that allows whoever has it to make one request for an S3 object,
as long as the URL lives. S3Uri is s3://bucket/key, or bucket/key, the key as it
is: it is percent-encoded here, and nothing in it is decoded.

As in aws s3 presign:
  --expires-in SECONDS     How long the URL lives, 1 to 604800 (3600)
  --region NAME            The bucket's region (from the environment, or the
                           profile, or us-east-1)
  --profile NAME           Take credentials and region from this profile of the
                           AWS files
  --endpoint-url URL       Another S3 service. The bucket then stands in the
                           URL's path, unless the host is one of S3's own

The request:
  --method NAME            The HTTP method that the URL allows (GET)
  --query NAME=VALUE       Add a query parameter; can be given again
  --header NAME:VALUE      Sign a header, which must then be sent with exactly
                           this value; can be given again
  --version-id ID          This version of the object
  --filename NAME          Have browsers save the object under this name (GET
                           and HEAD)
  --path-style             Put the bucket in the URL's path
  --virtual-host           Put the bucket in the URL's host
  --dualstack              AWS's endpoint for IPv6 as well as IPv4
  --fips                   AWS's endpoint validated under FIPS 140
  --accelerate             S3 Transfer Acceleration

The time:
  --date TIME              Sign as of this time, 20130524T000000Z (now)
  --stable-window SECONDS  Give the same URL all through a window of this
                           length; the URL lives up to that much longer (0)

The output:
  --json                   Print a JSON object that tells all about the URL
  --curl                   Print a curl command that sends the request; where
                           that has a body, it is the file named by $FILE

  -h, --help               Print this and exit
  --version                Print the version and exit

Environment:
  AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN,
  AWS_CREDENTIAL_EXPIRATION, AWS_PROFILE, AWS_SHARED_CREDENTIALS_FILE,
  AWS_CONFIG_FILE, AWS_REGION, AWS_DEFAULT_REGION, AWS_ENDPOINT_URL_S3,
  AWS_ENDPOINT_URL, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS

Exit status: 0 if all went well, 1 if the URL could not be made, 2 if the
command line was not understood.

Examples:
  presign s3://examplebucket/holiday/cat.jpg --expires-in 600
  presign s3://examplebucket/report.pdf --filename "Übersicht 2026.pdf"
  presign s3://examplebucket/a.png --method PUT --header content-type:image/png
  presign s3://examplebucket/key --endpoint-url http://localhost:9000
)";

seconds read_window(const std::string& value) {
  const seconds window{read_number(value, "seconds")};
  if (window < seconds{0}) throw invalid_value("must not be negative, got " + value);
  return window;
}

}  // namespace

std::string read_method(std::string value) {
  for (char& c : value) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return value;
}

void add_request(CLI::App& app, options& asked) {
  using text = const std::string&;
  add(app, "--method", [&asked](text value) { asked.method = read_method(value); });
  add_list(app, "--query", [&asked](text value) {
    auto [name, its_value] = read_pair(value, '=');
    asked.query.push_back({std::move(name), std::move(its_value)});
  });
  add_list(app, "--header", [&asked](text value) {
    auto [name, its_value] = read_pair(value, ':');
    asked.headers.push_back({std::move(name), std::move(its_value)});
  });
  add(app, "--version-id", [&asked](text value) { asked.version_id = value; });
  add(app, "--filename", [&asked](text value) { asked.filename = value; });
  add(app, "--stable-window", [&asked](text value) { asked.stable_window = read_window(value); });
}

void check(const options& asked) {
  if (!asked.filename.empty() && asked.method != "GET" && asked.method != "HEAD") {
    throw CLI::ValidationError("--filename", "is for GET and HEAD, not for " + asked.method);
  }
}

std::variant<options, int> parse(const std::vector<std::string>& arguments) {
  options asked;
  CLI::App app{"", "presign"};
  add_common(app, asked);
  add_request(app, asked);
  auto* json = add_flag(app, "--json", [&asked] { asked.output = format::json; });
  add_flag(app, "--curl", [&asked] { asked.output = format::curl; })->excludes(json);
  if (const auto status = parse(app, arguments, help_text, [&asked] { check(asked); })) {
    return *status;
  }
  return asked;
}

}  // namespace cli
