#include "base/base64.hpp"

#include "../vectors/aws_post_example.hpp"
#include "support.hpp"

#include <doctest/doctest.h>
#include <openssl/evp.h>

#include <random>
#include <string>
#include <string_view>

namespace {

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

TEST_SUITE_BEGIN("base64");

// RFC 4648, section 10
TEST_CASE("the RFC's test vectors") {
  CHECK(base64("") == "");
  CHECK(base64("f") == "Zg==");
  CHECK(base64("fo") == "Zm8=");
  CHECK(base64("foo") == "Zm9v");
  CHECK(base64("foob") == "Zm9vYg==");
  CHECK(base64("fooba") == "Zm9vYmE=");
  CHECK(base64("foobar") == "Zm9vYmFy");
}

TEST_CASE("the policy of Amazon's example") {
  CHECK(base64(aws_post_example::policy) == aws_post_example::policy_in_base64);
}

TEST_CASE("the standard alphabet, not that of URLs, and no line breaks") {
  CHECK(base64("\xfb\xff\xbf") == "+/+/");
  CHECK(base64(std::string(600, 'a')).find_first_not_of("YWFh") == std::string::npos);
}

TEST_CASE("any bytes, as libcrypto encodes them") {
  CHECK(base64(support::all_bytes()) == libcrypto_base64(support::all_bytes()));
  std::mt19937 random{20151229};
  for (int i = 0; i < 2000; ++i) {
    const auto bytes = support::random_text(random, support::all_bytes(), 50);
    CHECK(base64(bytes) == libcrypto_base64(bytes));
  }
}

TEST_SUITE_END();
