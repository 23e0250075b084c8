#include "verify/authorization.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <string>
#include <string_view>
#include <vector>

namespace {

using presign::errc;
using presign::error;
using presign::detail::read_authorization;

// "algorithm|credential|signed headers|signature", '-' for what is not there, and '!' for flaws.
std::string read(std::string_view value) {
  std::vector<error> flaws;
  const support::exact_copy exact(value);
  const auto parts = read_authorization(exact.view(), flaws);
  std::string text(parts.algorithm);
  for (const auto& one : {parts.credential, parts.signed_headers, parts.signature}) {
    text += "|" + std::string(one.value_or("-"));
  }
  for (const auto& one : flaws) {
    CHECK(one.code == errc::malformed_signature);
    text += "!" + one.message;
  }
  return text;
}

}  // namespace

TEST_SUITE_BEGIN("authorization");

TEST_CASE("the three parts, in any order and with or without blanks after the commas") {
  for (const auto* value : {
           "A Credential=c, SignedHeaders=h, Signature=s",
           "A Credential=c,SignedHeaders=h,Signature=s",
           "A Signature=s,Credential=c,\t SignedHeaders=h",
           "  A   SignedHeaders=h , Signature=s , Credential=c  ",
           "A\tSignedHeaders=h,Signature=s,Credential=c,",
       }) {
    CAPTURE(value);
    CHECK(read(value) == "A|c|h|s");
  }
  CHECK(read("A Credential=a=b/c, SignedHeaders=, Signature==") == "A|a=b/c||=");
}

TEST_CASE("what is not there is not there") {
  CHECK(read("") == "|-|-|-");
  CHECK(read(" \t ") == "|-|-|-");
  CHECK(read("A") == "A|-|-|-");
  CHECK(read("A Signature=s") == "A|-|-|s");
}

TEST_CASE("anything else is refused, told once, and not shown") {
  const std::string told =
      "!after its algorithm, the Authorization header must hold Credential=…, SignedHeaders=… and "
      "Signature=…, with ',' between them, and nothing else";
  CHECK(read("Bearer token") == "Bearer|-|-|-" + told);
  CHECK(read("A Credential=c Signature=s") == "A|c Signature=s|-|-");
  CHECK(read("A Credential, Signature=s") == "A|-|-|s" + told);
  CHECK(read("A credential=c, Other=o,,Signature=s") == "A|-|-|s" + told);
  CHECK(read("A Credential =c") == "A|-|-|-" + told);
}

TEST_CASE("a part that is there twice is refused, and the first is read") {
  const std::string told =
      "!the Authorization header must hold Credential, SignedHeaders and Signature once";
  CHECK(read("A Credential=c, Credential=d, Signature=s") == "A|c|-|s" + told);
  CHECK(read("A Signature=s, Signature=s, Signature=s") == "A|-|-|s" + told);
}

TEST_SUITE_END();
