#include "options.hpp"

#include "messages.hpp"

#include <presign/sigv4.hpp>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <functional>
#include <iostream>
#include <stdexcept>
#include <string_view>
#include <system_error>
#include <tuple>
#include <utility>

namespace cli {
namespace {

using std::chrono::seconds;

constexpr auto help_text = R"(Usage: presign [OPTIONS] S3Uri

Prints a URL that allows whoever has it to make one request for an S3 object,
as long as the URL lives. S3Uri is s3://bucket/key, the key as it is: it is
percent-encoded here, and nothing in it is decoded.

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

// ── Values ──────────────────────────────────────────────────────────────────────────────────────

struct invalid_value : std::runtime_error {
  using std::runtime_error::runtime_error;
};

// "s3://bucket/key" or, as the AWS CLI takes it too, "bucket/key". All behind the first slash is
// the key, byte for byte.
std::pair<std::string, std::string> read_uri(const std::string& value) {
  constexpr std::string_view scheme = "s3://";
  const auto begin = value.compare(0, scheme.size(), scheme) == 0 ? scheme.size() : 0;
  const auto slash = std::min(value.find('/', begin), value.size());
  auto bucket = value.substr(begin, slash - begin);
  auto key = value.substr(std::min(slash + 1, value.size()));
  if (bucket.empty() || key.empty()) {
    throw invalid_value("must be s3://bucket/key, got \"" + value + "\", without a " +
                        (bucket.empty() ? "bucket" : "key"));
  }
  return {std::move(bucket), std::move(key)};
}

// Which numbers are good is for the library to say; it refuses the ends of the type.
seconds read_seconds(const std::string& value) {
  seconds::rep number = 0;
  const auto* end = value.data() + value.size();
  const auto [stop, failure] = std::from_chars(value.data(), end, number);
  if (stop != end || failure == std::errc::invalid_argument) {
    throw invalid_value("must be a whole number of seconds, got \"" + value + '"');
  }
  if (failure == std::errc::result_out_of_range) {
    return value.front() == '-' ? seconds::min() : seconds::max();
  }
  return seconds{number};
}

seconds read_window(const std::string& value) {
  const auto window = read_seconds(value);
  if (window < seconds{0}) throw invalid_value("must not be negative, got " + value);
  return window;
}

// What was given is not shown: the value of a header may be a secret.
std::pair<std::string, std::string> read_pair(const std::string& value, char separator) {
  const auto at = value.find(separator);
  if (at == value.npos || at == 0) {
    throw invalid_value(std::string("must be NAME") + separator + "VALUE, got one without " +
                        (at == 0 ? "a name" : std::string("'") + separator + "'"));
  }
  return {value.substr(0, at), value.substr(at + 1)};
}

presign::time_point read_date(const std::string& value) {
  const auto date = presign::sigv4::amz_date::parse(value);
  if (!date) throw invalid_value(date.error().message);
  return date->time();
}

// Methods are case-sensitive, and S3 has none in lower case.
std::string read_method(std::string value) {
  for (char& c : value) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  }
  return value;
}

// ── Options ─────────────────────────────────────────────────────────────────────────────────────

// An empty value is most often a shell variable that is not set: to pass over it would sign
// something other than what was meant.
CLI::Option* add(CLI::App& app, const std::string& name,
                 const std::function<void(const std::string& value)>& read) {
  const auto read_all = [name, read](const CLI::results_t& values) {
    for (const auto& value : values) {
      if (value.empty()) throw CLI::ValidationError(name, "must not be empty");
      try {
        read(value);
      } catch (const invalid_value& wrong) {
        throw CLI::ValidationError(name, wrong.what());
      }
    }
    return true;
  };
  return app.add_option(name, read_all)->type_name("value");
}

CLI::Option* add_flag(CLI::App& app, const std::string& name, const std::function<void()>& act) {
  return app.add_flag_callback(name, act)->disable_flag_override();
}

void add_options(CLI::App& app, options& asked) {
  using text = const std::string&;
  // The last one counts, as with the AWS CLI: an alias can set what a command line overrides.
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);

  add(app, "S3Uri", [&](text value) {
    std::tie(asked.bucket, asked.key) = read_uri(value);
  })->required();
  add(app, "--expires-in", [&](text value) { asked.expires_in = read_seconds(value); });
  add(app, "--region", [&](text value) { asked.region = value; });
  add(app, "--profile", [&](text value) { asked.profile = value; });
  add(app, "--endpoint-url", [&](text value) { asked.endpoint_url = value; });

  add(app, "--method", [&](text value) { asked.method = read_method(value); });
  add(app, "--query", [&](text value) {
    auto [parameter, its_value] = read_pair(value, '=');
    asked.query.push_back({std::move(parameter), std::move(its_value)});
  })->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add(app, "--header", [&](text value) {
    auto [header, its_value] = read_pair(value, ':');
    asked.headers.push_back({std::move(header), std::move(its_value)});
  })->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
  add(app, "--version-id", [&](text value) { asked.version_id = value; });
  add(app, "--filename", [&](text value) { asked.filename = value; });
  add(app, "--date", [&](text value) { asked.date = read_date(value); });
  add(app, "--stable-window", [&](text value) { asked.stable_window = read_window(value); });

  using presign::s3::addressing;
  auto* path_style = add_flag(app, "--path-style", [&] { asked.style = addressing::path; });
  add_flag(app, "--virtual-host", [&] {
    asked.style = addressing::virtual_host;
  })->excludes(path_style);
  auto* json = add_flag(app, "--json", [&] { asked.output = format::json; });
  add_flag(app, "--curl", [&] { asked.output = format::curl; })->excludes(json);
}

// The arguments as CLI11 wants them, last to first. Version 2.1 takes the next argument for the
// value of "--name=": give it the empty one that is meant.
std::vector<std::string> for_cli11(const CLI::App& app, const std::vector<std::string>& arguments) {
  std::vector<std::string> reversed;
  for (auto one = arguments.rbegin(); one != arguments.rend(); ++one) {
    const auto name = one->substr(0, one->find('='));
    const auto* option = app.get_option_no_throw(name);
    if (option && option->get_items_expected_min() > 0 && *one == name + '=') {
      reversed.emplace_back();
      reversed.push_back(name);
    } else {
      reversed.push_back(*one);
    }
  }
  return reversed;
}

// What CLI11 found no place for, if anything. What stands behind an option that does not exist may
// be a secret that was meant for it: it is not shown.
std::string describe_extras(const CLI::App& app) {
  std::string what;
  for (const auto& extra : app.remaining()) {
    if (extra == "--") continue;
    if (extra.compare(0, 1, "-") == 0) {
      const bool is_long = extra.compare(0, 2, "--") == 0;
      return "there is no option " + extra.substr(0, is_long ? extra.find('=') : 2);
    }
    what = "one S3Uri is taken, more were given: quote one with spaces";
  }
  return what;
}

}  // namespace

std::variant<options, int> parse(const std::vector<std::string>& arguments) {
  options asked;
  CLI::App app;
  add_options(app, asked);
  app.set_version_flag("--version");
  try {
    app.parse(for_cli11(app, arguments));
    if (!asked.filename.empty() && asked.method != "GET" && asked.method != "HEAD") {
      throw CLI::ValidationError("--filename", "is for GET and HEAD, not for " + asked.method);
    }
    return asked;
  } catch (const CLI::CallForHelp&) {
    std::cout << help_text;
    return 0;
  } catch (const CLI::CallForVersion&) {
    std::cout << "presign " PRESIGN_VERSION "\n";
    return 0;
  } catch (const CLI::ParseError& failure) {
    const auto extras = describe_extras(app);
    say("error", extras.empty() ? failure.what() : extras);
    say("hint", "presign --help shows what can be given");
    return 2;
  }
}

}  // namespace cli
