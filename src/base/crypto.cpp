// The one file that names OpenSSL.
//
// libcrypto's SHA256_* functions work on plain data: no fetch, no lock and no allocation, where
// EVP costs each of these on every URL. OpenSSL 3 marks them as deprecated in favour of EVP; they
// are part of its API all the same, and the warning is turned off for this file only. So it is with
// the EC_KEY functions, which take a private key as it is, where EVP wants it wrapped in
// parameters.
//
// Who must not use what is deprecated, or wants the implementations of a provider, such as the one
// validated under FIPS 140, builds with -DPRESIGN_CRYPTO=evp and gets the other half of this file.
#ifndef PRESIGN_CRYPTO_EVP
#define OPENSSL_SUPPRESS_DEPRECATED
#endif

#include "base/crypto.hpp"

#include <openssl/bn.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/err.h>
#include <openssl/obj_mac.h>
#ifdef PRESIGN_CRYPTO_EVP
#include <openssl/core_names.h>
#include <openssl/evp.h>
#else
#include <openssl/sha.h>
#endif

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <new>

namespace presign::detail {
namespace {

constexpr std::size_t block_size = 64;  // of SHA-256

error refusal(std::string_view what) {
  return {errc::crypto_failure, "libcrypto refused to " + std::string(what)};
}

// What fails leaves a note in the thread's error queue, where SSL_get_error, for one, takes it for
// its own. This takes such notes away again, and no others.
struct error_queue_guard {
  error_queue_guard() noexcept { ERR_set_mark(); }
  error_queue_guard(const error_queue_guard&) = delete;
  error_queue_guard& operator=(const error_queue_guard&) = delete;
  ~error_queue_guard() { ERR_pop_to_mark(); }
};

}  // namespace

error hash_refusal() { return refusal("compute a SHA-256"); }

#ifdef PRESIGN_CRYPTO_EVP

namespace {

// Fetched once: it takes a lock, and as long as a short hash. Where that fails, it is tried again.
const EVP_MD* evp_sha256() noexcept {
  static std::atomic<EVP_MD*> kept{nullptr};
  EVP_MD* found = kept.load(std::memory_order_acquire);
  if (found) return found;
  const error_queue_guard guard;
  auto* const fetched = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  if (kept.compare_exchange_strong(found, fetched)) return fetched;
  // Another thread was faster, in which no test can be sure to be second.
  EVP_MD_free(fetched);  // GCOVR_EXCL_LINE
  return found;          // GCOVR_EXCL_LINE
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

// To begin or copy a hash fails where memory runs out, or where no provider has SHA-256. What that
// leaves in the error queue goes, with all else that is there: to guard each of them would cost a
// fifth of a URL.
sha256::sha256() noexcept {
  context_ = take_context();
  sound_ = context_ != nullptr && evp_sha256() != nullptr &&
           EVP_DigestInit_ex2(as_context(context_), evp_sha256(), nullptr) == 1;
  if (!sound_) ERR_clear_error();
}

sha256::sha256(const sha256& other) noexcept {
  context_ = take_context();
  sound_ = other.sound_ && context_ != nullptr &&
           EVP_MD_CTX_copy_ex(as_context(context_), as_context(other.context_)) == 1;
  if (!sound_) ERR_clear_error();
}

void sha256::forget() noexcept {
  EVP_MD_CTX_reset(as_context(context_));  // which wipes it
  give_back(as_context(context_));
  wipe(this, sizeof *this);
}

// One that is finished holds nothing but its hash. Its context goes back as it is: to empty it
// would cost the next one an allocation.
sha256::~sha256() {
  if (context_ == nullptr) return;
  if (!sound_) EVP_MD_CTX_reset(as_context(context_));
  give_back(as_context(context_));
}

void sha256::update(std::string_view bytes) noexcept {
  sound_ = sound_ && EVP_DigestUpdate(as_context(context_), bytes.data(), bytes.size()) == 1;
}

bool sha256::finish(digest& hash) noexcept {
  sound_ = sound_ && EVP_DigestFinal_ex(as_context(context_), hash.data(), nullptr) == 1;
  return sound_;
}

void hmac_start::begin(std::string_view key, std::string_view first_part) noexcept {
  key_ = {};
  first_part_size_ = first_part.size();
  sound_ = key.size() <= key_.size() && first_part.size() <= first_part_.size();
  if (!sound_) return;
  std::copy(key.begin(), key.end(), key_.begin());
  std::copy(first_part.begin(), first_part.end(), first_part_.begin());
}

begun_hmac::begun_hmac(const hmac_start& start) noexcept
    : begun_({start.key_.data(), start.key_.size()}) {
  begun_.update({start.first_part_.data(), start.first_part_size_});
  begun_.inner_.sound_ = begun_.inner_.sound_ && start.sound_;
}

result<digest> begun_hmac::finish(std::string_view rest) const {
  sha256 inner = begun_.inner_;
  inner.update(rest);
  digest hash;
  if (!inner.finish(hash)) return hash_refusal();
  sha256 outer = begun_.outer_;
  outer.update(as_chars(hash));
  return outer.finish();
}

#else

namespace {

SHA256_CTX* as_context(unsigned char* memory) noexcept {
  return std::launder(reinterpret_cast<SHA256_CTX*>(memory));
}

}  // namespace

void sha256::forget() noexcept { wipe(this, sizeof *this); }

sha256::sha256() noexcept {
  static_assert(sizeof(SHA256_CTX) <= sizeof context_ && alignof(SHA256_CTX) <= 8);
  sound_ = SHA256_Init(new (context_) SHA256_CTX) == 1;
}

void sha256::update(std::string_view bytes) noexcept {
  sound_ = sound_ && SHA256_Update(as_context(context_), bytes.data(), bytes.size()) == 1;
}

bool sha256::finish(digest& hash) noexcept {
  return sound_ && SHA256_Final(hash.data(), as_context(context_)) == 1;
}

void hmac_start::begin(std::string_view key, std::string_view first_part) noexcept {
  hmac_sha256 mac{key};
  mac.update(first_part);
  std::memcpy(inner_, mac.inner_.context_, sizeof inner_);
  std::memcpy(outer_, mac.outer_.context_, sizeof outer_);
  sound_ = mac.inner_.sound_ && mac.outer_.sound_;
}

begun_hmac::begun_hmac(const hmac_start& start) noexcept : start_(start) {}

// libcrypto wipes a context as it finishes the hash.
result<digest> begun_hmac::finish(std::string_view rest) const {
  digest hash;
  auto copy = start_;
  const bool done = copy.sound_ &&
                    SHA256_Update(as_context(copy.inner_), rest.data(), rest.size()) == 1 &&
                    SHA256_Final(hash.data(), as_context(copy.inner_)) == 1 &&
                    SHA256_Update(as_context(copy.outer_), hash.data(), hash.size()) == 1 &&
                    SHA256_Final(hash.data(), as_context(copy.outer_)) == 1;
  if (done) return hash;
  wipe(&copy, sizeof copy);
  return hash_refusal();
}

#endif

result<digest> sha256::finish() {
  digest hash;
  if (!finish(hash)) return hash_refusal();
  return hash;
}

result<digest> sha256_of(std::string_view bytes) {
  sha256 hash;
  hash.update(bytes);
  return hash.finish();
}

// HMAC(K, m) = H((K ^ opad) || H((K ^ ipad) || m)), K padded with zeros to the block size; a longer
// K is hashed first. RFC 2104, section 2.
hmac_sha256::hmac_sha256(std::string_view key) noexcept {
  digest hashed_key{};
  bool key_is_sound = true;
  if (key.size() > block_size) {
    sha256 hash;
    hash.update(key);
    key_is_sound = hash.finish(hashed_key);
    key = as_chars(hashed_key);
    hash.forget();
  }
  std::array<char, block_size> pad{};
  std::copy(key.begin(), key.end(), pad.begin());
  for (char& byte : pad) byte = static_cast<char>(byte ^ 0x36);
  inner_.update({pad.data(), pad.size()});
  for (char& byte : pad) byte = static_cast<char>(byte ^ 0x36 ^ 0x5c);
  outer_.update({pad.data(), pad.size()});
  inner_.sound_ = inner_.sound_ && key_is_sound;

  wipe(pad.data(), pad.size());
  wipe(hashed_key.data(), hashed_key.size());
}

hmac_sha256::~hmac_sha256() {
  inner_.forget();
  outer_.forget();
}

result<digest> hmac_sha256::finish() {
  digest mac;
  if (!finish(mac)) return hash_refusal();
  return mac;
}

bool hmac_sha256::finish(digest& mac) noexcept {
  digest inner;
  if (!inner_.finish(inner)) return false;
  outer_.update(as_chars(inner));
  return outer_.finish(mac);
}

// ── ECDSA over P-256 ────────────────────────────────────────────────────────────────────────────

namespace {

template <auto free>
struct freed_by {
  template <class T>
  void operator()(T* object) const noexcept {
    free(object);
  }
};
using bignum = std::unique_ptr<BIGNUM, freed_by<BN_clear_free>>;
using ec_point = std::unique_ptr<EC_POINT, freed_by<EC_POINT_free>>;

// SEQUENCE { INTEGER r, INTEGER s }, each of up to 33 bytes: the first is 0 where the next has its
// highest bit set.
constexpr std::size_t max_der_size = 2 + 2 * (2 + 33);

// SEC 1, section 2.3.3: 0x04 || x || y
using uncompressed_point = std::array<unsigned char, 1 + 2 * sizeof(digest)>;

bignum number_of(const digest& bytes) {
  return bignum(BN_bin2bn(bytes.data(), int{sizeof(digest)}, nullptr));
}

uncompressed_point octets_of(const sigv4a::public_key& key) {
  uncompressed_point octets{POINT_CONVERSION_UNCOMPRESSED};
  const auto y = std::copy(key.x.begin(), key.x.end(), octets.begin() + 1);
  std::copy(key.y.begin(), key.y.end(), y);
  return octets;
}

// The public half of a private key.
result<sigv4a::public_key> multiple_of_generator(const EC_GROUP* group, const BIGNUM* number) {
  const ec_point point(EC_POINT_new(group));
  uncompressed_point octets;
  const bool done = point &&
                    EC_POINT_mul(group, point.get(), number, nullptr, nullptr, nullptr) == 1 &&
                    EC_POINT_point2oct(group, point.get(), POINT_CONVERSION_UNCOMPRESSED,
                                       octets.data(), octets.size(), nullptr) == octets.size();
  if (!done) return refusal("compute a public key");
  sigv4a::public_key half;
  const auto y = octets.begin() + 1 + sizeof(digest);
  std::copy(octets.begin() + 1, y, half.x.begin());
  std::copy(y, octets.end(), half.y.begin());
  return half;
}

// INTEGER: tag, length, and a number that is not negative, without a 0 in front that it can do
// without.
bool take_integer(std::string_view& der) noexcept {
  if (der.size() < 3 || der[0] != 2) return false;
  const std::size_t size = static_cast<unsigned char>(der[1]);
  const auto number = der.substr(2, size);
  if (size == 0 || number.size() != size) return false;
  const auto is_negative = [number](std::size_t from) { return (number[from] & 0x80) != 0; };
  if (is_negative(0) || (size > 1 && number[0] == 0 && !is_negative(1))) return false;
  der.remove_prefix(2 + size);
  return true;
}

// DER is the one shortest way to write a signature; libcrypto reads others too. What is DER, and
// libcrypto does not read, is its failure.
bool is_der_signature(std::string_view der) noexcept {
  if (der.size() < 2 || der.size() > max_der_size || der[0] != 0x30) return false;
  if (der.size() - 2 != static_cast<unsigned char>(der[1])) return false;
  der.remove_prefix(2);
  const bool has_r = take_integer(der);
  const bool has_s = take_integer(der);
  return has_r && has_s && der.empty();
}

}  // namespace

#ifdef PRESIGN_CRYPTO_EVP

namespace {

using ec_group = std::unique_ptr<EC_GROUP, freed_by<EC_GROUP_free>>;
using evp_key = std::unique_ptr<EVP_PKEY, freed_by<EVP_PKEY_free>>;  // which wipes it
using evp_context = std::unique_ptr<EVP_PKEY_CTX, freed_by<EVP_PKEY_CTX_free>>;

// A key of P-256 from one of its halves. Nothing where libcrypto refuses.
evp_key p256_key_of(int selection, const OSSL_PARAM& half) {
  char curve[] = "P-256";
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
                             half, OSSL_PARAM_construct_end()};
  const evp_context making(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  const bool made = making && EVP_PKEY_fromdata_init(making.get()) == 1 &&
                    EVP_PKEY_fromdata(making.get(), &key, selection, parameters) == 1;
  return evp_key(made ? key : nullptr);
}

evp_key p256_key_of(const digest& private_key) {
  const auto scalar = number_of(private_key);
  digest native;
  if (!scalar || BN_bn2nativepad(scalar.get(), native.data(), int{sizeof native}) < 0) return {};
  auto key = p256_key_of(EVP_PKEY_KEYPAIR, OSSL_PARAM_construct_BN(OSSL_PKEY_PARAM_PRIV_KEY,
                                                                   native.data(), sizeof native));
  wipe(native.data(), native.size());
  return key;
}

}  // namespace

result<sigv4a::public_key> p256_public_key(const digest& private_key) {
  const error_queue_guard guard;
  const ec_group group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const auto scalar = number_of(private_key);
  if (!group || !scalar) return refusal("compute a public key");
  return multiple_of_generator(group.get(), scalar.get());
}

result<std::string> ecdsa_sign(const digest& private_key, const digest& hash) {
  const error_queue_guard guard;
  std::array<unsigned char, max_der_size> der;
  std::size_t size = der.size();
  const auto key = p256_key_of(private_key);
  const evp_context signing(key ? EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr)
                                : nullptr);
  const bool done =
      signing && EVP_PKEY_sign_init(signing.get()) == 1 &&
      EVP_PKEY_sign(signing.get(), der.data(), &size, hash.data(), hash.size()) == 1 &&
      size <= der.size();
  if (!done) return refusal("sign");
  return std::string(der.begin(), der.begin() + static_cast<std::ptrdiff_t>(size));
}

result<bool> ecdsa_verify(const sigv4a::public_key& key, const digest& hash, std::string_view der) {
  const error_queue_guard guard;
  auto octets = octets_of(key);
  const auto verifier = p256_key_of(
      EVP_PKEY_PUBLIC_KEY,
      OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, octets.data(), octets.size()));
  if (!verifier) return refusal("take the public key for a point of the curve P-256");
  if (!is_der_signature(der)) return false;
  const evp_context verifying(EVP_PKEY_CTX_new_from_pkey(nullptr, verifier.get(), nullptr));
  if (!verifying || EVP_PKEY_verify_init(verifying.get()) != 1) {
    return refusal("verify a signature");
  }
  const int verdict =
      EVP_PKEY_verify(verifying.get(), reinterpret_cast<const unsigned char*>(der.data()),
                      der.size(), hash.data(), hash.size());
  if (verdict < 0) return refusal("verify a signature");
  return verdict == 1;
}

#else

namespace {

using ec_key = std::unique_ptr<EC_KEY, freed_by<EC_KEY_free>>;  // which wipes it

ec_key new_p256_key() { return ec_key(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1)); }

// Nothing where libcrypto refuses.
ec_key p256_key_of(const digest& private_key) {
  auto key = new_p256_key();
  const auto scalar = number_of(private_key);
  if (!key || !scalar || EC_KEY_set_private_key(key.get(), scalar.get()) != 1) return nullptr;
  return key;
}

}  // namespace

result<sigv4a::public_key> p256_public_key(const digest& private_key) {
  const error_queue_guard guard;
  const auto key = p256_key_of(private_key);
  if (!key) return refusal("compute a public key");
  return multiple_of_generator(EC_KEY_get0_group(key.get()), EC_KEY_get0_private_key(key.get()));
}

result<std::string> ecdsa_sign(const digest& private_key, const digest& hash) {
  const error_queue_guard guard;
  std::array<unsigned char, max_der_size> der;
  unsigned size = 0;
  const auto key = p256_key_of(private_key);
  const bool done =
      key && ECDSA_sign(0, hash.data(), int{sizeof(digest)}, der.data(), &size, key.get()) == 1 &&
      size <= der.size();
  if (!done) return refusal("sign");
  return std::string(der.begin(), der.begin() + size);
}

result<bool> ecdsa_verify(const sigv4a::public_key& key, const digest& hash, std::string_view der) {
  const error_queue_guard guard;
  const auto octets = octets_of(key);
  const auto verifier = new_p256_key();
  if (!verifier) return refusal("verify a signature");
  if (EC_KEY_oct2key(verifier.get(), octets.data(), octets.size(), nullptr) != 1) {
    return refusal("take the public key for a point of the curve P-256");
  }
  if (!is_der_signature(der)) return false;
  const int verdict = ECDSA_verify(0, hash.data(), int{sizeof(digest)},
                                   reinterpret_cast<const unsigned char*>(der.data()),
                                   static_cast<int>(der.size()), verifier.get());
  if (verdict < 0) return refusal("verify a signature");
  return verdict == 1;
}

#endif

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  // All differences in one block, which libcrypto looks at: as no compiler knows what for, none can
  // stop at the first. Byte by byte, as libcrypto does it by itself, a token takes ten times as
  // long.
  std::array<unsigned char, 16> differences{};
  const auto note = [&differences](const char* x, const char* y, std::size_t size) {
    for (std::size_t i = 0; i < size; ++i) {
      differences[i] |= static_cast<unsigned char>(x[i] ^ y[i]);
    }
  };
  std::size_t at = 0;
  for (; a.size() - at >= 16; at += 16) note(a.data() + at, b.data() + at, 16);
  note(a.data() + at, b.data() + at, a.size() - at);
  constexpr std::array<unsigned char, 16> none{};
  return CRYPTO_memcmp(differences.data(), none.data(), none.size()) == 0;
}

void wipe(void* memory, std::size_t size) noexcept { OPENSSL_cleanse(memory, size); }

}  // namespace presign::detail
