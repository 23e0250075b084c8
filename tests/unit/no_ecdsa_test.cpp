// SigV4A if the file PRESIGN_CRYPTO_FILE leaves out ECDSA. The linker prefers the functions of this
// program to the library's.
#define PRESIGN_CRYPTO_FILE "base/crypto_library.hpp"  // the functions follow below
#define PRESIGN_CRYPTO_NO_ECDSA
#include "base/crypto_custom.cpp"
#include "received.hpp"

#include <presign/presign.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <cstring>
#include <initializer_list>
#include <string_view>

// Each hash is 0.
namespace presign::crypto {

const char* const library_name = "the test";

void wipe(void* memory, std::size_t size) noexcept { std::memset(memory, 0, size); }
bool equal_in_constant_time(const void* a, const void* b, std::size_t size) noexcept {
  return std::memcmp(a, b, size) == 0;
}
bool begin_sha256(sha256_state&) noexcept { return true; }
bool update_sha256(sha256_state&, const void*, std::size_t) noexcept { return true; }
bool finish_sha256(sha256_state&, digest& hash) noexcept {
  hash.fill(0);
  return true;
}

}  // namespace presign::crypto

TEST_CASE("without ECDSA, SigV4A returns an error that says what to provide") {
  using namespace std::chrono_literals;
  using presign::errc;
  const auto request = support::example_request_by_sigv4a("*");
  const presign::signer signer{support::example_credentials()};
  const std::initializer_list<std::string_view> parts{"ecdsa_sign", "ecdsa_verify",
                                                      "p256_public_key", "PRESIGN_CRYPTO_FILE"};
  CHECK(support::wrong_error(signer.presign(request, 1h), errc::crypto_failure, parts) == "");
  CHECK(support::wrong_error(signer.sign(request), errc::crypto_failure, parts) == "");
  CHECK(support::wrong_error(presign::sigv4a::verify({}, "text", "3006020101020101"),
                             errc::crypto_failure, parts) == "");
  const auto key = presign::sigv4a::signing_key::derive("id", "secret").value();
  CHECK(support::wrong_error(presign::sigv4a::public_key::of(key), errc::crypto_failure, parts) ==
        "");
  CHECK(signer.presign(support::example_request(), 1h));
}
