// SHA-256 by OpenSSL's EVP, for builds that must not use what OpenSSL 3 deprecates, or that want
// the implementation of a provider, such as the one validated under FIPS 140: -DPRESIGN_CRYPTO=evp.
#include "base/crypto.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>

#include <atomic>

namespace presign::detail {
namespace {

// Fetched once: it takes a lock, and as long as a short hash. If that fails, it is tried again.
const EVP_MD* evp_sha256() noexcept {
  static std::atomic<EVP_MD*> kept{nullptr};
  EVP_MD* known = kept.load(std::memory_order_acquire);
  if (known) return known;
  ERR_set_mark();
  auto* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  ERR_pop_to_mark();
  if (kept.compare_exchange_strong(known, fetched)) return fetched;
  // Another thread was faster. No test can be sure to be second.
  EVP_MD_free(fetched);  // GCOVR_EXCL_LINE
  return known;          // GCOVR_EXCL_LINE
}

// The contexts that a thread has idle, with nothing secret in them. They are freed with the thread.
// Code that hashes even later finds this trivial object with no room.
struct idle_contexts {
  std::array<EVP_MD_CTX*, 4> contexts;
  std::size_t count;
  std::size_t room;
};
thread_local idle_contexts idle{{}, 0, 4};

EVP_MD_CTX* take_context() noexcept {
  return idle.count > 0 ? idle.contexts[--idle.count] : EVP_MD_CTX_new();
}

void give_back(EVP_MD_CTX* context) noexcept {
  struct at_thread_exit {
    ~at_thread_exit() {
      for (idle.room = 0; idle.count > 0;) EVP_MD_CTX_free(take_context());
    }
  };
  thread_local const at_thread_exit closing;
  if (idle.count >= idle.room) return EVP_MD_CTX_free(context);
  idle.contexts[idle.count++] = context;
}

}  // namespace

// Beginning or copying a hash fails if memory runs out, or if no provider has SHA-256. The error
// queue is then cleared as a whole: a mark for each hash would cost a fifth of a URL.
sha256_state::sha256_state() noexcept : context(take_context()) {
  is_valid = context != nullptr && evp_sha256() != nullptr &&
             EVP_DigestInit_ex2(context, evp_sha256(), nullptr) == 1;
  if (!is_valid) ERR_clear_error();
}

sha256_state::sha256_state(const sha256_state& other) noexcept : context(take_context()) {
  is_valid =
      other.is_valid && context != nullptr && EVP_MD_CTX_copy_ex(context, other.context) == 1;
  if (!is_valid) ERR_clear_error();
}

// A hash that is finished holds nothing but its result. Its context goes back as it is: to empty it
// would cost the next one an allocation.
sha256_state::~sha256_state() {
  if (context == nullptr) return;
  if (!is_valid) EVP_MD_CTX_reset(context);
  give_back(context);
}

sha256::sha256() noexcept = default;

void sha256::wipe() noexcept {
  EVP_MD_CTX_reset(state_.context);  // which wipes it
  give_back(state_.context);
  detail::wipe(this, sizeof *this);
}

void sha256::update(std::string_view bytes) noexcept {
  state_.is_valid = is_valid() && EVP_DigestUpdate(state_.context, bytes.data(), bytes.size()) == 1;
}

bool sha256::finish(digest& hash) noexcept {
  state_.is_valid = is_valid() && EVP_DigestFinal_ex(state_.context, hash.data(), nullptr) == 1;
  return is_valid();
}

bool hmac_midstate::save(std::string_view new_key) noexcept {
  key = {};
  new_key.copy(key.data(), key.size());
  return true;
}

hmac_sha256::hmac_sha256(const hmac_midstate& saved) noexcept
    : hmac_sha256(std::string_view(saved.key.data(), saved.key.size())) {}

}  // namespace presign::detail
