#include "ticket.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace std::chrono_literals;
using broker::purpose;
using broker::seal;
using broker::unseal;

namespace {

const presign::secret key("a key that is known to the broker alone");
const auto noon = presign::parse_iso8601("2026-11-23T12:00:00Z").value();
const auto text = seal(purpose::session, {"ada@example.com", noon + 1h, 3}, key);

}  // namespace

TEST_SUITE("broker: ticket") {
  TEST_CASE("a ticket returns its member until it expires") {
    const auto session = unseal(purpose::session, text, key, noon);
    REQUIRE(session);
    CHECK(session->member == "ada@example.com");
    CHECK(session->expires_at == noon + 1h);
    CHECK(session->epoch == 3);
    CHECK(unseal(purpose::session, text, key, noon + 1h - 1s));
    CHECK_FALSE(unseal(purpose::session, text, key, noon + 1h));
  }

  TEST_CASE("no bit of a ticket can be changed") {
    for (std::size_t at = 0; at < text.size(); ++at) {
      for (int bit = 0; bit < 8; ++bit) {
        auto forged = text;
        forged[at] = static_cast<char>(forged[at] ^ (1 << bit));
        CHECK_FALSE(unseal(purpose::session, forged, key, noon));
      }
    }
  }

  TEST_CASE("no part of a ticket is enough") {
    for (std::size_t size = 0; size < text.size(); ++size) {
      CHECK_FALSE(unseal(purpose::session, text.substr(0, size), key, noon));
      CHECK_FALSE(unseal(purpose::session, text.substr(text.size() - size), key, noon));
    }
    CHECK_FALSE(unseal(purpose::session, text + '0', key, noon));
    CHECK_FALSE(unseal(purpose::session, text + ':', key, noon));
  }

  TEST_CASE("a ticket of another key is rejected") {
    CHECK_FALSE(unseal(purpose::session, text, "another key", noon));
    CHECK_FALSE(unseal(purpose::session, text, "", noon));
  }

  TEST_CASE("a ticket is for one purpose") {
    for (const auto use : {purpose::invitation, purpose::browser}) {
      CHECK_FALSE(unseal(use, text, key, noon));
      CHECK(unseal(use, seal(use, {"ada", noon + 1h}, key), key, noon)->member == "ada");
    }
  }
}
