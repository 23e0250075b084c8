// SHA-256 by libcrypto's SHA256_* functions, which work on plain data and do not allocate.
// OpenSSL 3 deprecates them in favour of EVP, but they are part of its API, so the warning is
// turned off for this file.
#define OPENSSL_SUPPRESS_DEPRECATED

#include "base/crypto.hpp"

#include <openssl/sha.h>

#include <new>

namespace presign::detail {
namespace {

SHA256_CTX* context_of(sha256_state& state) noexcept {
  return std::launder(reinterpret_cast<SHA256_CTX*>(state.context));
}

}  // namespace

sha256::sha256() noexcept {
  static_assert(sizeof(SHA256_CTX) <= sizeof state_.context && alignof(SHA256_CTX) <= 8);
  state_.is_valid = SHA256_Init(new (state_.context) SHA256_CTX) == 1;
}

void sha256::update(std::string_view bytes) noexcept {
  state_.is_valid =
      is_valid() && SHA256_Update(context_of(state_), bytes.data(), bytes.size()) == 1;
}

bool sha256::finish(digest& hash) noexcept {
  return is_valid() && SHA256_Final(hash.data(), context_of(state_)) == 1;
}

void sha256::wipe() noexcept { detail::wipe(this, sizeof *this); }

bool hmac_midstate::save(std::string_view key) noexcept {
  const hmac_sha256 mac{key};
  inner = mac.inner_.state_;
  outer = mac.outer_.state_;
  return mac.is_valid();
}

hmac_sha256::hmac_sha256(const hmac_midstate& saved) noexcept
    : inner_(saved.inner), outer_(saved.outer) {}

}  // namespace presign::detail
