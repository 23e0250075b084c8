// Whether credentials made a signature that a request presents.
#include "verify/presented_signature.hpp"

#include "base/crypto.hpp"
#include "base/hex.hpp"
#include "base/text.hpp"

#include <presign/sigv4a.hpp>

namespace presign::detail {
namespace {

// The HMAC of the string to sign, with a key that is derived for it.
result<sigv4::digest> mac_anew(std::string_view secret_key, const unverified_request& presented,
                               std::string_view string_to_sign, const sigv4::amz_date& date) {
  const auto key =
      sigv4::signing_key::derive(secret_key, date, presented.region, presented.service);
  if (!key) return key.error();
  hmac_sha256 mac{as_chars(key->reveal())};
  mac.update(string_to_sign);
  return mac.finish();
}

// The same with the day's key.
result<sigv4::digest> mac_of_day(std::string_view secret_key, const unverified_request& presented,
                                 std::string_view string_to_sign, const sigv4::amz_date& date,
                                 signing_starts& kept) {
  const auto& region = presented.region;
  const auto& service = presented.service;
  wiped_signing_start day;
  if (!kept.find(day, midnight_of(date.time()), region, service)) {
    if (auto failure = day.make_of_day(secret_key, date, region, service)) return *failure;
    kept.keep(day);
  }
  return begun_hmac{day.mac}.finish(string_to_sign);
}

}  // namespace

result<bool> is_made_by(const credentials& who, const unverified_request& presented,
                        std::string_view string_to_sign, const sigv4::amz_date& date,
                        signing_starts* kept) {
  const auto secret_key = who.secret_access_key.reveal();
  if (presented.algorithm == signing_algorithm::sigv4a) {
    const auto key = sigv4a::signing_key::derive(who.access_key_id, secret_key);
    if (!key) return key.error();
    const auto half = sigv4a::public_key::of(*key);
    if (!half) return half.error();
    return sigv4a::verify(*half, string_to_sign, presented.signature);
  }
  // Whoever fills in a presented request by hand may have put anything there.
  const bool can_keep = kept && is_host_label(presented.region) && is_host_label(presented.service);
  const auto expected = can_keep ? mac_of_day(secret_key, presented, string_to_sign, date, *kept)
                                 : mac_anew(secret_key, presented, string_to_sign, date);
  if (!expected) return expected.error();
  return equal_in_constant_time(hex_digits(*expected).view(), presented.signature);
}

}  // namespace presign::detail
