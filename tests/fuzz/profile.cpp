// AWS's credentials and config files: settings that are read from a file can be written to another
// and read back, and no error shows the contents of a file.
#include "fuzz.hpp"

#include "credentials/aws_file.hpp"

#include <sys/mman.h>
#include <unistd.h>

#include <set>

namespace {

using fuzz::require;
using fuzz::require_same;
using presign::detail::aws_file;
using presign::detail::aws_file_kind;

constexpr std::string_view settings[] = {"aws_access_key_id",
                                         "aws_secret_access_key",
                                         "aws_session_token",
                                         "aws_security_token",
                                         "region",
                                         "role_arn",
                                         "sso_start_url",
                                         "credential_process",
                                         "services",
                                         "s3.endpoint_url",
                                         "s3.addressing_style"};

// A file in memory.
class file {
 public:
  file() : number_(memfd_create("file", 0)) {}

  std::string path() const { return "/proc/self/fd/" + std::to_string(number_); }

  void write(std::string_view text) const {
    require(ftruncate(number_, 0) == 0 &&
                pwrite(number_, text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()),
            "a file can be written");
  }

 private:
  int number_;
};

const file credentials_file, config_file, written_file;

// Returns texts that may be names of profiles: the text in each pair of brackets, and parts of it.
std::set<std::string> names_in(std::string_view text) {
  std::set<std::string> names{"default", "last"};
  for (auto at = text.find('['); at != text.npos; at = text.find('[', at + 1)) {
    auto name = text.substr(at + 1, text.substr(at + 1).find_first_of("]\n"));
    const auto add = [&names](std::string_view part) {
      const auto first = part.find_first_not_of(" \t\r");
      if (first == part.npos) return;
      part = part.substr(first, part.find_last_not_of(" \t\r") + 1 - first);
      names.emplace(part);
      if (part.size() > 2) names.emplace(part.substr(1, part.size() - 2));  // without quotes
    };
    add(name);
    if (name.find("profile") != name.npos) add(name.substr(name.find("profile") + 7));
    if (names.size() > 8) break;
  }
  return names;
}

std::string section(const std::string& name, aws_file_kind kind) {
  return kind == aws_file_kind::config ? "[profile \"" + name + "\"]\n" : "[" + name + "]\n";
}

// Returns the same profiles in plain form, with a text after each value. Each setting is there
// twice: the last one counts.
std::string rewritten(const aws_file& read, const std::set<std::string>& names, aws_file_kind kind,
                      std::string_view suffix) {
  std::string text;
  for (const auto& name : names) {
    const auto profile = "profile " + name;
    if (!read.has_section(profile)) continue;
    text += section(name, kind);
    for (const auto setting : settings) {
      const auto value = read.find(profile, setting);
      if (value.empty()) continue;
      text.append(setting).append(" = earlier\n");
      const bool has_one_line = value.find('\n') == value.npos;
      text.append(setting).append(" = ").append(value);
      text.append(has_one_line ? suffix : "  goes on").append("\n");
    }
  }
  return text;
}

// Returns the text with blanks and "\r\n" at the ends of lines, and with lines that mean nothing.
std::string disguised(std::string_view text) {
  std::string other;
  for (const char c : text) c == '\n' ? other.append(" \t\r\n;[x] = y\n\r\n") : other.append(1, c);
  return other;
}

void check_same(const aws_file& read, const std::set<std::string>& names, aws_file_kind kind) {
  const auto again = aws_file::read(written_file.path(), kind);
  require(static_cast<bool>(again), "a written file can be read",
          again ? "" : again.error().message);
  for (const auto& name : names) {
    const auto profile = "profile " + name;
    require(again->has_section(profile) == read.has_section(profile), "a profile is the same",
            name);
    for (const auto setting : settings) {
      require_same(again->find(profile, setting), read.find(profile, setting),
                   "a setting is the same");
    }
  }
}

void check_file(const file& from, std::string_view whole, aws_file_kind kind,
                const std::set<std::string>& names) {
  const auto read = aws_file::read(from.path(), kind);
  if (!read) return fuzz::check_error(read.error(), {});
  require_same(read->find("profile last", "aws_secret_access_key"), fuzz::secret_access_key,
               "the last profile is read");
  for (const auto& text : {rewritten(*read, names, kind, ""), rewritten(*read, names, kind, " # x"),
                           rewritten(*read, names, kind, "\t;x\r"), disguised(whole)}) {
    written_file.write(text);
    check_same(*read, names, kind);
  }
}

bool has_keys(const aws_file& read, const std::string& profile,
              const presign::credentials& credentials) {
  auto token = read.find(profile, "aws_security_token");
  if (token.empty()) token = read.find(profile, "aws_session_token");
  return read.find(profile, "aws_access_key_id") == credentials.access_key_id &&
         read.find(profile, "aws_secret_access_key") == credentials.secret_access_key.reveal() &&
         token == credentials.session_token.reveal();
}

// Checks the public functions that read profiles.
void check_profiles(const std::set<std::string>& names, std::string_view text) {
  const auto ours = aws_file::read(credentials_file.path(), aws_file_kind::credentials);
  const auto others = aws_file::read(config_file.path(), aws_file_kind::config);
  for (const auto& name : names) {
    const auto credentials = presign::credentials::from_profile(name);
    if (!credentials) {
      fuzz::check_error(credentials.error(), text);
    } else {
      require(ours && others, "a profile comes from files that can be read", name);
      const auto profile = "profile " + name;
      require(has_keys(*ours, profile, *credentials) || has_keys(*others, profile, *credentials),
              "the keys of a profile come from one of the files", name);
    }
    const auto bucket = presign::s3::bucket::find("examplebucket", name);
    if (!bucket) fuzz::check_error(bucket.error(), text);
  }
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  setenv("AWS_SHARED_CREDENTIALS_FILE", credentials_file.path().c_str(), 1);
  setenv("AWS_CONFIG_FILE", config_file.path().c_str(), 1);
  return 0;
}

// The input is the text of both files. Each gets one more profile.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string text(fuzz::as_text(data, size));
  const auto last = "\naws_secret_access_key = " + std::string(fuzz::secret_access_key);
  const auto in_credentials = text + "\n[last]" + last;
  const auto in_config = text + "\n[profile last]" + last;
  credentials_file.write(in_credentials);
  config_file.write(in_config);
  const auto names = names_in(text);
  check_file(credentials_file, in_credentials, aws_file_kind::credentials, names);
  check_file(config_file, in_config, aws_file_kind::config, names);
  check_profiles(names, text);
  return 0;
}
