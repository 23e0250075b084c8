// Sends signed requests.
#pragma once

#include <presign/signer.hpp>

#include <string>

namespace broker {

struct http_answer {
  int status;
  std::string body;
};

class http_client {
 public:
  /// Takes a file with the certificate authorities to believe, or nothing for the system's.
  explicit http_client(std::string ca_file = {}) : ca_file_(std::move(ca_file)) {}

  /// Sends it, byte for byte as it was signed, over a connection of its own, so that a store that
  /// was stopped and started is simply there again. Throws store_unavailable.
  http_answer send(const std::string& method, const std::string& url,
                   const std::vector<presign::name_value>& headers,
                   const std::string& body = {}) const;

  /// A presigned or a signed request.
  template <class Signed>
  http_answer send(const Signed& what, const std::string& body = {}) const {
    return send(what.method, what.url, what.headers, body);
  }

 private:
  std::string ca_file_;
};

}  // namespace broker
