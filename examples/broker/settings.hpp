// The broker's settings, from the environment or from a file of the same NAME=value lines.
#pragma once

#include <presign/credentials.hpp>

#include <chrono>
#include <functional>
#include <iosfwd>
#include <map>
#include <optional>
#include <string>

namespace broker {

struct settings {
  // The address to listen on
  std::string host = "127.0.0.1";
  int port = 8080;
  std::string tls_certificate;  // files in PEM; empty: plain HTTP
  std::string tls_key;
  bool behind_proxy = false;  // which speaks TLS and sets X-Forwarded-For

  // Logins
  presign::secret session_key;
  std::chrono::seconds session_duration = std::chrono::hours(12);
  std::string invitation;  // a word that people need to sign up; empty: none

  // The store
  std::string region = "us-east-1";
  std::string endpoint;         // as the broker reaches it; empty: AWS
  std::string public_endpoint;  // as the members' browsers reach it
  std::string sts_endpoint;
  std::string bucket;
  std::string members_bucket;
  std::string ca_file;  // certificate authorities of the store, in addition to the system's

  // What members may do there
  std::string role_arn;
  std::chrono::seconds role_session = std::chrono::hours(1);
  std::string member_prefix;  // what each may see, with {member} for the name; empty: all

  /// Returns whether browsers use TLS, with the broker or with the proxy in front.
  bool secure() const { return behind_proxy || !tls_certificate.empty(); }
};

/// Returns the value of a setting, or nothing if it is not set.
using setting_lookup = std::function<std::optional<std::string>(const std::string& name)>;

/// Reads all settings, and fills in defaults that depend on others. Throws std::runtime_error, with
/// a sentence for the log, if a setting is wrong or missing.
settings read_settings(const setting_lookup& lookup);

/// Reads "NAME=value" lines. Ignores empty lines and those that begin with '#'. Throws
/// std::runtime_error for any other line, and for an unknown name.
std::map<std::string, std::string> read_settings_file(std::istream& file);

/// Returns all settings, a line each, for --help.
std::string describe_settings();

}  // namespace broker
