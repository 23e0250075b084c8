// HMAC, ECDSA, wiping and comparing. The files of sha256_*.cpp and this one alone name OpenSSL.
//
// The EC_KEY functions take a private key as it is, while EVP wants it wrapped in parameters.
// OpenSSL 3 marks them as deprecated. They are part of its API all the same, so the warning is
// turned off for this file.
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
#endif

#include <algorithm>
#include <array>
#include <memory>

namespace presign::detail {
namespace {

constexpr std::size_t block_size = 64;  // of SHA-256

error refusal(std::string_view what) {
  return {errc::crypto_failure, "libcrypto failed to " + std::string(what)};
}

// A failure leaves a note in the thread's error queue, which SSL_get_error, for one, takes for its
// own. This removes such notes, and no others.
struct error_queue_guard {
  error_queue_guard() noexcept { ERR_set_mark(); }
  error_queue_guard(const error_queue_guard&) = delete;
  error_queue_guard& operator=(const error_queue_guard&) = delete;
  ~error_queue_guard() { ERR_pop_to_mark(); }
};

}  // namespace

// ── SHA-256 and HMAC ────────────────────────────────────────────────────────────────────────────

error hash_failure() { return refusal("compute a SHA-256"); }

result<digest> sha256::finish() {
  digest hash;
  if (!finish(hash)) return hash_failure();
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
  bool is_valid = true;
  if (key.size() > block_size) {
    sha256 hash;
    hash.update(key);
    is_valid = hash.finish(hashed_key);
    key = as_chars(hashed_key);
    hash.wipe();
  }
  std::array<char, block_size> pad{};
  std::copy(key.begin(), key.end(), pad.begin());
  for (char& byte : pad) byte = static_cast<char>(byte ^ 0x36);
  inner_.update({pad.data(), pad.size()});
  for (char& byte : pad) byte = static_cast<char>(byte ^ 0x36 ^ 0x5c);
  outer_.update({pad.data(), pad.size()});
  if (!is_valid) inner_.invalidate();

  wipe(pad.data(), pad.size());
  wipe(hashed_key.data(), hashed_key.size());
}

hmac_sha256::~hmac_sha256() {
  inner_.wipe();
  outer_.wipe();
}

bool hmac_sha256::finish(sha256& inner, sha256& outer, digest& mac) noexcept {
  digest hash;
  if (!inner.finish(hash)) return false;
  outer.update(as_chars(hash));
  return outer.finish(mac);
}

// Nothing secret is left in the copies: libcrypto wipes the data of a hash as it finishes it.
result<digest> hmac_sha256::finish_with(std::string_view rest) const {
  sha256 inner = inner_;
  inner.update(rest);
  sha256 outer = outer_;
  digest mac;
  if (finish(inner, outer, mac)) return mac;
  inner.wipe();
  outer.wipe();
  return hash_failure();
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
