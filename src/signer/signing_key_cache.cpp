// A cache of derived signing keys, for signing and for verifying.
#include "signer/signing_key_cache.hpp"

#include <chrono>
#include <ratio>

namespace presign::detail {

bool saved_signing_key::entry::is_for(std::string_view region,
                                      std::string_view service) const noexcept {
  const std::string_view text(names.data(), names.size());
  return region.size() == sizes[0] && service.size() == sizes[1] &&
         text.substr(0, sizes[0]) == region && text.substr(sizes[0], sizes[1]) == service;
}

void saved_signing_key::entry::set_names(std::string_view region,
                                         std::string_view service) noexcept {
  sizes = {static_cast<unsigned char>(region.size()), static_cast<unsigned char>(service.size())};
  region.copy(names.data(), region.size());
  service.copy(names.data() + region.size(), service.size());
}

saved_signing_key signing_key_cache::find_or_derive(std::string_view secret_access_key,
                                                    const sigv4::amz_date& date,
                                                    std::string_view region,
                                                    std::string_view service) {
  using days = std::chrono::duration<long, std::ratio<86400>>;
  const auto day =
      static_cast<slot::tag>(std::chrono::floor<days>(date.time()).time_since_epoch().count());
  saved_signing_key key;
  for (const auto& each : slots_) {
    if (each.load(day, key.entry_) && key.entry_.is_for(region, service)) {
      key.is_valid_ = true;
      return key;
    }
  }

  const auto derived = sigv4::signing_key::derive(secret_access_key, date, region, service);
  key.is_valid_ = derived && key.entry_.midstate.save(as_chars(derived->reveal()));
  if (key.is_valid_ && region.size() <= 63 && service.size() <= 63) {
    key.entry_.set_names(region, service);
    slots_[next_.fetch_add(1, std::memory_order_relaxed) % slots_.size()].store(day, key.entry_);
  }
  return key;
}

}  // namespace presign::detail
