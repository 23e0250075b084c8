// The store, as a program: see server.hpp.
#include "server.hpp"

#include <csignal>
#include <exception>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>

namespace {

constexpr const char* usage =
    R"(usage: store FILE [PORT]

A small S3 store for demonstrations and tests, at 127.0.0.1 and PORT, or any free port. It keeps its objects
in FILE, in the buckets "files" and "members", and prints its address. Its account has the keys of
the environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), its region is us-east-1, and the role
arn:aws:iam:::role/reader may read "files".)";

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
  if (argc < 2 || argc > 3 || argv[1][0] == '-') throw std::invalid_argument(usage);
  const int wanted_port = argc == 3 ? std::stoi(argv[2]) : 0;
  const auto account = presign::credentials::from_environment().value();
  const auto signals = block_signals();
  const store::settings settings{store::object_table(argv[1], {"files", "members"}), account,
                                 store::role_sessions(account)};
  httplib::Server http;
  store::set_up(http, settings);
  http.set_socket_options([](int socket) {  // cpp-httplib would let two programs have one port
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  constexpr const char* host = "127.0.0.1";
  const int port = wanted_port == 0                       ? http.bind_to_any_port(host)
                   : http.bind_to_port(host, wanted_port) ? wanted_port
                                                          : -1;
  if (port < 0) throw std::runtime_error("port " + std::to_string(wanted_port) + " is taken");
  std::thread serving([&http] { http.listen_after_bind(); });
  std::cout << "The store is at http://" << host << ':' << port << std::endl;

  int signal = 0;
  sigwait(&signals, &signal);
  while (!http.is_running()) std::this_thread::yield();  // it would ignore an earlier stop
  http.stop();
  serving.join();
} catch (const std::exception& failure) {
  std::cerr << "store: " << failure.what() << '\n';
  return 1;
}
