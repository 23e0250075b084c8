// Reads command lines. It hides the parser, CLI11, which takes long to compile.
#pragma once

#include <presign/request.hpp>
#include <presign/time.hpp>

#include <functional>
#include <memory>
#include <optional>
#include <stdexcept>
#include <string>
#include <vector>

namespace cli {

/// Thrown by readers and checks. Says how the value should look.
struct invalid_value : std::runtime_error {
  using std::runtime_error::runtime_error;
};

/// The arguments and options of one command. A value is never empty. If an option is given again,
/// the last one counts.
class command_line {
 public:
  using reader = std::function<void(const std::string& value)>;

  /// The help is printed for --help. Its first paragraph shows the usage.
  command_line(const std::string& name, std::string help);
  ~command_line();

  /// Adds the argument that must be given.
  void argument(const std::string& name, const reader& read);
  void option(const std::string& name, const reader& read);
  void option(const std::string& name, std::string& value);
  /// Adds an option that sets a variable to what a function returns for its value.
  template <class type, class function>
  void option(const std::string& name, type& variable, function read) {
    option(name, [&variable, read](const std::string& value) { variable = read(value); });
  }
  /// Adds an option that can be given several times, each time for another value, or another pair.
  void list(const std::string& name, const reader& read);
  void list(const std::string& name, char separator, std::vector<presign::name_value>& pairs);
  void flag(const std::string& name, const std::function<void()>& act);
  /// Adds a flag that sets a variable to this value.
  template <class type>
  void flag(const std::string& name, type& variable, type value) {
    flag(name, [&variable, value] { variable = value; });
  }

  /// Rejects command lines with more than one of these.
  void exclude(const std::vector<std::string>& names);
  /// Rejects command lines that have an option, but not the other one.
  void need(const std::string& name, const std::string& other);

  /// Reads the arguments. The check, which runs last, sees them all. Returns the status to exit
  /// with if the command is done: 0 after --help and --version, 2 after an error. Messages are
  /// printed.
  std::optional<int> parse(
      const std::vector<std::string>& arguments, const std::function<void()>& check = [] {});

 private:
  struct parser;
  std::unique_ptr<parser> parser_;
  std::string help_;
};

/// Reads a whole number. The unit is for the error message.
long long read_number(const std::string& value, const std::string& unit);
/// Splits "name=value" at the first separator.
presign::name_value read_pair(const std::string& value, char separator);
/// Reads "20130524T000000Z" or "2013-05-24T00:00:00Z".
presign::time_point read_date(const std::string& value);

}  // namespace cli
