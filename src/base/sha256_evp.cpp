// SHA-256 by OpenSSL's EVP, for builds that must not use what OpenSSL 3 deprecates, or that want
// the implementation of a provider, such as the one validated under FIPS 140: -DPRESIGN_CRYPTO=evp.
#include "base/crypto.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstddef>

namespace presign::detail {
namespace {

// Fetched once: it takes a lock, and as long as a short hash. Where that fails, it is tried again.
const EVP_MD* evp_sha256() noexcept {
  static std::atomic<EVP_MD*> kept{nullptr};
  EVP_MD* known = kept.load(std::memory_order_acquire);
  if (known) return known;
  ERR_set_mark();
  auto* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  ERR_pop_to_mark();
  if (kept.compare_exchange_strong(known, fetched)) return fetched;
  // Another thread was faster, in which no test can be sure to be second.
  EVP_MD_free(fetched);  // GCOVR_EXCL_LINE
  return known;          // GCOVR_EXCL_LINE
}

EVP_MD_CTX* as_context(void* context) noexcept { return static_cast<EVP_MD_CTX*>(context); }

// The contexts that a thread has idle. They hold nothing secret, and are freed with the thread;
// room for none is left then, for what hashes later still. Trivial, so as to be there even then.
struct idle_contexts {
  std::array<EVP_MD_CTX*, 4> contexts;
  std::size_t count;
  std::size_t room;

  void close() noexcept {
    for (room = 0; count > 0;) EVP_MD_CTX_free(contexts[--count]);
  }
};
thread_local idle_contexts idle{{}, 0, 4};

EVP_MD_CTX* take_context() noexcept {
  return idle.count > 0 ? idle.contexts[--idle.count] : EVP_MD_CTX_new();
}

void give_back(EVP_MD_CTX* context) noexcept {
  struct at_thread_exit {
    ~at_thread_exit() { idle.close(); }
  };
  thread_local const at_thread_exit closing;
  if (idle.count < idle.room) {
    idle.contexts[idle.count++] = context;
  } else {
    EVP_MD_CTX_free(context);
  }
}

}  // namespace

// Beginning or copying a hash fails if memory runs out, or if no provider has SHA-256. The error
// queue is then cleared as a whole: a mark for each hash would cost a fifth of a URL.
sha256::sha256() noexcept {
  context_ = take_context();
  is_valid_ = context_ != nullptr && evp_sha256() != nullptr &&
              EVP_DigestInit_ex2(as_context(context_), evp_sha256(), nullptr) == 1;
  if (!is_valid_) ERR_clear_error();
}

sha256::sha256(const sha256& other) noexcept {
  context_ = take_context();
  is_valid_ = other.is_valid_ && context_ != nullptr &&
              EVP_MD_CTX_copy_ex(as_context(context_), as_context(other.context_)) == 1;
  if (!is_valid_) ERR_clear_error();
}

void sha256::wipe() noexcept {
  EVP_MD_CTX_reset(as_context(context_));  // which wipes it
  give_back(as_context(context_));
  detail::wipe(this, sizeof *this);
}

// One that is finished holds nothing but its hash. Its context goes back as it is: to empty it
// would cost the next one an allocation.
sha256::~sha256() {
  if (context_ == nullptr) return;
  if (!is_valid_) EVP_MD_CTX_reset(as_context(context_));
  give_back(as_context(context_));
}

void sha256::update(std::string_view bytes) noexcept {
  is_valid_ = is_valid_ && EVP_DigestUpdate(as_context(context_), bytes.data(), bytes.size()) == 1;
}

bool sha256::finish(digest& hash) noexcept {
  is_valid_ = is_valid_ && EVP_DigestFinal_ex(as_context(context_), hash.data(), nullptr) == 1;
  return is_valid_;
}

bool hmac_midstate::save(std::string_view key) noexcept {
  key_ = {};
  std::copy(key.begin(), key.end(), key_.begin());
  return true;
}

hmac_sha256::hmac_sha256(const hmac_midstate& saved) noexcept
    : hmac_sha256(std::string_view(saved.key_.data(), saved.key_.size())) {}

}  // namespace presign::detail
