#include "support.hpp"

#include <presign/sigv4.hpp>

#include <doctest/doctest.h>

#include <random>
#include <string>
#include <string_view>
#include <vector>

namespace {

using presign::service_rules;
using presign::sigv4::slash;
using presign::sigv4::uri_encode;
using support::exact_copy;

constexpr bool as_it_is = false;
constexpr bool normalize = true;

std::string canonical_path(std::string_view raw, bool normalized, bool twice) {
  service_rules rules;
  rules.normalize_path = normalized;
  rules.encode_path_twice = twice;
  return presign::sigv4::canonical_path(exact_copy(raw).view(), rules);
}

std::string normalized(std::string_view raw) { return canonical_path(raw, normalize, false); }

// Segments on a stack.
std::string normalized_by_stack(std::string_view raw) {
  std::vector<std::string> segments;
  std::string segment;
  for (const char c : std::string(raw) + "/") {
    if (c != '/') {
      segment += c;
      continue;
    }
    if (segment == "..") {
      if (!segments.empty()) segments.pop_back();
    } else if (!segment.empty() && segment != ".") {
      segments.push_back(segment);
    }
    segment.clear();
  }
  std::string path;
  for (const auto& one : segments) path += "/" + one;
  const bool ends_in_slash = !raw.empty() && raw.back() == '/';
  return path.empty() || ends_in_slash ? path + "/" : path;
}

}  // namespace

TEST_SUITE_BEGIN("canonical_path");

TEST_CASE("Amazon's example") {
  CHECK(presign::sigv4::canonical_path(support::example::path, service_rules::of("s3")) ==
        "/test.txt");
  CHECK(presign::sigv4::canonical_path("/test$file.text", service_rules::of("s3")) ==
        "/test%24file.text");
}

// "S3: percent-encode once, never normalise."
TEST_CASE("S3 signs a path as it is sent") {
  const auto s3 = service_rules::of("s3");
  for (const auto raw : {"/", "//", "///", "/.", "/..", "/./", "/../", "/a/../b", "/a/./b", "/a//b",
                         "//a", "/a/", "/..a", "/a."}) {
    CHECK(presign::sigv4::canonical_path(exact_copy(raw).view(), s3) == raw);
  }
  CHECK(presign::sigv4::canonical_path("/a b/ü+%2F", s3) == "/a%20b/%C3%BC%2B%252F");
}

// "Normalize URI paths according to RFC 3986" and "encode each path segment twice".
TEST_CASE("other services sign it normalised and encoded twice") {
  const service_rules rules;
  CHECK(presign::sigv4::canonical_path("/a b//./../ü", rules) == "/%25C3%25BC");
  CHECK(presign::sigv4::canonical_path("/documents and settings/", rules) ==
        "/documents%2520and%2520settings/");
  CHECK(presign::sigv4::canonical_path("/a%2Fb", rules) == "/a%25252Fb");
  CHECK(presign::sigv4::canonical_path("/-._~aZ9", rules) == "/-._~aZ9");
}

TEST_CASE("each rule by itself") {
  CHECK(canonical_path("/a b/../ü", as_it_is, false) == "/a%20b/../%C3%BC");
  CHECK(canonical_path("/a b/../ü", as_it_is, true) == "/a%2520b/../%25C3%25BC");
  CHECK(canonical_path("/a b/../ü", normalize, false) == "/%C3%BC");
  CHECK(canonical_path("/a b/../ü", normalize, true) == "/%25C3%25BC");
}

TEST_CASE("normalising") {
  CHECK(normalized("/") == "/");
  CHECK(normalized("//") == "/");
  CHECK(normalized("////") == "/");
  CHECK(normalized("/a") == "/a");
  CHECK(normalized("/a/") == "/a/");
  CHECK(normalized("/a//") == "/a/");
  CHECK(normalized("//a//b") == "/a/b");
  CHECK(normalized("/.") == "/");
  CHECK(normalized("/./") == "/");
  CHECK(normalized("/./a/./b/.") == "/a/b");
  CHECK(normalized("/a/./") == "/a/");
  CHECK(normalized("/a/..") == "/");
  CHECK(normalized("/a/../") == "/");
  CHECK(normalized("/a/b/..") == "/a");  // so do AWS's signers; RFC 3986 would keep the slash
  CHECK(normalized("/a/b/../") == "/a/");
  CHECK(normalized("/a/b/../c") == "/a/c");
  CHECK(normalized("/a/b/../../c") == "/c");
  CHECK(normalized("/a//../b") == "/b");
}

TEST_CASE("there is nothing above the root") {
  CHECK(normalized("/..") == "/");
  CHECK(normalized("/../") == "/");
  CHECK(normalized("/../../..") == "/");
  CHECK(normalized("/../a") == "/a");
  CHECK(normalized("/a/../../b") == "/b");
  CHECK(normalized("/a/../../../b/") == "/b/");
}

TEST_CASE("a segment that only looks like dots is one") {
  for (const auto raw : {"/...", "/..a", "/a..", "/.a", "/a.", "/..../b", "/. ./b", "/a/.../b"}) {
    CHECK(normalized(raw) == uri_encode(raw, slash::keep));
  }
  CHECK(normalized("/%2e%2e/a") == "/%252e%252e/a");  // raw: these are percent signs
}

TEST_CASE("no path at all") {
  CHECK(canonical_path("", as_it_is, false) == "");
  CHECK(normalized("") == "/");
  CHECK(presign::sigv4::canonical_path({}, service_rules{}) == "/");
}

TEST_CASE("a path of every byte") {
  const auto path = "/" + support::all_bytes();
  const auto encoded = uri_encode(path, slash::keep);
  CHECK(canonical_path(path, as_it_is, false) == encoded);
  CHECK(canonical_path(path, as_it_is, true) == uri_encode(encoded, slash::keep));
}

TEST_CASE("random paths, against another implementation") {
  std::mt19937 random{2};
  const std::vector<std::string> pieces{"/", "/", "/", ".", "..", "a", "b", "...", " ", "ü", "%"};
  for (int i = 0; i < 5000; ++i) {
    std::string raw = "/";
    for (auto left = random() % 12; left > 0; --left) raw += pieces[random() % pieces.size()];
    CAPTURE(raw);
    const auto once = uri_encode(normalized_by_stack(raw), slash::keep);
    CHECK(normalized(raw) == once);
    CHECK(canonical_path(raw, normalize, true) == uri_encode(once, slash::keep));
    CHECK(normalized(normalized_by_stack(raw)) == once);  // normalising again changes nothing
  }
}

TEST_SUITE_END();
