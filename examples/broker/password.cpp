#include "password.hpp"

#include "crypto.hpp"

#include <presign/sigv4.hpp>

#include <openssl/evp.h>

#include <charconv>
#include <cstdint>
#include <optional>
#include <stdexcept>

namespace broker {
namespace {

// The broker writes no hash beyond these limits, so it does not spend memory on one.
constexpr scrypt_cost most{20, 16, 16};

std::string scrypt(std::string_view password, std::string_view salt, const scrypt_cost& cost) {
  // libcrypto needs a limit for its memory. It uses a little more than the formula says.
  constexpr std::uint64_t slack = 1 << 20;
  const auto n = std::uint64_t{1} << cost.log_n;
  const auto memory = 128 * std::uint64_t{cost.r} * (n + cost.p) + slack;
  presign::sigv4::digest key;
  if (EVP_PBE_scrypt(password.data(), password.size(),
                     reinterpret_cast<const unsigned char*>(salt.data()), salt.size(), n, cost.r,
                     cost.p, memory, key.data(), key.size()) != 1) {
    throw std::runtime_error("libcrypto failed to hash a password");
  }
  return presign::sigv4::hex(key);
}

struct stored_hash {
  scrypt_cost cost;
  std::string_view salt;
  std::string_view hash;
};

std::string_view take_field(std::string_view& text) {
  const auto field = text.substr(0, text.find(':'));
  text.remove_prefix(field.size() < text.size() ? field.size() + 1 : field.size());
  return field;
}

bool read_number(std::string_view field, unsigned highest, unsigned& number) {
  const auto* const end = field.data() + field.size();
  const auto [stop, failure] = std::from_chars(field.data(), end, number);
  return failure == std::errc{} && stop == end && number >= 1 && number <= highest;
}

std::optional<stored_hash> read(std::string_view text) {
  stored_hash stored;
  if (take_field(text) != "scrypt" ||
      !read_number(take_field(text), most.log_n, stored.cost.log_n) ||
      !read_number(take_field(text), most.r, stored.cost.r) ||
      !read_number(take_field(text), most.p, stored.cost.p)) {
    return std::nullopt;
  }
  stored.salt = take_field(text);
  stored.hash = text;
  return stored;
}

bool is_cheaper(const scrypt_cost& a, const scrypt_cost& b) {
  return a.log_n < b.log_n || a.r < b.r || a.p < b.p;
}

}  // namespace

std::string hash_password(std::string_view password, const scrypt_cost& cost) {
  const auto salt = random_hex(16);
  return "scrypt:" + std::to_string(cost.log_n) + ':' + std::to_string(cost.r) + ':' +
         std::to_string(cost.p) + ':' + salt + ':' + scrypt(password, salt, cost);
}

password_check check_password(std::string_view password, std::string_view hash,
                              const scrypt_cost& today) {
  const auto stored = read(hash);
  if (!stored || !equal(scrypt(password, stored->salt, stored->cost), stored->hash)) {
    return password_check::wrong;
  }
  return is_cheaper(stored->cost, today) ? password_check::right_but_cheap : password_check::right;
}

}  // namespace broker
