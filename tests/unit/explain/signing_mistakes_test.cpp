#include "explain/findings.hpp"

#include "support.hpp"
#include "verify/verify.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <functional>
#include <string>
#include <string_view>

namespace {

using namespace std::chrono_literals;
using presign::cause;
using presign::service_rules;
using presign::unverified_request;
using presign::sigv4::canonical_request;

presign::request request_for(std::string_view path) {
  presign::request what;
  what.host = "examplebucket.s3.amazonaws.com";
  what.path = path;
  what.region = "us-east-1";
  return what;
}

std::string url_of(const presign::request& what,
                   const presign::credentials& who = support::example_credentials()) {
  return presign::signer{who}.presign(what, 1h)->url;
}

/// What a server receives of a URL, with the URL and the host that it was asked by.
struct received {
  std::string url;
  presign::detail::url_parts parts;
  unverified_request request;
  std::string host;

  explicit received(std::string text, std::string_view method = "GET", std::string other_host = {})
      : url(std::move(text)), parts(*presign::detail::parse_url(url)), host(std::move(other_host)) {
    if (host.empty()) host = parts.host;
    request = parsed(method, parts.target, host);
  }

  static unverified_request parsed(std::string_view method, std::string_view target,
                                   std::string_view host) {
    return presign::detail::parse_all({method, target, {{"host", host}}}).request;
  }

  service_rules rules() const { return service_rules::of(request.service); }

  /// Signs another canonical request in place of the URL's own.
  void sign(const std::function<void(canonical_request&)>& change) {
    const presign::detail::received_canonical_request ours(request, rules());
    canonical_request canonical = ours;
    change(canonical);
    const auto date = presign::sigv4::amz_date::at(request.signed_at);
    const auto key = presign::sigv4::signing_key::derive(support::secret_access_key, *date,
                                                         request.region, request.service);
    const auto signature = *presign::sigv4::signature(
        *key, *presign::detail::string_to_sign(request, *date, canonical));
    std::string target(parts.target);
    target.replace(target.find("X-Amz-Signature=") + 16, signature.size(), signature);
    request = parsed(std::string(request.method), target, host);
  }

  std::string mistake(const presign::credentials& who = support::example_credentials()) const {
    const auto found = presign::detail::find_mistake(who, request, rules(), parts);
    if (!found) return found.error().message;
    if (!*found) return "none";
    if ((*found)->certainty != presign::certainty::certain) return "not certain";
    return std::to_string(static_cast<int>((*found)->cause)) + ": " + (*found)->sentence;
  }

  /// Empty where this is the mistake, with these words.
  std::string wrong(cause what, std::string_view words,
                    const presign::credentials& who = support::example_credentials()) const {
    const auto got = mistake(who);
    const auto number = std::to_string(static_cast<int>(what)) + ": ";
    const bool is_it =
        got.compare(0, number.size(), number) == 0 && got.find(words) != std::string::npos;
    return is_it ? "" : got;
  }
};

std::string replaced(std::string text, std::string_view old, std::string_view by) {
  return text.replace(text.find(old), old.size(), by);
}

}  // namespace

TEST_SUITE_BEGIN("signing_mistakes");

TEST_CASE("another method") {
  auto what = request_for("/a");
  for (const std::string method : {"GET", "PUT", "HEAD", "POST", "DELETE"}) {
    CAPTURE(method);
    what.method = method;
    const auto other = method == "GET" ? "PUT" : "GET";
    CHECK(received(url_of(what), other).wrong(cause::method, "signed for " + method) == "");
  }
  what.method = "PATCH";
  CHECK(received(url_of(what)).mistake() == "none");
}

TEST_CASE("the path changed after signing") {
  const auto url = url_of(request_for("/a b+c/d"));
  CHECK(received(replaced(url, "a%20b%2Bc", "a%2520b%252Bc"))
            .wrong(cause::encoded_twice, "encoded again") == "");
  CHECK(received(replaced(url, "a%20b%2Bc", "a+b%2Bc")).wrong(cause::plus_for_space, "%20") == "");
  CHECK(received(replaced(url, "/d", "/e")).mistake() == "none");
}

TEST_CASE("a plus in the query decoded after signing") {
  const auto url = url_of(request_for("/a b+c/d").query("response-content-type", "image/svg+xml"));
  CHECK(received(replaced(url, "svg%2B", "svg+")).wrong(cause::plus_for_space, "query") == "");
}

TEST_CASE("the path spelt otherwise after signing, for a service that signs the spelling") {
  auto what = request_for("/a:b c/%");
  const auto of_s3 = url_of(what);
  CHECK(received(replaced(of_s3, "a%3Ab", "a:b")).mistake() == "none");  // it is still valid
  what.service = "execute-api";
  const auto url = url_of(what);
  for (const auto* const path : {"/a:b%20c/%25", "/%61%3ab%20c/%25"}) {
    CHECK(received(replaced(url, "/a%3Ab%20c/%25", path))
              .wrong(cause::path, "other characters percent-encoded") == "");
  }
  CHECK(received(replaced(url, "b%20c", "b+c")).wrong(cause::plus_for_space, "'+'") == "");
  received once(url);
  once.sign([](auto& canonical) { canonical.path = "/a%3Ab%20c/%25"; });
  CHECK(once.wrong(cause::encoded_twice, "once less than the service takes it") == "");
}

TEST_CASE("the path signed by other rules than the service's") {
  received asked(url_of(request_for("/x//a b/../c")));
  asked.sign([](auto& canonical) { canonical.path = "/x//a%2520b/../c"; });
  CHECK(asked.wrong(cause::encoded_twice, "than the service takes it") == "");
  asked.sign([](auto& canonical) { canonical.path = "/x//a+b/../c"; });
  CHECK(asked.wrong(cause::plus_for_space, "as a '+'") == "");
  asked.sign([](auto& canonical) { canonical.path = "/x//a%2Bb/../c"; });
  CHECK(asked.wrong(cause::plus_for_space, "as a '+'") == "");
  asked.sign([](auto& canonical) { canonical.path = "/x/c"; });
  CHECK(asked.wrong(cause::path_normalized, "takes it as it is") == "");

  asked.sign([](auto& canonical) { canonical.path = "/x//a b/../c"; });
  CHECK(asked.wrong(cause::path, "without percent-encoding") == "");
  asked.sign([](auto& canonical) { canonical.path = "/a%20b/../c"; });
  CHECK(asked.wrong(cause::path_prefix, "without its beginning \"/x/\"") == "");

  received slashes(url_of(request_for("/a/ü")));
  slashes.sign([](auto& canonical) { canonical.path = "/a/%c3%bc"; });
  CHECK(slashes.wrong(cause::path, "lower case") == "");
}

TEST_CASE("another service's rules, the other way round") {
  auto what = request_for("/a b/../c");
  what.service = "execute-api";
  received asked(url_of(what));
  asked.sign([](auto& canonical) { canonical.path = "/c"; });
  CHECK(asked.mistake() == "none");  // is right
  asked.sign([](auto& canonical) { canonical.path = "/a%2520b/../c"; });
  CHECK(asked.wrong(cause::path_normalized, "removes \".\"") == "");
}

TEST_CASE("another port") {
  auto what = request_for("/a");
  const auto url = url_of(what);
  CHECK(received(url, "GET", "examplebucket.s3.amazonaws.com:8080")
            .wrong(cause::port, "\"examplebucket.s3.amazonaws.com\"") == "");
  received asked(url);
  asked.sign(
      [](auto& canonical) { canonical.headers = "host:examplebucket.s3.amazonaws.com:443\n"; });
  CHECK(asked.wrong(cause::port, ":443") == "");
  asked.sign(
      [](auto& canonical) { canonical.headers = "host:examplebucket.s3.amazonaws.com:80\n"; });
  CHECK(asked.mistake() == "none");
}

TEST_CASE("another payload hash") {
  received asked(url_of(request_for("/a")));
  asked.sign([](auto& canonical) { canonical.payload_hash = presign::sigv4::empty_payload_hash; });
  CHECK(asked.wrong(cause::payload_hash, "e3b0c442") == "");
}

TEST_CASE("a session token that was lost, or added after signing") {
  const auto who = support::temporary_credentials();
  const auto url = url_of(request_for("/a"), who);
  const auto begin = url.find("&X-Amz-Security-Token=");
  const auto end = url.find('&', begin + 1);
  received lost(std::string(url).erase(begin, end - begin));
  CHECK(lost.wrong(cause::token_missing, "has lost it", who) == "");
  CHECK(lost.mistake() == "none");

  auto what = request_for("/mqtt");
  what.service = "iotdevicegateway";
  received unsigned_token(url_of(what, who));
  CHECK(unsigned_token.mistake(who) == "none");
  unsigned_token.sign(
      [&](auto& canonical) { canonical.query = unsigned_token.request.parts->signing_query; });
  CHECK(unsigned_token.wrong(cause::token_not_signed, "token was signed", who) == "");

  const auto plain = url_of(request_for("/a"));
  received added(plain + "&X-Amz-Security-Token=token");
  CHECK(added.wrong(cause::token_not_signed, "after signing", who) == "");
  CHECK(added.wrong(cause::token_not_signed, "after signing") == "");
}

TEST_CASE("query parameters that were added after signing") {
  auto what = request_for("/a");
  what.query("versionId", "1");
  const auto url = url_of(what);
  CHECK(received(url + "&utm=x").wrong(cause::parameter_added, "\"utm\"") == "");
  CHECK(received(url + "&a=1&b=2").mistake() == "none");
  const auto plain = url_of(request_for("/a"));
  CHECK(received(plain + "&a=1&b=2").wrong(cause::parameter_added, "query parameters") == "");
  auto many = plain;
  for (int i = 0; i < 1000; ++i) many.append("&p").append(std::to_string(i)).append("=1");
  CHECK(received(many).wrong(cause::parameter_added, "query parameters") == "");
}

TEST_CASE("a query that was not sorted to be signed") {
  auto what = request_for("/a");
  what.query("a", "1").query("b", "2");
  auto url = url_of(what);
  url = replaced(url, "&a=1", "");
  received asked(url + "&a=1");
  const auto query = std::string(asked.parts.query());
  const auto signature = query.find("&X-Amz-Signature=");
  const auto unsorted =
      std::string(query).erase(signature, query.find('&', signature + 1) - signature);
  asked.sign([&unsorted](auto& canonical) { canonical.query = unsorted; });
  CHECK(asked.wrong(cause::parameter_order, "not sorted") == "");
}

TEST_CASE("no mistake: another secret, or two mistakes at once") {
  const auto url = url_of(request_for("/a b"));
  const presign::credentials other{std::string(support::access_key_id), "another"};
  CHECK(received(url, "PUT").mistake(other) == "none");
  CHECK(received(replaced(url, "%20", "%2520"), "PUT").mistake() == "none");
}

TEST_CASE("SigV4A, whose signatures are no two the same") {
  auto what = request_for("/a");
  what.algorithm = presign::signing_algorithm::sigv4a;
  what.region = "*";
  what.method = "PUT";
  CHECK(received(url_of(what)).wrong(cause::method, "signed for PUT") == "");
}

TEST_SUITE_END();
