// SHA-256 and ECDSA by OpenSSL's EVP, for builds that must not use what OpenSSL 3 deprecates, or
// that want the implementation of a provider, such as the one validated under FIPS 140:
// -DPRESIGN_CRYPTO=evp.
#include "base/crypto.hpp"
#include "base/crypto_libcrypto.hpp"

#include <openssl/core_names.h>
#include <openssl/evp.h>

#include <atomic>

namespace presign::crypto {
namespace {

// Fetched once: it takes a lock, and as long as a short hash. If that fails, it is tried again.
const EVP_MD* evp_sha256() noexcept {
  static std::atomic<EVP_MD*> kept{nullptr};
  EVP_MD* known = kept.load(std::memory_order_acquire);
  if (known) return known;
  const error_queue_guard guard;
  auto* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
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

// Returns whether libcrypto has done its work. If it has not, as without memory or a provider of
// SHA-256, releases the state and clears the error queue as a whole: a mark for each hash would
// cost a fifth of a URL.
bool has_done(bool done, sha256_state& state) noexcept {
  if (!done) {
    state.release();
    ERR_clear_error();
  }
  return done;
}

using evp_key = owned<EVP_PKEY, EVP_PKEY_free>;  // which wipes it
using evp_context = owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

// Makes a key of P-256 from one of its halves, and a context to use it. Returns nothing if
// libcrypto fails.
evp_context context_of_p256(int selection, const OSSL_PARAM& half) noexcept {
  char curve[] = "P-256";
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
                             half, OSSL_PARAM_construct_end()};
  const evp_context importing(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* imported = nullptr;
  if (!importing || EVP_PKEY_fromdata_init(importing.get()) != 1 ||
      EVP_PKEY_fromdata(importing.get(), &imported, selection, parameters) != 1) {
    return {};
  }
  const evp_key key(imported);
  return evp_context(EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr));
}

}  // namespace

// ── SHA-256 ─────────────────────────────────────────────────────────────────────────────────────

sha256_state::sha256_state(const sha256_state& other) noexcept : context(take_context()) {
  has_done(context && other.context && EVP_MD_CTX_copy_ex(context, other.context) == 1, *this);
}

// A hash that is finished holds nothing but its result. Its context goes back as it is: to empty it
// would cost the next one an allocation.
sha256_state::~sha256_state() {
  if (context) give_back(context);
}

void sha256_state::release() noexcept {
  if (!context) return;
  EVP_MD_CTX_reset(context);  // which wipes it
  give_back(context);
  context = nullptr;
}

bool begin_sha256(sha256_state& state) noexcept {
  state.context = take_context();
  return has_done(state.context && evp_sha256() &&
                      EVP_DigestInit_ex2(state.context, evp_sha256(), nullptr) == 1,
                  state);
}

bool update_sha256(sha256_state& state, const void* bytes, std::size_t size) noexcept {
  return has_done(state.context && EVP_DigestUpdate(state.context, bytes, size) == 1, state);
}

bool finish_sha256(sha256_state& state, digest& hash) noexcept {
  return has_done(state.context && EVP_DigestFinal_ex(state.context, hash.data(), nullptr) == 1,
                  state);
}

// ── ECDSA over P-256 ────────────────────────────────────────────────────────────────────────────

bool ecdsa_sign(const digest& private_key, const digest& hash,
                ecdsa_signature& signature) noexcept {
  const error_queue_guard guard;
  const auto scalar = number_of(private_key);
  digest native;  // in the processor's order of bytes
  if (!scalar || BN_bn2nativepad(scalar.get(), native.data(), int{sizeof native}) < 0) return false;
  const auto signing = context_of_p256(
      EVP_PKEY_KEYPAIR,
      OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY, native.data(), sizeof native));
  wipe(native.data(), native.size());
  signature.size = signature.der.size();
  const bool done = signing && EVP_PKEY_sign_init(signing.get()) == 1 &&
                    EVP_PKEY_sign(signing.get(), signature.der.data(), &signature.size, hash.data(),
                                  hash.size()) == 1;
  // Without memory, libcrypto may report success, and -1 for the size.
  return done && signature.size <= signature.der.size();
}

bool ecdsa_verify(const p256_point& public_key, const digest& hash, std::string_view der,
                  bool& is_valid) noexcept {
  const error_queue_guard guard;
  auto point = public_key;
  const auto verifying = context_of_p256(
      EVP_PKEY_PUBLIC_KEY,
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, &point, sizeof point));
  if (!verifying || EVP_PKEY_verify_init(verifying.get()) != 1) return false;
  const int verdict =
      EVP_PKEY_verify(verifying.get(), reinterpret_cast<const unsigned char*>(der.data()),
                      der.size(), hash.data(), hash.size());
  is_valid = verdict == 1;
  return verdict >= 0;
}

}  // namespace presign::crypto

// ── HMAC ────────────────────────────────────────────────────────────────────────────────────────

bool presign::detail::hmac_midstate::save(std::string_view new_key) noexcept {
  key = {};
  new_key.copy(key.data(), key.size());
  return true;
}

presign::detail::hmac_sha256::hmac_sha256(const hmac_midstate& saved) noexcept
    : hmac_sha256(std::string_view(saved.key.data(), saved.key.size())) {}
