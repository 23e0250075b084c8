#include "support.hpp"

#include <presign/s3.hpp>

#include <doctest/doctest.h>

#include <string>

namespace {

std::string disposition(std::string_view file_name) {
  return presign::s3::content_disposition(support::exact_copy(file_name).view());
}

}  // namespace

TEST_SUITE_BEGIN("content_disposition");

TEST_CASE("no name") { CHECK(disposition("") == "attachment"); }

TEST_CASE("an ASCII name needs no filename*") {
  CHECK(disposition("report.pdf") == "attachment; filename=\"report.pdf\"");
  CHECK(disposition("a b;c,d=e'f(g)~.txt") == "attachment; filename=\"a b;c,d=e'f(g)~.txt\"");
  CHECK(disposition(" ") == "attachment; filename=\" \"");
}

// RFC 8187, section 3.2.3: "€ rates"
TEST_CASE("a name in another script") {
  CHECK(disposition("\u20ac rates") ==
        "attachment; filename=\"_ rates\"; filename*=UTF-8''%E2%82%AC%20rates");
  CHECK(disposition("å.txt") == "attachment; filename=\"_.txt\"; filename*=UTF-8''%C3%A5.txt");
  CHECK(disposition("漢字.pdf") ==
        "attachment; filename=\"__.pdf\"; filename*=UTF-8''%E6%BC%A2%E5%AD%97.pdf");
  CHECK(disposition("🐈") == "attachment; filename=\"_\"; filename*=UTF-8''%F0%9F%90%88");
}

TEST_CASE("what some clients decode or do not unescape is only in filename*") {
  CHECK(disposition("100%.txt") ==
        "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt");
  CHECK(disposition("%41") == "attachment; filename=\"_41\"; filename*=UTF-8''%2541");
  CHECK(disposition("say \"hi\"") ==
        "attachment; filename=\"say _hi_\"; filename*=UTF-8''say%20%22hi%22");
}

TEST_CASE("what cannot stand in a file name becomes an underscore") {
  CHECK(disposition("a/b\\c") == "attachment; filename=\"a_b_c\"");
  CHECK(disposition("../../etc/passwd") == "attachment; filename=\".._.._etc_passwd\"");
  CHECK(disposition(std::string_view("a\0b", 3)) == "attachment; filename=\"a_b\"");
  CHECK(disposition("a\r\nSet-Cookie: x=y") == "attachment; filename=\"a__Set-Cookie: x=y\"");
  CHECK(disposition("a\tb\x7f") == "attachment; filename=\"a_b_\"");
  CHECK(disposition("é/") == "attachment; filename=\"__\"; filename*=UTF-8''%C3%A9_");
}

TEST_CASE("bytes that are not UTF-8 become U+FFFD, one by one") {
  CHECK(disposition("\xff") == "attachment; filename=\"_\"; filename*=UTF-8''%EF%BF%BD");
  CHECK(disposition("a\xc3") == "attachment; filename=\"a_\"; filename*=UTF-8''a%EF%BF%BD");
  CHECK(disposition("\xed\xa0\x80") ==
        "attachment; filename=\"___\"; filename*=UTF-8''%EF%BF%BD%EF%BF%BD%EF%BF%BD");
  CHECK(disposition("\xc0\xaf") ==
        "attachment; filename=\"__\"; filename*=UTF-8''%EF%BF%BD%EF%BF%BD");
}

TEST_CASE("every single byte gives a value that a header can carry") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    const auto value = disposition(std::string("a") + static_cast<char>(byte) + "b");
    CHECK(value.find("attachment; filename=\"a") == 0);
    for (const char c : value) {
      CHECK(c >= 0x20);
      CHECK(c < 0x7f);
    }
    // Two quotes, and no way out from between them.
    CHECK(std::count(value.begin(), value.end(), '"') == 2);
    CHECK(value.find('\\') == std::string::npos);
    CHECK(presign::sigv4::canonical_headers::of({{"content-disposition", value}}));
  }
}

TEST_SUITE_END();
