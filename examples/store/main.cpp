// The store, as a program: see server.hpp.
#include "server.hpp"

#include <CLI/CLI.hpp>

#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>

int main(int argc, char** argv) try {
  std::string file;
  int port = 0;
  CLI::App app(
      "A small S3 store for demonstrations and tests, at 127.0.0.1. It has the buckets \"files\" "
      "and "
      "\"members\", and\nprints its address. Its account has the keys of the environment "
      "(AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY),\nits region is us-east-1, and the role "
      "arn:aws:iam:::role/reader may read \"files\".");
  app.add_option("FILE", file, "keeps the objects")->required();
  app.add_option("PORT", port, "the port to listen on; 0: any free one")->check(CLI::Range(65535));
  CLI11_PARSE(app, argc, argv);

  // Threads inherit the mask, so that a signal waits for sigwait().
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const auto account = presign::credentials::from_environment().value();
  const store::settings settings{store::object_table(file), presign::verifier(account),
                                 store::role_sessions(account)};
  httplib::Server http;
  store::set_up(http, settings);
  http.set_socket_options([](int socket) {  // cpp-httplib would let two programs have one port
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  constexpr const char* host = "127.0.0.1";
  const int bound = port == 0                       ? http.bind_to_any_port(host)
                    : http.bind_to_port(host, port) ? port
                                                    : -1;
  if (bound < 0) throw std::runtime_error("cannot listen on port " + std::to_string(port));
  std::thread serving([&http] { http.listen_after_bind(); });
  std::cout << "The store is at http://" << host << ':' << bound << std::endl;

  int signal = 0;
  sigwait(&signals, &signal);
  while (!http.is_running()) std::this_thread::yield();  // it would ignore an earlier stop
  http.stop();
  serving.join();
} catch (const std::exception& failure) {
  std::cerr << "store: " << failure.what() << '\n';
  return 1;
}
