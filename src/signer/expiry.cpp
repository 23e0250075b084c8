// Step: the expiry, of what is signed and of the credentials that sign it.
#include "signer/expiry.hpp"

#include "base/civil_time.hpp"
#include "base/error_of.hpp"
#include "base/text.hpp"

#include <presign/sigv4.hpp>

#include <algorithm>
#include <string>

namespace presign::detail {
namespace {

using std::chrono::seconds;

time_point round_down(time_point when, seconds window) {
  const auto past = when.time_since_epoch() % window;
  return when - (past < seconds{0} ? past + window : past);
}

error bad_expiry(std::string_view why, seconds got) {
  return {errc::invalid_expiry, std::string("the expiry must be 1 to 604800 seconds, got ") +
                                    std::to_string(got.count()) + std::string(why)};
}

}  // namespace

std::optional<error> check_alive(const credentials& who, time_point at) {
  if (!who.expires_at || *who.expires_at > at) return {};
  constexpr time_point year_1{seconds{-62135596800}};
  const auto ago = at - std::max(*who.expires_at, year_1);
  return error_of(errc::credentials_expired,
                  {"the credentials expired ", decimal(ago.count()).view(),
                   " seconds before the signing time"});
}

// The signing time is checked before anything is added to it: no sum below can overflow.
result<life> live(const credentials& who, seconds expires_in, const presign_options& options) {
  const auto at = options.at ? *options.at : now();
  const auto window = std::max(options.stable_window, seconds{0});
  const auto backdate = std::max(options.backdate, seconds{0});
  if (expires_in < seconds{1} || expires_in > max_expiry) return bad_expiry("", expires_in);
  if (window > max_expiry || backdate > max_expiry || expires_in + window + backdate > max_expiry) {
    return bad_expiry(" and a stable window or back-date, which extend it, of " +
                          std::to_string(window.count()) + " and " +
                          std::to_string(backdate.count()),
                      expires_in);
  }
  if (!is_in_calendar(at)) return sigv4::amz_date::at(at).error();
  if (auto failure = check_alive(who, at)) return *std::move(failure);

  auto signed_at = at - backdate;
  if (window > seconds{0}) signed_at = round_down(signed_at, window);
  life span{signed_at, expires_in + window + backdate, signed_at + expires_in + window + backdate};
  if (!who.expires_at || *who.expires_at >= span.expires_at) return span;

  if (*who.expires_at < at + expires_in &&
      options.when_credentials_expire_first == on_credential_expiry::fail) {
    return error_of(errc::credentials_expire_first,
                    {"the expiry was to be ", decimal(expires_in.count()).view(),
                     " seconds, the credentials have ",
                     decimal((*who.expires_at - at).count()).view(), " left"});
  }
  span.expires_at = *who.expires_at;
  if (options.when_credentials_expire_first == on_credential_expiry::clamp) {
    span.expires = span.expires_at - span.signed_at;
  }
  return span;
}

}  // namespace presign::detail
