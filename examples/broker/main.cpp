// The broker: members log in and get links to private files. See README.md.
#include "http_client.hpp"
#include "http_server.hpp"
#include "settings.hpp"
#include "site.hpp"

#include <csignal>
#include <cstdlib>
#include <exception>
#include <fstream>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

constexpr const char* usage =
    R"(usage: broker [--settings FILE]

Members log in, and get links to the files of a bucket that expire within an hour.

  --settings FILE  read settings from FILE, one NAME=value a line; the environment overrides them

The broker's own AWS credentials come from AWS_ACCESS_KEY_ID and so on, or from a profile, as with
the AWS tools.

Settings [and their defaults]:
)";

// Returns the name of the settings file, which is empty if there is none.
std::string parse(int argc, char** argv) {
  const std::string name = argc > 1 ? argv[1] : "";
  if (name == "--help") {
    std::cout << usage << broker::describe_settings();
    std::exit(0);  // NOLINT(concurrency-mt-unsafe): there is only one thread yet
  }
  if (argc == 1) return {};
  if (argc != 3 || name != "--settings") {
    throw std::invalid_argument("the command line is not valid: see broker --help");
  }
  return argv[2];
}

// Looks in the environment, then in the file.
broker::setting_lookup find_settings(const std::string& path) {
  std::map<std::string, std::string> in_file;
  if (!path.empty()) {
    std::ifstream file(path);
    if (!file) throw std::runtime_error("cannot read " + path);
    in_file = broker::read_settings_file(file);
  }
  return [in_file](const std::string& name) -> std::optional<std::string> {
    // NOLINTNEXTLINE(concurrency-mt-unsafe): there is only one thread yet.
    if (const char* const value = std::getenv(name.c_str())) return value;
    const auto setting = in_file.find(name);
    return setting == in_file.end() ? std::nullopt : std::optional(setting->second);
  };
}

broker::server_options options_of(const broker::settings& config) {
  broker::server_options options;
  options.tls_certificate = config.tls_certificate;
  options.tls_key = config.tls_key;
  return options;
}

// Blocks signals before there are threads, which inherit the mask. main() then waits for a signal.
sigset_t block_signals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  return signals;
}

}  // namespace

int main(int argc, char** argv) try {
  const auto settings_file = parse(argc, argv);
  const auto signals = block_signals();
  const auto config = broker::read_settings(find_settings(settings_file));
  const broker::http_client http(config.ca_file);

  broker::site site(config, http);
  broker::http_server server(options_of(config), [&site](const auto& request, auto& response) {
    site.handle(request, response);
  });
  const int port = server.bind(config.host, config.port);
  std::thread serving([&server] { server.run(); });
  std::cout << "File Access System: " << (config.tls_certificate.empty() ? "http" : "https")
            << "://" << config.host << ':' << port << "/" << std::endl;

  int signal = 0;
  sigwait(&signals, &signal);
  server.stop();
  serving.join();
} catch (const std::exception& failure) {
  std::cerr << "broker: " << failure.what() << '\n';
  return 1;
}
