// Steps 4 and 5 of SigV4A, and its region sets.
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "sigv4/steps.hpp"

// ── Signing key ─────────────────────────────────────────────────────────────────────────────────

namespace presign::sigv4a {
namespace {

using sigv4::digest;
using namespace std::string_view_literals;

// N - 2, where N is the order of the curve. SP 800-186, section 3.2.1.3.
constexpr digest order_less_2{0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,  //
                              0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,  //
                              0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,  //
                              0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f};

// Returns whether a > b, that is, whether b - a borrows in the end. Takes constant time.
bool exceeds(const digest& a, const digest& b) noexcept {
  unsigned borrow = 0;
  for (std::size_t i = a.size(); i-- > 0;) borrow = (b[i] - a[i] - borrow) >> 8 & 1;
  return borrow != 0;
}

// Takes constant time, too.
void add_1(digest& number) noexcept {
  unsigned carry = 1;
  for (std::size_t i = number.size(); i-- > 0; carry >>= 8) {
    carry += number[i];
    number[i] = static_cast<std::uint8_t>(carry);
  }
}

error ecdsa_failure(std::string_view action) {
  if (crypto::has_ecdsa) return detail::failed_to(action);
  return {errc::crypto_failure,
          "SigV4A needs ECDSA: define ecdsa_sign, ecdsa_verify and p256_public_key in the file "
          "PRESIGN_CRYPTO_FILE, and not PRESIGN_CRYPTO_NO_ECDSA"};  // GCOVR_EXCL_LINE
}

}  // namespace

// A candidate is one output of the key derivation function in counter mode of SP 800-108, section
// 4.1. One HMAC gives all of the 256 bits, so the function's own counter, i, stays 1.
//
//   HMAC-SHA256("AWS4A" + secret access key, i || Label || 0x00 || Context || L)
//   Label = "AWS4-ECDSA-P256-SHA256", Context = access key id || counter (a byte), L = 256 (bits)
//
// Rejection sampling, as in FIPS 186-5, appendix A.2.2: a candidate above N - 2 is rejected, and
// the counter goes on. Otherwise the key is the candidate + 1. One in 2^32 is rejected.
result<signing_key> signing_key::derive(std::string_view access_key_id,
                                        std::string_view secret_access_key) {
  const detail::hmac_sha256 keyed{"AWS4A", secret_access_key};
  for (int counter = 1; counter <= 254; ++counter) {
    const auto byte = static_cast<char>(counter);
    auto mac = keyed;
    for (const auto piece : {"\x00\x00\x00\x01"sv, algorithm, "\x00"sv, access_key_id,
                             std::string_view(&byte, 1), "\x00\x00\x01\x00"sv}) {
      mac.update(piece);
    }
    signing_key key;
    if (!mac.finish(key.scalar_)) return detail::hash_failure();
    if (exceeds(key.scalar_, order_less_2)) continue;
    add_1(key.scalar_);
    return key;
  }
  return error{errc::crypto_failure, "none of 254 candidates for a SigV4A key is in its bounds"};
}

signing_key::~signing_key() { detail::wipe(scalar_.data(), scalar_.size()); }

result<public_key> public_key::of(const signing_key& key) {
  crypto::p256_point point;
  if (!crypto::p256_public_key(key.reveal(), point)) return ecdsa_failure("compute a public key");
  return public_key{point.x, point.y};
}

// ── Signature ───────────────────────────────────────────────────────────────────────────────────

namespace {

// DER has one way to write each signature. Libraries reject all others, too, but some of them as a
// failure of their own, which must not be confused with one for lack of memory.
bool is_der_signature(std::string_view der) noexcept {
  const auto byte = [&der](std::size_t at) -> std::size_t {
    return at < der.size() ? static_cast<unsigned char>(der[at]) : 0;
  };
  const bool is_sequence = byte(0) == 0x30 && byte(1) + 2 == der.size();
  if (!is_sequence || der.size() > sizeof crypto::ecdsa_signature::der) return false;
  der.remove_prefix(2);
  for (int i = 0; i < 2; ++i) {
    // Tag, length, and a number that is not negative and has no needless 0 in front.
    const auto size = byte(1);
    const bool is_integer = byte(0) == 2 && size > 0 && size + 2 <= der.size() && byte(2) < 0x80 &&
                            (size == 1 || byte(2) != 0 || byte(3) >= 0x80);
    if (!is_integer) return false;
    der.remove_prefix(size + 2);
  }
  return der.empty();
}

}  // namespace

// Hex of the DER of ECDSA-P256-SHA256(signing key, string to sign)
result<std::string> signature(const signing_key& key, std::string_view string_to_sign) {
  const auto hash = detail::sha256_of(string_to_sign);
  if (!hash) return hash.error();
  crypto::ecdsa_signature binary;
  if (!crypto::ecdsa_sign(key.reveal(), *hash, binary)) return ecdsa_failure("sign");
  const std::string_view der(reinterpret_cast<const char*>(binary.der.data()), binary.size);
  std::string text(2 * der.size(), '\0');
  detail::write_hex(text.data(), der);
  return text;
}

result<bool> verify(const public_key& key, std::string_view string_to_sign,
                    std::string_view signature) {
  const auto der = detail::from_hex(signature);
  if (!der || !is_der_signature(*der)) return false;
  const auto hash = detail::sha256_of(string_to_sign);
  if (!hash) return hash.error();
  bool is_valid = false;
  if (crypto::ecdsa_verify({4, key.x, key.y}, *hash, *der, is_valid)) return is_valid;
  return ecdsa_failure("verify with the public key, which must be a point of the curve P-256");
}

}  // namespace presign::sigv4a

// ── Region set ──────────────────────────────────────────────────────────────────────────────────

namespace presign::detail {

bool is_region_set(std::string_view text) {
  std::string plain(text);
  std::replace(plain.begin(), plain.end(), '*', 'x');
  return are_host_labels(plain, ',');
}

bool is_in_region_set(std::string_view set, std::string_view region) noexcept {
  return !each_piece_is(set, ',', [region](auto pattern) { return !matches(pattern, region); });
}

}  // namespace presign::detail
