#include "command_line.hpp"

#include "messages.hpp"

#include <presign/sigv4.hpp>
#include <presign/version.hpp>

#include <algorithm>
#include <charconv>
#include <iostream>
#include <limits>
#include <system_error>

namespace cli {
namespace {

using presign::s3::addressing;

// Behind the next of these characters; npos where there is none, or where at is npos.
std::size_t behind(const std::string& value, std::string_view characters, std::size_t at) {
  at = value.find_first_of(characters, at);
  return at == value.npos ? at : at + 1;
}

// The slash before the key. An ARN may have slashes of its own, which divide its resource:
// "accesspoint/NAME", "outpost/ID/accesspoint/NAME".
std::size_t end_of_bucket(const std::string& value, std::size_t begin) {
  auto at = begin;
  if (value.compare(begin, 4, "arn:") == 0) {
    for (int colons = 0; colons < 5; ++colons) at = behind(value, ":", at);
    const bool on_outpost = at != value.npos && value.compare(at, 7, "outpost") == 0;
    for (int parts = on_outpost ? 4 : 2; parts > 1; --parts) at = behind(value, ":/", at);
    if (at == value.npos) at = begin;  // no ARN: the library will say why
  }
  return std::min(value.find('/', at), value.size());
}

// "s3://bucket/key" or, as the AWS CLI takes it too, "bucket/key". All behind the bucket's slash is
// the key, byte for byte. Where that names no object but a folder, the default, if there is one, is
// what it is called.
void read_uri(const std::string& value, std::optional<std::string_view> default_name,
              common_options& asked) {
  constexpr std::string_view scheme = "s3://";
  const auto begin = value.compare(0, scheme.size(), scheme) == 0 ? scheme.size() : 0;
  const auto slash = end_of_bucket(value, begin);
  asked.bucket = value.substr(begin, slash - begin);
  asked.key = value.substr(std::min(slash + 1, value.size()));
  const bool is_folder = asked.key.empty() || asked.key.back() == '/';
  if (is_folder && default_name) asked.key.append(*default_name);
  if (asked.bucket.empty() || (asked.key.empty() && !default_name)) {
    throw invalid_value("must be s3://bucket/key, got \"" + value + "\", without a " +
                        (asked.bucket.empty() ? "bucket" : "key"));
  }
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
    const auto* argument =
        app.get_options([](const auto* one) { return one->get_positional(); })[0];
    what = "one " + argument->get_name() + " is taken, more were given: quote one with spaces";
  }
  return what;
}

}  // namespace

long long read_number(const std::string& value, const std::string& unit) {
  using limits = std::numeric_limits<long long>;
  long long number = 0;
  const auto* end = value.data() + value.size();
  const auto [stop, failure] = std::from_chars(value.data(), end, number);
  if (stop != end || failure == std::errc::invalid_argument) {
    throw invalid_value("must be a whole number of " + unit + ", got \"" + value + '"');
  }
  if (failure == std::errc::result_out_of_range) {
    return value.front() == '-' ? limits::min() : limits::max();
  }
  return number;
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

CLI::Option* add_list(CLI::App& app, const std::string& name,
                      const std::function<void(const std::string& value)>& read) {
  return add(app, name, read)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

CLI::Option* add_flag(CLI::App& app, const std::string& name, const std::function<void()>& act) {
  return app.add_flag_callback(name, act)->disable_flag_override();
}

// The last one counts, as with the AWS CLI: an alias can set what a command line overrides.
void prepare(CLI::App& app) {
  app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  app.set_version_flag("--version");
}

void add_common(CLI::App& app, common_options& asked,
                std::optional<std::string_view> default_name) {
  using text = const std::string&;
  prepare(app);
  add(app, "S3Uri", [&asked, default_name](text value) {
    read_uri(value, default_name, asked);
  })->required();
  add(app, "--expires-in", [&asked](text value) {
    asked.expires_in = std::chrono::seconds{read_number(value, "seconds")};
  });
  add(app, "--region", [&asked](text value) { asked.region = value; });
  add(app, "--profile", [&asked](text value) { asked.profile = value; });
  add(app, "--endpoint-url", [&asked](text value) { asked.endpoint_url = value; });
  add(app, "--date", [&asked](text value) { asked.date = read_date(value); });
  auto* path_style = add_flag(app, "--path-style", [&asked] { asked.style = addressing::path; });
  add_flag(app, "--virtual-host", [&asked] {
    asked.style = addressing::virtual_host;
  })->excludes(path_style);
  add_flag(app, "--dualstack", [&asked] { asked.dual_stack = true; });
  add_flag(app, "--fips", [&asked] { asked.fips = true; });
  add_flag(app, "--accelerate", [&asked] { asked.accelerate = true; });
}

std::optional<int> parse(CLI::App& app, const std::vector<std::string>& arguments,
                         std::string_view help, const std::function<void()>& check) {
  try {
    app.parse(for_cli11(app, arguments));
    check();
    return {};
  } catch (const CLI::CallForHelp&) {
    std::cout << help;
    return 0;
  } catch (const CLI::CallForVersion&) {
    std::cout << "presign " << presign::version() << '\n';
    return 0;
  } catch (const CLI::ParseError& failure) {
    const auto extras = describe_extras(app);
    say("error", extras.empty() ? failure.what() : extras);
    say("hint", app.get_name() + " --help shows what can be given");
    return 2;
  }
}

}  // namespace cli
