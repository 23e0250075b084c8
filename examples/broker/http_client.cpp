#include "http_client.hpp"

#include "store_error.hpp"

#include <httplib.h>

#include <chrono>

namespace broker {
namespace {

using namespace std::chrono_literals;

// A page of 1000 keys of 1024 bytes, each byte encoded as three, has about 3.5 MB.
constexpr std::size_t largest_answer = 16 << 20;

struct split_url {
  std::string origin;  // scheme://host:port
  std::string host;
  std::string target;

  explicit split_url(const std::string& url) {
    const auto host_begins = url.find("://") + 3;
    const auto path_begins = url.find('/', host_begins);
    origin = url.substr(0, path_begins);
    host = url.substr(host_begins, path_begins - host_begins);
    target = url.substr(path_begins);
  }
};

}  // namespace

http_response http_client::send(const std::string& method, const std::string& url,
                                const std::vector<presign::name_value>& headers,
                                const std::string& body) const {
  const split_url address(url);
  httplib::Client client(address.origin);
  if (!client.is_valid()) throw store_unavailable("no HTTP client for " + address.origin);
  client.set_url_encode(false);  // the target is encoded, and signed as it is
  client.set_tcp_nodelay(true);  // headers and body go out one after the other
  client.set_connection_timeout(3s);
  client.set_read_timeout(10s);
  client.set_write_timeout(10s);
  if (!ca_file_.empty()) client.set_ca_cert_path(ca_file_);

  httplib::Request request;
  request.method = method;
  request.path = address.target;
  request.headers = {{"Host", address.host}};  // as it was signed: cpp-httplib would write its own
  for (const auto& [name, value] : headers) request.headers.emplace(name, value);
  request.body = body;
  std::string received;
  request.content_receiver = [&received](const char* bytes, std::size_t size, auto, auto) {
    received.append(bytes, size);
    return received.size() <= largest_answer;
  };

  const auto response = client.send(request);
  if (!response) {
    throw store_unavailable(method + ' ' + address.origin + ": " + to_string(response.error()));
  }
  return {response->status, std::move(received)};
}

}  // namespace broker
