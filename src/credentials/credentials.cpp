// Where credentials and the region come from: the environment, then the files of AWS's tools.
#include "base/text.hpp"
#include "credentials/aws_file.hpp"

#include <presign/credentials.hpp>

#include <cstdlib>

namespace presign {
namespace detail {
namespace {

std::string path_of(const char* variable, std::string_view usual) {
  auto path = environment({variable});
  if (path.empty()) path = usual;
  if (!begins_with(path, "~/")) return std::string(path);
  return std::string(environment({"HOME", "USERPROFILE"})).append(path.substr(1));
}

// Checks that no setting begins so: such settings need a service or a program.
std::optional<error> check_absent(const profile& profile,
                                  std::initializer_list<std::string_view> prefixes) {
  for (const auto prefix : prefixes) {
    auto setting = profile.keys.find_name(profile.section, prefix);
    if (setting.empty()) setting = profile.config.find_name(profile.section, prefix);
    if (setting.empty()) continue;
    return error_of(errc::profile_needs_network,
                    {"the profile ", quoted_text(profile.name), " has ", setting,
                     ", which needs a service or a program: run ",
                     "`aws configure export-credentials --profile ", quoted_text(profile.name),
                     " --format env` and set what it prints in the environment"});
  }
  return {};
}

// Makes credentials of what one place has, never of two. The last two arguments are the messages of
// missing_credentials and invalid_credentials.
result<credentials> credentials_of(std::string_view id, std::string_view secret_key,
                                   std::string_view session_token,
                                   std::initializer_list<std::string_view> missing,
                                   std::initializer_list<std::string_view> incomplete) {
  if (id.empty() && secret_key.empty()) return error_of(errc::missing_credentials, missing);
  if (id.empty() || secret_key.empty()) return error_of(errc::invalid_credentials, incomplete);
  return credentials{std::string(id), secret_key, session_token};
}

// In AWS's tools, the old name of the session token goes before the new one.
result<credentials> credentials_in(const aws_file& file, const profile& profile) {
  const auto id = file.find(profile.section, "aws_access_key_id");
  const auto old_token = file.find(profile.section, "aws_security_token");
  const auto name = quoted_text(profile.name);
  return credentials_of(
      id, file.find(profile.section, "aws_secret_access_key"),
      old_token.empty() ? file.find(profile.section, "aws_session_token") : old_token,
      {"the profile ", name, " has no access key in ", quoted_text(profile.keys.path()), " and ",
       quoted_text(profile.config.path())},
      {"the profile ", name, " in ", quoted_text(file.path()), " lacks ",
       id.empty() ? "aws_access_key_id" : "aws_secret_access_key"});
}

}  // namespace

// ── The environment, and a profile ──────────────────────────────────────────────────────────────

std::string_view environment(std::initializer_list<const char*> names) noexcept {
  for (const auto* name : names) {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): credentials.hpp says when it may be called.
    const char* value = std::getenv(name);
    if (value && *value) return value;
  }
  return {};
}

std::string_view profile::find(std::initializer_list<const char*> variables,
                               std::initializer_list<std::string_view> settings) const noexcept {
  auto value = environment(variables);
  for (const auto* file : {&keys, &config}) {
    for (const auto setting : settings) {
      if (value.empty()) value = file->find(section, setting);
    }
  }
  return value;
}

result<profile> read_profile(std::string_view name) {
  if (name.empty()) name = environment({"AWS_PROFILE", "AWS_DEFAULT_PROFILE"});
  auto keys = aws_file::read(path_of("AWS_SHARED_CREDENTIALS_FILE", "~/.aws/credentials"),
                             aws_file_kind::credentials);
  if (!keys) return keys.error();
  auto config = aws_file::read(path_of("AWS_CONFIG_FILE", "~/.aws/config"), aws_file_kind::config);
  if (!config) return config.error();
  const std::string known(name.empty() ? "default" : name);
  profile read{known, "profile " + known, *std::move(keys), *std::move(config)};
  const bool exists = read.keys.has_section(read.section) || read.config.has_section(read.section);
  if (exists || name.empty()) return read;
  return error_of(errc::profile_not_found,
                  {"the profile ", quoted_text(name), " is in neither ",
                   quoted_text(read.keys.path()), " nor ", quoted_text(read.config.path())});
}

result<std::string> region_in(const profile& profile) {
  const auto region = profile.find({"AWS_REGION", "AWS_DEFAULT_REGION"}, {"region"});
  if (!region.empty()) return std::string(region);
  return error_of(errc::missing_region,
                  {"there is no region: neither AWS_REGION nor AWS_DEFAULT_REGION is set, and the "
                   "profile has none"});
}

}  // namespace detail

// ── Credentials ─────────────────────────────────────────────────────────────────────────────────

// Wipes all of the capacity: a short string that was moved from leaves its bytes after its end.
secret::~secret() {
  text_.resize(text_.capacity());
  detail::wipe(text_.data(), text_.size());
}

[[gnu::cold]] result<credentials> credentials::from_environment() {
  const auto id = detail::environment({"AWS_ACCESS_KEY_ID"});
  auto keys = detail::credentials_of(
      id, detail::environment({"AWS_SECRET_ACCESS_KEY"}),
      detail::environment({"AWS_SECURITY_TOKEN", "AWS_SESSION_TOKEN"}),
      {"AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set"},
      {id.empty() ? "AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID"
                  : "AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY"});
  const auto expiration = detail::environment({"AWS_CREDENTIAL_EXPIRATION"});
  if (!keys || expiration.empty()) return keys;
  const auto time = parse_iso8601(expiration);
  if (!time) {
    return detail::error_of(errc::invalid_time,
                            {"AWS_CREDENTIAL_EXPIRATION: ", time.error().message});
  }
  keys->expires_at = *time;
  return keys;
}

// In the order of the AWS CLI: a role, single sign-on, keys in the credentials file, a program,
// keys in the config file.
[[gnu::cold]] result<credentials> credentials::from_profile(std::string_view name) {
  const auto profile = detail::read_profile(name);
  if (!profile) return profile.error();
  auto failure = detail::check_absent(*profile, {"role_arn", "web_identity_token_file", "sso_"});
  if (failure) return *std::move(failure);
  auto keys = detail::credentials_in(profile->keys, *profile);
  if (keys.error().code != errc::missing_credentials) return keys;
  failure = detail::check_absent(*profile, {"credential_process", "login_session"});
  if (failure) return *std::move(failure);
  return detail::credentials_in(profile->config, *profile);
}

[[gnu::cold]] result<credentials> credentials::find(std::string_view profile) {
  if (!profile.empty()) return from_profile(profile);
  auto variables = from_environment();
  if (variables.error().code != errc::missing_credentials) return variables;
  if (!detail::environment({"AWS_WEB_IDENTITY_TOKEN_FILE"}).empty()) {
    return error{errc::profile_needs_network,
                 "AWS_WEB_IDENTITY_TOKEN_FILE is set, which needs a service: run `aws configure "
                 "export-credentials --format env` and set what it prints in the environment"};
  }
  auto files = from_profile();
  if (files.error().code != errc::missing_credentials) return files;
  return detail::error_of(
      errc::missing_credentials,
      {"there are no credentials: ", variables.error().message, ", and ", files.error().message,
       "; if they come from a service, ",
       "`aws configure export-credentials --format env` prints them for the environment"});
}

// ── Region ──────────────────────────────────────────────────────────────────────────────────────

result<std::string> find_region(std::string_view profile_name) {
  const auto region = detail::environment({"AWS_REGION", "AWS_DEFAULT_REGION"});
  if (!region.empty()) return std::string(region);
  const auto profile = detail::read_profile(profile_name);
  return profile ? detail::region_in(*profile) : profile.error();
}

}  // namespace presign
