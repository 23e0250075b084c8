#include "connection.hpp"

#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace broker {
namespace {

using namespace std::chrono_literals;

using name_of_an_end = int (*)(int, sockaddr*, socklen_t*);  // getpeername or getsockname

void get_ip_and_port(name_of_an_end get_name, socket_t socket, std::string& ip, int& port) {
  sockaddr_storage address{};
  socklen_t size = sizeof address;
  auto* const any = reinterpret_cast<sockaddr*>(&address);
  char host[NI_MAXHOST] = "";
  char service[NI_MAXSERV] = "0";
  if (get_name(socket, any, &size) == 0) {
    getnameinfo(any, size, host, sizeof host, service, sizeof service,
                NI_NUMERICHOST | NI_NUMERICSERV);
  }
  ip = host;
  port = std::stoi(service);
}

}  // namespace

connection::connection(socket_t socket, SSL_CTX* tls, const request_limits& limits)
    : socket_(socket), limits_(limits), deadline_(clock::now() + limits.time) {
  fcntl(socket_, F_SETFL, fcntl(socket_, F_GETFL) | O_NONBLOCK);
  // cpp-httplib sends the headers and then the body, and the kernel would hold back the second
  // until the client has acknowledged the first: for 40 ms, as a rule.
  const int on = 1;
  setsockopt(socket_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (!tls) return;
  tls_.reset(SSL_new(tls));
  SSL_set_fd(tls_.get(), socket_);
  ready_ = attempt([this] { return SSL_accept(tls_.get()); }, deadline_) == 1;
}

connection::~connection() {
  if (tls_ && ready_) SSL_shutdown(tls_.get());  // does not wait for the client to close
}

bool connection::wait(std::chrono::milliseconds most) {
  return is_readable() || poll(POLLIN, clock::now() + most);
}

void connection::begin_request() {
  deadline_ = clock::now() + limits_.time;
  response_deadline_ = deadline_ + limits_.response_time;
  bytes_left_ = limits_.bytes;
}

void connection::finish() {
  if (tls_) SSL_shutdown(tls_.get());
  ::shutdown(socket_, SHUT_WR);
  const auto until = clock::now() + 500ms;
  while (poll(POLLIN, until) && clock::now() < until) {
    if (::recv(socket_, buffer_.data(), buffer_.size(), 0) <= 0) return;
  }
}

bool connection::is_readable() const {
  return begin_ < end_ || (tls_ && SSL_pending(tls_.get()) > 0) || poll(POLLIN, clock::now());
}

bool connection::is_writable() const { return poll(POLLOUT, clock::now() + limits_.time); }

// cpp-httplib reads lines byte by byte.
ssize_t connection::read(char* bytes, std::size_t size) {
  if (begin_ == end_) {
    const auto received = receive(buffer_.data(), std::min(buffer_.size(), bytes_left_));
    if (received <= 0) return received;
    begin_ = 0;
    end_ = static_cast<std::size_t>(received);
  }
  const auto count = std::min({size, end_ - begin_, bytes_left_});
  if (count == 0) return -1;
  std::memcpy(bytes, buffer_.data() + begin_, count);
  begin_ += count;
  bytes_left_ -= count;
  return static_cast<ssize_t>(count);
}

ssize_t connection::receive(char* bytes, std::size_t size) {
  if (size == 0) return -1;
  return attempt(
      [this, bytes, size]() -> ssize_t {
        return tls_ ? SSL_read(tls_.get(), bytes, static_cast<int>(size))
                    : ::recv(socket_, bytes, size, 0);
      },
      deadline_);
}

ssize_t connection::write(const char* bytes, std::size_t size) {
  constexpr std::size_t most_at_once = 1 << 20;
  size = std::min(size, most_at_once);
  return attempt(
      [this, bytes, size]() -> ssize_t {
        return tls_ ? SSL_write(tls_.get(), bytes, static_cast<int>(size))
                    : ::send(socket_, bytes, size, MSG_NOSIGNAL);
      },
      std::min(clock::now() + limits_.time, response_deadline_));
}

// Repeats an operation until it is done, fails, or has no time left.
template <class Operation>
ssize_t connection::attempt(const Operation& operation, clock::time_point until) {
  while (clock::now() < until) {
    ERR_clear_error();  // SSL_get_error looks there
    const ssize_t outcome = operation();
    if (outcome > 0) return outcome;
    const auto events = blocked_on(outcome);
    if (events == 0) return outcome;
    if (!poll(events, until)) return -1;
  }
  return -1;
}

// Returns the event that an incomplete operation waits for; 0 if it failed.
short connection::blocked_on(ssize_t outcome) const {
  if (!tls_) return outcome < 0 && (errno == EAGAIN || errno == EINTR) ? POLLIN | POLLOUT : 0;
  switch (SSL_get_error(tls_.get(), static_cast<int>(outcome))) {
    case SSL_ERROR_WANT_READ: return POLLIN;
    case SSL_ERROR_WANT_WRITE: return POLLOUT;
    default: return 0;
  }
}

bool connection::poll(short events, clock::time_point until) const {
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - clock::now());
  pollfd entry{socket_, events, 0};
  return ::poll(&entry, 1, static_cast<int>(std::max(left, 0ms).count())) > 0;
}

void connection::get_remote_ip_and_port(std::string& ip, int& port) const {
  get_ip_and_port(::getpeername, socket_, ip, port);
}

void connection::get_local_ip_and_port(std::string& ip, int& port) const {
  get_ip_and_port(::getsockname, socket_, ip, port);
}

}  // namespace broker
