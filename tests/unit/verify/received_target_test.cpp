#include "verify/received_target.hpp"

#include "support.hpp"

#include <doctest/doctest.h>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace {

using presign::errc;
using presign::error;
using presign::detail::read_target;
using presign::detail::received_target;
using presign::detail::text_store;

// What it has of the path and the others' parameters, in a store that lives on.
received_target read(std::string_view text) {
  static std::vector<std::unique_ptr<text_store>> stores;
  stores.push_back(std::make_unique<text_store>(text.size()));
  std::vector<error> flaws;
  const support::exact_copy exact(text);
  auto target = read_target(exact.view(), *stores.back(), flaws);
  if (!flaws.empty()) throw flaws.front().message;
  return target;
}

// The flaws' messages, a line each.
std::string flaws_of(std::string_view text) {
  std::vector<error> flaws;
  text_store store{text.size()};
  const support::exact_copy exact(text);
  read_target(exact.view(), store, flaws);
  std::string lines;
  for (const auto& one : flaws) {
    CHECK(one.code == errc::invalid_path);
    lines += one.message + "\n";
  }
  return lines;
}

template <class Parameters>
std::string joined(const Parameters& parameters) {
  std::string text;
  for (const auto& one : parameters) {
    text.append("[").append(one.name).append("|").append(one.value).append("]");
  }
  return text;
}

}  // namespace

TEST_SUITE_BEGIN("received_target");

TEST_CASE("a path is decoded once, and a plus in it is a plus") {
  CHECK(read("/").path == "/");
  CHECK(read("/a%20b+c%2Bd%2541").path == "/a b+c+d%41");
  CHECK(read("//a/../%2e%2E/.").path == "//a/../../.");
  CHECK(read("/%c3%A4\xc3\xa4").path == "/\xc3\xa4\xc3\xa4");
  CHECK(read("%2Fa").path == "/a");
  CHECK(read("/a%3Fb?c").path == "/a?b");
}

TEST_CASE("parameters are decoded once, in the order received, and a plus is a space") {
  CHECK(joined(read("/?a=1&b=2&a=1&a=0").query_parameters) == "[a|1][b|2][a|1][a|0]");
  CHECK(joined(read("/?a+b=c+d%2Be%252B+").query_parameters) == "[a b|c d+e%2B ]");
  CHECK(joined(read("/?acl").query_parameters) == "[acl|]");
  CHECK(joined(read("/?acl=").query_parameters) == "[acl|]");
  CHECK(joined(read("/?=v&=&==").query_parameters) == "[|v][|][|=]");
  CHECK(joined(read("/?a=b=c&d?e=/").query_parameters) == "[a|b=c][d?e|/]");
  CHECK(joined(read("/?a%26b=c%3Dd%00").query_parameters) ==
        "[a&b|c=d" + std::string(1, '\0') + "]");
}

TEST_CASE("what is empty between two ampersands is no parameter") {
  for (const auto* target : {"/", "/?", "/?&", "/?&&&"}) {
    CHECK(read(target).query_parameters.empty());
  }
  CHECK(joined(read("/?&a=1&&b&").query_parameters) == "[a|1][b|]");
}

TEST_CASE("the parameters that signing adds stand apart, however they are written") {
  std::vector<error> flaws;
  text_store store{1};
  const auto target = read_target(
      "/?X-Amz-Date=1+&a=2&x-amz-date=3&X%2dAmz%2DSignature=%34&X-Amz-Foo=5", store, flaws);
  CHECK(flaws.empty());
  CHECK(joined(target.signing_parameters) == "[X-Amz-Date|1 ][x-amz-date|3][X-Amz-Signature|4]");
  CHECK(joined(target.query_parameters) == "[a|2][X-Amz-Foo|5]");
}

TEST_CASE("a target that is no path is refused") {
  const std::string must_begin = "the target of the request line must begin with '/', got ";
  CHECK(flaws_of("") == must_begin + "\"\"\n");
  CHECK(flaws_of("?a=b") == must_begin + "\"\"\n");
  CHECK(flaws_of("*") == must_begin + "\"*\"\n");
  CHECK(flaws_of("a/b") == must_begin + "\"a/b\"\n");
  CHECK(flaws_of("https://example.com/a") == must_begin + "\"https://example.com/a\"\n");
}

TEST_CASE("the message about a target shows no password") {
  const auto message = flaws_of("https://user:hunter2@example.com/");
  CHECK(message.find("begin with '/'") != message.npos);
  CHECK(message.find("hunter2") == message.npos);
}

TEST_CASE("spaces, control characters and '#' are refused, wherever they are") {
  for (const char c : std::string("\0\1\t\r\n\x1f\x7f #", 9)) {
    for (const std::string before : {"/", "/?a", "/?a=b"}) {
      CHECK(flaws_of(before + c + "d") ==
            "the target of the request line must hold no space, no '#' and no control character; "
            "byte " +
                std::to_string(before.size()) + " is one\n" +
                (c == '\0' && before == "/"
                     ? "the target of the request line must have no NUL byte in its path\n"
                     : ""));
    }
  }
}

TEST_CASE("an encoded NUL is refused in a path") {
  CHECK(flaws_of("/a%00b") == "the target of the request line must have no NUL byte in its path\n");
}

TEST_CASE("broken escapes are refused, told once for each part, and the rest is read") {
  const auto told = [](std::string_view part) {
    return "the target of the request line must have two hex digits after each '%', in its " +
           std::string(part) + "\n";
  };
  for (const auto* broken : {"%", "%4", "%4g", "%g4", "%%41", "% 41", "%-1", "%0x"}) {
    CAPTURE(broken);
    const std::string text(broken);
    const std::string space =
        text.find(' ') == text.npos ? "" : flaws_of("/" + text).substr(0, flaws_of("/ ").size());
    CHECK(flaws_of("/" + text) == space + told("path"));
    CHECK(flaws_of("/?" + text + "=1").find(told("query")) != text.npos);
    CHECK(flaws_of("/?a=" + text).find(told("query")) != text.npos);
  }
  CHECK(flaws_of("/%?%=%&%=%&a=%") == told("path") + told("query"));

  std::vector<error> flaws;
  text_store store{1};
  const auto target = read_target("/a%2?b=%20&c=%2&d=%41+", store, flaws);
  CHECK(flaws.size() == 2);
  CHECK(target.path == "/a%2");
  CHECK(joined(target.query_parameters) == "[b| ][c|%2][d|A ]");
}

TEST_CASE("what signing adds is signed sorted, and encoded anew unless it was received so") {
  const auto signed_as = [](std::string_view query) {
    std::vector<error> flaws;
    text_store store{1};
    text_store out{1};
    const auto text = "/?" + std::string(query);
    auto target = read_target(text, store, flaws);
    presign::detail::write_signing_query(std::move(target.signing_parameters), out);
    return std::string(out.take());
  };
  const std::string canonical =
      "X-Amz-Date=1&X-Amz-Security-Token=a%2Bb%3D%3D~_.-&X-Amz-SignedHeaders=host%3Brange";
  CHECK(signed_as(canonical) == canonical);
  CHECK(signed_as(canonical + "&X-Amz-Signature=0") == canonical);
  for (const auto* query :
       {"X-Amz-SignedHeaders=host%3Brange&X-Amz-Security-Token=a%2Bb%3D%3D~_.-&X-Amz-Date=1",
        "X-Amz-Date=1&X-Amz-Security-Token=a%2bb%3D%3D~_.-&X-Amz-SignedHeaders=host%3Brange",
        "X-Amz-Date=1&X-Amz-Security-Token=a%2Bb%3D%3D~_%2E-&X-Amz-SignedHeaders=host%3Brange",
        "X-Amz-Date=%31&X-Amz-Security-Token=a%2Bb==~_.-&X-Amz-SignedHeaders=host%3Brange",
        "X-Amz-Date=1&X-Amz-Security-Token=a%2Bb%3D%3D~_.-&X-Amz-SignedHeaders=host;range"}) {
    CHECK(signed_as(query) == canonical);
  }
  CHECK(signed_as("X-Amz-Date=a+b/c&X-Amz-Date=") == "X-Amz-Date=&X-Amz-Date=a%20b%2Fc");
}

TEST_SUITE_END();
