// Files and environment variables that end with the test.
#pragma once

#include "support.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <list>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <utility>

namespace support {

/// A new folder, which is deleted with all that is in it.
class temporary_folder {
 public:
  temporary_folder() {
    const auto above = std::filesystem::temp_directory_path().generic_string() + "/presign-";
    std::random_device random;
    do {
      path_ = above + std::to_string(random());
    } while (!std::filesystem::create_directory(path_));
  }
  ~temporary_folder() { std::filesystem::remove_all(path_); }
  temporary_folder(const temporary_folder&) = delete;
  temporary_folder& operator=(const temporary_folder&) = delete;

  std::string path(const std::string& name) const { return path_ + '/' + name; }

  /// Writes a file, and the folders above it, and returns its path.
  std::string write(const std::string& name, std::string_view text) const {
    const auto where = path(name);
    std::filesystem::create_directories(std::filesystem::path(where).parent_path());
    std::ofstream(where, std::ios::binary) << text;
    return where;
  }

 private:
  std::string path_;
};

/// An environment variable with another value; without one, where it is nothing.
class environment_variable {
 public:
  environment_variable(std::string name, std::optional<std::string> value)
      : name_(std::move(name)) {
    if (const char* before = std::getenv(name_.c_str())) before_ = before;
    set(value);
  }
  ~environment_variable() { set(before_); }
  environment_variable(const environment_variable&) = delete;
  environment_variable& operator=(const environment_variable&) = delete;

 private:
  void set(const std::optional<std::string>& value) const {
#ifdef _WIN32
    _putenv_s(name_.c_str(), value.value_or("").c_str());  // there are no empty ones
#else
    if (value) {
      setenv(name_.c_str(), value->c_str(), 1);
    } else {
      unsetenv(name_.c_str());
    }
#endif
  }

  std::string name_;
  std::optional<std::string> before_;
};

/// An environment with nothing of AWS's in it and an empty home, and what a test adds.
class clean_environment {
 public:
  clean_environment() {
    std::list<std::string> names{"USERPROFILE"};
    for (char** variable = environ; *variable; ++variable) {
      const std::string_view text(*variable);
      if (text.substr(0, 4) == "AWS_") names.emplace_back(text.substr(0, text.find('=')));
    }
    for (const auto& name : names) variables_.emplace_back(name, std::nullopt);
    set("HOME", home.path("."));
  }

  void set(const std::string& name, std::string_view value) {
    variables_.emplace_back(name, std::string(value));
  }
  void set_keys(std::string_view id = support::access_key_id) {
    set("AWS_ACCESS_KEY_ID", id);
    set("AWS_SECRET_ACCESS_KEY", support::secret_access_key);
  }
  void write_credentials(std::string_view text) const { home.write(".aws/credentials", text); }
  void write_config(std::string_view text) const { home.write(".aws/config", text); }

  const temporary_folder home;

 private:
  std::list<environment_variable> variables_;  // a list, to be undone last to first

 public:
  ~clean_environment() {
    while (!variables_.empty()) variables_.pop_back();
  }
};

}  // namespace support
