// The broker's own uses of libcrypto: randomness, HMAC, and comparison in constant time.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace broker {

/// Returns random bytes, fit for keys, in hex.
std::string random_hex(std::size_t bytes);

/// Returns the HMAC-SHA-256 in hex.
std::string hmac_hex(std::string_view key, std::string_view text);

/// Returns whether two texts are the same, in a time that depends only on their sizes.
bool equal(std::string_view a, std::string_view b) noexcept;

}  // namespace broker
