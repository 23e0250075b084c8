#include "http_server.hpp"

#include "log.hpp"

#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <vector>

namespace broker {
namespace {

using namespace std::chrono_literals;

constexpr int requests_a_connection = 100;
constexpr auto idle_time = 5s;

// Threads and a queue of fixed size. If the queue is full, the thread that accepts connections
// waits, and further connections wait in the kernel.
class bounded_pool : public httplib::TaskQueue {
 public:
  bounded_pool(unsigned threads, std::size_t waiting) : most_waiting_(waiting) {
    while (threads-- > 0) threads_.emplace_back([this] { work(); });
  }

  void enqueue(std::function<void()> job) override {
    std::unique_lock lock(mutex_);
    taken_.wait(lock, [this] { return jobs_.size() < most_waiting_; });
    jobs_.push_back(std::move(job));
    added_.notify_one();
  }

  void shutdown() override {
    {
      const std::lock_guard lock(mutex_);
      is_over_ = true;
    }
    added_.notify_all();
    for (auto& thread : threads_) thread.join();
  }

 private:
  void work() {
    std::unique_lock lock(mutex_);
    while (true) {
      added_.wait(lock, [this] { return is_over_ || !jobs_.empty(); });
      if (jobs_.empty()) return;
      const auto job = std::move(jobs_.front());
      jobs_.pop_front();
      taken_.notify_one();
      lock.unlock();
      job();
      lock.lock();
    }
  }

  const std::size_t most_waiting_;
  std::mutex mutex_;
  std::condition_variable added_, taken_;
  std::deque<std::function<void()>> jobs_;
  bool is_over_ = false;
  std::vector<std::thread> threads_;
};

SSL_CTX* tls_context(const server_options& options) {
  if (options.tls_certificate.empty()) return nullptr;
  auto* const context = SSL_CTX_new(TLS_server_method());
  if (!context || SSL_CTX_set_min_proto_version(context, TLS1_2_VERSION) != 1 ||
      SSL_CTX_use_certificate_chain_file(context, options.tls_certificate.c_str()) != 1 ||
      SSL_CTX_use_PrivateKey_file(context, options.tls_key.c_str(), SSL_FILETYPE_PEM) != 1) {
    SSL_CTX_free(context);
    throw std::runtime_error("cannot use the certificate and key for TLS");
  }
  return context;
}

// Rejects, before it reads them, bodies that cpp-httplib would read without end, inflate or parse.
bool is_rejected(const httplib::Request& request, httplib::Response& response) {
  if (request.has_header("Transfer-Encoding")) {
    response.status = 411;
  } else if (request.has_header("Content-Encoding") || request.is_multipart_form_data()) {
    response.status = 415;
  } else {
    return false;
  }
  return true;
}

void prepare(httplib::Request& request) {
  request.path = "/";      // for cpp-httplib's table of handlers, which has no other
  request.ranges.clear();  // the handler serves ranges itself
  // Without this, cpp-httplib treats everything that follows as the body.
  if (!request.has_header("Content-Length")) request.headers.emplace("Content-Length", "0");
}

}  // namespace

http_server::http_server(const server_options& options, const handler& handle)
    : limits_(options.limits), tls_(tls_context(options)) {
  new_task_queue = [threads = options.threads, waiting = options.waiting] {
    return new bounded_pool(threads, waiting);
  };
  set_payload_max_length(options.limits.bytes);
  set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
    return is_rejected(request, response) ? HandlerResponse::Handled : HandlerResponse::Unhandled;
  });
  set_exception_handler(
      [](const httplib::Request&, httplib::Response& response, const std::exception_ptr& failure) {
        response.status = 500;
        try {
          std::rethrow_exception(failure);
        } catch (const std::exception& known) {
          log(std::string("internal error: ") + known.what());
        } catch (...) {
          log("internal error");
        }
      });
  Get("/", handle).Post("/", handle).Put("/", handle).Delete("/", handle);
  Patch("/", handle).Options("/", handle);
}

int http_server::bind(const std::string& host, int port) {
  const int bound = port == 0 ? bind_to_any_port(host) : bind_to_port(host, port) ? port : -1;
  if (bound < 0) {
    throw std::runtime_error("cannot listen on " + host + ' ' + std::to_string(port) +
                             ": see BROKER_HOST and BROKER_PORT");
  }
  ::listen(svr_sock_, SOMAXCONN);  // cpp-httplib lets 5 connections wait in the kernel
  return bound;
}

void http_server::run() {
  listen_after_bind();
  has_run_ = true;
}

// cpp-httplib ignores a stop that comes before it listens.
void http_server::stop() {
  while (!is_running() && !has_run_) std::this_thread::sleep_for(1ms);
  httplib::Server::stop();
}

bool http_server::process_and_close_socket(socket_t socket) {
  {
    connection client(socket, tls_.get(), limits_);
    if (client.is_ready()) serve(client);
  }
  ::shutdown(socket, SHUT_RDWR);
  ::close(socket);
  return true;
}

void http_server::serve(connection& client) {
  for (int left = requests_a_connection; left > 0 && wait_for_request(client); --left) {
    client.begin_request();
    if (!serve_one(client, left == 1)) return client.finish();
  }
}

// Returns whether another request may follow. None may follow a request that could not be parsed,
// nor one with a body: an unread body would be parsed as a request.
bool http_server::serve_one(connection& client, bool is_last) {
  bool is_understood = false;
  bool is_closed = false;
  const bool is_served = process_request(client, is_last, is_closed, [&](auto& request) {
    is_understood = true;
    if (request.has_header("Content-Length") || request.has_header("Transfer-Encoding")) {
      is_closed = true;
      request.headers.erase("Connection");
      request.set_header("Connection", "close");  // cpp-httplib repeats it in the response
    }
    prepare(request);
  });
  return is_served && is_understood && !is_closed;
}

bool http_server::wait_for_request(connection& client) const {
  const auto until = connection::clock::now() + idle_time;
  while (svr_sock_ != INVALID_SOCKET && connection::clock::now() < until) {
    if (client.wait(100ms)) return true;
  }
  return false;
}

}  // namespace broker
