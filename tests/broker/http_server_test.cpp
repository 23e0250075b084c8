// Limits of the server that no test from outside can see.
#include "http_server.hpp"

#include <doctest/doctest.h>

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>
#include <string>
#include <thread>

using namespace std::chrono_literals;

namespace {

// A server that responds to every request with this many bytes, until it is destroyed.
class server {
 public:
  server(const broker::server_options& options, std::size_t size)
      : server_(options,
                [size](const auto&, auto& response) {
                  response.set_content(std::string(size, 'x'), "application/octet-stream");
                }),
        port_(server_.bind("127.0.0.1", 0)),
        thread_([this] { server_.run(); }) {}
  server(const server&) = delete;
  server& operator=(const server&) = delete;
  ~server() {
    server_.stop();
    thread_.join();
  }

  int connect() const {
    const int client = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(static_cast<std::uint16_t>(port_));
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    REQUIRE(::connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0);
    return client;
  }

 private:
  broker::http_server server_;
  int port_;
  std::thread thread_;
};

constexpr char request[] = "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";

// Reads a response in pieces of this size, one every 50 ms, and returns how much arrives before the
// server ends it.
std::size_t take_slowly(int client, std::size_t piece) {
  REQUIRE(::send(client, request, sizeof request - 1, 0) == sizeof request - 1);
  std::string bytes(piece, '\0');
  std::size_t taken = 0;
  while (true) {
    const auto got = ::recv(client, bytes.data(), bytes.size(), 0);
    if (got <= 0) break;
    taken += static_cast<std::size_t>(got);
    std::this_thread::sleep_for(50ms);
  }
  ::close(client);
  return taken;
}

}  // namespace

TEST_SUITE("broker: http server") {
  TEST_CASE("a server can be stopped as soon as it was started") {
    for (int i = 0; i < 100; ++i) server stopped({}, 1);
  }

  TEST_CASE("a client that reads too slowly does not get the whole response") {
    constexpr std::size_t size = 64 << 20;
    broker::server_options options;
    options.limits.time = 1s;
    options.limits.response_time = 1s;
    const server hasty(options, size);
    CHECK(take_slowly(hasty.connect(), 1 << 18) < size);
    options.limits.response_time = 60s;
    const server patient(options, size);
    CHECK(take_slowly(patient.connect(), 1 << 22) > size);
  }

  TEST_CASE("a client that only connects holds up only its thread, and not for long") {
    broker::server_options options;
    options.threads = 2;
    const server with_two_threads(options, 1);
    const int silent = with_two_threads.connect();
    for (int i = 0; i < 3; ++i) {
      const int client = with_two_threads.connect();
      REQUIRE(::send(client, request, sizeof request - 1, 0) == sizeof request - 1);
      char byte = 0;
      CHECK(::recv(client, &byte, 1, 0) == 1);
      ::close(client);
    }
    ::close(silent);
  }
}
