#include "members.hpp"

#include <doctest/doctest.h>

#include <ctime>
#include <string>

using broker::hash_password;
using broker::is_old;
using broker::is_password;

TEST_SUITE("broker: password") {
  TEST_CASE("a password matches only its own hash") {
    const auto hash = hash_password("correct horse");
    CHECK(is_password("correct horse", hash));
    CHECK_FALSE(is_old(hash));
    for (const auto* other : {"", "correct hors", "correct horse ", "Correct horse"}) {
      CAPTURE(other);
      CHECK_FALSE(is_password(other, hash));
    }
  }

  TEST_CASE("a NUL does not end a password") {
    const std::string password("one\0two", 7);
    const auto hash = hash_password(password);
    CHECK(is_password(password, hash));
    CHECK_FALSE(is_old(hash));
    CHECK_FALSE(is_password("one", hash));
  }

  TEST_CASE("each hash has its own salt, and does not hold the password") {
    const auto hash = hash_password("correct horse");
    CHECK(hash != hash_password("correct horse"));
    CHECK(hash.find("horse") == std::string::npos);
    CHECK(hash.substr(0, 10) == "$argon2id$");
  }

  TEST_CASE("a hash of another cost matches, and has to be replaced") {
    const std::string cheap =
        "$argon2id$v=19$m=8,t=1,p=1$uepTL/BhxBYoa7zErtv/+w$"
        "7R/saY97Do8olMb9yEjizWqnhjoZMQO/QSzgrOZ5yOI";
    CHECK(is_password("correct horse", cheap));
    CHECK(is_old(cheap));
    CHECK_FALSE(is_password("wrong", cheap));
  }

  // RFC 7914, section 12: P="pleaseletmein", S="SodiumChloride", N=16384, r=8, p=1; the first 32 of
  // 64 bytes, which do not depend on the requested length.
  TEST_CASE("a hash of scrypt matches, and has to be replaced") {
    const std::string hash =
        "scrypt:14:8:1:SodiumChloride:"
        "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2";
    CHECK(is_password("pleaseletmein", hash));
    CHECK(is_old(hash));
    CHECK_FALSE(is_password("pleaseletmeout", hash));
    for (std::size_t size = 0; size < hash.size(); ++size) {
      CHECK_FALSE(is_password("pleaseletmein", hash.substr(0, size)));
    }
  }

  TEST_CASE("a hash that asks for much more than a new one costs nothing") {
    const std::string long_hash = "$argon2id$v=19$m=8,t=1,p=1$s$" + std::string(10 << 20, 'a');
    const auto begin = std::clock();  // processor time, which other programs do not lengthen
    for (const std::string cost :
         {"$argon2id$v=19$m=4194304,t=100,p=1$", "$argon2id$v=19$m=65536,t=4000000000,p=1$",
          "$argon2i$v=19$m=65536,t=100000,p=1$"}) {
      CHECK_FALSE(is_password(
          "x", cost + "uepTL/BhxBYoa7zErtv/+w$7R/saY97Do8olMb9yEjizWqnhjoZMQO/QSzgrOZ5yOI"));
    }
    CHECK_FALSE(is_password("x", long_hash));
    for (const std::string cost : {"20:16:16", "15:9:1", "15:8:4", "16:8:1"}) {
      CHECK_FALSE(is_password("x", "scrypt:" + cost + ":salt:" + std::string(64, '0')));
    }
    CHECK((std::clock() - begin) * 1000 / CLOCKS_PER_SEC < 50);
  }

  TEST_CASE("an invalid hash matches nothing, and costs nothing") {
    const auto valid = hash_password("x");
    for (std::size_t size = 0; size < valid.size(); ++size) {
      CHECK_FALSE(is_password("x", valid.substr(0, size)));
    }
    for (const auto* bad :
         {"", ":", "scrypt", "scrypt:", "bcrypt:4:1:1:salt:hash", "scrypt:0:1:1:salt:hash",
          "scrypt:40:8:1:salt:hash", "scrypt:4:1000000:1:salt:hash", "scrypt:4:0:1:salt:hash",
          "scrypt:4:1:99999999999999999999:salt:hash", "scrypt:-4:1:1:salt:hash",
          "scrypt:::::", "$argon2id$v=19$m=4294967295,t=1,p=1$c29t$c29t"}) {
      CAPTURE(bad);
      CHECK_FALSE(is_password("x", bad));
    }
  }
}
