#include "base/crypto.hpp"

#include "../vectors/aws_post_example.hpp"
#include "libcrypto.hpp"
#include "support.hpp"

#include <presign/sigv4.hpp>

#include <doctest/doctest.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <random>
#include <string>
#include <string_view>

namespace {

using presign::detail::hmac_sha256;
using presign::detail::sha256;
using presign::sigv4::digest;
using presign::sigv4::hex;
using support::exact_copy;

std::string finished(sha256& running) {
  digest hash;
  REQUIRE(running.finish(hash));
  return hex(hash);
}

std::string hash_of(std::string_view message) {
  sha256 hash;
  hash.update(exact_copy(message).view());
  return finished(hash);
}

std::string finished(const hmac_sha256& running, std::string_view rest) {
  digest mac;
  REQUIRE(running.finish_with(rest, mac));
  return hex(mac);
}

std::string mac_of(std::string_view key, std::string_view message) {
  const hmac_sha256 mac{exact_copy(key).view()};
  return finished(mac, exact_copy(message).view());
}

presign::crypto::p256_point public_key_of(const digest& private_key) {
  presign::crypto::p256_point key;
  REQUIRE(presign::crypto::p256_public_key(private_key, key));
  return key;
}

// An INTEGER in DER, from hex of 32 bytes.
std::string der_integer(std::string_view hex) {
  auto bytes = support::from_hex(hex);
  bytes.erase(0, std::min(bytes.find_first_not_of('\0'), bytes.size() - 1));
  if (static_cast<unsigned char>(bytes.front()) >= 0x80) bytes.insert(0, 1, '\0');
  return std::string("\x02") + static_cast<char>(bytes.size()) + bytes;
}

std::string sequence(std::string_view content) {
  return std::string("\x30") + static_cast<char>(content.size()) + std::string(content);
}

std::string der_signature(std::string_view r, std::string_view s) {
  return sequence(der_integer(r) + der_integer(s));
}

std::string times(std::size_t count, char byte) { return std::string(count, byte); }

std::string base64(std::string_view bytes) {
  return presign::detail::base64(support::exact_copy(bytes).view());
}

std::string libcrypto_base64(std::string_view bytes) {
  std::string text((bytes.size() + 2) / 3 * 4 + 1, '\0');  // it writes a NUL
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()),
                  reinterpret_cast<const unsigned char*>(bytes.data()),
                  static_cast<int>(bytes.size()));
  text.pop_back();
  return text;
}

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
    CHECK(finished(hash) == whole);
  }
}

TEST_CASE("a copy of a running SHA-256 continues on its own") {
  sha256 hash;
  hash.update("ab");
  auto fork = hash;
  hash.update("c");
  fork.update("d");
  CHECK(finished(hash) == hash_of("abc"));
  CHECK(finished(fork) == hash_of("abd"));
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

TEST_CASE("HMAC-SHA-256 of messages that share their beginning, and from a saved state") {
  hmac_sha256 mac{"key"};
  mac.update("te");
  CHECK(finished(mac, "xt") == mac_of("key", "text"));
  CHECK(finished(mac, "st") == mac_of("key", "test"));
  digest whole{};
  CHECK(mac.finish(whole));
  CHECK(hex(whole) == mac_of("key", "te"));

  presign::detail::hmac_midstate saved;
  CHECK(saved.save("key"));
  for (int i = 0; i < 2; ++i) {
    CHECK(finished(hmac_sha256{saved}, "text") == mac_of("key", "text"));
  }
}

TEST_CASE("HMAC-SHA-256 in pieces, and of a copy") {
  hmac_sha256 mac{"key"};
  mac.update("te");
  auto fork = mac;
  mac.update("");
  mac.update("xt");
  fork.update("st");
  CHECK(finished(mac, "") == mac_of("key", "text"));
  CHECK(finished(fork, "") == mac_of("key", "test"));
}

// ── ECDSA ───────────────────────────────────────────────────────────────────────────────────────

namespace rfc6979 {

// RFC 6979, appendix A.2.5: ECDSA over P-256 with SHA-256
const auto private_key =
    support::digest_of_hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721");
constexpr std::string_view x = "60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6";
constexpr std::string_view y = "7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299";
const presign::sigv4a::public_key public_key{support::digest_of_hex(x), support::digest_of_hex(y)};
constexpr std::string_view sample_r =
    "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
constexpr std::string_view sample_s =
    "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
constexpr std::string_view test_r =
    "f1abb023518351cd71d881567b1ea663ed3efcf6c5132b354f28d3b0b7d38367";
constexpr std::string_view test_s =
    "019f4113742a2b14bd25926b49c649155f267e60d3814b4c0cc84250e46f0083";

bool verifies(std::string_view message, std::string_view der) {
  const auto signature = libcrypto::hex(der);
  return presign::sigv4a::verify(public_key, message, exact_copy(signature).view()).value();
}

}  // namespace rfc6979

constexpr std::string_view order =
    "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";
constexpr std::string_view zero =
    "0000000000000000000000000000000000000000000000000000000000000000";
constexpr std::string_view one = "0000000000000000000000000000000000000000000000000000000000000001";

TEST_CASE("the public key of RFC 6979") {
  const auto half = public_key_of(rfc6979::private_key);
  CHECK(hex(half.x) == rfc6979::x);
  CHECK(hex(half.y) == rfc6979::y);
}

// SP 800-186, section 3.2.1.3: the generator, and the point opposite
TEST_CASE("the public keys of the least and the greatest private key") {
  constexpr std::string_view generator_x =
      "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296";
  auto half = public_key_of(support::digest_of_hex(one));
  CHECK(hex(half.x) == generator_x);
  CHECK(hex(half.y) == "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5");
  auto greatest = support::digest_of_hex(order);
  greatest[31] -= 1;
  half = public_key_of(greatest);
  CHECK(hex(half.x) == generator_x);
  CHECK(hex(half.y) == "b01cbd1c01e58065711814b583f061e9d431cca994cea1313449bf97c840ae0a");
}

TEST_CASE("the signatures of RFC 6979 are valid, each for its message") {
  using namespace rfc6979;
  CHECK(verifies("sample", der_signature(sample_r, sample_s)));
  CHECK(verifies("test", der_signature(test_r, test_s)));
  CHECK(!verifies("test", der_signature(sample_r, sample_s)));
  CHECK(!verifies("sample", der_signature(test_r, test_s)));
  CHECK(!verifies("sample", der_signature(sample_s, sample_r)));
  CHECK(!verifies("sample", der_signature(sample_r, test_s)));
}

TEST_CASE("what ecdsa_sign signs is valid") {
  const auto hash = support::digest_of_hex(libcrypto::hex(libcrypto::sha256("sample")));
  for (int i = 0; i < 200; ++i) {  // often enough for each length of r and s
    presign::crypto::ecdsa_signature made;
    REQUIRE(presign::crypto::ecdsa_sign(rfc6979::private_key, hash, made));
    CHECK(made.size <= 72);
    const std::string der(reinterpret_cast<const char*>(made.der.data()), made.size);
    CHECK(rfc6979::verifies("sample", der));
    CHECK(!rfc6979::verifies("test", der));
  }
}

TEST_CASE("r and s that no signature has") {
  using namespace rfc6979;
  constexpr std::string_view highest =
      "ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff";
  for (const auto bad : {zero, order, highest}) {
    CHECK(!verifies("sample", der_signature(bad, sample_s)));
    CHECK(!verifies("sample", der_signature(sample_r, bad)));
    CHECK(!verifies("sample", der_signature(bad, bad)));
  }
  CHECK(!verifies("sample", der_signature(one, one)));
}

// X.690, section 10: DER has one way to write each value, BER has more
TEST_CASE("a valid signature in BER is rejected") {
  using namespace rfc6979;
  const auto r = der_integer(test_r);
  const auto s = der_integer(test_s);
  REQUIRE(verifies("test", sequence(r + s)));
  const auto length = [](std::size_t size) { return std::string(1, static_cast<char>(size)); };
  const auto value = [](const std::string& integer) { return integer.substr(2); };
  const auto padded = "\x02" + length(value(s).size() + 1) + std::string(1, '\0') + value(s);
  const auto long_length = "\x02\x81" + length(value(s).size()) + value(s);
  const auto negative = "\x02" + length(value(r).size() - 1) + value(r).substr(1);
  for (const auto& bad :
       {sequence(r + padded), sequence(r + long_length), sequence(negative + s),
        "\x30\x81" + length(r.size() + s.size()) + r + s,
        std::string("\x30\x82\0", 3) + length(r.size() + s.size()) + r + s,
        "\x30\x80" + r + s + std::string(2, '\0'), sequence(r + s + s), sequence(r + s + "\x05"),
        sequence(r + s) + std::string(1, '\0'), sequence(r), sequence(""), std::string(),
        "\x31" + sequence(r + s).substr(1), "\x30" + length(200) + r + s, r + s,
        sequence(sequence(r + s)), sequence("\x03" + r.substr(1) + s)}) {
    CAPTURE(libcrypto::hex(bad));
    CHECK(!verifies("test", bad));
  }
}

TEST_CASE("a failure leaves the thread's error queue as it was") {
  using namespace rfc6979;
  ERR_clear_error();
  CHECK(!verifies("sample", "no DER"));
  CHECK(!verifies("sample", der_signature(zero, zero)));
  CHECK(!presign::sigv4a::verify({}, "sample", libcrypto::hex(der_signature(sample_r, sample_s))));
  presign::crypto::p256_point point;
  CHECK(!presign::crypto::p256_public_key(digest{}, point));
  CHECK(ERR_peek_error() == 0);

  // Somebody else's.
#ifdef ERR_raise
  ERR_raise(ERR_LIB_USER, 7);
#else
  ERR_put_error(ERR_LIB_USER, 0, 7, __FILE__, __LINE__);
#endif
  CHECK(!verifies("sample", "no DER"));
  CHECK(ERR_GET_REASON(ERR_get_error()) == 7);
  CHECK(ERR_peek_error() == 0);
}

// RFC 4648, section 10
TEST_CASE("base64: the RFC's test vectors") {
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foob") == "Zm9vYg==");
  CHECK(base64("fooba") == "Zm9vYmE=");
  CHECK(base64("foobar") == "Zm9vYmFy");
}

TEST_CASE("base64: the policy of Amazon's example") {
  CHECK(base64(aws_post_example::policy) == aws_post_example::policy_in_base64);
}

TEST_CASE("base64: the standard alphabet, not that of URLs, and no line breaks") {
  CHECK(base64("\xfb\xff\xbf") == "+/+/");
  CHECK(base64(std::string(600, 'a')).find_first_not_of("YWFh") == std::string::npos);
}

TEST_CASE("base64: any bytes, as libcrypto encodes them") {
  CHECK(base64(support::all_bytes()) == libcrypto_base64(support::all_bytes()));
  std::mt19937 random{20151229};
  for (int i = 0; i < 2000; ++i) {
    const auto bytes = support::random_text(random, support::all_bytes(), 50);
    CHECK(base64(bytes) == libcrypto_base64(bytes));
  }
}

TEST_CASE("equal_in_constant_time") {
  using presign::detail::equal_in_constant_time;
  CHECK(equal_in_constant_time("", ""));
  CHECK(equal_in_constant_time({}, ""));
  CHECK(equal_in_constant_time("secret", "secret"));
  CHECK(!equal_in_constant_time("secret", "secre"));
  CHECK(!equal_in_constant_time("secre", "secret"));
  CHECK(!equal_in_constant_time("", "s"));
  const auto bytes = support::all_bytes();
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    auto other = bytes;
    other[i] = static_cast<char>(other[i] ^ 0x80);
    const support::exact_copy a(bytes), b(bytes), c(other);
    CHECK(equal_in_constant_time(a.view(), b.view()));
    CHECK(!equal_in_constant_time(a.view(), c.view()));
  }
}

TEST_CASE("wipe leaves zeros, and touches nothing next to them") {
  std::array<unsigned char, 8> memory{1, 2, 3, 4, 5, 6, 7, 8};
  presign::detail::wipe(memory.data() + 2, 3);
  CHECK(memory == std::array<unsigned char, 8>{1, 2, 0, 0, 0, 6, 7, 8});
  presign::detail::wipe(memory.data(), 0);
  CHECK(memory[0] == 1);
  presign::detail::wipe(memory.data(), memory.size());
  CHECK(memory == std::array<unsigned char, 8>{});
}

TEST_CASE("a destroyed HMAC leaves no trace of its key") {
  CHECK(support::wipes_itself(hmac_sha256("key")));
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
