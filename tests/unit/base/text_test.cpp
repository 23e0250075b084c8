#include "base/text.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <cctype>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace {

using namespace presign::detail;
using support::exact_copy;
using support::is_surrogate;
using support::utf8;

std::string shown(std::string_view text) { return quoted_text(exact_copy(text).view()); }
std::string address_shown(std::string_view text) { return quoted_address(exact_copy(text).view()); }
std::size_t length(std::string_view text) { return utf8_length(exact_copy(text).view()); }
bool is_label(std::string_view text) { return is_host_label(exact_copy(text).view()); }

}  // namespace

TEST_SUITE_BEGIN("text");

TEST_CASE("is_printable: ASCII from ! to ~") {
  for (int byte = 0; byte < 256; ++byte) {
    CAPTURE(byte);
    CHECK(presign::detail::is_printable(std::string("a") + static_cast<char>(byte)) ==
          (byte >= '!' && byte <= '~'));
  }
  CHECK(presign::detail::is_printable(""));
}

TEST_CASE("characters, as the C locale has them") {
  for (const char c : support::all_bytes()) {
    const int byte = static_cast<unsigned char>(c);
    CAPTURE(byte);
    CHECK(is_digit(c) == (std::isdigit(byte) != 0));
    CHECK(is_alnum(c) == (std::isalnum(byte) != 0));
    CHECK(is_control(c) == (std::iscntrl(byte) != 0));
    CHECK(static_cast<unsigned char>(lower(c)) == std::tolower(byte));
  }
}

TEST_CASE("lower leaves all but ASCII letters alone") {
  CHECK(lower(exact_copy("AbC-ÄÖ@[`{Z").view()) == "abc-ÄÖ@[`{z");
  CHECK(lower(std::string_view{}).empty());
  CHECK(lower(std::string_view("A\0B", 3)) == std::string("a\0b", 3));
}

TEST_CASE("equal_ignoring_case") {
  const auto equal = [](std::string_view a, std::string_view b) {
    const exact_copy one(a), other(b);
    CHECK(equal_ignoring_case(other.view(), one.view()) ==
          equal_ignoring_case(one.view(), other.view()));
    return equal_ignoring_case(one.view(), other.view());
  };
  CHECK(equal("X-Amz-Date", "x-aMZ-dATE"));
  CHECK(equal("", ""));
  CHECK(equal("ä", "ä"));
  CHECK(!equal("Ä", "ä"));
  CHECK(!equal("x-amz-date", "x-amz-dat"));
  CHECK(!equal("x-amz-date", "x-amz-dates"));
  CHECK(!equal("", "a"));
  CHECK(!equal("@", "`"));  // 32 apart, as letters are
  CHECK(!equal("[", "{"));
  CHECK(!equal("-", "\r"));
  CHECK(!equal({"a\0b", 3}, {"a\0c", 3}));
}

TEST_CASE("less_ignoring_case") {
  const auto less = [](std::string_view a, std::string_view b) {
    return less_ignoring_case(exact_copy(a).view(), exact_copy(b).view());
  };
  for (const std::string_view smaller : {"", "A", "a-", "aB", "b"}) {
    CHECK(!less(smaller, smaller));
    CHECK(less(smaller, "C"));
    CHECK(!less("C", smaller));
  }
  CHECK(less("a", "AB"));
  CHECK(!less("AB", "a"));
  CHECK(less("a-b", "ab"));
  CHECK(!less("Range", "rANGE"));
}

TEST_CASE("trimmed") {
  const auto trim = [](std::string_view text) { return std::string(trimmed(text)); };
  CHECK(trim("") == "");
  CHECK(trim(" \t ") == "");
  CHECK(trim("a") == "a");
  CHECK(trim(" \ta b\t ") == "a b");
  CHECK(trim("\r\na\n") == "\r\na\n");
  CHECK(trimmed(" \ra\r ", " \r") == "a");
}

TEST_CASE("is_word") {
  for (const char c : support::all_bytes()) {
    CHECK(is_word(std::string(1, c)) == (is_alnum(c) || c == '-'));
    CHECK(is_word(std::string("a") + c) == (is_alnum(c) || c == '-'));
  }
  CHECK(!is_word(""));
  CHECK(is_word("M-SEARCH"));
}

TEST_CASE("is_token") {
  const auto is = [](std::string_view text) { return is_token(exact_copy(text).view()); };
  for (const char c : support::all_bytes()) {
    const auto byte = static_cast<unsigned char>(c);
    // RFC 9110, section 5.6.2: any VCHAR, except delimiters
    const bool allowed = byte > 0x20 && byte < 0x7f &&
                         std::string_view("\"(),/:;<=>?@[\\]{}").find(c) == std::string_view::npos;
    CHECK(is(std::string(1, c)) == allowed);
    CHECK(is(std::string("a") + c) == allowed);
  }
  CHECK(!is(""));
}

TEST_CASE("is_utf8") {
  const auto is = [](std::string_view text) { return is_utf8(exact_copy(text).view()); };
  CHECK(is(""));
  CHECK(is({"a\0é漢🐈\x7f", 11}));
  CHECK(!is("a\xff"));
  CHECK(!is("\x80"));
  CHECK(!is("é\xc3"));
  CHECK(!is("\xc3z"));
}

TEST_CASE("quoted_text shows every byte, and none that a terminal would obey") {
  for (const char c : support::all_bytes()) {
    const auto text = shown(std::string(1, c));
    CAPTURE(text);
    const auto byte = static_cast<unsigned char>(c);
    if (byte >= 0x20 && byte < 0x7f) {
      CHECK(text == std::string("\"") + c + "\"");
    } else {
      constexpr char digits[] = "0123456789abcdef";
      CHECK(text == std::string("\"\\x") + digits[byte / 16] + digits[byte % 16] + "\"");
    }
  }
  CHECK(shown("") == "\"\"");
  CHECK(quoted_text({}) == "\"\"");
  CHECK(shown("a\r\nb\x1b[31mü") == "\"a\\x0d\\x0ab\\x1b[31m\\xc3\\xbc\"");
}

TEST_CASE("quoted_text shows 64 bytes at the most") {
  CHECK(shown(std::string(63, 'x')) == "\"" + std::string(63, 'x') + "\"");
  CHECK(shown(std::string(64, 'x')) == "\"" + std::string(64, 'x') + "\"");
  CHECK(shown(std::string(65, 'x')) == "\"" + std::string(64, 'x') + "…\"");
  CHECK(shown(std::string(100000, 'x')).size() < 100);
  CHECK(shown(std::string(1000, '\0')).size() < 300);
}

TEST_CASE("quoted_address shows no address that may hold a secret") {
  CHECK(address_shown("ftp://host") == "\"ftp://host\"");
  CHECK(address_shown("") == "\"\"");
  for (const auto secret : {"https://user:hush@host", "host?X-Amz-Signature=hush", "host#hush"}) {
    const auto text = address_shown(secret);
    CAPTURE(text);
    CHECK(text.find("hush") == std::string::npos);
    CHECK(text.find("not shown") != std::string::npos);
  }
  CHECK(address_shown(std::string(1000, 'x') + "@").find("xx") == std::string::npos);
}

TEST_CASE("quoted_part shows nothing long, and nothing with a name before it") {
  const auto shown_part = [](std::string_view text) {
    return quoted_part(exact_copy(text).view());
  };
  CHECK(shown_part("") == "\"\"");
  CHECK(shown_part("us_east\n") == "\"us_east\\x0a\"");
  CHECK(shown_part(std::string(63, 'a')) == "\"" + std::string(63, 'a') + "\"");
  CHECK(shown_part(std::string(64, 'a')) == "one of 64 bytes (not shown)");
  CHECK(shown_part("3600X-Amz-Security-Token=t") == "one of 26 bytes (not shown)");
  CHECK(shown_part("user:password@host") == "one of 18 bytes (not shown)");
}

TEST_CASE("utf8_length of every code point, also where it is cut short or goes on") {
  int wrong = 0;
  for (unsigned point = 0; point <= 0x10ffff; ++point) {
    const auto encoded = utf8(point);
    const auto expected = is_surrogate(point) ? 0 : encoded.size();
    if (utf8_length(encoded) != expected) ++wrong;
    if (utf8_length(encoded + "\xbf") != expected) ++wrong;
    for (std::size_t cut = 1; cut < encoded.size(); ++cut) {
      if (utf8_length(std::string_view(encoded).substr(0, cut)) != 0) ++wrong;
    }
  }
  CHECK(wrong == 0);
  CHECK(length("") == 0);
  CHECK(utf8_length({}) == 0);
}

TEST_CASE("utf8_length reads no further than the text") {
  for (const auto text : {"a", "ü", "ሴ", "😀", "\xc3", "\xe1", "\xe1\x88", "\xf0", "\xf0\x9f",
                          "\xf0\x9f\x98", "\xff", "\x80"}) {
    const std::string whole(text);
    CAPTURE(whole);
    const bool is_whole = utf8_length(whole) == whole.size();
    CHECK(length(whole) == (is_whole ? whole.size() : 0));
  }
}

TEST_CASE("utf8_length of two bytes and of three: each valid sequence, and nothing else") {
  std::set<std::string> valid;
  for (unsigned point = 0; point < 0x10000; ++point) {
    if (!is_surrogate(point)) valid.insert(utf8(point));
  }
  int wrong = 0;
  const auto bytes = support::all_bytes();
  for (const char first : bytes) {
    for (const char second : bytes) {
      const std::string two{first, second};
      const auto head = two.substr(0, 1);
      const std::size_t expected = valid.count(head) != 0 ? 1 : valid.count(two) != 0 ? 2 : 0;
      if (utf8_length(two) != expected) ++wrong;
      if (static_cast<unsigned char>(first) >> 4 != 0xe) continue;
      for (const char third : bytes) {
        const auto three = two + third;
        if (utf8_length(three) != (valid.count(three) != 0 ? 3 : 0)) ++wrong;
      }
    }
  }
  CHECK(wrong == 0);
}

// Unicode 15, table 3-7
TEST_CASE("utf8_length at the edges of four bytes") {
  CHECK(length("\xf0\x90\x80\x80") == 4);  // U+10000
  CHECK(length("\xf4\x8f\xbf\xbf") == 4);  // U+10FFFF
  CHECK(length("\xf0\x8f\xbf\xbf") == 0);  // U+FFFF, overlong
  CHECK(length("\xf0\x80\x80\x80") == 0);
  CHECK(length("\xf4\x90\x80\x80") == 0);  // U+110000
  for (const auto lead : {"\xf5", "\xf6", "\xf7", "\xf8", "\xfc", "\xfe", "\xff"}) {
    CHECK(length(std::string(lead) + "\x90\x80\x80\x80\x80") == 0);
  }
  for (const auto lead : {"\xf0", "\xf1", "\xf2", "\xf3"}) {
    const std::string start(lead);
    CHECK(length(start + "\x9f\x98\x80") == 4);
    CHECK(length(start + "\x7f\x98\x80") == 0);
    CHECK(length(start + "\xc0\x98\x80") == 0);
    CHECK(length(start + "\x9f\x7f\x80") == 0);
    CHECK(length(start + "\x9f\xc0\x80") == 0);
    CHECK(length(start + "\x9f\x98\x7f") == 0);
    CHECK(length(start + "\x9f\x98\xc0") == 0);
  }
}

TEST_CASE("is_host_label") {
  for (const auto good : {"a", "Z", "0", "s3", "us-east-1", "a--b", "execute-api"}) {
    CAPTURE(good);
    CHECK(is_label(good));
  }
  for (const auto bad : {"", "-", "-a", "a-", "a.b", ".", "a_b", "a b", "a/b", "ü", "a:", "a\n"}) {
    CAPTURE(bad);
    CHECK(!is_label(bad));
  }
  CHECK(!is_label({"a\0b", 3}));
  CHECK(!is_host_label({}));
  CHECK(is_label(std::string(63, 'a')));
  CHECK(!is_label(std::string(64, 'a')));
}

TEST_CASE("the pieces between separators") {
  using pieces = std::vector<std::string>;
  const auto split_at = [](std::string_view text) {
    const exact_copy copy(text);
    const auto found = split(copy.view(), ';');
    return pieces(found.begin(), found.end());
  };
  CHECK(split_at("a;b;c") == pieces{"a", "b", "c"});
  CHECK(split_at("a") == pieces{"a"});
  CHECK(split_at("") == pieces{""});
  CHECK(split_at(";a;;") == pieces{"", "a", "", ""});
}

TEST_CASE("each occurrence of a piece is replaced, and none that the replacing makes") {
  const auto encoded_again = [](std::string_view text) {
    return replaced(exact_copy(text).view(), "%", "%25");
  };
  CHECK(encoded_again("%20%") == "%2520%25");
  CHECK(encoded_again("") == "");
  CHECK(encoded_again("a") == "a");
  CHECK(replaced("%2525", "%25", "%") == "%25");
  CHECK(replaced("aaa", "aa", "") == "a");
}

TEST_CASE("beginnings and ends") {
  CHECK(begins_with("abc", "ab"));
  CHECK(begins_with("abc", ""));
  CHECK_FALSE(begins_with("abc", "b"));
  CHECK_FALSE(begins_with(exact_copy("a").view(), "ab"));
  CHECK(ends_with("abc", "bc"));
  CHECK(ends_with("abc", ""));
  CHECK_FALSE(ends_with("abc", "b"));
  CHECK_FALSE(ends_with(exact_copy("c").view(), "bc"));
}

TEST_CASE("dot segments are whole segments") {
  for (const std::string_view path : {"/.", "/..", "/a/./b", "/a/../b", "/a/.."}) {
    CHECK(has_dot_segment(exact_copy(path).view()));
  }
  for (const std::string_view path : {"", "/", "/...", "/a.", "/.a", "/a/..b/", "//"}) {
    CHECK_FALSE(has_dot_segment(exact_copy(path).view()));
  }
}

TEST_CASE("are_host_labels") {
  using presign::detail::are_host_labels;
  for (const auto& text : std::vector<std::string>{
           "a", "a.b", "A-1.b.c", std::string(63, 'a') + '.' + std::string(63, 'b')}) {
    CAPTURE(text);
    CHECK(are_host_labels(exact_copy(text).view()));
  }
  for (const auto& text :
       std::vector<std::string>{"", ".", "a.", ".a", "a..b", "a.-b", "a-.b", "a_b.c", "a b",
                                "a/b.c", "a." + std::string(64, 'b')}) {
    CAPTURE(text);
    CHECK(!are_host_labels(exact_copy(text).view()));
  }
}

TEST_SUITE_END();
