// What the broker itself asks of libcrypto: randomness, HMAC, and comparison in constant time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace broker {

/// Random bytes, fit for keys, in hex.
std::string random_hex(std::size_t bytes);

/// HMAC-SHA-256, in hex.
std::string hmac_hex(std::string_view key, std::string_view text);

/// Whether two texts are the same. Only their sizes show in the time that it takes.
bool equal(std::string_view one, std::string_view other) noexcept;

}  // namespace broker
