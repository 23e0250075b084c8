#include "options.hpp"

#include "text.hpp"

#include <algorithm>
#include <charconv>

namespace cli {
namespace {

using presign::s3::addressing;
using std::chrono::seconds;

bool begins_with(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

bool ends_with(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}

bool contains(std::string_view text, std::string_view part) { return text.find(part) != text.npos; }

// ── S3Uri ───────────────────────────────────────────────────────────────────────────────────────

// Returns the position after the next of these characters; npos if there is none, or if at is npos.
std::size_t after(const std::string& value, std::string_view characters, std::size_t at) {
  at = value.find_first_of(characters, at);
  return at == value.npos ? at : at + 1;
}

// Finds the slash before the key. The ARN of an access point may have slashes of its own, which
// divide its resource: "accesspoint/NAME", "outpost/ID/accesspoint/NAME".
std::size_t end_of_bucket(const std::string& value, std::size_t begin) {
  auto at = begin;
  if (value.compare(begin, 4, "arn:") == 0) {
    for (int colons = 0; colons < 5; ++colons) at = after(value, ":", at);
    const auto resource = value.substr(std::min(at, value.size()));
    int separators = begins_with(resource, "accesspoint") ? 1 : 0;
    if (begins_with(resource, "outpost")) separators = 3;
    while (separators-- > 0) at = after(value, ":/", at);
    if (at == value.npos) at = begin;  // not an ARN: the library will say why
  }
  return std::min(value.find('/', at), value.size());
}

std::string percent_decoded(std::string_view text) {
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const auto digits = text.substr(i + 1, 2);
    const auto* const end = digits.data() + digits.size();
    unsigned char byte = 0;
    const bool is_encoded = text[i] == '%' && digits.size() == 2 &&
                            std::from_chars(digits.data(), end, byte, 16).ptr == end;
    result.push_back(is_encoded ? static_cast<char>(byte) : text[i]);
    if (is_encoded) i += 2;
  }
  return result;
}

// Returns the S3Uri of the object at a URL of Amazon S3, or nothing if the URL has none.
std::string uri_of_object(std::string_view url) {
  const auto begin = url.find("://") + 3;
  const auto end = std::min(url.find_first_of(":/?#", begin), url.size());
  const auto host = lower(url.substr(begin, end - begin));
  auto path = url.substr(std::min(url.find_first_of("/?#", end), url.size()));
  path = path.substr(0, path.find_first_of("?#"));
  if (path.empty()) return "";

  const auto at = host.rfind(".s3");  // the end of a bucket in the host
  const auto address = at == host.npos ? host : host.substr(at + 1);
  const bool is_s3 =
      (begins_with(address, "s3.") || begins_with(address, "s3-")) &&
      (ends_with(address, ".amazonaws.com") || ends_with(address, ".amazonaws.com.cn"));
  if (!is_s3) return "";
  // These have other buckets, or none: load balancers may be called s3-something.
  for (const auto* other : {"accesspoint", "object-lambda", "outposts", "vpce", ".elb."}) {
    if (contains(address, other)) return "";
  }
  const auto bucket = at == host.npos ? "" : host.substr(0, at) + "/";
  const auto name = bucket + percent_decoded(path.substr(1));
  const auto slash = name.find('/');
  return slash == 0 || slash >= name.size() - 1 ? "" : "s3://" + name;
}

void reject_url(const std::string& value) {
  const auto separator = value.find("://");
  const auto scheme = separator == value.npos ? "" : lower(value.substr(0, separator));
  if (scheme != "https" && scheme != "http" && scheme != "wss" && scheme != "ws") return;
  std::string message("must be s3://bucket/key, got a URL");
  const auto uri = uri_of_object(value);
  if (!uri.empty()) message.append("; its object is \"").append(uri).append("\"");
  if (contains(value, "X-Amz-")) message.append("; presign explain prints what the URL says");
  throw invalid_value(message);
}

// Reads "s3://bucket/key" or "bucket/key", as the AWS CLI does. Everything after the bucket's slash
// is the key, byte for byte.
void read_uri(const std::string& value, std::optional<std::string_view> default_name,
              common_options& options) {
  reject_url(value);
  constexpr std::string_view scheme = "s3://";
  const auto begin = begins_with(lower(value), scheme) ? scheme.size() : 0;
  const auto slash = end_of_bucket(value, begin);
  options.bucket = value.substr(begin, slash - begin);
  options.key = value.substr(std::min(slash + 1, value.size()));
  const bool is_folder = options.key.empty() || options.key.back() == '/';
  if (is_folder && default_name) options.key.append(*default_name);
  if (options.bucket.empty() || (options.key.empty() && !default_name)) {
    throw invalid_value(
        "must be s3://bucket/key, but \"" + value + "\" has no " +
        (options.bucket.empty() ? "bucket" : "key") +
        (contains(value, "/") ? "" : "; a command comes first: post, batch or explain"));
  }
}

// Says what --query is here if the value is a filter of the AWS CLI's output instead.
void hint_at_jmespath(const std::string& value) {
  const auto has = [&value](const char* part) { return contains(value, part); };
  constexpr const char* parts[] = {"[?", "[]", "[*]", "`", "(@"};
  const bool is_path = !contains(value, "=") && value.find_first_of("[*|") != value.npos;
  if (!is_path && std::none_of(std::begin(parts), std::end(parts), has)) return;
  say("hint", "--query adds a query parameter to the URL; it does not take JMESPath");
}

// Accepts the global options of the AWS CLI that change no URL.
void accept_other_options(command_line& line) {
  for (const auto* name : {"--debug", "--no-verify-ssl", "--no-paginate", "--no-cli-pager",
                           "--cli-auto-prompt", "--no-cli-auto-prompt", "--v2-debug"}) {
    line.flag(name, [] {});
  }
  for (const auto* name : {"--output", "--color", "--ca-bundle", "--cli-read-timeout",
                           "--cli-connect-timeout", "--cli-binary-format", "--cli-error-format"}) {
    line.option(name, [](const std::string&) {});
  }
}

seconds read_seconds(const std::string& value) { return seconds{read_number(value, "seconds")}; }

seconds read_window(const std::string& value) {
  const auto window = read_seconds(value);
  if (window < seconds{0}) throw invalid_value("must not be negative, got " + value);
  return window;
}

}  // namespace

void add_common(command_line& line, common_options& options,
                std::optional<std::string_view> default_name) {
  line.argument("S3Uri", [&options, default_name](const std::string& value) {
    read_uri(value, default_name, options);
  });
  line.option("--expires-in", options.expires_in, read_seconds);
  auto& location = options.location;
  line.option("--region", location.region);
  line.option("--profile", options.profile);
  line.option("--endpoint-url", location.endpoint);
  line.option("--date", options.signing.at, read_date);
  line.flag("--path-style", location.style, addressing::path);
  line.flag("--virtual-host", location.style, addressing::virtual_host);
  line.flag("--bucket-endpoint", location.style, addressing::bucket_endpoint);
  line.exclude({"--path-style", "--virtual-host", "--bucket-endpoint"});
  line.flag("--dualstack", location.dual_stack, true);
  line.flag("--fips", location.fips, true);
  line.flag("--accelerate", location.accelerate, true);
  line.flag("--no-express-session", location.express_session, false);
  accept_other_options(line);
}

void add_request(command_line& line, request_options& options) {
  line.option("--method", options.method, read_method);
  line.list("--query", [&options](const std::string& value) {
    hint_at_jmespath(value);
    options.query.push_back(read_pair(value, '='));
  });
  line.list("--header", ':', options.headers);
  line.option("--version-id", options.version_id);
  line.option("--filename", options.filename);
  line.option("--stable-window", options.signing.stable_window, read_window);
}

void check(const request_options& options) {
  if (!options.filename.empty() && options.method != "GET" && options.method != "HEAD") {
    throw invalid_value("--filename is for GET and HEAD, not for " + options.method);
  }
}

std::string read_method(std::string value) {
  constexpr auto allowed = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  if (value.find_first_not_of(allowed) != value.npos) {
    throw invalid_value("must be an HTTP method such as GET, got \"" + value + '"');
  }
  for (char& c : value) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return value;
}

// The library's advice is to bring the profile's credentials into the environment.
presign::result<presign::credentials> find_credentials(const common_options& options) {
  auto credentials = presign::credentials::find(options.profile);
  if (credentials || credentials.error().code != presign::errc::profile_needs_network ||
      options.profile.empty() || !presign::credentials::from_environment()) {
    return credentials;
  }
  return presign::error{
      credentials.error().code,
      "the credentials of the profile \"" + options.profile +
          "\" come from a service or a program, but there are some in the environment: leave out "
          "--profile to sign with those; AWS_PROFILE can still name the profile for its region"};
}

presign::result<presign::s3::bucket> find_bucket(const common_options& options) {
  auto bucket = presign::s3::bucket::find(options.bucket, options.profile, options.location);
  if (bucket.error().code != presign::errc::missing_region) return bucket;
  say("note", "no region is configured, using us-east-1");  // as the AWS CLI does
  auto location = options.location;
  location.region = "us-east-1";
  return presign::s3::bucket::find(options.bucket, options.profile, location);
}

presign::request make_request(const presign::s3::bucket& bucket, const request_options& options) {
  presign::s3::get_options get;
  get.version_id = options.version_id;
  if (!options.filename.empty()) {
    get.response_content_disposition = presign::s3::content_disposition(options.filename);
  }
  auto request = bucket.get(options.key, get);
  request.method = options.method;
  for (const auto& [name, value] : options.query) request.query(name, value);
  for (const auto& [name, value] : options.headers) request.header(name, value);
  return request;
}

}  // namespace cli
