// The broker's settings: options of the command line, or environment variables.
#pragma once

#include <presign/credentials.hpp>
#include <presign/s3.hpp>

#include <string>

namespace CLI {
class App;
}

namespace broker {

/// add_options() says what each is for.
struct settings {
  std::string host = "127.0.0.1";
  int port = 8080;
  std::string public_url;
  bool log_as_json = false;

  std::string session_key_file;
  presign::secret session_key;
  bool is_random_key = false;  // no other broker has it
  int session_seconds = 12 * 3600;
  bool open_sign_up = false;

  std::string region = "us-east-1";
  presign::s3::location store;  // AWS, if its endpoint is empty
  presign::s3::location public_store;
  presign::s3::location sts;
  std::string bucket;
  std::string members_bucket;
  std::string ca_file;

  std::string role_arn;
  int role_seconds = 3600;
  std::string member_prefix;
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
