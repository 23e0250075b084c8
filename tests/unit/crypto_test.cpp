#include "crypto.hpp"

#include "libcrypto.hpp"
#include "support.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

namespace {

using presign::detail::hmac_sha256;
using presign::detail::sha256;
using presign::sigv4::hex;
using support::exact_copy;

std::string hash_of(std::string_view message) {
  sha256 hash;
  hash.update(exact_copy(message).view());
  return hex(hash.finish().value());
}

std::string mac_of(std::string_view key, std::string_view message) {
  hmac_sha256 mac{exact_copy(key).view()};
  mac.update(exact_copy(message).view());
  return hex(mac.finish().value());
}

std::string times(std::size_t count, char byte) { return std::string(count, byte); }

}  // namespace

TEST_SUITE_BEGIN("crypto");

// https://csrc.nist.gov/projects/cryptographic-standards-and-guidelines/example-values
TEST_CASE("SHA-256 of the messages of FIPS 180") {
  CHECK(hash_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(hash_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
  CHECK(hash_of("abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmn"
                "hijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu") ==
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1");
  CHECK(hash_of(times(1000000, 'a')) ==
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
  CHECK(hash_of("") == presign::sigv4::empty_payload_hash);
}

TEST_CASE("SHA-256 in pieces, cut anywhere") {
  const auto message = support::all_bytes();
  const auto whole = hash_of(message);
  CHECK(whole == libcrypto::hex(libcrypto::sha256(message)));
  for (std::size_t first = 0; first <= message.size(); ++first) {
    const auto second = (message.size() - first) / 2;
    sha256 hash;
    hash.update(exact_copy(message.substr(0, first)).view());
    hash.update({});
    hash.update(exact_copy(message.substr(first, second)).view());
    hash.update("");
    hash.update(exact_copy(message.substr(first + second)).view());
    CHECK(hex(hash.finish().value()) == whole);
  }
}

TEST_CASE("a copy of a running SHA-256 goes its own way") {
  sha256 hash;
  hash.update("ab");
  auto fork = hash;
  hash.update("c");
  fork.update("d");
  CHECK(hex(hash.finish().value()) == hash_of("abc"));
  CHECK(hex(fork.finish().value()) == hash_of("abd"));
}

// RFC 4231, sections 4.2 to 4.8
TEST_CASE("HMAC-SHA-256 of the messages of RFC 4231") {
  CHECK(mac_of(times(20, '\x0b'), "Hi There") ==
        "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7");
  CHECK(mac_of("Jefe", "what do ya want for nothing?") ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(mac_of(times(20, '\xaa'), times(50, '\xdd')) ==
        "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe");
  CHECK(mac_of(support::all_bytes().substr(1, 25), times(50, '\xcd')) ==
        "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b");
  // "Test with a truncation of output to 128 bits"
  CHECK(mac_of(times(20, '\x0c'), "Test With Truncation").substr(0, 32) ==
        "a3b6167473100ee06e0c796c2955552b");
  // "Test with a key larger than 128 bytes"
  CHECK(mac_of(times(131, '\xaa'), "Test Using Larger Than Block-Size Key - Hash Key First") ==
        "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54");
  CHECK(mac_of(times(131, '\xaa'),
               "This is a test using a larger than block-size key and a larger than block-size "
               "data. The key needs to be hashed before being used by the HMAC algorithm.") ==
        "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2");
}

TEST_CASE("HMAC-SHA-256 with keys and messages of any length, against another implementation") {
  const auto bytes = support::all_bytes();
  const auto backwards = std::string(bytes.rbegin(), bytes.rend());
  for (std::size_t size = 0; size <= 200; ++size) {
    CAPTURE(size);
    const auto key = std::string_view(backwards).substr(0, size);
    for (const std::size_t message_size : {std::size_t{0}, std::size_t{1}, std::size_t{64}, size}) {
      const auto message = std::string_view(bytes).substr(0, message_size);
      CHECK(mac_of(key, message) == libcrypto::hex(libcrypto::hmac_sha256(key, message)));
    }
  }
  CHECK(mac_of({}, {}) == mac_of("", ""));
}

TEST_CASE("a key that is longer than a block is the key that is its hash") {
  const auto hash = libcrypto::sha256(times(65, 'k'));
  CHECK(mac_of(times(65, 'k'), "text") == mac_of(hash, "text"));
  CHECK(mac_of(times(64, 'k'), "text") != mac_of(libcrypto::sha256(times(64, 'k')), "text"));
}

TEST_CASE("HMAC-SHA-256 in pieces, and of a copy") {
  hmac_sha256 mac{"key"};
  mac.update("te");
  auto fork = mac;
  mac.update("");
  mac.update("xt");
  fork.update("st");
  CHECK(hex(mac.finish().value()) == mac_of("key", "text"));
  CHECK(hex(fork.finish().value()) == mac_of("key", "test"));
}

TEST_CASE("wipe leaves zeros, and touches nothing beside them") {
  std::array<unsigned char, 8> memory{1, 2, 3, 4, 5, 6, 7, 8};
  presign::detail::wipe(memory.data() + 2, 3);
  CHECK(memory == std::array<unsigned char, 8>{1, 2, 0, 0, 0, 6, 7, 8});
  presign::detail::wipe(memory.data(), 0);
  CHECK(memory[0] == 1);
  presign::detail::wipe(memory.data(), memory.size());
  CHECK(memory == std::array<unsigned char, 8>{});
}

TEST_CASE("an HMAC that dies leaves no trace of its key") {
  alignas(hmac_sha256) unsigned char memory[sizeof(hmac_sha256)];
  auto* const mac = new (memory) hmac_sha256("key");
  CHECK(std::any_of(std::begin(memory), std::end(memory), [](auto byte) { return byte != 0; }));
  mac->~hmac_sha256();
  CHECK(std::all_of(std::begin(memory), std::end(memory), [](auto byte) { return byte == 0; }));
}

TEST_CASE("as_chars views the bytes of a digest") {
  presign::sigv4::digest bytes{};
  bytes[0] = 'a';
  bytes[31] = 'z';
  const auto view = presign::detail::as_chars(bytes);
  CHECK(view.size() == 32);
  CHECK(view.front() == 'a');
  CHECK(view.back() == 'z');
  CHECK(static_cast<const void*>(view.data()) == bytes.data());
}

TEST_SUITE_END();
