// How the commands read their command lines.
#pragma once

#include "common_options.hpp"

#include <CLI/CLI.hpp>
#include <chrono>
#include <functional>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace cli {

/// What a reader throws: how the value should have been.
struct invalid_value : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// A whole number within the type's limits, or the limit that it is beyond: which ones are good is
/// for the library to say. The unit is for the error message.
long long read_number(const std::string& value, const std::string& unit);
/// "name=value", with another separator than '=' where one is given.
std::pair<std::string, std::string> read_pair(const std::string& value, char separator = '=');

/// An option with a value, which is given to read; a name without hyphens is an argument.
CLI::Option* add(CLI::App& app, const std::string& name,
                 const std::function<void(const std::string& value)>& read);
/// One that can be given again, each time for another value.
CLI::Option* add_list(CLI::App& app, const std::string& name,
                      const std::function<void(const std::string& value)>& read);
CLI::Option* add_flag(CLI::App& app, const std::string& name, const std::function<void()>& act);

/// What all commands have: --version, and that of an option given again the last one counts.
void prepare(CLI::App& app);

presign::time_point read_date(const std::string& value);

/// Those of common_options, and --help and --version. To a key that is empty or ends in a slash,
/// the default name is added, which must outlive the app; without one there must be a key.
void add_common(CLI::App& app, common_options& asked,
                std::optional<std::string_view> default_name = {});

/// Reads the arguments into what the options were added for. Returns the status to exit with, where
/// that is known already: 0 after --help and --version, 2 after what was not understood. What there
/// was to print is printed. The check, which may throw as CLI11 does, is for what no option can see
/// alone.
std::optional<int> parse(
    CLI::App& app, const std::vector<std::string>& arguments, std::string_view help,
    const std::function<void()>& check = [] {});

}  // namespace cli
