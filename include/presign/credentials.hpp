// Credentials, and where they come from.
//
// The readers below look at the environment (std::getenv) and, if they say so, at AWS's files,
// again at each call. Threads may call them as long as none changes the environment meanwhile.
#pragma once

#include <presign/error.hpp>
#include <presign/time.hpp>

#include <optional>
#include <string>
#include <string_view>

namespace presign {

/// A string that wipes its memory when it is destroyed or assigned to, and that no stream prints.
/// Callers wipe what they copy out of it.
class PRESIGN_EXPORT secret {
 public:
  secret() = default;
  secret(std::string_view text) : text_(text) {}                ///< a copy of the text
  secret(const char* text) : text_(text) {}                     ///< a copy of the text
  secret(const std::string& text) : text_(text) {}              ///< a copy of the text
  secret(const secret& other) = default;                        ///< wiped separately
  secret(secret&& other) noexcept { text_.swap(other.text_); }  ///< leaves an empty one
  /// Wipes what was there.
  secret& operator=(secret other) noexcept {
    text_.swap(other.text_);
    return *this;
  }
  ~secret();

  std::string_view reveal() const noexcept { return text_; }  ///< valid until this object changes
  bool empty() const noexcept { return text_.empty(); }       ///< whether it has no byte

 private:
  std::string text_ = {};
};

/// An AWS access key, permanent or temporary.
struct credentials {
  std::string access_key_id;  ///< it is public: "AKIAIOSFODNN7EXAMPLE"
  secret secret_access_key;   ///< what signing keys are derived from
  secret session_token = {};  ///< empty if permanent; anybody who sees a presigned URL sees it
  std::optional<time_point> expires_at = {};  ///< if known; what they sign expires with them

  /// From AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN (AWS_SECURITY_TOKEN, its old
  /// name, takes precedence, as with AWS's tools) and AWS_CREDENTIAL_EXPIRATION (ISO 8601). An
  /// empty variable counts as one that is not set. Errors: missing_credentials,
  /// invalid_credentials, invalid_time.
  PRESIGN_EXPORT static result<credentials> from_environment();

  /// From the static keys of a profile in the shared credentials file (~/.aws/credentials, or
  /// AWS_SHARED_CREDENTIALS_FILE) or the config file (~/.aws/config, or AWS_CONFIG_FILE); the
  /// credentials file is asked first. An empty name means AWS_PROFILE, AWS_DEFAULT_PROFILE or
  /// "default". A missing file counts as empty; one over 16 MiB is an error. A pipe is read to its
  /// end, which may block. If a file changes meanwhile, half of the change may be read.
  /// Errors: profile_not_found, missing_credentials, invalid_credentials, invalid_file, and
  /// profile_needs_network for role_arn, web_identity_token_file, sso_*, credential_process and
  /// login_session: the message names the setting and says what to run instead.
  /// https://docs.aws.amazon.com/cli/latest/userguide/cli-configure-files.html
  PRESIGN_EXPORT static result<credentials> from_profile(std::string_view name = {});

  /// The usual order: the environment, then the profile. A profile named here (as by
  /// `--profile` on a command line) takes precedence over the environment. Error besides those of
  /// both: profile_needs_network if AWS_WEB_IDENTITY_TOKEN_FILE is all that the environment has.
  PRESIGN_EXPORT static result<credentials> find(std::string_view profile = {});
};

/// The region, from AWS_REGION, AWS_DEFAULT_REGION or the `region` of the profile (chosen as in
/// credentials::from_profile), in this order even if a profile is named here, as with AWS's tools.
/// For S3, s3::bucket::find() reads it with all other settings. Errors: missing_region,
/// invalid_file; profile_not_found if the profile was named, here or in the environment.
PRESIGN_EXPORT result<std::string> find_region(std::string_view profile = {});

}  // namespace presign
