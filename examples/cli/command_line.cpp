#include "command_line.hpp"

#include "text.hpp"

#include <presign/sigv4.hpp>
#include <presign/version.hpp>

#include <CLI/CLI.hpp>
#include <charconv>
#include <iostream>
#include <system_error>

namespace cli {

struct command_line::parser : CLI::App {
  using CLI::App::App;

  CLI::Option* add(const std::string& name, const reader& read);
  std::vector<std::string> reversed(const std::vector<std::string>& arguments) const;
  std::string describe(const CLI::ParseError& error) const;
};

// An empty value is most often a shell variable that is not set. Ignoring it would sign something
// other than what was meant.
CLI::Option* command_line::parser::add(const std::string& name, const reader& read) {
  const auto read_all = [name, read](const CLI::results_t& values) {
    for (const auto& value : values) {
      if (value.empty()) throw CLI::ValidationError(name, "must not be empty");
      try {
        read(value);
      } catch (const invalid_value& failure) {
        throw CLI::ValidationError(name, failure.what());
      }
    }
    return true;
  };
  return add_option(name, read_all)->type_name("value");
}

// Returns the arguments as CLI11 wants them, last to first. Version 2.1 takes the next argument as
// the value of "--name=": give it an empty one instead.
std::vector<std::string> command_line::parser::reversed(
    const std::vector<std::string>& arguments) const {
  std::vector<std::string> result;
  for (auto argument = arguments.rbegin(); argument != arguments.rend(); ++argument) {
    const auto name = argument->substr(0, argument->find('='));
    const auto* option = get_option_no_throw(name);
    if (option && option->get_items_expected_min() > 0 && *argument == name + '=') {
      result.emplace_back();
      result.push_back(name);
    } else {
      result.push_back(*argument);
    }
  }
  return result;
}

// Describes what is wrong. The text after an option that does not exist may be a secret that was
// meant for it: it is not shown.
std::string command_line::parser::describe(const CLI::ParseError& error) const {
  for (const auto& extra : remaining()) {
    if (extra == "--" || extra.compare(0, 1, "-") != 0) continue;
    const bool is_long = extra.compare(0, 2, "--") == 0;
    return "there is no option " + extra.substr(0, is_long ? extra.find('=') : 2);
  }
  if (!dynamic_cast<const CLI::ExtrasError*>(&error)) return error.what();
  const auto is_argument = [](const auto* option) { return option->get_positional(); };
  return "only one " + get_options(is_argument)[0]->get_name() +
         " can be given; quote it if it has spaces";
}

// The last one counts, as with the AWS CLI: a command line can override what an alias sets.
command_line::command_line(const std::string& name, std::string help)
    : parser_(std::make_unique<parser>("", name)), help_(std::move(help)) {
  parser_->option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
  parser_->set_version_flag("--version");
}

command_line::~command_line() = default;

void command_line::argument(const std::string& name, const reader& read) {
  parser_->add(name, read)->required();
}

void command_line::option(const std::string& name, const reader& read) { parser_->add(name, read); }

void command_line::option(const std::string& name, std::string& value) {
  parser_->add(name, [&value](const std::string& text) { value = text; });
}

void command_line::list(const std::string& name, const reader& read) {
  parser_->add(name, read)->multi_option_policy(CLI::MultiOptionPolicy::TakeAll);
}

void command_line::list(const std::string& name, char separator,
                        std::vector<presign::name_value>& pairs) {
  list(name, [separator, &pairs](const std::string& value) {
    pairs.push_back(read_pair(value, separator));
  });
}

void command_line::flag(const std::string& name, const std::function<void()>& act) {
  parser_->add_flag_callback(name, act)->disable_flag_override();
}

void command_line::exclude(const std::vector<std::string>& names) {
  for (auto name = names.begin(); name != names.end(); ++name) {
    for (auto other = names.begin(); other != name; ++other) {
      parser_->get_option(*name)->excludes(parser_->get_option(*other));
    }
  }
}

void command_line::need(const std::string& name, const std::string& other) {
  parser_->get_option(name)->needs(parser_->get_option(other));
}

std::optional<int> command_line::parse(const std::vector<std::string>& arguments,
                                       const std::function<void()>& check) {
  std::string failure;
  try {
    if (!arguments.empty()) {
      parser_->parse(parser_->reversed(arguments));
      check();
      return {};
    }
  } catch (const CLI::CallForHelp&) {
    std::cout << help_;
    return 0;
  } catch (const CLI::CallForVersion&) {
    std::cout << "presign " << presign::version() << '\n';
    return 0;
  } catch (const CLI::ParseError& error) {
    failure = parser_->describe(error);
  } catch (const invalid_value& error) {
    failure = error.what();
  }
  if (failure.empty()) {
    std::cerr << help_.substr(0, help_.find("\n\n") + 1);
  } else {
    say("error", failure);
  }
  say("hint", parser_->get_name() + " --help lists the options");
  return 2;
}

long long read_number(const std::string& value, const std::string& unit) {
  long long number = 0;
  const auto* end = value.data() + value.size();
  const auto [stop, failure] = std::from_chars(value.data(), end, number);
  if (stop != end || failure == std::errc::invalid_argument) {
    throw invalid_value("must be a whole number of " + unit + ", got \"" + value + '"');
  }
  if (failure == std::errc::result_out_of_range) {
    throw invalid_value("the number is out of range, got " + value);
  }
  return number;
}

// The message does not show the value: that of a header may be a secret.
presign::name_value read_pair(const std::string& value, char separator) {
  const auto at = value.find(separator);
  if (at == value.npos || at == 0) {
    throw invalid_value(
        std::string("must be NAME") + separator + "VALUE, but " +
        (at == 0 ? "the name is empty" : std::string("there is no '") + separator + "'"));
  }
  return {value.substr(0, at), value.substr(at + 1)};
}

presign::time_point read_date(const std::string& value) {
  if (const auto time = presign::parse_iso8601(value)) return *time;
  const auto date = presign::sigv4::amz_date::parse(value);
  if (!date) throw invalid_value(date.error().message);
  return date->time();
}

}  // namespace cli
