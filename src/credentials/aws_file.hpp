// The credentials and config files of AWS's tools: sections of settings.
#pragma once

#include "base/crypto.hpp"

namespace presign::detail {

/// A profile's section is "[name]" in the credentials file, and "[profile name]" or "[default]" in
/// the config file.
enum class aws_file_kind { credentials, config };

/// One such file, read whole.
class aws_file {
 public:
  /// Reads a file; one that does not exist has no profiles. Errors: invalid_file, with a message
  /// that names the line and shows nothing of it.
  static result<aws_file> read(std::string path, aws_file_kind kind);

  const std::string& path() const noexcept { return path_; }
  bool has_profile(std::string_view profile) const noexcept;

  /// Returns a setting's value, trimmed, valid as long as this object; empty if the profile does
  /// not have it. Names are in lower case.
  std::string_view find(std::string_view profile, std::string_view name) const noexcept;

  /// Returns the name of a profile's first setting with this prefix; empty if there is none.
  std::string_view find_name(std::string_view profile, std::string_view prefix) const noexcept;

 private:
  struct setting {
    std::string_view profile;
    std::string name;  // empty for the section's own line
    std::string_view value;
  };

  std::string path_;
  wiping_buffer text_;             // profiles and values are views of it
  std::vector<setting> settings_;  // in the file's order; the last value of a name counts
};

}  // namespace presign::detail
