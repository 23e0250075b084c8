#include "password.hpp"

#include <doctest/doctest.h>

#include <string>

using broker::check_password;
using broker::hash_password;
using broker::password_check;

namespace {

constexpr broker::scrypt_cost cheap{4, 1, 1};

}  // namespace

TEST_SUITE("broker: password") {
  TEST_CASE("a password matches only its own hash") {
    const auto hash = hash_password("correct horse", cheap);
    CHECK(check_password("correct horse", hash, cheap) == password_check::right);
    for (const auto* other : {"", "correct hors", "correct horse ", "Correct horse"}) {
      CAPTURE(other);
      CHECK(check_password(other, hash, cheap) == password_check::wrong);
    }
  }

  TEST_CASE("a NUL does not end a password") {
    const std::string password("one\0two", 7);
    const auto hash = hash_password(password, cheap);
    CHECK(check_password(password, hash, cheap) == password_check::right);
    CHECK(check_password("one", hash, cheap) == password_check::wrong);
  }

  TEST_CASE("each hash has its own salt, and does not hold the password") {
    const auto hash = hash_password("correct horse", cheap);
    CHECK(hash != hash_password("correct horse", cheap));
    CHECK(hash.find("horse") == std::string::npos);
    CHECK(hash.substr(0, 13) == "scrypt:4:1:1:");
  }

  // RFC 7914, section 12: P="pleaseletmein", S="SodiumChloride", N=16384, r=8, p=1; the first 32 of
  // 64 bytes, which do not depend on the requested length.
  TEST_CASE("the hash is scrypt's") {
    CHECK(check_password("pleaseletmein",
                         "scrypt:14:8:1:SodiumChloride:"
                         "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2") ==
          password_check::right_but_cheap);
  }

  TEST_CASE("a cheaper hash matches, and has to be replaced") {
    const auto hash = hash_password("correct horse", cheap);
    CHECK(check_password("correct horse", hash, {5, 1, 1}) == password_check::right_but_cheap);
    CHECK(check_password("correct horse", hash, {4, 2, 1}) == password_check::right_but_cheap);
    CHECK(check_password("correct horse", hash, {4, 1, 2}) == password_check::right_but_cheap);
    CHECK(check_password("correct horse", hash, {3, 1, 1}) == password_check::right);
    CHECK(check_password("wrong", hash, {5, 1, 1}) == password_check::wrong);
  }

  TEST_CASE("an invalid hash matches nothing, and costs nothing") {
    const auto valid = hash_password("x", cheap);
    for (std::size_t size = 0; size < valid.size(); ++size) {
      CHECK(check_password("x", valid.substr(0, size), cheap) == password_check::wrong);
    }
    for (const auto* bad : {"", ":", "scrypt", "bcrypt:4:1:1:salt:hash", "scrypt:0:1:1:salt:hash",
                            "scrypt:40:8:1:salt:hash", "scrypt:4:1000000:1:salt:hash",
                            "scrypt:4:1:99999999999999999999:salt:hash", "scrypt:-4:1:1:salt:hash",
                            "scrypt:4 :1:1:salt:hash", "scrypt:::::"}) {
      CAPTURE(bad);
      CHECK(check_password("x", bad, cheap) == password_check::wrong);
    }
  }
}
