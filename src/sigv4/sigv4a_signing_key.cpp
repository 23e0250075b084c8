// Step of SigV4A: the signing key, and its public half.
#include "base/crypto.hpp"
#include "base/error_of.hpp"

#include <presign/sigv4a.hpp>

#include <string>

namespace presign::sigv4a {
namespace {

using sigv4::digest;
using namespace std::string_view_literals;

// N - 2, where N is the order of the curve. SP 800-186, section 3.2.1.3.
constexpr digest order_less_2{0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00,  //
                              0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,  //
                              0xbc, 0xe6, 0xfa, 0xad, 0xa7, 0x17, 0x9e, 0x84,  //
                              0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f};

// The key derivation function in counter mode of SP 800-108, section 4.1. One HMAC gives all of the
// 256 bits, so the function's own counter, i, stays 1.
//
//   HMAC-SHA256("AWS4A" + secret access key,
//               i || Label || 0x00 || Context || L)
//
//   i        0x00000001
//   Label    "AWS4-ECDSA-P256-SHA256"
//   Context  access key id || counter, a byte
//   L        0x00000100, in bits
//
// False where libcrypto refused.
bool make_candidate(detail::hmac_sha256 keyed, std::string_view access_key_id, char counter,
                    digest& candidate) noexcept {
  keyed.update("\x00\x00\x00\x01"sv);
  keyed.update(algorithm);
  keyed.update("\x00"sv);
  keyed.update(access_key_id);
  keyed.update({&counter, 1});
  keyed.update("\x00\x00\x01\x00"sv);
  return keyed.finish(candidate);
}

// The two below take the same time for all numbers.

// Whether a > b: whether b - a has to borrow in the end.
bool exceeds(const digest& a, const digest& b) noexcept {
  unsigned borrow = 0;
  for (std::size_t i = a.size(); i-- > 0;) borrow = (b[i] - a[i] - borrow) >> 8 & 1;
  return borrow != 0;
}

void add_1(digest& number) noexcept {
  unsigned carry = 1;
  for (std::size_t i = number.size(); i-- > 0; carry >>= 8) {
    carry += number[i];
    number[i] = static_cast<std::uint8_t>(carry);
  }
}

}  // namespace

// Rejection sampling, as in FIPS 186-5, appendix A.2.2: a candidate above N - 2 is passed over for
// the next counter's, and otherwise the key is the candidate + 1. One in 2^32 is passed over.
result<signing_key> signing_key::derive(std::string_view access_key_id,
                                        std::string_view secret_access_key) {
  std::string secret;
  secret.reserve(5 + secret_access_key.size());
  secret.append("AWS4A").append(secret_access_key);
  const detail::hmac_sha256 keyed{secret};
  detail::wipe(secret.data(), secret.size());

  for (int counter = 1; counter <= 254; ++counter) {
    signing_key key;
    if (!make_candidate(keyed, access_key_id, static_cast<char>(counter), key.scalar_)) {
      return detail::hash_failure();
    }
    if (exceeds(key.scalar_, order_less_2)) continue;
    add_1(key.scalar_);
    return key;
  }
  return detail::error_of(errc::crypto_failure,
                          {"none of 254 candidates for a SigV4A key is in its bounds"});
}

signing_key::~signing_key() { detail::wipe(scalar_.data(), scalar_.size()); }

result<public_key> public_key::of(const signing_key& key) {
  return detail::p256_public_key(key.reveal());
}

}  // namespace presign::sigv4a
