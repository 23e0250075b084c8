// presign on mbedTLS 2.28 or 3 instead of libcrypto:
//
//   cmake -DPRESIGN_CRYPTO=custom -DPRESIGN_CRYPTO_FILE=examples/mbedtls_crypto.hpp
//     -DPRESIGN_CRYPTO_LIBRARIES=mbedcrypto
//
// The functions are described in src/base/crypto_library.hpp.
#include <mbedtls/asn1.h>
#include <mbedtls/asn1write.h>
#include <mbedtls/ecdsa.h>
#include <mbedtls/entropy.h>
#include <mbedtls/platform_util.h>
#include <mbedtls/sha256.h>
#include <mbedtls/version.h>
extern "C" {  // which this header leaves out
#include <mbedtls/constant_time.h>
}

#include <algorithm>
#include <new>

#if MBEDTLS_VERSION_MAJOR < 3
#define mbedtls_sha256_starts mbedtls_sha256_starts_ret
#define mbedtls_sha256_update mbedtls_sha256_update_ret
#define mbedtls_sha256_finish mbedtls_sha256_finish_ret
#endif

namespace presign::crypto {

const char* const library_name = "mbedTLS";

void wipe(void* memory, std::size_t size) noexcept { mbedtls_platform_zeroize(memory, size); }

bool equal_in_constant_time(const void* a, const void* b, std::size_t size) noexcept {
  return mbedtls_ct_memcmp(a, b, size) == 0;
}

// ── SHA-256 ─────────────────────────────────────────────────────────────────────────────────────

namespace {

mbedtls_sha256_context* context_of(sha256_state& state) noexcept {
  return std::launder(reinterpret_cast<mbedtls_sha256_context*>(state.context));
}

}  // namespace

bool begin_sha256(sha256_state& state) noexcept {
  static_assert(sizeof(mbedtls_sha256_context) <= sizeof state.context);
  static_assert(alignof(mbedtls_sha256_context) <= alignof(sha256_state));
  auto* const context = new (state.context) mbedtls_sha256_context;
  mbedtls_sha256_init(context);
  return mbedtls_sha256_starts(context, 0) == 0;
}

bool update_sha256(sha256_state& state, const void* bytes, std::size_t size) noexcept {
  const auto* const input = static_cast<const unsigned char*>(bytes);
  return mbedtls_sha256_update(context_of(state), input, size) == 0;
}

bool finish_sha256(sha256_state& state, digest& hash) noexcept {
  const bool done = mbedtls_sha256_finish(context_of(state), hash.data()) == 0;
  wipe(&state, sizeof state);
  return done;
}

// ── ECDSA over P-256 ────────────────────────────────────────────────────────────────────────────

namespace {

// The objects of one computation, which are wiped as they are freed.
struct p256 {
  p256() noexcept {
    mbedtls_ecp_group_init(&group);
    mbedtls_ecp_point_init(&point);
    for (auto* const number : {&scalar, &r, &s}) mbedtls_mpi_init(number);
    mbedtls_entropy_init(&entropy);
    is_valid = mbedtls_ecp_group_load(&group, MBEDTLS_ECP_DP_SECP256R1) == 0;
  }
  p256(const p256&) = delete;
  p256& operator=(const p256&) = delete;
  ~p256() {
    mbedtls_entropy_free(&entropy);
    for (auto* const number : {&scalar, &r, &s}) mbedtls_mpi_free(number);
    mbedtls_ecp_point_free(&point);
    mbedtls_ecp_group_free(&group);
  }

  bool load_private_key(const digest& key) noexcept {
    return is_valid && mbedtls_mpi_read_binary(&scalar, key.data(), key.size()) == 0;
  }
  bool load_public_key(const p256_point& key) noexcept {
    const auto* const bytes = reinterpret_cast<const unsigned char*>(&key);
    return is_valid && mbedtls_ecp_point_read_binary(&group, &point, bytes, sizeof key) == 0 &&
           mbedtls_ecp_check_pubkey(&group, &point) == 0;
  }

  mbedtls_ecp_group group;
  mbedtls_ecp_point point;
  mbedtls_mpi scalar, r, s;
  mbedtls_entropy_context entropy;
  bool is_valid;
};

}  // namespace

bool ecdsa_sign(const digest& private_key, const digest& hash,
                ecdsa_signature& signature) noexcept {
  p256 curve;
  if (!curve.load_private_key(private_key) ||
      mbedtls_ecdsa_sign(&curve.group, &curve.r, &curve.s, &curve.scalar, hash.data(), hash.size(),
                         mbedtls_entropy_func, &curve.entropy) != 0) {
    return false;
  }
  // mbedTLS writes DER from the end.
  auto* const begin = signature.der.data();
  auto* const end = begin + signature.der.size();
  auto* at = end;
  if (mbedtls_asn1_write_mpi(&at, begin, &curve.s) < 0 ||
      mbedtls_asn1_write_mpi(&at, begin, &curve.r) < 0 ||
      mbedtls_asn1_write_len(&at, begin, static_cast<std::size_t>(end - at)) < 0 ||
      mbedtls_asn1_write_tag(&at, begin, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) < 0) {
    return false;
  }
  std::copy(at, end, begin);
  signature.size = static_cast<std::size_t>(end - at);
  return true;
}

bool ecdsa_verify(const p256_point& public_key, const digest& hash, std::string_view der,
                  bool& is_valid) noexcept {
  p256 curve;
  auto* at = reinterpret_cast<unsigned char*>(const_cast<char*>(der.data()));
  const auto* const end = at + der.size();
  std::size_t size = 0;
  if (!curve.load_public_key(public_key) ||
      mbedtls_asn1_get_tag(&at, end, &size, MBEDTLS_ASN1_CONSTRUCTED | MBEDTLS_ASN1_SEQUENCE) !=
          0 ||
      mbedtls_asn1_get_mpi(&at, end, &curve.r) != 0 ||
      mbedtls_asn1_get_mpi(&at, end, &curve.s) != 0) {
    return false;
  }
  const int verdict = mbedtls_ecdsa_verify(&curve.group, hash.data(), hash.size(), &curve.point,
                                           &curve.r, &curve.s);
  is_valid = verdict == 0;
  return is_valid || verdict == MBEDTLS_ERR_ECP_VERIFY_FAILED;
}

bool p256_public_key(const digest& private_key, p256_point& public_key) noexcept {
  p256 curve;
  std::size_t size = 0;
  return curve.load_private_key(private_key) &&
         mbedtls_ecp_mul(&curve.group, &curve.point, &curve.scalar, &curve.group.G,
                         mbedtls_entropy_func, &curve.entropy) == 0 &&
         mbedtls_ecp_point_write_binary(&curve.group, &curve.point, MBEDTLS_ECP_PF_UNCOMPRESSED,
                                        &size, reinterpret_cast<unsigned char*>(&public_key),
                                        sizeof public_key) == 0;
}

}  // namespace presign::crypto
