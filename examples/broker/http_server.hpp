// An HTTP server that is safe to expose: cpp-httplib's, with effective limits.
//
// A fixed number of threads serve; a fixed number of connections wait for them, and others wait in
// the kernel. All requests come to one handler, which finds the path in httplib::Request::target,
// as it was received: cpp-httplib matches paths with std::regex, whose stack grows with a path.
#pragma once

#include "connection.hpp"

#include <httplib.h>

#include <atomic>
#include <functional>
#include <memory>
#include <string>

namespace broker {

struct server_options {
  request_limits limits{64 << 10, std::chrono::seconds(10), std::chrono::seconds(60)};
  unsigned threads = 64;
  unsigned waiting = 256;
  std::string tls_certificate;  // files in PEM; empty: no TLS
  std::string tls_key;
};

class http_server : private httplib::Server {
 public:
  using handler = std::function<void(const httplib::Request&, httplib::Response&)>;

  /// The handler is called by many threads; what it throws becomes a 500. Throws
  /// std::runtime_error if certificate and key cannot be used.
  http_server(const server_options& options, const handler& handle);

  /// Binds the port, or any free one if it is 0, and returns it. Throws std::runtime_error.
  int bind(const std::string& host, int port);
  /// Serves until stop() is called, by another thread.
  void run();
  /// Stops the server. There must be a thread that runs it, or will run it.
  void stop();

 private:
  struct free_context {
    void operator()(SSL_CTX* context) const { SSL_CTX_free(context); }
  };

  bool process_and_close_socket(socket_t socket) override;
  void serve(connection& client);
  bool serve_one(connection& client, bool is_last);
  bool wait_for_request(connection& client) const;

  const request_limits limits_;
  std::unique_ptr<SSL_CTX, free_context> tls_;
  std::atomic<bool> has_run_ = false;
};

}  // namespace broker
