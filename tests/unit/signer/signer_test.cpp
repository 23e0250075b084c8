#include "support.hpp"

#include <presign/signer.hpp>

#include <doctest/doctest.h>

#include <chrono>
#include <limits>
#include <set>
#include <string>
#include <thread>
#include <type_traits>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using namespace std::string_view_literals;
using presign::errc;
using presign::on_credential_expiry;
using presign::presign_options;
using presign::time_point;
using presign::warning;
using std::chrono::seconds;
using support::names_of;
using support::options_at;
using support::time_at;
using support::url_parts;
using support::value_of;
using support::wrong_error;

template <class... Types>
constexpr bool are_aggregates = (std::is_aggregate_v<Types> && ...);
static_assert(are_aggregates<presign::credentials, presign::service_rules, presign_options,
                             presign::sign_options, presign::batch_options, presign::s3::location,
                             presign::s3::get_options, presign::s3::list_options>,
              "in C++20, programs name the members that they set");

constexpr auto no_seconds = std::numeric_limits<seconds::rep>::min();
constexpr auto all_seconds = std::numeric_limits<seconds::rep>::max();

const time_point noon = time_at("20130524T120000Z");
const presign::signer signer{support::example_credentials()};

presign::request example() { return support::example_request(); }

constexpr on_credential_expiry policies[] = {
    on_credential_expiry::report, on_credential_expiry::clamp, on_credential_expiry::fail};

presign::credentials credentials_until(time_point end) {
  auto who = support::temporary_credentials();
  who.expires_at = end;
  return who;
}

// Presigns with credentials that expire at this time.
auto presign_until(time_point end, presign_options options, on_credential_expiry policy) {
  options.when_credentials_expire_first = policy;
  return presign::signer{credentials_until(end)}.presign(example(), 1h, options);
}

auto presign_at_noon(const presign::request& what) {
  return signer.presign(what, 1h, options_at(noon));
}

std::string url_of(const presign::request& what) { return presign_at_noon(what).value().url; }

using texts = std::initializer_list<std::string_view>;

std::string with_nul(std::string_view text) { return std::string(text) + '\0' + "x"; }

// A name as it is, in lower case and in upper case.
std::vector<std::string> in_any_case(const std::string& name) {
  auto lower = name;
  auto upper = name;
  for (auto& c : lower) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  for (auto& c : upper) c = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  return {name, lower, upper};
}

// Checks that a request can be signed neither in its URL nor in its headers.
void check_rejected(const presign::request& what, errc code, texts words,
                    const presign::signer& by = signer) {
  CHECK(wrong_error(by.presign(what, 1h, options_at(noon)), code, words) == "");
  CHECK(wrong_error(by.sign(what, {noon}), code, words) == "");
}

// Checks the same of a request with each of these texts in one of its members.
void check_rejected(std::string presign::request::*member, texts invalid, errc code, texts words) {
  for (const auto text : invalid) {
    CAPTURE(text);
    auto what = example();
    what.*member = text;
    check_rejected(what, code, words);
  }
}

}  // namespace

TEST_SUITE_BEGIN("signer");

// ── Published examples ──────────────────────────────────────────────────────────────────────────

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
TEST_CASE("presign gives the URL that Amazon prints") {
  const auto link = signer.presign(example(), 24h, options_at(time_at("20130524T000000Z"))).value();
  CHECK(link.url ==
        "https://examplebucket.s3.amazonaws.com/test.txt"
        "?X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
        "&X-Amz-Signature=aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404");
  CHECK(link.method == "GET");
  CHECK(link.headers.empty());
  CHECK(link.warnings.empty());
  CHECK(link.signed_at == time_at("20130524T000000Z"));
  CHECK(link.expires_at == time_at("20130525T000000Z"));
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/sig-v4-header-based-auth.html
TEST_CASE("sign gives the headers that Amazon prints") {
  const auto midnight = time_at("20130524T000000Z");
  const std::string credential =
      "AWS4-HMAC-SHA256 Credential=AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request, ";

  SUBCASE("GET object") {
    const auto ready = signer.sign(example().header("Range", "bytes=0-9"), {midnight}).value();
    CHECK(ready.url == "https://examplebucket.s3.amazonaws.com/test.txt");
    CHECK(names_of(ready.headers) == "range x-amz-content-sha256 x-amz-date authorization ");
    CHECK(value_of(ready.headers, "range") == "bytes=0-9");
    CHECK(value_of(ready.headers, "x-amz-date") == "20130524T000000Z");
    CHECK(value_of(ready.headers, "x-amz-content-sha256") == presign::sigv4::empty_payload_hash);
    CHECK(value_of(ready.headers, "authorization") ==
          credential +
              "SignedHeaders=host;range;x-amz-content-sha256;x-amz-date, Signature="
              "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41");
  }
  SUBCASE("PUT object") {
    auto what = example();
    what.method = "PUT";
    what.path = "/test$file.text";
    what.payload_hash = presign::sigv4::payload_hash("Welcome to Amazon S3.").value();
    what.header("Date", "Fri, 24 May 2013 00:00:00 GMT");
    what.header("x-amz-storage-class", "REDUCED_REDUNDANCY");
    const auto ready = signer.sign(what, {midnight}).value();
    CHECK(ready.method == "PUT");
    CHECK(ready.url == "https://examplebucket.s3.amazonaws.com/test%24file.text");
    CHECK(value_of(ready.headers, "authorization") ==
          credential +
              "SignedHeaders=date;host;x-amz-content-sha256;x-amz-date;x-amz-storage-class, "
              "Signature=98ad721746da40c64f1a55b78f14c238d841ea1380cd77a1b5971af0ece108bd");
  }
  SUBCASE("GET bucket lifecycle") {
    auto what = example().query("lifecycle", "");
    what.path = "/";
    const auto ready = signer.sign(what, {midnight}).value();
    CHECK(ready.url == "https://examplebucket.s3.amazonaws.com/?lifecycle=");
    CHECK(value_of(ready.headers, "authorization") ==
          credential +
              "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature="
              "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
  }
  SUBCASE("list objects") {
    auto what = example().query("prefix", "J").query("max-keys", "2");
    what.path = "/";
    const auto ready = signer.sign(what, {midnight}).value();
    CHECK(ready.url == "https://examplebucket.s3.amazonaws.com/?max-keys=2&prefix=J");
    CHECK(value_of(ready.headers, "authorization") ==
          credential +
              "SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature="
              "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7");
  }
}

// ── Expiry ──────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("an expiry from 1 to 604800 seconds is accepted") {
  for (const seconds expiry : {1s, 2s, 604799s, 604800s}) {
    CAPTURE(expiry.count());
    const auto link = signer.presign(example(), expiry, options_at(noon)).value();
    CHECK(url_parts(link.url).parameter("X-Amz-Expires") == std::to_string(expiry.count()));
    CHECK(link.expires_at == noon + expiry);
  }
  CHECK(presign::max_expiry == 604800s);
}

TEST_CASE("any other expiry is rejected") {
  for (const seconds expiry :
       {0s, -1s, -5s, 604801s, 700000s, seconds{no_seconds}, seconds{all_seconds}}) {
    CAPTURE(expiry.count());
    const auto number = std::to_string(expiry.count());
    CHECK(wrong_error(signer.presign(example(), expiry, options_at(noon)), errc::invalid_expiry,
                      {"expiry", "1 to 604800 seconds", "got " + number}) == "");
    auto options = options_at(noon);
    options.stable_window = 60s;
    options.backdate = 60s;
    CHECK(wrong_error(signer.presign(example(), expiry, options), errc::invalid_expiry,
                      {"1 to 604800 seconds", "got " + number}) == "");
  }
}

TEST_CASE("a window and a back-date count towards the longest expiry") {
  auto options = options_at(noon);
  const auto with = [&options](seconds expiry, seconds window, seconds backdate) {
    options.stable_window = window;
    options.backdate = backdate;
    return signer.presign(example(), expiry, options);
  };
  CHECK(with(604799s, 1s, 0s));
  CHECK(with(604799s, 0s, 1s));
  CHECK(with(604798s, 1s, 1s));
  CHECK(with(1s, 604799s, 0s));
  CHECK(with(1s, 0s, 604799s));
  CHECK(with(1s, 604000s, 799s));

  struct row {
    seconds expiry, window, backdate;
  };
  for (const auto& one :
       {row{604800s, 1s, 0s}, row{604800s, 0s, 1s}, row{604799s, 1s, 1s}, row{1s, 604800s, 0s},
        row{1s, 0s, 604800s}, row{3600s, 604801s, 0s}, row{3600s, 0s, 604801s},
        row{3600s, seconds{all_seconds}, 0s}, row{3600s, 0s, seconds{all_seconds}},
        row{604800s, seconds{all_seconds}, seconds{all_seconds}}}) {
    CAPTURE(one.expiry.count());
    CAPTURE(one.window.count());
    CAPTURE(one.backdate.count());
    CHECK(wrong_error(with(one.expiry, one.window, one.backdate), errc::invalid_expiry,
                      {"1 to 604800 seconds", std::to_string(one.expiry.count()),
                       std::to_string(one.window.count()), std::to_string(one.backdate.count())}) ==
          "");
  }
}

TEST_CASE("a negative window or back-date is none") {
  const auto plain = presign_at_noon(example());
  for (const seconds negative : {-1s, -3600s, seconds{no_seconds}}) {
    auto options = options_at(noon);
    options.stable_window = negative;
    options.backdate = negative;
    const auto link = signer.presign(example(), 1h, options).value();
    CHECK(link.url == plain->url);
    CHECK(link.expires_at == plain->expires_at);
  }
}

// ── Signing time ────────────────────────────────────────────────────────────────────────────────

TEST_CASE("signing times of the years 1 to 9999 are accepted") {
  for (const auto* date :
       {"00010101T000000Z", "00010101T000001Z", "09990101T000000Z", "19691231T235959Z",
        "19700101T000000Z", "20240229T235959Z", "20380119T031408Z", "99991231T235959Z"}) {
    CAPTURE(date);
    const auto link = signer.presign(example(), 1h, options_at(time_at(date))).value();
    const url_parts url(link.url);
    CHECK(url.parameter("X-Amz-Date") == date);
    CHECK(url.parameter("X-Amz-Credential") ==
          "AKIAIOSFODNN7EXAMPLE/" + std::string(date).substr(0, 8) + "/us-east-1/s3/aws4_request");
    CHECK(link.signed_at == time_at(date));
    CHECK(link.expires_at == time_at(date) + 1h);
    CHECK(signer.sign(example(), {time_at(date)}));
  }
}

TEST_CASE("other signing times are rejected") {
  const auto first = time_at("00010101T000000Z");
  const auto last = time_at("99991231T235959Z");
  for (const time_point at :
       {first - 1s, last + 1s, time_point{seconds{no_seconds}}, time_point{seconds{all_seconds}},
        time_point{seconds{no_seconds + 1}}, time_point{seconds{all_seconds - 3600}}}) {
    CAPTURE(at.time_since_epoch().count());
    const auto number = std::to_string(at.time_since_epoch().count());
    CHECK(wrong_error(signer.sign(example(), {at}), errc::invalid_time,
                      {"years 1 to 9999", number}) == "");
    for (const seconds window : {0s, 7s, 86400s}) {
      for (const seconds backdate : {0s, 1s, 300s}) {
        for (const auto policy : policies) {
          auto options = options_at(at);
          options.stable_window = window;
          options.backdate = backdate;
          options.when_credentials_expire_first = policy;
          CHECK(wrong_error(signer.presign(example(), 1h, options), errc::invalid_time,
                            {"years 1 to 9999"}) == "");
          // Credentials that know their end lead through other arithmetic.
          for (const time_point end :
               {time_point{seconds{no_seconds}}, noon, time_point{seconds{all_seconds}}}) {
            const auto link = presign_until(end, options, policy);
            REQUIRE(!link);
            const bool told = link.error().code == errc::invalid_time ||
                              link.error().code == errc::credentials_expired;
            CHECK(told);
          }
        }
      }
    }
  }
}

TEST_CASE("a back-date or a window cannot lead out of the year 1") {
  const auto first = time_at("00010101T000000Z");
  auto options = options_at(first);
  options.backdate = 1s;
  CHECK(wrong_error(signer.presign(example(), 1h, options), errc::invalid_time,
                    {"years 1 to 9999"}) == "");
  options.at = first + 1s;
  CHECK(signer.presign(example(), 1h, options));
  options.backdate = 0s;
  options.stable_window = 604000s;
  CHECK(wrong_error(signer.presign(example(), 1s, options), errc::invalid_time,
                    {"years 1 to 9999"}) == "");
}

TEST_CASE("without a time, it is now") {
  const auto before = presign::now();
  const auto link = signer.presign(example(), 1h).value();
  const auto ready = signer.sign(example()).value();
  const auto after = presign::now();
  CHECK(link.signed_at >= before);
  CHECK(link.signed_at <= after);
  CHECK(ready.signed_at >= before);
  CHECK(ready.signed_at <= after);
}

// ── Credentials ─────────────────────────────────────────────────────────────────────────────────

TEST_CASE("empty or half-given credentials are rejected") {
  const std::string id(support::access_key_id);
  const presign::secret key(support::secret_access_key);
  const auto check = [](const presign::credentials& who, errc code, std::string_view word) {
    check_rejected(example(), code, {word}, presign::signer{who});
  };
  check({"", ""}, errc::missing_credentials, "empty");
  check({"", "", support::session_token}, errc::missing_credentials, "empty");
  check({id, ""}, errc::invalid_credentials, "secret access key");
  check({id, "", support::session_token}, errc::invalid_credentials, "secret access key");
  check({"", key}, errc::invalid_credentials, "access key id");
  check({"", key, support::session_token}, errc::invalid_credentials, "access key id");
}

TEST_CASE("credentials with impossible characters are rejected") {
  const std::string id(support::access_key_id);
  for (const auto& bad : {std::string(" "), id + " ", " " + id, id + "\n", id + "/x", id + ",x",
                          id + "\x7f", id + "\t", id + "é", with_nul(id), std::string("\x80")}) {
    CAPTURE(bad);
    check_rejected(example(), errc::invalid_credentials, {"access key id"},
                   presign::signer{{bad, support::secret_access_key, support::session_token}});
  }
  const auto check = [&id](const std::string& key, std::string_view token, std::string_view word) {
    check_rejected(example(), errc::invalid_credentials, {word}, presign::signer{{id, key, token}});
  };
  const std::string key(support::secret_access_key);
  const std::string token(support::session_token);
  for (const std::string bad : {"\n", "\r", "\x7f", "\x1f"}) {
    check(key + bad, "", "secret access key");
    check(key, token + bad, "session token");
  }
  // A header's value is collapsed, so that another token would be sent.
  for (const auto* bad : {" ", "a b", "a  b", " a", "a "}) check(key, bad, "session token");
  check(with_nul(key), "", "secret access key");
}

TEST_CASE("no message holds a secret, even if id and secret were swapped") {
  const std::string key(support::secret_access_key);
  const std::string token(support::session_token);
  check_rejected(example(), errc::invalid_credentials, {"access key id"},
                 presign::signer{{key, support::access_key_id}});
  check_rejected(example(), errc::invalid_credentials, {"access key id"},
                 presign::signer{{token, key, token}});
}

TEST_CASE("keys of other stores are accepted") {
  for (const std::string id : {"minioadmin", "GOOG1EXAMPLE", "key:with@punctuation+and%25", "x"}) {
    const presign::signer with{{id, "s"}};
    const auto link = with.presign(example(), 1h, options_at(noon)).value();
    CHECK(url_parts(link.url).parameter("X-Amz-Credential") ==
          id + "/20130524/us-east-1/s3/aws4_request");
  }
}

TEST_CASE("expired credentials are rejected, under every policy") {
  for (const auto policy : policies) {
    for (const seconds ago : {0s, 1s, 86400s, 31536000s * 30}) {
      CAPTURE(ago.count());
      auto options = options_at(noon);
      CHECK(wrong_error(presign_until(noon - ago, options, policy), errc::credentials_expired,
                        {"credentials", std::to_string(ago.count()) + " seconds"}) == "");
      options.backdate = 1h;  // signing earlier makes them no more valid
      CHECK(wrong_error(presign_until(noon - ago, options, policy), errc::credentials_expired) ==
            "");
      CHECK(wrong_error(presign::signer{credentials_until(noon - ago)}.sign(example(), {noon}),
                        errc::credentials_expired, {"credentials"}) == "");
    }
  }
}

TEST_CASE("what is wrong with the credentials is reported before what is wrong with the request") {
  presign::request nonsense;
  nonsense.method = "";
  CHECK(wrong_error(presign::signer{{"", ""}}.presign(nonsense, 0s), errc::missing_credentials) ==
        "");
}

// ── Which end comes first ───────────────────────────────────────────────────────────────────────

TEST_CASE("credentials that expire first: the three policies, up to the second") {
  struct row {
    on_credential_expiry policy;
    seconds credentials_left;
    const char* expires;  // X-Amz-Expires; null where it is rejected
    seconds url_left;
    bool warned;
  };
  for (const auto& one : {
           row{on_credential_expiry::report, 1s, "3600", 1s, true},
           row{on_credential_expiry::report, 3599s, "3600", 3599s, true},
           row{on_credential_expiry::report, 3600s, "3600", 3600s, false},
           row{on_credential_expiry::report, 3601s, "3600", 3600s, false},
           row{on_credential_expiry::clamp, 1s, "1", 1s, false},
           row{on_credential_expiry::clamp, 3599s, "3599", 3599s, false},
           row{on_credential_expiry::clamp, 3600s, "3600", 3600s, false},
           row{on_credential_expiry::clamp, 3601s, "3600", 3600s, false},
           row{on_credential_expiry::fail, 1s, nullptr, 0s, false},
           row{on_credential_expiry::fail, 3599s, nullptr, 0s, false},
           row{on_credential_expiry::fail, 3600s, "3600", 3600s, false},
           row{on_credential_expiry::fail, 3601s, "3600", 3600s, false},
       }) {
    CAPTURE(static_cast<int>(one.policy));
    CAPTURE(one.credentials_left.count());
    const auto link = presign_until(noon + one.credentials_left, options_at(noon), one.policy);
    if (one.expires == nullptr) {
      CHECK(wrong_error(link, errc::credentials_expire_first,
                        {"3600 seconds", std::to_string(one.credentials_left.count())}) == "");
      continue;
    }
    REQUIRE(link);
    CHECK(url_parts(link->url).parameter("X-Amz-Expires") == one.expires);
    CHECK(link->expires_at == noon + one.url_left);
    CHECK(link->warnings ==
          (one.warned ? std::vector{warning::credentials_expire_first} : std::vector<warning>{}));
  }
}

TEST_CASE("credentials without a known end change nothing") {
  for (const auto policy : policies) {
    auto options = options_at(noon);
    options.when_credentials_expire_first = policy;
    const auto link = presign::signer{support::temporary_credentials()}
                          .presign(example(), 604800s, options)
                          .value();
    CHECK(link.expires_at == noon + 604800s);
    CHECK(link.warnings.empty());
  }
}

TEST_CASE("credentials that expire very late change nothing") {
  const time_point end{seconds{all_seconds}};
  for (const auto* date : {"00010101T000000Z", "20130524T120000Z", "99991231T235959Z"}) {
    const auto link =
        presign_until(end, options_at(time_at(date)), on_credential_expiry::clamp).value();
    CHECK(link.expires_at == time_at(date) + 1h);
    CHECK(url_parts(link.url).parameter("X-Amz-Expires") == "3600");
  }
}

TEST_CASE("policies, with a window and a back-date") {
  auto options = options_at(noon + 59s);  // 12:00:59, back-dated 11:50:59, rounded down 11:50:00
  options.stable_window = 60s;
  options.backdate = 600s;
  const auto signed_at = noon - 600s;

  SUBCASE("the credentials outlive X-Amz-Expires") {
    for (const auto policy : policies) {
      const auto link = presign_until(signed_at + 3600s + 660s, options, policy).value();
      CHECK(link.signed_at == signed_at);
      CHECK(url_parts(link.url).parameter("X-Amz-Expires") == "4260");
      CHECK(link.expires_at == signed_at + 4260s);
      CHECK(link.warnings.empty());
    }
  }
  SUBCASE("they expire in the time that the window adds, and not before what was asked for") {
    const auto end = noon + 59s + 3600s;
    CHECK(presign_until(end, options, on_credential_expiry::fail).value().warnings.empty());
    const auto clamped = presign_until(end, options, on_credential_expiry::clamp).value();
    CHECK(clamped.expires_at == end);
    CHECK(url_parts(clamped.url).parameter("X-Amz-Expires") == "4259");
    const auto reported = presign_until(end, options, on_credential_expiry::report).value();
    CHECK(reported.expires_at == end);
    CHECK(reported.warnings.empty());
    CHECK(url_parts(reported.url).parameter("X-Amz-Expires") == "4260");
  }
  SUBCASE("they expire a second before what was asked for") {
    const auto end = noon + 59s + 3599s;
    CHECK(wrong_error(presign_until(end, options, on_credential_expiry::fail),
                      errc::credentials_expire_first, {"3600", "3599"}) == "");
    const auto link = presign_until(end, options, on_credential_expiry::clamp).value();
    CHECK(link.expires_at == end);
    CHECK(link.warnings.empty());
  }
  SUBCASE("they expire a second after the signing time") {
    const auto link = presign_until(noon + 60s, options, on_credential_expiry::clamp).value();
    CHECK(url_parts(link.url).parameter("X-Amz-Expires") == "660");
    CHECK(link.expires_at == noon + 60s);
  }
}

TEST_CASE("one URL for a whole window, with the life asked for left at each moment of it") {
  auto options = options_at(noon);
  options.stable_window = 1h;
  const auto link = signer.presign(example(), 1h, options);
  options.at = noon + 3599s;
  CHECK(signer.presign(example(), 1h, options)->url == link->url);
  options.at = noon + 3600s;
  CHECK(signer.presign(example(), 1h, options)->url != link->url);
  options.at = noon - 1s;
  CHECK(signer.presign(example(), 1h, options)->url != link->url);
  CHECK(link->signed_at == noon);
  CHECK(link->expires_at == noon + 2h);
}

TEST_CASE("windows and back-dates at any time, before 1970 too") {
  const std::vector<time_point> starts{noon,
                                       time_at("19700101T000000Z"),
                                       time_at("19691231T235959Z"),
                                       time_at("19691231T120000Z"),
                                       time_at("00020101T000000Z"),
                                       time_at("99981231T235959Z")};
  for (const auto start : starts) {
    for (const seconds window : {1s, 2s, 7s, 60s, 3600s, 86399s, 86400s, 86401s, 500000s}) {
      for (const seconds backdate : {0s, 1s, 59s, 300s, 90000s}) {
        CAPTURE(start.time_since_epoch().count());
        CAPTURE(window.count());
        CAPTURE(backdate.count());
        auto options = options_at(start);
        options.stable_window = window;
        options.backdate = backdate;
        const auto sign_at = [&options](time_point at) {
          options.at = at;
          return signer.presign(example(), 100s, options).value();
        };
        const auto first = sign_at(start);
        const auto begin = first.signed_at + backdate;  // of the window
        const auto end = begin + window;
        CHECK(first.signed_at.time_since_epoch() % window == 0s);
        CHECK(begin <= start);
        CHECK(start < end);
        CHECK(first.expires_at == first.signed_at + 100s + window + backdate);
        CHECK(url_parts(first.url).parameter("X-Amz-Expires") ==
              std::to_string((100s + window + backdate).count()));
        for (const auto at : {begin, begin + window / 2, end - 1s}) {
          CAPTURE(at.time_since_epoch().count());
          const auto same = sign_at(at);
          CHECK(same.url == first.url);
          CHECK(same.expires_at == first.expires_at);
          CHECK(same.expires_at >= at + 100s);
        }
        CHECK(sign_at(begin - 1s).signed_at == first.signed_at - window);
        CHECK(sign_at(end).signed_at == first.signed_at + window);
      }
    }
  }
}

TEST_CASE("a back-date alone") {
  auto options = options_at(noon);
  options.backdate = 300s;
  const auto link = signer.presign(example(), 1h, options).value();
  CHECK(link.signed_at == noon - 300s);
  CHECK(link.expires_at == noon + 1h);
  CHECK(url_parts(link.url).parameter("X-Amz-Expires") == "3900");
  CHECK(url_parts(link.url).parameter("X-Amz-Date") == "20130524T115500Z");
}

TEST_CASE("a back-date over midnight signs with the day before") {
  auto options = options_at(time_at("20130524T000000Z"));
  options.backdate = 1s;
  const auto link = signer.presign(example(), 1h, options).value();
  CHECK(url_parts(link.url).parameter("X-Amz-Credential") ==
        "AKIAIOSFODNN7EXAMPLE/20130523/us-east-1/s3/aws4_request");
}

// ── Malformed requests ──────────────────────────────────────────────────────────────────────────

TEST_CASE("a malformed method is rejected") {
  check_rejected(
      &presign::request::method,
      {"", " ", "GET ", "G T", "GET\n", "GET\r\nHost: evil.example", "GET\0x"sv, "GÉT", "GET/"},
      errc::invalid_method, {"method"});
  check_rejected(&presign::request::method, {"G T"}, errc::invalid_method, {"\"G T\""});
}

TEST_CASE("methods are signed as they are given") {
  auto lower = example();
  lower.method = "get";
  CHECK(presign_at_noon(lower)->method == "get");
  CHECK(url_of(lower) != url_of(example()));
  for (const auto* method :
       {"GET", "HEAD", "PUT", "POST", "DELETE", "PATCH", "OPTIONS", "VERSION-CONTROL"}) {
    auto what = example();
    what.method = method;
    CHECK(presign_at_noon(what)->method == method);
    CHECK(signer.sign(what, {noon})->method == method);
  }
}

// What a WebSocket client asks for is a GET of https or http, by another name.
TEST_CASE("the scheme is not signed: a WebSocket has the signature of its GET") {
  for (const auto& [scheme, other] :
       {std::pair<std::string, std::string>{"wss", "https"}, {"ws", "http"}}) {
    for (const std::string host : {"example.com", "Example.com:443", "example.com:80"}) {
      auto what = example();
      what.service = "iotdevicegateway";
      what.path = "/mqtt";
      what.host = host;
      what.scheme = other;
      const auto url = presign_at_noon(what)->url;
      what.scheme = scheme;
      CHECK(presign_at_noon(what)->url == scheme + url.substr(other.size()));
    }
  }
}

TEST_CASE("a malformed scheme is rejected") {
  check_rejected(&presign::request::scheme,
                 {"", "ftp", "s3", "HTTPS", "https:", "https://", "http\n", " https"},
                 errc::invalid_endpoint, {"wss or ws"});
}

TEST_CASE("a malformed host is rejected") {
  const std::string too_long(254, 'a');
  check_rejected(
      &presign::request::host,
      {"", " ", "a b", "host ", ".host", ".", "a..b", "host/path", "host?x", "host#x", "user@host",
       "https://host", "host\n", "host\r\nX: y", "host\0x"sv, "hóst", "host%41", "host\\x",
       // ports
       "host:", "host:0", "host:65536", "host:99999", "host:080", "host:-1", "host:+1", "host:80x",
       "host: 80", "host:80:80", "host:4294967376", ":80", ":",
       // IPv6
       "::1", "2001:db8::1", "[]", "[:]", "[::1", "::1]", "[::1]x", "x[::1]", "[::1]:", "[::1]:0",
       "[::1]:65536", "[::1]]", "[[::1]]", "[g::1]", "[::1%25eth0]", "[dead]", "[1.2.3.4]", "[:::]",
       "[1::2::3]", "[12345::]", "[1:2:3:4:5:6:7]", "[1:2:3:4:5:6:7:8:9]", "[1:2:3:4:5:6:7:8::]",
       "[1:2:3:4:5:6:7:]", "[:1:2:3:4:5:6:7]", "[::256.1.1.1]", "[::1.2.3]", "[1.2.3.4::]",
       too_long},
      errc::invalid_endpoint, {"host", "1 to 65535"});
  check_rejected(&presign::request::host, {"host:65536"}, errc::invalid_endpoint,
                 {"\"host:65536\""});
}

TEST_CASE("the message about a host shows no password") {
  auto what = example();
  for (const auto* before : {"user:", "https://user:"}) {
    what.host = before + std::string(support::secret_access_key) + "@host";
    check_rejected(what, errc::invalid_endpoint, {"host"});
  }
  what.host = "host/?X-Amz-Security-Token=" + std::string(support::session_token);
  check_rejected(what, errc::invalid_endpoint, {"host"});
}

TEST_CASE("hosts are signed as they are sent: lower case, without the scheme's own port") {
  struct row {
    const char *scheme, *given, *sent;
  };
  for (const auto& one : {
           row{"https", "Example.COM", "example.com"},
           row{"https", "example.com:443", "example.com"},
           row{"https", "EXAMPLE.com:80", "example.com:80"},
           row{"http", "example.com:80", "example.com"},
           row{"http", "example.com:443", "example.com:443"},
           row{"http", "localhost:9000", "localhost:9000"},
           row{"http", "under_score.internal:1", "under_score.internal:1"},
           row{"https", "example.com.:65535", "example.com.:65535"},
           row{"https", "127.0.0.1:8443", "127.0.0.1:8443"},
           row{"https", "[::1]", "[::1]"},
           row{"https", "[::]", "[::]"},
           row{"https", "[2001:DB8::AB]:443", "[2001:db8::ab]"},
           row{"https", "[2001:db8::ab]:8443", "[2001:db8::ab]:8443"},
           row{"http", "[1:2:3:4:5:6:7:8]:80", "[1:2:3:4:5:6:7:8]"},
           row{"http", "[1::]", "[1::]"},
           row{"http", "[::2:3:4:5:6:7:8]", "[::2:3:4:5:6:7:8]"},
           row{"http", "[::ffff:192.0.2.1]", "[::ffff:192.0.2.1]"},
           row{"http", "[64:ff9b:1:2:3:4:192.0.2.1]", "[64:ff9b:1:2:3:4:192.0.2.1]"},
       }) {
    CAPTURE(one.given);
    auto what = example();
    what.scheme = one.scheme;
    what.host = one.given;
    const auto link = presign_at_noon(what).value();
    CHECK(url_parts(link.url).scheme == one.scheme);
    CHECK(url_parts(link.url).host == one.sent);
    what.host = one.sent;  // the signature covers the host as it is sent
    CHECK(url_of(what) == link.url);
    what.host = one.sent;
    ++what.host.front();
    if (one.sent[0] != '[') CHECK(url_of(what) != link.url);
  }
}

TEST_CASE("a malformed path is rejected") {
  check_rejected(&presign::request::path,
                 {"", "test.txt", " /", "https://host/", "/a\0x"sv, "/\0x"sv}, errc::invalid_path,
                 {"path", "'/'", "NUL"});
}

// ── A path that is encoded already ──────────────────────────────────────────────────────────────

// The signatures are botocore's (SigV4QueryAuth and SigV4Auth, 1.29.27), of these URLs.
TEST_CASE("an encoded path is sent as it is, with a slash inside a segment") {
  const presign::signer by{{"AKIDEXAMPLE", "SECRET"}};
  const auto at = time_at("20231114T221320Z");
  const std::string arn = "arn:aws:bedrock:us-east-1:111122223333:inference-profile/us.x";
  presign::request what;
  what.method = "POST";
  what.host = "h.example.com";
  what.service = "bedrock";
  what.region = "us-east-1";
  what.path_is_encoded = true;
  const struct {
    std::string path, presigned, signed_in_headers;
  } examples[] = {{"/model/" + presign::sigv4::uri_encode(arn) + "/invoke",
                   "13d225d4eab2f0f7ce2b3d9869473367d87f66afc7167dd77667a612f94dab05",
                   "ac2000d289329b1f4e77bc44fb64e26f5ea329c8c6f4202519e71a8824fe3ca4"},
                  {"/a/./b//../@c;d=%c3%bc%2e%2e",
                   "7b4dbe4f4a1e99f0953092063bb9a185d8fa52275e3cf2d34b837fcd7ead6d75",
                   "a52e3c98967f1cde9ad6bb416c701e4b1dc911bf082c27292d8951eb51ed5afb"}};
  for (const auto& example : examples) {
    CAPTURE(example.path);
    what.path = example.path;
    what.payload_hash = "";
    const auto link = by.presign(what, 60s, options_at(at)).value();
    CHECK(link.url.find("https://h.example.com" + example.path + "?X-Amz-") == 0);
    CHECK(url_parts(link.url).parameter("X-Amz-Signature") == example.presigned);
    what.payload_hash = presign::sigv4::payload_hash("{}").value();
    const auto ready = by.sign(what, {at}).value();
    CHECK(ready.url == "https://h.example.com" + example.path);
    const auto authorization = value_of(ready.headers, "authorization");
    CHECK(authorization.substr(authorization.size() - 64) == example.signed_in_headers);
  }
}

TEST_CASE("S3 signs what an encoded path means") {
  auto what = example();
  what.path = "/a:b/ü";
  const auto url = url_of(what);
  what.path_is_encoded = true;
  for (const std::string path : {"/a%3Ab/%C3%BC", "/a:b/%c3%bc", "/%61:b/%C3%bc"}) {
    what.path = path;
    CHECK(url_of(what) == "https://" + url_parts(url).host + path + url.substr(url.find('?')));
  }
}

TEST_CASE("a path that is not encoded right is rejected") {
  auto what = example();
  what.path_is_encoded = true;
  for (const auto* bad :
       {"/a b", "/%", "/%4", "/%4g", "/a?b", "/a#b", "/ü", "/\"", "/<",    "/>",   "/\\",
        "/^",   "/`", "/{",  "/|",   "/}",   "/[",   "/]", "/\n", "/\x7f", "/%00", "/a%00b"}) {
    CAPTURE(bad);
    what.path = bad;
    check_rejected(what, errc::invalid_path, {"percent-encoded"});
  }
  for (const auto bad : texts{"", "%2Fa", "/a\0x"sv}) {
    what.path = bad;
    check_rejected(what, errc::invalid_path, {"'/'", "NUL"});
  }
}

TEST_CASE("browsers remove encoded dot segments, too") {
  auto what = example();
  what.path_is_encoded = true;
  for (const std::string path : {"/a/%2e%2E/b", "/%2e", "/.%2e/b", "/a/.."}) {
    what.path = path;
    CHECK(presign_at_noon(what)->warnings == std::vector{warning::dot_segments});
  }
  for (const std::string path : {"/a%2F..%2Fb", "/%2e%2e.", "/a.%2e"}) {
    what.path = path;
    CHECK(presign_at_noon(what)->warnings.empty());
  }
}

TEST_CASE("a malformed service or region is rejected") {
  const std::string too_long(64, 'a');
  const texts invalid{"",    " ", "us east", "us/east", "-a", "a-",    "a.b",
                      "a_b", "é", "a\n",     "a\0x"sv,  "*",  too_long};
  check_rejected(&presign::request::region, invalid, errc::invalid_region, {"region", "1 to 63"});
  check_rejected(&presign::request::service, invalid, errc::invalid_service, {"service", "s3"});
  check_rejected(&presign::request::region, {"us east"}, errc::invalid_region, {"\"us east\""});
  auto what = example();
  what.region = std::string(63, 'a');
  CHECK(presign_at_noon(what));
  what.region = "auto";
  CHECK(presign_at_noon(what));
}

TEST_CASE("a malformed payload hash is rejected") {
  check_rejected(&presign::request::payload_hash,
                 {" ", "abc ", "a\nb", "a\tb", "a\0x"sv, "é", "\x7f"}, errc::invalid_parameter,
                 {"payload hash", "without spaces"});
}

TEST_CASE("the error of a request is reported") {
  auto what = example();
  what.fail({errc::invalid_key, "much too long"});
  check_rejected(what, errc::invalid_key, {"much too long"});
}

TEST_CASE("a long or binary input is cut short and made printable in messages") {
  auto what = example();
  what.region = std::string(100000, 'x');
  CHECK(presign_at_noon(what).error().message.size() < 300);
  what.region = "a\r\nb\x1b[31m\x80";
  const auto message = presign_at_noon(what).error().message;
  for (const char c : message) {
    const auto byte = static_cast<unsigned char>(c);
    CHECK(byte >= 0x20);
    CHECK(byte < 0x7f);
  }
}

// ── Reserved names ──────────────────────────────────────────────────────────────────────────────

TEST_CASE("the query parameters that signing adds are rejected, in any case") {
  for (const std::string name :
       {"X-Amz-Algorithm", "X-Amz-Credential", "X-Amz-Date", "X-Amz-Expires", "X-Amz-SignedHeaders",
        "X-Amz-Signature", "X-Amz-Security-Token", "X-Amz-S3session-Token", "X-Amz-Region-Set"}) {
    for (const auto& one : in_any_case(name)) {
      CAPTURE(one);
      const auto what =
          example().query("a", "b").query(one, std::string(support::session_token)).query("c", "");
      check_rejected(what, errc::reserved_name, {one, "signing"});
    }
  }
}

TEST_CASE("the headers that signing adds are rejected, in any case") {
  for (const std::string name :
       {"Host", "Authorization", "X-Amz-Date", "X-Amz-Security-Token", "X-Amz-Content-Sha256",
        "X-Amz-S3session-Token", "X-Amz-Region-Set"}) {
    for (const auto& one : in_any_case(name)) {
      CAPTURE(one);
      const auto what = example().header("a", "b").header(one, std::string(support::session_token));
      check_rejected(what, errc::reserved_name, {one, "signing"});
    }
  }
}

TEST_CASE("names beside the reserved ones are free") {
  const auto link = presign_at_noon(example()
                                        .query("X-Amz-Signatur", "1")
                                        .query("X-Amz-Signature2", "2")
                                        .query("X-Amz-Signature ", "3")
                                        .query("x-amz-acl", "private")
                                        .header("x-amz-dates", "4")
                                        .header("hosts", "5"))
                        .value();
  const url_parts url(link.url);
  CHECK(url.parameter("X-Amz-Signatur") == "1");
  CHECK(url.parameter("X-Amz-Signature2") == "2");
  CHECK(url.parameter("X-Amz-Signature ") == "3");
  CHECK(url.parameter("x-amz-acl") == "private");
  CHECK(names_of(link.headers) == "hosts x-amz-dates ");
}

// ── Headers ─────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("a malformed header name is rejected") {
  for (const auto bad : texts{"", " ", "a b", "a ", " a", "a:", ":a", "a\r", "a\n", "a\0x"sv,
                              "a\x7f", "é", "a\tb", "a(b)", "a/b", "a;b", "a=b", "a\""}) {
    CAPTURE(bad);
    check_rejected(example().header(std::string(bad), "v"), errc::invalid_header, {"header name"});
  }
}

TEST_CASE("a control character in a header value is rejected, and the value is not shown") {
  for (int byte = 0; byte < 0x80; ++byte) {
    if (byte == '\t' || (byte >= 0x20 && byte < 0x7f)) continue;
    CAPTURE(byte);
    const auto value = std::string(support::session_token) + static_cast<char>(byte) + "x: y";
    const auto position = "byte " + std::to_string(support::session_token.size());
    check_rejected(example().header("x-amz-meta-a", value), errc::invalid_header,
                   {"x-amz-meta-a", position});
  }
}

TEST_CASE("signed headers are handed back as they are to be sent") {
  const auto link = presign_at_noon(example()
                                        .header("X-Amz-Meta-B", "  two   words\t here ")
                                        .header("range", "bytes=0-9")
                                        .header("x-amz-meta-b", "second")
                                        .header("Empty", "")
                                        .header("X-AMZ-META-B", "  ")
                                        .header("colon", "a:b: c")
                                        .header("accent", "é"))
                        .value();
  REQUIRE(link.headers.size() == 5);
  CHECK(names_of(link.headers) == "accent colon empty range x-amz-meta-b ");
  CHECK(value_of(link.headers, "accent") == "é");
  CHECK(value_of(link.headers, "colon") == "a:b: c");
  CHECK(value_of(link.headers, "empty") == "");
  CHECK(value_of(link.headers, "range") == "bytes=0-9");
  CHECK(value_of(link.headers, "x-amz-meta-b") == "two words here,second,");
  CHECK(url_parts(link.url).parameter("X-Amz-SignedHeaders") ==
        "accent;colon;empty;host;range;x-amz-meta-b");
}

TEST_CASE("headers that mean the same are signed the same") {
  const auto one = url_of(example().header("B", " x  y ").header("A", "1"));
  CHECK(one == url_of(example().header("a", "1").header("b", "x y")));
  CHECK(one != url_of(example().header("a", "1").header("b", "xy")));
  CHECK(one != url_of(example().header("a", "1")));
  CHECK(url_of(example().header("a", "1").header("a", "2")) !=
        url_of(example().header("a", "2").header("a", "1")));
  CHECK(url_of(example().header("a", "1").header("a", "2")) ==
        url_of(example().header("a", "1,2")));
}

// ── The URL ─────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("the query is sorted, encoded once, and the signature comes last") {
  const auto link = presign_at_noon(example()
                                        .query("versionId", "a+b c%20/é?&=#~")
                                        .query("Param-3", "")
                                        .query("Param", "2")
                                        .query("Param", "1")
                                        .query("", "")
                                        .query("X-Amz-Z", "z")
                                        .query("&=", "&="))
                        .value();
  const auto& query = url_parts(link.url).query;
  CHECK(query.substr(0, query.rfind('=')) ==
        "=&%26%3D=%26%3D&Param=1&Param=2&Param-3="
        "&X-Amz-Algorithm=AWS4-HMAC-SHA256"
        "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
        "&X-Amz-Date=20130524T120000Z&X-Amz-Expires=3600&X-Amz-SignedHeaders=host&X-Amz-Z=z"
        "&versionId=a%2Bb%20c%2520%2F%C3%A9%3F%26%3D%23~"
        "&X-Amz-Signature");
}

TEST_CASE("a NUL in a query parameter is data") {
  const auto link = presign_at_noon(example().query(with_nul("n"), with_nul("v"))).value();
  CHECK(url_parts(link.url).parameter(with_nul("n")) == with_nul("v"));
}

TEST_CASE("the order of query parameters does not matter, and their names and values do") {
  CHECK(url_of(example().query("a", "1").query("b", "2")) ==
        url_of(example().query("b", "2").query("a", "1")));
  CHECK(url_of(example().query("a", "1")) != url_of(example().query("a", "2")));
  CHECK(url_of(example().query("ab", "")) != url_of(example().query("a", "b")));
}

TEST_CASE("every part of the request is signed") {
  const auto signature = [](const presign::request& what) {
    return url_parts(url_of(what)).parameter("X-Amz-Signature");
  };
  const auto of_example = signature(example());
  CHECK(of_example.size() == 64);
  CHECK(of_example.find_first_not_of("0123456789abcdef") == std::string::npos);
  const auto differs = [&](auto change) {
    auto what = example();
    change(what);
    CHECK(signature(what) != of_example);
  };
  differs([](auto& what) { what.method = "PUT"; });
  differs([](auto& what) { what.host = "other.s3.amazonaws.com"; });
  differs([](auto& what) { what.path = "/test.txu"; });
  differs([](auto& what) { what.region = "us-east-2"; });
  differs([](auto& what) { what.service = "s3-outposts"; });
  differs([](auto& what) { what.payload_hash = "x"; });
  differs([](auto& what) { what.query("a", ""); });
  differs([](auto& what) { what.header("a", ""); });
  // But for the scheme, which the server does not see.
  auto what = example();
  what.scheme = "http";
  CHECK(signature(what) == of_example);
}

TEST_CASE("dot segments are signed as they are, with a warning") {
  for (const std::string path :
       {"/.", "/..", "/a/..", "/a/../b", "/./a", "/a/.", "/a/./", "//..//", "/../../etc/passwd"}) {
    CAPTURE(path);
    auto what = example();
    what.path = path;
    const auto link = presign_at_noon(what).value();
    CHECK(url_parts(link.url).path == path);
    CHECK(link.warnings == std::vector{warning::dot_segments});
    CHECK(signer.sign(what, {noon}));
  }
  for (const std::string path :
       {"/", "//", "/a", "/...", "/.a", "/a.", "/..a", "/a..", "/a..b/c", "/%2e%2e/", "/ ./"}) {
    CAPTURE(path);
    auto what = example();
    what.path = path;
    const auto link = presign_at_noon(what).value();
    CHECK(link.warnings.empty());
  }
  auto what = example();
  what.query("prefix", "../");
  CHECK(presign_at_noon(what)->warnings.empty());
}

TEST_CASE("a request that is signed in its headers has the same warnings") {
  auto what = example();
  CHECK(presign::signer{support::example_credentials()}.sign(what)->warnings.empty());
  what.path = "/a/../b";
  what.header("x-name", "\xc3\xbc");
  const presign::signer by{{"ASIAIOSFODNN7EXAMPLE", "SECRET"}};
  CHECK(by.sign(what)->warnings ==
        std::vector{warning::dot_segments, warning::missing_token, warning::non_ascii_header});
}

TEST_CASE("both warnings can come together") {
  auto what = example();
  what.path = "/..";
  const auto link =
      presign::signer{credentials_until(noon + 1s)}.presign(what, 1h, options_at(noon)).value();
  CHECK(link.warnings == std::vector{warning::dot_segments, warning::credentials_expire_first});
}

TEST_CASE("temporary credentials without their token give a warning") {
  const auto warnings = [](std::string_view id, std::string_view token) {
    const presign::signer by{{std::string(id), support::secret_access_key, token}};
    return by.presign(example(), 1h, options_at(noon))->warnings;
  };
  CHECK(warnings("ASIAIOSFODNN7EXAMPLE", "") == std::vector{warning::missing_token});
  CHECK(warnings("ASIAIOSFODNN7EXAMPLE", support::session_token).empty());
  CHECK(warnings("AKIAIOSFODNN7EXAMPLE", "").empty());
  CHECK(warnings("minioadmin", "").empty());
}

TEST_CASE("a header that is not ASCII gives a warning") {
  const auto warnings = [](const std::string& value) {
    return presign_at_noon(example().header("x-a", "1").header("x-amz-meta-a", value))->warnings;
  };
  for (const auto* value : {"é", "a\x80", "\xff", "東京"}) {
    CHECK(warnings(value) == std::vector{warning::non_ascii_header});
  }
  for (const auto* value : {"", "a b\t~", "=?UTF-8?Q?=C3=A9?="}) CHECK(warnings(value).empty());
}

// "Header value cannot be represented using ISO-8859-1."
TEST_CASE("a response header outside ISO-8859-1 gives a warning") {
  const auto warnings = [](const std::string& name, const std::string& value,
                           const char* service = "s3") {
    auto what = example().query(name, value);
    what.service = service;
    return presign_at_noon(what)->warnings;
  };
  const std::string disposition = "response-content-disposition";
  for (const auto* value : {"\u0100", "a’b", "東京.txt", "🐈", "\xff", "a\xc3"}) {
    CAPTURE(value);
    CHECK(warnings(disposition, value) == std::vector{warning::non_latin1_response});
    CHECK(warnings("response-content-type", value) == std::vector{warning::non_latin1_response});
    CHECK(warnings("prefix", value).empty());
    CHECK(warnings(disposition, value, "execute-api").empty());
    CHECK(warnings(disposition, presign::s3::content_disposition(value)).empty());
  }
  for (const auto* value : {"", "a b", "\u00ff", "Übersicht.pdf", "\u0080"}) {
    CHECK(warnings(disposition, value).empty());
  }
}

TEST_CASE("code that builds requests can add warnings") {
  auto what = example();
  what.path = "/..";
  what.warn(warning::bucket_in_endpoint);
  CHECK(presign_at_noon(what)->warnings ==
        std::vector{warning::bucket_in_endpoint, warning::dot_segments});
}

TEST_CASE("warnings have names and sentences") {
  std::set<std::string_view> texts;
  for (int number = 0; number <= static_cast<int>(warning::non_latin1_response); ++number) {
    const auto one = static_cast<warning>(number);
    CHECK(describe(one).size() > 20);
    texts.insert({name(one), describe(one)});
  }
  CHECK(texts.size() == 16);
  CHECK(name(warning::dot_segments) == "dot_segments");
  CHECK(name(warning::line_breaks) == "line_breaks");
  CHECK(name(warning::dollar_signs) == "dollar_signs");
  CHECK(name(warning::credentials_expire_first) == "credentials_expire_first");
  CHECK(name(warning::missing_token) == "missing_token");
  CHECK(name(warning::bucket_in_endpoint) == "bucket_in_endpoint");
  CHECK(name(warning::non_ascii_header) == "non_ascii_header");
  CHECK(name(warning::non_latin1_response) == "non_latin1_response");
  CHECK(texts.count("unknown") == 0);
  CHECK(name(static_cast<warning>(99)) == "unknown");
  CHECK(describe(static_cast<warning>(99)) == "unknown warning");
}

// ── Tokens and services ─────────────────────────────────────────────────────────────────────────

TEST_CASE("a session token is signed in the URL, encoded once") {
  const presign::signer temporary{support::temporary_credentials()};
  const auto link = temporary.presign(example(), 1h, options_at(noon)).value();
  const url_parts url(link.url);
  CHECK(url.parameter("X-Amz-Security-Token") == support::session_token);
  CHECK(url.query.find("&X-Amz-Security-Token=FwoGZXIvYXdzE%2Bsecret%2Ftoken%3D%3D"
                       "&X-Amz-SignedHeaders=") != std::string::npos);
  CHECK(url.parameters.back().first == "X-Amz-Signature");
  CHECK(url.parameter("X-Amz-Signature") !=
        url_parts(url_of(example())).parameter("X-Amz-Signature"));
}

TEST_CASE("a service that wants the token unsigned gets it after the signed query") {
  const presign::signer temporary{support::temporary_credentials()};
  auto what = example();
  what.service = "iotdevicegateway";

  const auto link = temporary.presign(what, 1h, options_at(noon)).value();
  const url_parts url(link.url);
  REQUIRE(url.parameters.size() == 7);
  CHECK(url.parameters[5].first == "X-Amz-Security-Token");
  CHECK(url.parameters[5].second == support::session_token);
  CHECK(url.parameters[6].first == "X-Amz-Signature");
  CHECK(url.parameter("X-Amz-Signature") ==
        url_parts(url_of(what)).parameter("X-Amz-Signature"));  // as without a token

  const auto ready = temporary.sign(what, {noon}).value();
  CHECK(value_of(ready.headers, "x-amz-security-token") == support::session_token);
  const auto authorization = value_of(ready.headers, "authorization");
  CHECK(authorization.find("SignedHeaders=host;x-amz-date,") != std::string::npos);
  CHECK(authorization == value_of(signer.sign(what, {noon})->headers, "authorization"));
}

TEST_CASE("sign adds the token, signed") {
  const presign::signer temporary{support::temporary_credentials()};
  const auto ready = temporary.sign(example(), {noon}).value();
  CHECK(names_of(ready.headers) ==
        "x-amz-content-sha256 x-amz-date x-amz-security-token authorization ");
  CHECK(value_of(ready.headers, "x-amz-security-token") == support::session_token);
  CHECK(value_of(ready.headers, "authorization")
            .find("SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token, ") !=
        std::string::npos);
}

TEST_CASE("sign for a service other than S3 adds no content hash") {
  auto what = example();
  what.service = "execute-api";
  const auto ready = signer.sign(what, {noon}).value();
  CHECK(names_of(ready.headers) == "x-amz-date authorization ");
  what.payload_hash = presign::sigv4::empty_payload_hash;  // the default, said aloud
  CHECK(value_of(signer.sign(what, {noon})->headers, "authorization") ==
        value_of(ready.headers, "authorization"));
  what.payload_hash = presign::sigv4::payload_hash("body").value();
  CHECK(value_of(signer.sign(what, {noon})->headers, "authorization") !=
        value_of(ready.headers, "authorization"));
}

TEST_CASE("the payload hash by default: unsigned in a presigned S3 URL, else of no body") {
  auto what = example();
  const auto of_s3 = url_of(what);
  what.payload_hash = presign::sigv4::unsigned_payload;
  CHECK(url_of(what) == of_s3);
  CHECK(presign_at_noon(what)->headers.empty());

  what = example();
  what.service = "sts";
  const auto of_sts = url_of(what);
  what.payload_hash = presign::sigv4::empty_payload_hash;
  CHECK(url_of(what) == of_sts);
  what.payload_hash = presign::sigv4::unsigned_payload;
  CHECK(url_of(what) != of_sts);

  what = example();
  const auto signed_headers = signer.sign(what, {noon})->headers;
  CHECK(value_of(signed_headers, "x-amz-content-sha256") == presign::sigv4::empty_payload_hash);
}

TEST_CASE("a payload hash that is named is sent to S3 as a header") {
  auto what = example();
  what.method = "PUT";
  what.payload_hash = presign::sigv4::payload_hash("body").value();
  const auto link = presign_at_noon(what).value();
  CHECK(names_of(link.headers) == "x-amz-content-sha256 ");
  CHECK(link.headers.front().value == what.payload_hash);
  CHECK(url_parts(link.url).parameter("X-Amz-SignedHeaders") == "host;x-amz-content-sha256");

  what.payload_hash = presign::sigv4::unsigned_payload;
  const auto ready = signer.sign(what, {noon}).value();
  CHECK(value_of(ready.headers, "x-amz-content-sha256") == "UNSIGNED-PAYLOAD");
}

TEST_CASE("other services than S3 sign a path that is normalised and encoded twice") {
  auto what = example();
  what.service = "execute-api";
  what.path = "/a//b/../c d";
  const auto link = presign_at_noon(what).value();
  CHECK(url_parts(link.url).path == "/a//b/../c%20d");  // sent as it was given
  const auto signature = [](const presign::request& one) {
    return url_parts(url_of(one)).parameter("X-Amz-Signature");
  };
  auto normal = what;
  normal.path = "/a/c d";
  CHECK(signature(what) == signature(normal));
  // Encoding twice is encoding once of what is encoded already.
  auto encoded = normal;
  encoded.path = "/a/c%20d";
  encoded.rules = presign::service_rules{};
  encoded.rules->encode_path_twice = false;
  CHECK(signature(encoded) == signature(normal));

  auto plain = what;
  plain.rules = presign::service_rules::of(what.service);
  CHECK(signature(plain) == signature(what));
  plain.rules->normalize_path = false;
  CHECK(signature(plain) != signature(what));
}

TEST_CASE("rules of the request go before those of the service") {
  auto what = example();
  what.path = "/a//b c";
  what.service = "s3";
  auto as_other = what;
  as_other.rules = presign::service_rules{};
  CHECK(url_of(as_other) != url_of(what));
  auto as_s3 = what;
  as_s3.rules = presign::service_rules::of("s3");
  CHECK(url_of(as_s3) == url_of(what));
}

TEST_CASE("sign: the query stands in the URL, sorted, and there is none if there is none") {
  CHECK(signer.sign(example(), {noon})->url == "https://examplebucket.s3.amazonaws.com/test.txt");
  const auto ready = signer.sign(example().query("b", "é").query("a", " "), {noon}).value();
  CHECK(ready.url == "https://examplebucket.s3.amazonaws.com/test.txt?a=%20&b=%C3%A9");
  CHECK(ready.signed_at == noon);
  CHECK(names_of(ready.headers).rfind("authorization ") ==
        names_of(ready.headers).size() - std::string("authorization ").size());
}

// ── Sharing ─────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("four threads that share a signer get what one thread gets") {
  const presign::signer shared{credentials_until(noon + 30min)};
  const auto request_number = [](int i) {
    auto what = example();
    what.path = "/key " + std::to_string(i);
    what.region = i % 3 == 0 ? "us-east-1" : "eu-west-" + std::to_string(i % 7);
    what.query("versionId", std::to_string(i * i)).header("x-amz-meta-i", std::to_string(i));
    return what;
  };
  constexpr int count = 200;
  const auto urls_of = [&](int thread) {
    std::vector<std::string> urls;
    for (int i = 0; i < count; ++i) {
      const int number = (i + thread * count / 4) % count;  // not in step with the others
      const auto what = request_number(number);
      const auto at = noon + std::chrono::minutes{number % 20};
      urls.push_back(shared.presign(what, 1h, options_at(at)).value().url);
      urls.push_back(shared.sign(what, {at}).value().headers.back().value);
    }
    return urls;
  };
  std::vector<std::vector<std::string>> expected;
  for (int thread = 0; thread < 4; ++thread) expected.push_back(urls_of(thread));

  std::vector<std::vector<std::string>> got(4);
  std::vector<std::thread> threads;
  for (int thread = 0; thread < 4; ++thread) {
    threads.emplace_back([&, thread] { got[static_cast<std::size_t>(thread)] = urls_of(thread); });
  }
  for (auto& thread : threads) thread.join();
  CHECK(got == expected);
}

TEST_CASE("copies and signers that were moved from still work") {
  const auto expected = url_of(example());
  const auto works = [&expected](const presign::signer& one) {
    return one.presign(example(), 1h, options_at(noon)).value().url == expected;
  };
  auto original = std::make_unique<presign::signer>(support::example_credentials());
  presign::signer copy = *original;
  CHECK(works(copy));
  presign::signer moved = std::move(*original);
  CHECK(works(moved));
  CHECK(works(*original));
  original.reset();
  CHECK(works(copy));
  CHECK(works(moved));

  presign::signer other{{"OTHER", "other"}};
  CHECK(!works(other));
  other = copy;
  CHECK(works(other));
  CHECK(works(copy));
  presign::signer another{{"OTHER", "other"}};
  another = std::move(other);
  CHECK(works(another));
  CHECK(works(other));
  auto& itself = another;
  another = itself;
  CHECK(works(another));
}

TEST_CASE("the signer keeps the credentials, not the caller's copy") {
  auto who = support::example_credentials();
  const presign::signer with{who};
  who.secret_access_key = "changed";
  who.access_key_id = "CHANGED";
  CHECK(with.presign(example(), 1h, options_at(noon))->url == url_of(example()));
}

TEST_CASE("neither the URL nor the headers hold the secret access key") {
  const presign::signer temporary{support::temporary_credentials()};
  CHECK(temporary.presign(example(), 1h)->url.find(support::secret_access_key) ==
        std::string::npos);
  const auto ready = temporary.sign(example());
  for (const auto& one : ready->headers) {
    CHECK(one.value.find(support::secret_access_key) == std::string::npos);
  }
}

TEST_SUITE_END();
