#include "sigv4/steps.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <cstdio>
#include <random>
#include <string>
#include <string_view>

namespace {

using presign::detail::append_decoded;
using presign::detail::append_encoded;
using presign::detail::encoded_less;
using presign::detail::is_plain_query;
using presign::sigv4::uri_encode;
using support::exact_copy;

constexpr std::string_view unreserved =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";

std::string percent(char c) {
  char text[4];
  std::snprintf(text, sizeof text, "%%%02X", static_cast<unsigned>(static_cast<unsigned char>(c)));
  return text;
}

std::string decode(std::string_view encoded) {
  std::string raw = "before";
  const exact_copy exact(encoded);
  if (append_decoded(raw, exact.view())) return raw.substr(6);
  return raw == "before" ? "(rejected)" : "(rejected, and changed)";
}

}  // namespace

TEST_SUITE_BEGIN("uri_encode");

TEST_CASE("Amazon's examples") {
  CHECK(uri_encode("AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request") ==
        "AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request");
  CHECK(uri_encode("/test$file.text", false) == "/test%24file.text");
}

TEST_CASE("every byte, alone and between others") {
  for (const char c : support::all_bytes()) {
    const std::string raw(1, c);
    CAPTURE(percent(c));
    const auto encoded = unreserved.find(c) != unreserved.npos ? raw : percent(c);
    CHECK(uri_encode(exact_copy(raw).view()) == encoded);
    CHECK(uri_encode(exact_copy(raw).view(), true) == encoded);
    CHECK(uri_encode(exact_copy(raw).view(), false) == (c == '/' ? "/" : encoded));
    CHECK(uri_encode(exact_copy("a" + raw + "b").view()) == "a" + encoded + "b");
    CHECK(uri_encode(exact_copy("%" + raw + " ").view()) == "%25" + encoded + "%20");
  }
}

TEST_CASE("an empty text stays empty") {
  CHECK(uri_encode("").empty());
  CHECK(uri_encode({}).empty());
  CHECK(uri_encode(exact_copy("").view(), false).empty());
}

TEST_CASE("a slash is data unless it separates") {
  CHECK(uri_encode("/a//b/") == "%2Fa%2F%2Fb%2F");
  CHECK(uri_encode("/a//b/", false) == "/a//b/");
}

TEST_CASE("text that looks encoded is encoded again") {
  CHECK(uri_encode("%20") == "%2520");
  CHECK(uri_encode("a+b c") == "a%2Bb%20c");
}

TEST_CASE("UTF-8 is bytes, and so is what is not UTF-8") {
  CHECK(uri_encode("ሴ") == "%E1%88%B4");
  CHECK(uri_encode("Grüße") == "Gr%C3%BC%C3%9Fe");
  CHECK(uri_encode("\xff\xc3") == "%FF%C3");
  CHECK(uri_encode({"\0x", 2}) == "%00x");
}

TEST_CASE("long texts") {
  CHECK(uri_encode(std::string(100000, 'a')) == std::string(100000, 'a'));
  std::string spaces;
  for (int i = 0; i < 10000; ++i) spaces += "%20";
  CHECK(uri_encode(std::string(10000, ' ')) == spaces);
}

TEST_CASE("append_encoded keeps the text before it") {
  std::string text = "a b";
  presign::detail::string_writer out{text};
  append_encoded(out, " c/");
  append_encoded(out, " d/", false);
  append_encoded(out, {});
  out.finish();
  CHECK(text == "a b%20c%2F%20d/");
}

TEST_CASE("append_decoded undoes what uri_encode does") {
  const auto bytes = support::all_bytes();
  CHECK(decode(uri_encode(bytes)) == bytes);
  std::mt19937 random{1};
  for (int i = 0; i < 1000; ++i) {
    const auto raw = support::random_text(random, bytes, 20);
    const auto encoded = uri_encode(raw);
    CAPTURE(encoded);
    CHECK(decode(encoded) == raw);
    CHECK(decode(uri_encode(raw, false)) == raw);
    CHECK(support::decode(encoded) == raw);
  }
}

TEST_CASE("append_decoded takes lower-case digits, and leaves other characters alone") {
  CHECK(decode("%c3%Bc%2f") == "ü/");
  CHECK(decode("a+b c?&=/#ü") == "a+b c?&=/#ü");
  CHECK(decode("%2520") == "%20");
  CHECK(decode("%00") == std::string(1, '\0'));
  CHECK(decode("") == "");
}

TEST_CASE("append_decoded rejects a percent sign without two hex digits") {
  for (const auto broken :
       {"%",   "%4",  "a%",  "a%4", "%%",  "%%41", "%4%41", "%g1", "%1g",       "%G1",
        "%@1", "%`1", "%/1", "%:1", "% 1", "%+1",  "%-1",   "%0x", "%\xff\xff", "abc%41%4"}) {
    CAPTURE(broken);
    CHECK(decode(broken) == "(rejected)");
  }
  CHECK(decode({"%4\0", 3}) == "(rejected)");
  CHECK(decode({"%\0"
                "1",
                3}) == "(rejected)");
}

TEST_CASE("encoded_less orders texts as their encoded forms, wherever they begin to differ") {
  std::mt19937 random{4};
  const auto bytes = support::all_bytes();
  int wrong = 0;
  for (const char a : bytes) {
    for (const char b : bytes) {
      const auto same = support::random_text(random, bytes, 5);
      const exact_copy first(same + a), other(same + b), longer(same + a + b),
          longest(same + a + b + a);
      for (const auto& [x, y] : {std::pair{&first, &other},
                                 {&first, &longer},
                                 {&longer, &first},
                                 {&longer, &longest},
                                 {&other, &longer},
                                 {&longest, &other}}) {
        const bool is_less = uri_encode(x->view()) < uri_encode(y->view());
        if (encoded_less(x->view(), y->view()) != is_less) ++wrong;
      }
    }
  }
  CHECK(wrong == 0);
}

TEST_CASE("encoded_less of empty texts") {
  CHECK(!encoded_less("", ""));
  CHECK(!encoded_less({}, {}));
  CHECK(encoded_less("", "a"));
  CHECK(!encoded_less("a", ""));
  CHECK(encoded_less({}, exact_copy(std::string(1, '\0')).view()));
}

TEST_CASE("is_plain_query looks at every byte, wherever it is") {
  const std::string allowed = std::string(unreserved) + "%&=";
  for (int byte = 0; byte < 256; ++byte) {
    const auto c = static_cast<char>(byte);
    for (std::size_t at = 0; at < 40; ++at) {
      CAPTURE(byte);
      CAPTURE(at);
      std::string query(40, 'a');
      query[at] = c;
      const exact_copy exact(query);
      CHECK(is_plain_query(exact.view()) == (allowed.find(c) != allowed.npos));
    }
  }
  CHECK(is_plain_query(""));
}

TEST_SUITE_END();
