// HMAC, ECDSA, wiping and comparing. Only this file and sha256_*.cpp include OpenSSL.
#include "base/crypto.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <cstring>

namespace presign::detail {

// ── SHA-256 and HMAC ────────────────────────────────────────────────────────────────────────────

error hash_failure() { return {errc::crypto_failure, "libcrypto failed to compute a SHA-256"}; }

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
hmac_sha256::hmac_sha256(std::string_view key, std::string_view more) noexcept {
  std::array<char, 64> pad{};  // a block of SHA-256
  digest hashed_key{};
  bool is_valid = true;
  if (key.size() + more.size() > pad.size()) {
    sha256 hash;
    hash.update(key);
    hash.update(more);
    is_valid = hash.finish(hashed_key);
    hash.wipe();
    key = as_chars(hashed_key);
    more = {};
  }
  std::copy(more.begin(), more.end(), std::copy(key.begin(), key.end(), pad.begin()));
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

error failed_to(std::string_view action) {
  return {errc::crypto_failure, "libcrypto failed to " + std::string(action)};
}

// A failure queues an error for the thread, which a later SSL_get_error would misread. This removes
// such errors, and no others.
struct error_queue_guard {
  error_queue_guard() noexcept { ERR_set_mark(); }
  error_queue_guard(const error_queue_guard&) = delete;
  error_queue_guard& operator=(const error_queue_guard&) = delete;
  ~error_queue_guard() { ERR_pop_to_mark(); }
};

template <class T, auto free>
using owned = std::unique_ptr<T, std::integral_constant<decltype(free), free>>;
using bignum = owned<BIGNUM, BN_clear_free>;
using evp_key = owned<EVP_PKEY, EVP_PKEY_free>;  // which wipes it
using evp_context = owned<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;

static_assert(sizeof(p256_point) == 1 + 2 * sizeof(digest), "libcrypto takes it as bytes");

bignum number_of(const digest& bytes) {
  return bignum(BN_bin2bn(bytes.data(), int{sizeof(digest)}, nullptr));
}

// SEQUENCE { INTEGER r, INTEGER s }, each of up to 33 bytes: a 0 in front keeps it positive.
constexpr std::size_t max_der_size = 2 + 2 * (2 + 33);

// Takes an INTEGER: tag, length, and a number that is not negative and has no needless 0 in front.
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

// DER has one way to write each signature. libcrypto rejects all others, too, but as a failure of
// its own, which must not be confused with one for lack of memory.
bool is_der_signature(std::string_view der) noexcept {
  if (der.size() < 2 || der.size() > max_der_size || der[0] != 0x30) return false;
  if (der.size() - 2 != static_cast<unsigned char>(der[1])) return false;
  der.remove_prefix(2);
  const bool has_r = take_integer(der);
  const bool has_s = take_integer(der);
  return has_r && has_s && der.empty();
}

// Makes a key of P-256 from one of its halves. Returns nothing if libcrypto fails.
evp_key p256_key_of(int selection, const OSSL_PARAM& half) {
  char curve[] = "P-256";
  OSSL_PARAM parameters[] = {OSSL_PARAM_construct_utf8_string(OSSL_PKEY_PARAM_GROUP_NAME, curve, 0),
                             half, OSSL_PARAM_construct_end()};
  const evp_context context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  const bool done = context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
                    EVP_PKEY_fromdata(context.get(), &key, selection, parameters) == 1;
  return evp_key(done ? key : nullptr);
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

result<p256_point> p256_public_key(const digest& private_key) {
  const error_queue_guard guard;
  const owned<EC_GROUP, EC_GROUP_free> group(EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1));
  const owned<EC_POINT, EC_POINT_free> point(group ? EC_POINT_new(group.get()) : nullptr);
  const auto scalar = number_of(private_key);
  p256_point key{};
  const bool done =
      point && scalar &&
      EC_POINT_mul(group.get(), point.get(), scalar.get(), nullptr, nullptr, nullptr) == 1 &&
      EC_POINT_point2oct(group.get(), point.get(), POINT_CONVERSION_UNCOMPRESSED,
                         reinterpret_cast<unsigned char*>(&key), sizeof key, nullptr) == sizeof key;
  if (!done) return failed_to("compute a public key");
  return key;
}

result<std::string> ecdsa_sign(const digest& private_key, const digest& hash) {
  const error_queue_guard guard;
  const auto key = p256_key_of(private_key);
  const evp_context signing(key ? EVP_PKEY_CTX_new_from_pkey(nullptr, key.get(), nullptr)
                                : nullptr);
  std::string der(max_der_size, '\0');
  std::size_t size = der.size();
  const bool done = signing && EVP_PKEY_sign_init(signing.get()) == 1 &&
                    EVP_PKEY_sign(signing.get(), reinterpret_cast<unsigned char*>(der.data()),
                                  &size, hash.data(), hash.size()) == 1;
  // Without memory, libcrypto may report success, and -1 for the size.
  if (!done || size > der.size()) return failed_to("sign");
  der.resize(size);
  return der;
}

result<bool> ecdsa_verify(const p256_point& key, const digest& hash, std::string_view der) {
  const error_queue_guard guard;
  auto point = key;
  const auto verifier =
      p256_key_of(EVP_PKEY_PUBLIC_KEY,
                  OSSL_PARAM_construct_octet_string(OSSL_PKEY_PARAM_PUB_KEY, &point, sizeof point));
  if (!verifier) return failed_to("take the public key for a point of the curve P-256");
  if (!is_der_signature(der)) return false;
  const evp_context verifying(EVP_PKEY_CTX_new_from_pkey(nullptr, verifier.get(), nullptr));
  int verdict = -1;
  if (verifying && EVP_PKEY_verify_init(verifying.get()) == 1) {
    const auto* const signature = reinterpret_cast<const unsigned char*>(der.data());
    verdict = EVP_PKEY_verify(verifying.get(), signature, der.size(), hash.data(), hash.size());
  }
  if (verdict < 0) return failed_to("verify a signature");
  return verdict == 1;
}

// ── Base64, comparing and wiping ────────────────────────────────────────────────────────────────

std::string base64(std::string_view bytes) {
  const auto size = (bytes.size() + 2) / 3 * 4;
  std::string text(size + 1, '\0');  // libcrypto writes a NUL
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  text.resize(size);
  return text;
}

bool equal_in_constant_time(std::string_view a, std::string_view b) noexcept {
  if (a.size() != b.size()) return false;
  // Collects all differences, and lets libcrypto compare them, so that no compiler can stop at the
  // first one. CRYPTO_memcmp alone takes seven times as long for a token.
  std::uint64_t differences = 0;
  std::uint64_t x;
  std::uint64_t y;
  for (; a.size() >= sizeof x; a.remove_prefix(sizeof x), b.remove_prefix(sizeof y)) {
    std::memcpy(&x, a.data(), sizeof x);
    std::memcpy(&y, b.data(), sizeof y);
    differences |= x ^ y;
  }
  for (std::size_t i = 0; i < a.size(); ++i) differences |= static_cast<unsigned char>(a[i] ^ b[i]);
  constexpr std::uint64_t none = 0;
  return CRYPTO_memcmp(&differences, &none, sizeof none) == 0;
}

void wipe(void* memory, std::size_t size) noexcept { OPENSSL_cleanse(memory, size); }

}  // namespace presign::detail
