// Files and environment variables that end with the test.
#pragma once

#include "support.hpp"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

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

/// An environment with nothing of AWS's in it and an empty home, and what a test adds.
class clean_environment {
 public:
  clean_environment() {
    std::vector<std::string> names{"USERPROFILE"};
    for (char** variable = environ; *variable; ++variable) {
      const std::string_view text(*variable);
      if (text.substr(0, 4) == "AWS_") names.emplace_back(text.substr(0, text.find('=')));
    }
    for (const auto& name : names) change(name, {});
    set("HOME", home.path("."));
  }
  ~clean_environment() {
    for (const auto& [name, value] : before_) put(name, value);
  }
  clean_environment(const clean_environment&) = delete;
  clean_environment& operator=(const clean_environment&) = delete;

  void set(const std::string& name, std::string_view value) { change(name, std::string(value)); }
  void set_keys(std::string_view id = support::access_key_id) {
    set("AWS_ACCESS_KEY_ID", id);
    set("AWS_SECRET_ACCESS_KEY", support::secret_access_key);
  }
  void write_credentials(std::string_view text) const { home.write(".aws/credentials", text); }
  void write_config(std::string_view text) const { home.write(".aws/config", text); }

  const temporary_folder home;

 private:
  using variable_value = std::optional<std::string>;  // nothing if it is not set

  void change(const std::string& name, const variable_value& value) {
    const char* const now = std::getenv(name.c_str());
    before_.emplace(name, now ? variable_value(now) : std::nullopt);
    put(name, value);
  }
  static void put(const std::string& name, const variable_value& value) {
#ifdef _WIN32
    _putenv_s(name.c_str(), value.value_or("").c_str());  // there are no empty ones
#else
    value ? setenv(name.c_str(), value->c_str(), 1) : unsetenv(name.c_str());
#endif
  }

  std::map<std::string, variable_value> before_;
};

}  // namespace support
