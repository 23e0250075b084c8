// The credentials and config files of AWS's tools: sections of settings.
#pragma once

#include "base/wiping_buffer.hpp"

#include <presign/error.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace presign::detail {

/// What a file's sections are called: a profile is "[name]" in the credentials file, in the config
/// file "[profile name]" or, of the default profile, also "[default]".
enum class aws_file_kind { credentials, config };

/// One such file, read whole.
class aws_file {
 public:
  /// A file that does not exist is one without profiles.
  /// Errors: invalid_file; the message names the line, and shows nothing of it.
  static result<aws_file> read(const std::string& path, aws_file_kind kind);

  bool has_profile(std::string_view profile) const noexcept;

  /// The value of a setting, trimmed; empty where the profile does not have it. Valid as long as
  /// this object lives. Names are in lower case.
  std::string_view find(std::string_view profile, std::string_view name) const noexcept;

  /// The first setting of a profile whose name begins so; empty where there is none.
  std::string_view find_name(std::string_view profile, std::string_view prefix) const noexcept;

 private:
  struct setting {
    std::string_view profile;
    std::string name;
    std::string_view value;
  };

  std::optional<error> parse(const std::string& path, aws_file_kind kind);

  wiping_buffer text_;                      // what the views below view
  std::vector<std::string_view> profiles_;  // in the order of the file
  std::vector<setting> settings_;           // the last of a name counts
};

}  // namespace presign::detail
