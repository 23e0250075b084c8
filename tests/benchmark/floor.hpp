// The floor: the leanest signer of the workload that can be made by hand on libcrypto's SHA256_*.
//
// It knows everything except the key in advance, checks nothing, and has no other use. The rest of
// a library's time is the price of being a library.
#pragma once

#include <presign/credentials.hpp>

#include <openssl/sha.h>

#include <string>
#include <string_view>

namespace benchmark_floor {

class signer {
 public:
  explicit signer(const presign::credentials& credentials);

  /// Writes the URL of the key into the caller's buffer, and returns its length.
  std::size_t sign(std::string_view key, char* url) const;

  static constexpr std::size_t buffer_size = 4096;

 private:
  std::string origin_;     // "https://HOST"
  std::string query_;      // "X-Amz-Algorithm=…&X-Amz-SignedHeaders=host"
  std::string remainder_;  // of the canonical request, after the query
  SHA256_CTX inner_;       // has absorbed the key ^ ipad, and the string to sign up to the hash
  SHA256_CTX outer_;       // has absorbed the key ^ opad
};

}  // namespace benchmark_floor
