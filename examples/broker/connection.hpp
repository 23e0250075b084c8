// One connection to a server, with or without TLS, with limits for its client.
//
// cpp-httplib does not limit the number of headers, nor the length of a line before it has read it,
// and its time limit starts again with each byte. Here each request has limits for all its bytes
// and for all its time.
#pragma once

#include <httplib.h>

#include <array>
#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

namespace broker {

struct request_limits {
  std::size_t bytes;                   // request line, headers and body
  std::chrono::seconds time;           // to send them; and to take each piece of the response
  std::chrono::seconds response_time;  // to take the whole response
};

class connection : public httplib::Stream {
 public:
  using clock = std::chrono::steady_clock;

  /// Takes an open socket, which the caller closes. With a context, it uses TLS.
  connection(socket_t socket, SSL_CTX* tls, const request_limits& limits);
  ~connection() override;

  /// Returns whether the TLS handshake, if there is one, finished in time.
  bool is_ready() const { return ready_; }
  /// Waits for the next request to begin.
  bool wait(std::chrono::milliseconds most);
  /// Begins to read a request.
  void begin_request();
  /// Ends the response, and discards what the client still sends, for a moment. A client whose
  /// bytes are not read sees a broken connection, and never the response.
  void finish();

  bool is_readable() const override;
  bool is_writable() const override;
  ssize_t read(char* bytes, std::size_t size) override;
  ssize_t write(const char* bytes, std::size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_; }

 private:
  struct free_ssl {
    void operator()(SSL* tls) const { SSL_free(tls); }
  };

  bool poll(short events, clock::time_point until) const;
  short blocked_on(ssize_t outcome) const;
  template <class Operation>
  ssize_t attempt(const Operation& operation, clock::time_point until);
  ssize_t receive(char* bytes, std::size_t size);

  const socket_t socket_;
  const request_limits limits_;
  std::unique_ptr<SSL, free_ssl> tls_;
  bool ready_ = true;
  clock::time_point deadline_;           // for the request
  clock::time_point response_deadline_;  // for its response
  std::size_t bytes_left_ = 0;
  std::array<char, 4096> buffer_;
  std::size_t begin_ = 0;  // received bytes that are not yet read: [begin_, end_)
  std::size_t end_ = 0;
};

}  // namespace broker
