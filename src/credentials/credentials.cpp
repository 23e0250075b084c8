// Where credentials and the region come from: the environment, then the files of AWS's tools.
#include "credentials/aws_file.hpp"
#include "base/error_of.hpp"
#include "base/text.hpp"

#include <presign/credentials.hpp>

#include <cstdlib>

namespace presign {
namespace {

using detail::aws_file;
using detail::aws_file_kind;
using detail::error_of;
using detail::quoted;

// An empty variable counts as one that is not set.
std::string_view environment(const char* name) noexcept {
  // NOLINTNEXTLINE(concurrency-mt-unsafe): credentials.hpp says when it may be called.
  const char* value = std::getenv(name);
  return value ? value : "";
}

std::string home_folder() {
  const auto home = environment("HOME");
  return std::string(home.empty() ? environment("USERPROFILE") : home);
}

std::string path_of(const char* variable, std::string_view beside_home) {
  const auto given = environment(variable);
  if (given.substr(0, 2) == "~/") return home_folder().append(given.substr(1));
  return given.empty() ? home_folder().append(beside_home) : std::string(given);
}

// ── A profile ───────────────────────────────────────────────────────────────────────────────────

/// A profile of the two files. Where both have a setting, that of the credentials file counts.
class profile {
 public:
  /// The profile of this name; where that is empty, of AWS_PROFILE, or "default".
  static result<profile> read(std::string_view name) {
    profile one;
    one.name_ = name.empty() ? environment("AWS_PROFILE") : name;
    one.was_named_ = !one.name_.empty();
    if (!one.was_named_) one.name_ = "default";
    one.credentials_path_ = path_of("AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials");
    one.config_path_ = path_of("AWS_CONFIG_FILE", "/.aws/config");

    auto credentials_file = aws_file::read(one.credentials_path_, aws_file_kind::credentials);
    if (!credentials_file) return credentials_file.error();
    one.credentials_file_ = *std::move(credentials_file);
    auto config_file = aws_file::read(one.config_path_, aws_file_kind::config);
    if (!config_file) return config_file.error();
    one.config_file_ = *std::move(config_file);

    const bool exists =
        one.credentials_file_.has_profile(one.name_) || one.config_file_.has_profile(one.name_);
    if (one.was_named_ && !exists) {
      return error_of(errc::profile_not_found,
                      {"the profile ", quoted(one.name_), " is in none of ", one.files()});
    }
    return one;
  }

  std::string_view find(std::string_view setting) const noexcept {
    const auto value = credentials_file_.find(name_, setting);
    return value.empty() ? config_file_.find(name_, setting) : value;
  }

  // In the order of the AWS CLI: a role, single sign-on, keys in the credentials file, a program,
  // keys in the config file.
  result<presign::credentials> credentials() const {
    for (const std::string_view prefix : {"role_arn", "web_identity_token_file", "sso_"}) {
      const auto setting = find_name(prefix);
      if (!setting.empty()) return needs_network(setting);
    }
    if (has_keys(credentials_file_)) return keys(credentials_file_, credentials_path_);
    for (const std::string_view prefix : {"credential_process", "login_session"}) {
      const auto setting = find_name(prefix);
      if (!setting.empty()) return needs_network(setting);
    }
    if (has_keys(config_file_)) return keys(config_file_, config_path_);
    return error_of(errc::missing_credentials,
                    {"the profile ", quoted(name_), " has no access key in ", files()});
  }

 private:
  profile() = default;

  std::string files() const { return quoted(credentials_path_) + " and " + quoted(config_path_); }

  std::string_view find_name(std::string_view prefix) const noexcept {
    const auto name = credentials_file_.find_name(name_, prefix);
    return name.empty() ? config_file_.find_name(name_, prefix) : name;
  }

  bool has_keys(const aws_file& file) const noexcept {
    return !file.find(name_, "aws_access_key_id").empty() ||
           !file.find(name_, "aws_secret_access_key").empty();
  }

  // A key pair is never put together from two files.
  result<presign::credentials> keys(const aws_file& file, const std::string& path) const {
    const auto id = file.find(name_, "aws_access_key_id");
    const auto secret_key = file.find(name_, "aws_secret_access_key");
    if (id.empty() || secret_key.empty()) {
      return error_of(errc::invalid_credentials,
                      {"the profile ", quoted(name_), " in ", quoted(path), " lacks ",
                       (id.empty() ? "aws_access_key_id" : "aws_secret_access_key")});
    }
    return presign::credentials{std::string(id), secret_key, file.find(name_, "aws_session_token")};
  }

  error needs_network(std::string_view setting) const {
    return {errc::profile_needs_network,
            "the profile " + quoted(name_) + " has " + std::string(setting) +
                ", which takes a service or a program to follow: run `aws configure "
                "export-credentials --profile " +
                quoted(name_) + " --format env` and set what it prints in the environment"};
  }

  std::string name_;
  bool was_named_ = false;
  std::string credentials_path_;
  std::string config_path_;
  aws_file credentials_file_;
  aws_file config_file_;
};

}  // namespace

// ── Credentials ─────────────────────────────────────────────────────────────────────────────────

result<credentials> credentials::from_environment() {
  const auto id = environment("AWS_ACCESS_KEY_ID");
  const auto secret_key = environment("AWS_SECRET_ACCESS_KEY");
  if (id.empty() && secret_key.empty()) {
    return error_of(errc::missing_credentials,
                    {"AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"});
  }
  if (id.empty() || secret_key.empty()) {
    return error_of(errc::invalid_credentials,
                    {id.empty() ? "AWS_SECRET_ACCESS_KEY is set without "
                                  "AWS_ACCESS_KEY_ID"
                                : "AWS_ACCESS_KEY_ID is set without "
                                  "AWS_SECRET_ACCESS_KEY"});
  }
  credentials who{std::string(id), secret_key, environment("AWS_SESSION_TOKEN")};
  if (const auto end = environment("AWS_CREDENTIAL_EXPIRATION"); !end.empty()) {
    const auto when = parse_iso8601(end);
    if (!when) {
      return error{when.error().code, "AWS_CREDENTIAL_EXPIRATION: " + when.error().message};
    }
    who.expires_at = *when;
  }
  return who;
}

result<credentials> credentials::from_profile(std::string_view name) {
  const auto found = profile::read(name);
  return found ? found->credentials() : found.error();
}

result<credentials> credentials::find(std::string_view profile) {
  if (!profile.empty()) return from_profile(profile);
  auto from_variables = from_environment();
  if (from_variables || from_variables.error().code != errc::missing_credentials) {
    return from_variables;
  }
  auto from_files = from_profile();
  if (from_files || from_files.error().code != errc::missing_credentials) return from_files;
  return error_of(
      errc::missing_credentials,
      {"there are no credentials: ", from_variables.error().message, ", and ",
       from_files.error().message, "; where they come from a service, ",
       "`aws configure export-credentials --format env` prints them for the environment"});
}

// ── Region ──────────────────────────────────────────────────────────────────────────────────────

result<std::string> find_region(std::string_view profile_name) {
  for (const char* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (const auto region = environment(variable); !region.empty()) return std::string(region);
  }
  const auto found = profile::read(profile_name);
  if (!found) return found.error();
  const auto region = found->find("region");
  if (region.empty()) {
    return error_of(
        errc::missing_region,
        {"there is no region: neither AWS_REGION nor AWS_DEFAULT_REGION is set, and the "
         "profile has none"});
  }
  return std::string(region);
}

}  // namespace presign
