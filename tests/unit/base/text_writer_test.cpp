#include "base/text_writer.hpp"

#include "libcrypto.hpp"
#include "support.hpp"

#include <doctest/doctest.h>

#include <array>
#include <string>
#include <string_view>

namespace {

using presign::detail::hash_writer;
using presign::detail::string_writer;
using support::exact_copy;

std::string letters(std::size_t size) {
  std::string text;
  for (std::size_t i = 0; i < size; ++i) text.push_back(static_cast<char>('a' + i % 26));
  return text;
}

}  // namespace

TEST_SUITE_BEGIN("text_writer");

TEST_CASE("pieces of any length follow each other") {
  for (std::size_t size = 0; size <= 70; ++size) {
    CAPTURE(size);
    const auto piece = exact_copy(letters(size));
    const auto expected = "<" + letters(size) + letters(size) + ">";
    std::string text;
    string_writer out{text, 200};
    out.append("<", piece.view());
    out.append(piece.view(), ">");
    CHECK(out.view() == expected);
    CHECK(out.view(1) == expected.substr(1));
    CHECK(out.size() == expected.size());
    out.finish();
    CHECK(text == expected);

    std::array<char, 40> stack;
    presign::detail::text_store brief{stack};  // from some length on, it is elsewhere
    brief.append("<", piece.view(), piece.view(), ">");
    CHECK(brief.view() == expected);
  }
}

TEST_CASE("a string keeps what it has, grows if it must, and is unchanged without finish") {
  std::string text = "before ";
  {
    string_writer out{text};
    out.append("and", " ", "after");
    out.append(letters(1000));
    out.finish();
  }
  CHECK(text == "before and after" + letters(1000));
  { string_writer{text, 5}.append("more, which somebody decided against"); }
  CHECK(text == "before and after" + letters(1000));
}

TEST_CASE("a string that has room is not allocated again") {
  std::string text;
  text.reserve(100);
  const auto* const memory = text.data();
  string_writer out{text, 100};
  out.append(letters(50), letters(50));
  out.finish();
  CHECK(text.data() == memory);
}

TEST_CASE("a hash of pieces, shorter and longer than the buffer") {
  for (const auto size : {0u, 1u, 63u, 64u, 1000u, 1023u, 1024u, 1025u, 3000u}) {
    for (const auto more : {0u, 1u, 24u, 1023u, 1024u, 1025u}) {
      CAPTURE(size);
      CAPTURE(more);
      hash_writer hash;
      hash.append(exact_copy(letters(size)).view(), "", exact_copy(letters(more)).view());
      hash.append("\n");
      presign::sigv4::digest digest;
      REQUIRE(hash.finish(digest));
      CHECK(presign::sigv4::hex(digest) ==
            libcrypto::hex(libcrypto::sha256(letters(size) + letters(more) + "\n")));
    }
  }
}

TEST_CASE("what a store holds stays where it is, however much follows") {
  presign::detail::text_store store{4};
  const auto first = store.keep("abc");
  store.append("forgotten");
  store.drop();
  std::vector<std::string_view> others;
  for (std::size_t size = 0; size < 100; ++size) {
    store.append("<", std::string(size, 'x'));
    store.append(">");
    others.push_back(store.take());
  }
  CHECK(first == "abc");
  for (std::size_t size = 0; size < 100; ++size) {
    CHECK(others[size] == "<" + std::string(size, 'x') + ">");
  }
  CHECK(store.take().empty());
}

TEST_SUITE_END();
