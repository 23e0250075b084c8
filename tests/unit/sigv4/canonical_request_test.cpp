#include "libcrypto.hpp"
#include "support.hpp"

#include <presign/sigv4.hpp>

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>

namespace {

using presign::sigv4::canonical_request;
using presign::sigv4::empty_payload_hash;
using presign::sigv4::hex;
using presign::sigv4::payload_hash;
using presign::sigv4::unsigned_payload;
using support::exact_copy;

std::string hash_of(const canonical_request& one) { return hex(one.hash().value()); }

}  // namespace

TEST_SUITE_BEGIN("canonical_request");

TEST_CASE("Amazon's example of a presigned URL") {
  const canonical_request request{
      "GET",  support::example::path, support::example::query, support::example::headers,
      "host", unsigned_payload};
  CHECK(request.text() == support::example::canonical_request);
  CHECK(hash_of(request) == support::example::hashed_canonical_request);
}

// https://docs.aws.amazon.com/general/latest/gr/sigv4-create-canonical-request.html, of which the
// Internet Archive has copies
TEST_CASE("Amazon's example of a request to IAM") {
  const canonical_request request{"GET",
                                  "/",
                                  "Action=ListUsers&Version=2010-05-08",
                                  "content-type:application/x-www-form-urlencoded; charset=utf-8\n"
                                  "host:iam.amazonaws.com\n"
                                  "x-amz-date:20150830T123600Z\n",
                                  "content-type;host;x-amz-date",
                                  empty_payload_hash};
  CHECK(request.text() ==
        "GET\n"
        "/\n"
        "Action=ListUsers&Version=2010-05-08\n"
        "content-type:application/x-www-form-urlencoded; charset=utf-8\n"
        "host:iam.amazonaws.com\n"
        "x-amz-date:20150830T123600Z\n"
        "\n"
        "content-type;host;x-amz-date\n"
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(hash_of(request) == "f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59");
}

TEST_CASE("each part in its place, and a line for each that is empty") {
  CHECK(canonical_request{"M", "P", "Q", "H\n", "S", "B"}.text() == "M\nP\nQ\nH\n\nS\nB");
  CHECK(canonical_request{"M", "P", "", "", "", "B"}.text() == "M\nP\n\n\n\nB");
  CHECK(canonical_request{}.text() == "\n\n\n\n\n");
  CHECK(hash_of({}) == libcrypto::hex(libcrypto::sha256("\n\n\n\n\n")));
}

TEST_CASE("the hash is that of the text, at any length") {
  std::mt19937 random{7};
  const auto bytes = support::all_bytes();
  for (int i = 0; i < 500; ++i) {
    const exact_copy method(support::random_text(random, "GETPUS", 6));
    const exact_copy path(support::random_text(random, bytes, 130));
    const exact_copy query(support::random_text(random, bytes, 130));
    const exact_copy headers(support::random_text(random, bytes, 130));
    const exact_copy names(support::random_text(random, bytes, 30));
    const exact_copy payload(support::random_text(random, bytes, 64));
    const canonical_request request{method.view(),  path.view(),  query.view(),
                                    headers.view(), names.view(), payload.view()};
    std::string expected;
    for (const auto part :
         {method.view(), path.view(), query.view(), headers.view(), names.view()}) {
      expected.append(part).append("\n");
    }
    expected.append(payload.view());
    CHECK(request.text() == expected);
    CHECK(hash_of(request) == libcrypto::hex(libcrypto::sha256(expected)));
  }
}

TEST_CASE("hashing twice gives the same twice") {
  const canonical_request request{"GET", "/", "", "host:x\n", "host", unsigned_payload};
  CHECK(hash_of(request) == hash_of(request));
  CHECK(request.text() == request.text());
}

TEST_CASE("payload_hash") {
  CHECK(payload_hash("").value() == empty_payload_hash);
  CHECK(payload_hash({}).value() == empty_payload_hash);
  // The body of Amazon's example of a PUT:
  // https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
  CHECK(payload_hash("Welcome to Amazon S3.").value() ==
        "44ce7dd67c959e0d3524ffac1771dfbba87d2b6b4b4e99e42034a8b803f8b072");
  const auto bytes = support::all_bytes();
  for (std::size_t size = 0; size <= bytes.size(); ++size) {
    const exact_copy body(std::string_view(bytes).substr(0, size));
    CHECK(payload_hash(body.view()).value() == libcrypto::hex(libcrypto::sha256(body.view())));
  }
}

TEST_SUITE_END();
