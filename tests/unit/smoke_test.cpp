#include <doctest/doctest.h>
#include <presign/presign.hpp>
TEST_CASE("smoke") {
  CHECK(presign::sigv4::uri_encode("a b/") == "a%20b%2F");
}
