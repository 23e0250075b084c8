// Passwords, as scrypt hashes (RFC 7914).
#pragma once

#include <string>
#include <string_view>

namespace broker {

/// The cost of a hash: 128 * r * 2^log_n bytes of memory, and p times the time. The default takes
/// 32 MiB and is one of those that OWASP recommends.
/// https://cheatsheetseries.owasp.org/cheatsheets/Password_Storage_Cheat_Sheet.html
struct scrypt_cost {
  unsigned log_n = 15;
  unsigned r = 8;
  unsigned p = 3;
};

/// Returns a hash with a new salt and all that is needed to check it: "scrypt:15:8:3:SALT:HASH".
std::string hash_password(std::string_view password, const scrypt_cost& cost = {});

enum class password_check {
  wrong,
  right,
  right_but_cheap,  ///< right, and hashed at less than today's cost: hash it again
};

/// Returns whether the password is the hashed one. An invalid hash matches no password.
password_check check_password(std::string_view password, std::string_view hash,
                              const scrypt_cost& today = {});

}  // namespace broker
