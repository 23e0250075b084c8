// Where credentials and the region come from: the environment, then the files of AWS's tools.
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "credentials/aws_file.hpp"

#include <presign/credentials.hpp>

#include <cstdlib>
#include <optional>
#include <utility>

namespace presign {

// Wipes all of the capacity: a short string that was moved from leaves its bytes after its end.
secret::~secret() {
  text_.resize(text_.capacity());
  detail::wipe(text_.data(), text_.size());
}

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

std::string path_of(const char* variable, std::string_view in_home) {
  const auto path = environment(variable);
  const bool is_in_home = path.empty() || path.substr(0, 2) == "~/";
  if (!is_in_home) return std::string(path);
  std::string home(environment("HOME"));
  if (home.empty()) home = environment("USERPROFILE");
  return home.append(path.empty() ? in_home : path.substr(1));
}

// ── A profile ───────────────────────────────────────────────────────────────────────────────────

/// A profile of the two files. If both have a setting, that of the credentials file counts.
class profile {
 public:
  /// Reads the profile of this name; if it is empty, that of AWS_PROFILE, or "default".
  static result<profile> read(std::string_view name) {
    if (name.empty()) name = environment("AWS_PROFILE");
    auto keys = aws_file::read(path_of("AWS_SHARED_CREDENTIALS_FILE", "/.aws/credentials"),
                               aws_file_kind::credentials);
    if (!keys) return keys.error();
    auto config = aws_file::read(path_of("AWS_CONFIG_FILE", "/.aws/config"), aws_file_kind::config);
    if (!config) return config.error();

    profile profile(name.empty() ? "default" : name, *std::move(keys), *std::move(config));
    const bool exists = profile.credentials_file_.has_profile(profile.name_) ||
                        profile.config_file_.has_profile(profile.name_);
    if (exists || name.empty()) return profile;
    return error_of(errc::profile_not_found,
                    {"the profile ", quoted(name), " is in neither ", profile.files(" nor ")});
  }

  std::string_view find(std::string_view setting) const noexcept {
    const auto value = credentials_file_.find(name_, setting);
    return value.empty() ? config_file_.find(name_, setting) : value;
  }

  // In the order of the AWS CLI: a role, single sign-on, keys in the credentials file, a program,
  // keys in the config file.
  result<presign::credentials> credentials() const {
    for (const std::string_view prefix : {"role_arn", "web_identity_token_file", "sso_"}) {
      if (auto failure = check_absent(prefix)) return *std::move(failure);
    }
    if (has_keys(credentials_file_)) return keys(credentials_file_);
    for (const std::string_view prefix : {"credential_process", "login_session"}) {
      if (auto failure = check_absent(prefix)) return *std::move(failure);
    }
    if (has_keys(config_file_)) return keys(config_file_);
    return error_of(errc::missing_credentials,
                    {"the profile ", quoted(name_), " has no access key in ", files(" and ")});
  }

 private:
  profile(std::string_view name, aws_file credentials_file, aws_file config_file)
      : name_(name),
        credentials_file_(std::move(credentials_file)),
        config_file_(std::move(config_file)) {}

  std::string files(const char* conjunction) const {
    return quoted(credentials_file_.path()) + conjunction + quoted(config_file_.path());
  }

  bool has_keys(const aws_file& file) const noexcept {
    return !file.find(name_, "aws_access_key_id").empty() ||
           !file.find(name_, "aws_secret_access_key").empty();
  }

  // A key pair is never put together from two files.
  result<presign::credentials> keys(const aws_file& file) const {
    const auto id = file.find(name_, "aws_access_key_id");
    const auto secret_key = file.find(name_, "aws_secret_access_key");
    if (id.empty() || secret_key.empty()) {
      return error_of(errc::invalid_credentials,
                      {"the profile ", quoted(name_), " in ", quoted(file.path()), " lacks ",
                       id.empty() ? "aws_access_key_id" : "aws_secret_access_key"});
    }
    return presign::credentials{std::string(id), secret_key, file.find(name_, "aws_session_token")};
  }

  // Checks that no setting begins so: such settings need a service or a program.
  std::optional<error> check_absent(std::string_view prefix) const {
    auto setting = credentials_file_.find_name(name_, prefix);
    if (setting.empty()) setting = config_file_.find_name(name_, prefix);
    if (setting.empty()) return {};
    return error_of(errc::profile_needs_network,
                    {"the profile ", quoted(name_), " has ", setting,
                     ", which needs a service or a program: run ",
                     "`aws configure export-credentials --profile ", quoted(name_),
                     " --format env` and set what it prints in the environment"});
  }

  std::string name_;
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
                    {id.empty() ? "AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID"
                                : "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY"});
  }
  credentials keys{std::string(id), secret_key, environment("AWS_SESSION_TOKEN")};
  if (const auto text = environment("AWS_CREDENTIAL_EXPIRATION"); !text.empty()) {
    const auto time = parse_iso8601(text);
    if (!time) {
      return error{time.error().code, "AWS_CREDENTIAL_EXPIRATION: " + time.error().message};
    }
    keys.expires_at = *time;
  }
  return keys;
}

result<credentials> credentials::from_profile(std::string_view name) {
  const auto profile = profile::read(name);
  return profile ? profile->credentials() : profile.error();
}

result<credentials> credentials::find(std::string_view profile) {
  if (!profile.empty()) return from_profile(profile);
  auto variables = from_environment();
  if (variables || variables.error().code != errc::missing_credentials) return variables;
  auto files = from_profile();
  if (files || files.error().code != errc::missing_credentials) return files;
  return error_of(
      errc::missing_credentials,
      {"there are no credentials: ", variables.error().message, ", and ", files.error().message,
       "; if they come from a service, ",
       "`aws configure export-credentials --format env` prints them for the environment"});
}

// ── Region ──────────────────────────────────────────────────────────────────────────────────────

result<std::string> find_region(std::string_view profile_name) {
  for (const char* variable : {"AWS_REGION", "AWS_DEFAULT_REGION"}) {
    if (const auto region = environment(variable); !region.empty()) return std::string(region);
  }
  const auto profile = profile::read(profile_name);
  if (!profile) return profile.error();
  const auto region = profile->find("region");
  if (!region.empty()) return std::string(region);
  return error_of(errc::missing_region,
                  {"there is no region: neither AWS_REGION nor AWS_DEFAULT_REGION is set, and the "
                   "profile has none"});
}

}  // namespace presign
