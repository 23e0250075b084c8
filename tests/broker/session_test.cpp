#include "session.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace std::chrono_literals;
using broker::seal;
using broker::unseal;

namespace {

const presign::secret key("a key that is known to the broker alone");
const auto noon = presign::parse_iso8601("2026-11-23T12:00:00Z").value();
const auto cookie = seal({"ada@example.com", noon + 1h}, key);

}  // namespace

TEST_SUITE("broker: session") {
  TEST_CASE("a cookie returns its member until it expires") {
    const auto session = unseal(cookie, key, noon);
    REQUIRE(session);
    CHECK(session->member == "ada@example.com");
    CHECK(session->expires_at == noon + 1h);
    CHECK(unseal(cookie, key, noon + 1h - 1s));
    CHECK_FALSE(unseal(cookie, key, noon + 1h));
  }

  TEST_CASE("no bit of a cookie can be changed") {
    for (std::size_t at = 0; at < cookie.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        auto forged = cookie;
        forged[at] = static_cast<char>(forged[at] ^ (1 << bit));
        CHECK_FALSE(unseal(forged, key, noon));
      }
    }
  }

  TEST_CASE("no part of a cookie is enough") {
    for (std::size_t size = 0; size < cookie.size(); ++size) {
      CHECK_FALSE(unseal(cookie.substr(0, size), key, noon));
      CHECK_FALSE(unseal(cookie.substr(cookie.size() - size), key, noon));
    }
    CHECK_FALSE(unseal(cookie + '0', key, noon));
    CHECK_FALSE(unseal(cookie + ':', key, noon));
  }

  TEST_CASE("a cookie of another key is rejected") {
    CHECK_FALSE(unseal(cookie, "another key", noon));
    CHECK_FALSE(unseal(cookie, "", noon));
  }
}
