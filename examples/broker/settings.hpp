// The broker's settings: options of the command line, or environment variables.
#pragma once

#include <presign/credentials.hpp>

#include <chrono>
#include <string>

namespace CLI {
class App;
}

namespace broker {

struct settings {
  // The address to listen on
  std::string host = "127.0.0.1";
  int port = 8080;
  std::string public_url;  // https://NAME, where a proxy in front is reached; empty: none
  bool log_as_json = false;

  // Logins
  std::string session_key_file;
  presign::secret session_key;  // seals sessions and invitations
  int session_seconds = 12 * 3600;
  bool open_sign_up = false;   // without an invitation
  bool is_random_key = false;  // of this process alone

  // The store
  std::string region = "us-east-1";
  std::string endpoint;         // as the broker reaches it; empty: AWS
  std::string public_endpoint;  // as the members' browsers reach it
  std::string sts_endpoint;
  std::string bucket;
  std::string members_bucket;
  std::string ca_file;  // certificate authorities of the store; empty: the system's

  // What members may do there
  std::string role_arn;
  int role_seconds = 3600;
  std::string member_prefix;  // what each may see, with {member} for the name; empty: all
  bool upload = false;

  bool behind_proxy() const { return !public_url.empty(); }
  /// Returns whether browsers use TLS, with the proxy in front.
  bool secure() const { return public_url.rfind("https:", 0) == 0; }
  /// Returns the prefix that one member may see.
  std::string prefix_of(const std::string& member) const;
};

/// Adds all settings to a command line. Each may also come from the environment: --bucket from
/// BROKER_BUCKET. Only the key has no option, because everybody sees the command line of a process.
void add_options(CLI::App& app, settings& all);

/// Fills in defaults that depend on others, and checks what concerns several settings. Throws
/// std::runtime_error, with a sentence for the log.
void complete(settings& all);

}  // namespace broker
