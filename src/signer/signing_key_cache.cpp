// A cache of derived signing keys, for signing and for verifying.
#include "signer/signing_key_cache.hpp"

namespace presign::detail {

saved_signing_key signing_key_cache::find_or_derive(std::string_view secret_access_key,
                                                    const sigv4::amz_date& date,
                                                    std::string_view region,
                                                    std::string_view service) {
  using days = std::chrono::duration<long, std::ratio<86400>>;
  const auto day =
      static_cast<std::size_t>(std::chrono::floor<days>(date.time()).time_since_epoch().count());
  saved_signing_key key;
  auto& entry = key.entry_;
  for (const auto& each : slots_) {
    if (!each.load(day, entry)) continue;
    const std::string_view names(entry.names.data(), entry.names.size());
    // The entry may belong to another region or service.
    key.is_valid_ = names.substr(0, entry.region_size) == region &&
                    names.substr(entry.region_size, entry.service_size) == service;
    if (key.is_valid_) return key;
  }

  const auto derived = sigv4::signing_key::derive(secret_access_key, date, region, service);
  key.is_valid_ = derived && entry.midstate.save(as_chars(derived->reveal()));
  if (key.is_valid_ && region.size() <= 63 && service.size() <= 63) {
    entry.region_size = region.copy(entry.names.data(), region.size());
    entry.service_size = service.copy(entry.names.data() + region.size(), service.size());
    slots_[next_.fetch_add(1, std::memory_order_relaxed) % slots_.size()].store(day, entry);
  }
  return key;
}

}  // namespace presign::detail
