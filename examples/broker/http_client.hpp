// Sends signed requests, by libcurl.
#pragma once

#include <presign/signer.hpp>

#include <string>

namespace broker {

struct http_response {
  int status;
  std::string body;
};

class http_client {
 public:
  /// Takes a file with certificate authorities, or nothing for the system's.
  explicit http_client(std::string ca_file = {});

  /// Sends a request, byte for byte as it was signed. Each has its own connection, so a store may
  /// stop and start in between. Takes 10 seconds at most, besides those for which it waits while
  /// too many others are sent. Throws store_unavailable.
  http_response send(const std::string& method, const std::string& url,
                     const std::vector<presign::name_value>& headers,
                     const std::string& body = {}) const;

  /// Sends a presigned_url or a signed_request.
  template <class Signed>
  http_response send(const Signed& request, const std::string& body = {}) const {
    return send(request.method, request.url, request.headers, body);
  }

 private:
  std::string ca_file_;
};

}  // namespace broker
