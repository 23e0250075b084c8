// The credentials and config files of AWS's tools: sections of settings. Code that reads files is
// cold, that is, compiled for size.
#pragma once

#include "base/crypto.hpp"

#include <initializer_list>
#include <list>
#include <optional>

namespace presign::detail {

/// A profile's section is "[name]" in the credentials file, and "[profile name]" or "[default]" in
/// the config file, which has sections of other kinds too, such as "[services name]".
enum class aws_file_kind { credentials, config };

/// One such file, read whole.
class aws_file {
 public:
  /// Reads a file; one that does not exist has no profiles. Errors: invalid_file, with a message
  /// that names the line and shows nothing of it.
  [[gnu::cold]] static result<aws_file> read(std::string path, aws_file_kind kind);

  const std::string& path() const noexcept { return path_; }
  /// Returns whether there is a section: "profile NAME", in both files, or "services NAME".
  bool has_section(std::string_view section) const noexcept;

  /// Returns a setting's value, trimmed, valid as long as this object; empty if the section does
  /// not have it. Names are in lower case; that of a line indented below "s3 =" begins with "s3.".
  std::string_view find(std::string_view section, std::string_view name) const noexcept;

  /// Returns the name of a section's first setting with this prefix; empty if there is none.
  std::string_view find_name(std::string_view section, std::string_view prefix) const noexcept;

 private:
  struct setting {
    std::string_view section;
    std::string name;  // empty for the section's own line
    std::string_view value;
  };

  std::string path_;
  wiping_buffer text_;               // values are views of it
  std::list<std::string> sections_;  // names, which the settings refer to
  std::vector<setting> settings_;    // in the file's order; the last value of a name counts
};

/// A profile, in both files.
struct profile {
  /// Returns the value of the first variable that is set, or else of the first of these settings,
  /// for which the credentials file is asked first; empty if there is none.
  std::string_view find(std::initializer_list<const char*> variables,
                        std::initializer_list<std::string_view> settings) const noexcept;

  std::string name;
  std::string section;  // "profile NAME"
  aws_file keys;        // the credentials file
  aws_file config;
};

/// Reads the profile of this name; if it is empty, that of AWS_PROFILE or AWS_DEFAULT_PROFILE, or
/// "default", which need not exist. Errors: profile_not_found, invalid_file.
[[gnu::cold]] result<profile> read_profile(std::string_view name);

/// Returns the value of the first of these variables that is set; empty if there is none. An empty
/// variable counts as one that is not set.
std::string_view environment(std::initializer_list<const char*> names) noexcept;

/// The region that is configured, as find_region() looks for it. Errors: missing_region.
result<std::string> region_in(const profile& profile);

}  // namespace presign::detail
