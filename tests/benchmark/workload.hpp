// The measured workload: links to the objects of one bucket, signed in one second, with permanent
// and with temporary credentials.
#pragma once

#include <presign/presign.hpp>

#include <cstddef>
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

namespace workload {

inline constexpr std::string_view bucket = "examplebucket";
inline constexpr std::string_view region = "us-east-1";
inline constexpr std::string_view host = "examplebucket.s3.us-east-1.amazonaws.com";
inline constexpr std::chrono::seconds expires_in{3600};
inline constexpr presign::time_point at{std::chrono::seconds{1795435200}};
inline constexpr std::string_view date = "20261123T120000Z";

inline presign::credentials permanent() {
  return {"AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
}

/// Returns credentials with a token of 600 characters of base64, like AWS's.
inline presign::credentials temporary() {
  constexpr std::string_view base64 =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string token;
  for (std::size_t i = 0; i < 598; ++i) token.push_back(base64[(i * 37 + i / 64) % base64.size()]);
  auto credentials = permanent();
  credentials.session_token = token + "==";
  return credentials;
}

inline std::vector<std::string> keys(std::size_t count) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < count; ++i) {
    char key[64];
    std::snprintf(key, sizeof key, "photos/2026/11/23/image-%06zu.jpg", i);
    result.push_back(key);
  }
  return result;
}

/// Returns the position of a key.
inline std::size_t number_of(std::string_view key) {
  std::size_t number = 0;
  for (const char c : key.substr(key.size() - 10, 6)) {
    number = number * 10 + static_cast<std::size_t>(c - '0');
  }
  return number;
}

inline presign::presign_options options() {
  presign::presign_options how;
  how.at = at;
  return how;
}

inline presign::s3::bucket photos(presign::s3::addressing style = {}) {
  presign::s3::location where{std::string(region)};
  where.style = style;
  return presign::s3::bucket::at(bucket, where).value();
}

}  // namespace workload
