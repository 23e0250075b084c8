// The broker: members log in and get links to private files. See README.md.
#include "members.hpp"
#include "settings.hpp"
#include "site.hpp"
#include "ticket.hpp"

#include <presign/version.hpp>

#include <httplib.h>
#include <sodium.h>
#include <CLI/CLI.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

// Serves until SIGINT or SIGTERM, which threads inherit as blocked.
void serve(const broker::settings& config) {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  if (config.is_random_key && !config.open_sign_up) {
    std::cerr << "broker: nobody new can sign up: an invitation needs BROKER_SESSION_KEY\n";
  }
  presign::credentials::find().value();  // fails now rather than at the first login
  const auto site = broker::make_site(config);
  const int port = config.port == 0 ? site->bind_to_any_port(config.host) : config.port;
  if (port < 0 || (config.port != 0 && !site->bind_to_port(config.host, port))) {
    throw std::runtime_error("cannot listen on " + config.host + ' ' + std::to_string(config.port) +
                             ": see --host and --port");
  }
  std::thread serving([&site] { site->listen_after_bind(); });
  const auto host =
      config.host.find(':') == std::string::npos ? config.host : '[' + config.host + ']';
  std::cout << "File Access System: http://" << host << ':' << port << "/" << std::endl;

  int signal = 0;
  sigwait(&signals, &signal);
  while (!site->is_running()) std::this_thread::yield();  // it would ignore an earlier stop
  site->stop();
  serving.join();
}

// ── Commands for an operator ────────────────────────────────────────────────────────────────────

std::string valid(const std::string& name) {
  if (auto valid = broker::member_name(name)) return *valid;
  throw std::runtime_error('"' + name + "\" is not a name that a member can have");
}

void invite(const broker::settings& config, const std::string& name, int days) {
  if (config.is_random_key) {
    throw std::runtime_error("BROKER_SESSION_KEY is missing: no broker would know the invitation");
  }
  const broker::ticket ticket{name, presign::now() + std::chrono::hours(24) * days};
  const auto invitation = seal(broker::purpose::invitation, ticket, config.session_key);
  std::cout << invitation << '\n';
  if (config.behind_proxy()) {
    std::cout << config.public_url << "/#sign-up/" << name << '/' << invitation << '\n';
  }
}

void list(const broker::member_store& members) {
  for (const auto& name : members.names()) {
    try {
      const auto member = members.find(name);
      if (!member) continue;  // just gone
      std::cout << name << "  since " << member->since << (member->disabled ? "  disabled" : "")
                << '\n';
    } catch (const broker::damaged_member&) {
      std::cout << name << "  damaged\n";
    }
  }
}

}  // namespace

int main(int argc, char** argv) try {
  if (sodium_init() < 0) throw std::runtime_error("libsodium does not work here");
  broker::settings config;
  std::string name;
  int days = 7;
  CLI::App app(
      "Members log in, and get links to the files of a bucket that expire within an hour.\n"
      "Without a subcommand, it serves. Its own AWS credentials come from AWS_ACCESS_KEY_ID and so "
      "on, or from\na profile, as with the AWS tools.");
  add_options(app, config);
  app.set_version_flag("--version", std::string(presign::version()));
  app.fallthrough();  // options may follow the command
  app.require_subcommand(0, 1);
  const auto command = [&app, &name](const char* verb, const char* meaning) {
    auto* const added = app.add_subcommand(verb, meaning);
    added->add_option("NAME", name, "of the member")->required();
    return added;
  };
  auto* const inviting = command("invite", "print an invitation, with which NAME can sign up");
  inviting->add_option("DAYS", days, "until it expires [7]")->check(CLI::Range(1, 365));
  auto* const disabling = command("disable", "end a member's sessions, and allow no more login");
  command("enable", "let a member log in again");
  auto* const listing = app.add_subcommand("members", "list the members");
  CLI11_PARSE(app, argc, argv);

  complete(config);
  if (app.get_subcommands().empty()) {
    serve(config);
  } else if (*inviting) {
    invite(config, valid(name), days);
  } else if (*listing) {
    list(broker::member_store(config));
  } else if (!broker::member_store(config).set_disabled(valid(name), disabling->parsed())) {
    throw std::runtime_error("there is no member " + name);
  }
} catch (const std::exception& failure) {
  std::cerr << "broker: " << failure.what() << '\n';
  return 1;
}
