#include "sigv4/canonical_query.hpp"

#include "support.hpp"
#include "sigv4/uri_encode.hpp"

#include <presign/sigv4.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <string>
#include <utility>
#include <vector>

namespace {

using presign::parameter;
using presign::detail::encoded_less;
using presign::detail::query_writer;
using presign::detail::string_writer;
using presign::sigv4::canonical_query;
using presign::sigv4::uri_encode;
using parameters = std::vector<parameter>;

// What the specification says, word for word: encode, sort, join.
std::string encode_sort_join(const parameters& raw) {
  std::vector<std::pair<std::string, std::string>> encoded;
  for (const auto& one : raw) encoded.emplace_back(uri_encode(one.name), uri_encode(one.value));
  std::sort(encoded.begin(), encoded.end());
  std::string query;
  for (const auto& [name, value] : encoded) {
    query += (query.empty() ? "" : "&") + name + "=" + value;
  }
  return query;
}

// Characters around which sorting goes wrong: '%' once encoded, and what stands beside '=' and '&'.
constexpr std::string_view tricky{"-.~_09AZaz=&%+ /\0\x7f\x80\xff", 20};

parameters random_parameters(std::mt19937& random, std::size_t most) {
  parameters some(random() % (most + 1));
  for (auto& one : some) {
    one.name = support::random_text(random, tricky, 4);
    one.value = support::random_text(random, tricky, 3);
  }
  return some;
}

}  // namespace

TEST_SUITE_BEGIN("canonical_query");

TEST_CASE("Amazon's examples") {
  CHECK(canonical_query(
            {{"X-Amz-SignedHeaders", "host"},
             {"X-Amz-Date", "20130524T000000Z"},
             {"X-Amz-Algorithm", "AWS4-HMAC-SHA256"},
             {"X-Amz-Expires", "86400"},
             {"X-Amz-Credential", "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"}}) ==
        support::example::query);
  CHECK(canonical_query({{"prefix", "somePrefix"}, {"marker", "someMarker"}, {"max-keys", "20"}}) ==
        "marker=someMarker&max-keys=20&prefix=somePrefix");
}

TEST_CASE("no parameters, no query") { CHECK(canonical_query({}).empty()); }

TEST_CASE("a parameter without a value keeps its '='") {
  CHECK(canonical_query({{"acl", ""}}) == "acl=");
  CHECK(canonical_query({{"lifecycle", ""}, {"acl", ""}}) == "acl=&lifecycle=");
}

TEST_CASE("a parameter without a name is one all the same") {
  CHECK(canonical_query({{"", "value"}}) == "=value");
  CHECK(canonical_query({{"", ""}}) == "=");
  CHECK(canonical_query({{"a", "1"}, {"", "value"}, {"", ""}}) == "=&=value&a=1");
}

// AWS's case get-vanilla-query-order-encoded. As whole texts, "Param-3=…" would precede "Param=…".
TEST_CASE("names are sorted before values") {
  CHECK(canonical_query({{"Param-3", "Value3"}, {"Param", "Value2"}, {"ሴ", "Value1"}}) ==
        "%E1%88%B4=Value1&Param=Value2&Param-3=Value3");
  CHECK(canonical_query({{"a", "2"}, {"a-b", "1"}, {"a b", "3"}, {"ab", "0"}}) ==
        "a=2&a%20b=3&a-b=1&ab=0");
}

TEST_CASE("equal names are sorted by value, and none is dropped") {
  CHECK(canonical_query({{"a", "2"}, {"a", "10"}, {"a", ""}, {"a", "2"}}) == "a=&a=10&a=2&a=2");
  CHECK(canonical_query({{"a", "-"}, {"a", "ü"}, {"a", "~"}, {"a", "\x01"}}) ==
        "a=%01&a=%C3%BC&a=-&a=~");
}

// "Sort by encoded name": raw, 'é' comes after 'z' and '[' after 'Z'; encoded, both come first.
TEST_CASE("what is sorted is the encoded text") {
  CHECK(canonical_query({{"z", ""}, {"é", ""}, {"Z", ""}, {"[", ""}, {"~", ""}}) ==
        "%5B=&%C3%A9=&Z=&z=&~=");
}

TEST_CASE("case matters, and upper case comes first") {
  CHECK(canonical_query({{"a", ""}, {"B", ""}, {"A", ""}, {"b", ""}}) == "A=&B=&a=&b=");
}

TEST_CASE("separators in names and values are data") {
  CHECK(canonical_query({{"a&b=c", "d&e=f"}}) == "a%26b%3Dc=d%26e%3Df");
  CHECK(canonical_query({{"a/b?c#d", "+ %2F"}}) == "a%2Fb%3Fc%23d=%2B%20%252F");
}

TEST_CASE("every byte, in a name and in a value") {
  parameters each;
  for (const char c : support::all_bytes()) each.push_back({{c}, {c}});
  const auto query = canonical_query(each);
  CHECK(query == encode_sort_join(each));
  CHECK(std::count(query.begin(), query.end(), '&') == 255);
  CHECK(std::count(query.begin(), query.end(), '=') == 256);
  CHECK(canonical_query({{support::all_bytes(), support::all_bytes()}}) ==
        uri_encode(support::all_bytes()) + "=" + uri_encode(support::all_bytes()));
}

TEST_CASE("random parameters: as the specification says, in whatever order they come") {
  std::mt19937 random{3};
  for (int i = 0; i < 3000; ++i) {
    auto some = random_parameters(random, 8);
    const auto query = canonical_query(some);
    CAPTURE(query);
    CHECK(query == encode_sort_join(some));
    std::shuffle(some.begin(), some.end(), random);
    CHECK(canonical_query(some) == query);
  }
}

TEST_CASE("encoded_less sorts raw texts as their encoded forms are sorted") {
  std::mt19937 random{4};
  int wrong = 0;
  for (int i = 0; i < 20000; ++i) {
    const auto& alphabet = i % 2 == 0 ? std::string(tricky) : support::all_bytes();
    const support::exact_copy a(support::random_text(random, alphabet, 5));
    // Half of them begin alike: only there do prefixes and late differences show.
    const auto b_text = (i % 4 < 2 ? std::string(a.view().substr(0, random() % 6)) : "") +
                        support::random_text(random, alphabet, 3);
    const support::exact_copy b(b_text);
    if (encoded_less(a.view(), b.view()) != (uri_encode(a.view()) < uri_encode(b.view()))) ++wrong;
    if (encoded_less(b.view(), a.view()) != (uri_encode(b.view()) < uri_encode(a.view()))) ++wrong;
    if (encoded_less(a.view(), a.view())) ++wrong;
  }
  CHECK(wrong == 0);
}

// ── What the presign::signer uses: its own parameters amid those of the caller ────────────────────────

TEST_CASE("query_writer writes ours where they belong") {
  const parameters theirs{{"Z", "9"}, {"X-Amz-C", "c"}, {"a", "1"}, {"A", "0"}, {"é", "e"}};
  std::string url = "https://host/path?";
  string_writer out{url};
  query_writer writer{out, presign::detail::views_of(theirs)};
  writer.add("X-Amz-A", "%2", "F");
  writer.add("X-Amz-B", "b");
  writer.add("X-Amz-D");
  writer.finish();
  out.finish();
  CHECK(url == "https://host/path?%C3%A9=e&A=0&X-Amz-A=%2F&X-Amz-B=b&X-Amz-C=c&X-Amz-D=&Z=9&a=1");
}

TEST_CASE("query_writer writes ours alone") {
  std::string url;
  string_writer out{url};
  query_writer writer{out, {}};
  writer.add("X-Amz-A", "1");
  writer.add("X-Amz-B", "2");
  writer.finish();
  out.finish();
  CHECK(url == "X-Amz-A=1&X-Amz-B=2");
}

TEST_CASE("query_writer, with random parameters around ours") {
  std::mt19937 random{5};
  const parameters ours{{"A-", "/"}, {"AA", ""}, {"Z", "z z"}, {"a", "&"}};
  for (int i = 0; i < 2000; ++i) {
    auto all = random_parameters(random, 6);
    for (auto& one : all) one.name += "0";  // none has a name of ours: the signer refuses that
    std::string url;
    string_writer out{url};
    query_writer writer{out, presign::detail::views_of(all)};
    for (const auto& one : ours) writer.add(one.name, presign::sigv4::uri_encode(one.value));
    writer.finish();
    out.finish();
    all.insert(all.end(), ours.begin(), ours.end());
    CHECK(url == encode_sort_join(all));
  }
}

TEST_SUITE_END();
