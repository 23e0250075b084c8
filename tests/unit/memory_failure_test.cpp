// What presign does when there is no memory left. This program has its own operator new, and gives
// libcrypto its own malloc: both fail when they are told to. One allocation after another is the
// first to fail, alone or with all that follow it.
#include "../vectors/s3_error_responses.hpp"
#include "files.hpp"
#include "received.hpp"

#include <presign/presign.hpp>

#include <doctest/doctest.h>
#include <openssl/crypto.h>
#include <openssl/err.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <cstdlib>
#include <new>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using presign::errc;
using presign::result;
namespace sigv4 = presign::sigv4;
namespace sigv4a = presign::sigv4a;

enum class failing { one, all_that_follow };

int allocations = 0;
constexpr std::size_t most = 1'000'000;  // bytes that presign needs at once
bool asked_for_more = false;
int first_to_fail = 0;  // counted from 1; none where it is 0
failing how_many = failing::one;
long blocks = 0;            // that operator new has given and has not got back
long blocks_of_crypto = 0;  // the same of libcrypto's malloc

// All of an allocator but where its blocks are counted.
void* allocate(std::size_t size, long& counter) noexcept {
  ++allocations;
  asked_for_more |= size > most;
  const bool is_chosen =
      how_many == failing::one ? allocations == first_to_fail : allocations >= first_to_fail;
  const bool fails = size > most || (first_to_fail > 0 && is_chosen);
  void* const memory = fails ? nullptr : std::malloc(size);
  if (memory) ++counter;
  return memory;
}

void release(void* memory, long& counter) noexcept {
  if (memory) --counter;
  std::free(memory);
}

void* crypto_malloc(std::size_t size, const char*, int) {
  return size == 0 ? nullptr : allocate(size, blocks_of_crypto);
}

void crypto_free(void* memory, const char*, int) { release(memory, blocks_of_crypto); }

void* crypto_realloc(void* memory, std::size_t size, const char* file, int line) {
  if (!memory) return crypto_malloc(size, file, line);
  if (size == 0) {
    crypto_free(memory, file, line);
    return nullptr;
  }
  long moved = 0;
  void* const room = allocate(0, moved);  // which is told to fail, or is not
  if (!room) return nullptr;
  std::free(room);
  return std::realloc(memory, size);
}

// Before libcrypto allocates anything, or it fails.
const bool crypto_is_ours = CRYPTO_set_mem_functions(crypto_malloc, crypto_realloc, crypto_free);

}  // namespace

void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return allocate(size == 0 ? 1 : size, blocks);
}

void* operator new(std::size_t size) {
  void* const memory = operator new(size, std::nothrow);
  if (!memory) throw std::bad_alloc();
  return memory;
}

// Not inline: g++ -O3 would warn that what operator new returned is given to free().
[[gnu::noinline]] void operator delete(void* memory) noexcept { release(memory, blocks); }
void operator delete(void* memory, std::size_t) noexcept { operator delete(memory); }
void operator delete(void* memory, const std::nothrow_t&) noexcept { operator delete(memory); }

namespace {

// ── What a call came to, as text ────────────────────────────────────────────────────────────────

std::string shown(const std::string& text) { return text; }
std::string shown(bool truth) { return truth ? "true" : "false"; }
std::string shown(const sigv4::digest& hash) { return sigv4::hex(hash); }
std::string shown(const sigv4::amz_date& date) { return std::string(date.text()); }
std::string shown(presign::time_point at) { return std::to_string(at.time_since_epoch().count()); }
std::string shown(const sigv4::signing_key& key) { return sigv4::hex(key.reveal()); }
std::string shown(const sigv4a::signing_key& key) { return sigv4::hex(key.reveal()); }
std::string shown(const sigv4a::public_key& half) {
  return sigv4::hex(half.x) + sigv4::hex(half.y);
}
std::string shown(const presign::verified& verdict) { return verdict.path + verdict.payload_hash; }
std::string shown(const presign::url_batch& links) { return links.common().method; }

template <class Pairs>
std::string all_of(const Pairs& pairs) {
  std::string text;
  for (const auto& [name, value] : pairs) text.append(name).append("=").append(value).append("\n");
  return text;
}

// No two signatures by SigV4A are the same.
std::string without_random_signature(std::string text) {
  const bool is_random = text.find(sigv4a::algorithm) != text.npos;
  return is_random ? text.substr(0, text.find("Signature=")) : text;
}

std::string shown(const presign::presigned_url& link) {
  return without_random_signature(link.url) + all_of(link.headers);
}
std::string shown(const presign::signed_request& ready) {
  return ready.url + without_random_signature(all_of(ready.headers));
}
std::string shown(const presign::presigned_post& form) { return form.url + all_of(form.fields); }
std::string shown(const presign::request& what) {
  return what.host + what.path + all_of(what.query_parameters) +
         (what.error() ? what.error()->message : "");
}
std::string shown(const presign::s3::bucket& bucket) { return shown(bucket.get("key")); }
std::string shown(const presign::credentials& who) {
  return who.access_key_id + std::string(who.secret_access_key.reveal());
}
std::string shown(const presign::unverified_request& presented) {
  return std::string(presented.access_key_id).append(presented.path) +
         all_of(presented.query_parameters);
}
std::string shown(const presign::explanation& told) {
  std::string text = told.host + told.key + told.response_message;
  for (const auto& one : told.findings) text.append(one.sentence);
  return text;
}

template <class T>
std::string outcome(const result<T>& got) {
  return got ? shown(*got) : "error: " + got.error().message;
}
template <class T>
std::string outcome(const T& got) {
  return shown(got);
}

template <class T>
const presign::error* failure_of(const result<T>& got) {
  return got ? nullptr : &got.error();
}
template <class T>
const presign::error* failure_of(const T&) {
  return nullptr;
}

// ── One failure after another ───────────────────────────────────────────────────────────────────

// Without what it keeps for each thread: notes of errors, and a source of random numbers. With EVP
// presign keeps up to four contexts, of two blocks each.
#ifdef PRESIGN_CRYPTO_EVP
constexpr long most_idle_blocks = 4 * 2;
#else
constexpr long most_idle_blocks = 0;
#endif
long blocks_that_crypto_has() {
  OPENSSL_thread_stop();
  return blocks_of_crypto;
}

// Calls the action with an allocation that fails, and says what is wrong with what it came to;
// empty where nothing is.
template <class Action>
std::string fault_at(int n, Action action, const std::string& right,
                     std::initializer_list<errc> errors) {
  std::optional<decltype(action())> returned;
  allocations = 0;
  first_to_fail = n;
  try {
    returned.emplace(action());
  } catch (const std::bad_alloc&) {
  }
  first_to_fail = 0;
  if (std::exchange(asked_for_more, false)) return "it asked for more memory than it needs";
  if (!returned || outcome(*returned) == right) return "";
  const auto* const failure = failure_of(*returned);
  const bool is_foreseen =
      failure && std::find(errors.begin(), errors.end(), failure->code) != errors.end();
  return is_foreseen ? "" : "it came to: " + outcome(*returned);
}

/// Calls the action again and again: in its first call the first allocation fails, then the second
/// one, until it has none that is left to fail. Each time it must throw std::bad_alloc, or return
/// one of these errors, or what is right all the same; leave nothing behind, and work when it is
/// called again. Returns how many allocations were made to fail.
template <class Action>
int survives(Action action, std::initializer_list<errc> errors = {errc::crypto_failure}) {
  REQUIRE(crypto_is_ours);
  const auto right = outcome(action());
  ERR_peek_error();
  const long crypto_before = blocks_that_crypto_has();
  int n = 1;
  for (const auto which : {failing::one, failing::all_that_follow}) {
    how_many = which;
    for (n = 1; n < 100'000; ++n) {
      CAPTURE(n);
      const long blocks_before = blocks;
      CHECK(fault_at(n, action, right, errors) == "");
      const bool has_failed = allocations >= n;
      CHECK(blocks == blocks_before);
      CHECK(ERR_peek_error() == 0);
      CHECK(blocks_that_crypto_has() <= crypto_before + most_idle_blocks);
      if (!has_failed) break;
      CHECK(outcome(action()) == right);
    }
  }
  return n - 1;
}

const presign::time_point at = support::time_at(support::example::date);

/// Amazon's example with more of everything than fits on the stack.
presign::request long_request() {
  auto what = support::example_request();
  what.path = "/a long path with ünïcode/" + std::string(300, '~');
  for (int i = 0; i < 12; ++i) {
    what.query("a-parameter-" + std::to_string(i), std::string(200, '&'));
    what.header("x-amz-meta-" + std::to_string(i), std::string(100, 'x'));
  }
  return what;
}

std::vector<presign::request> requests() {
  auto other_service = support::example_request();
  other_service.service = "execute-api";
  other_service.path = "//a/../b c";
  return {support::example_request(), long_request(), support::example_request_by_sigv4a("us-*"),
          other_service};
}

}  // namespace

TEST_SUITE_BEGIN("memory_failure");

TEST_CASE("the steps") {
  const auto date = sigv4::amz_date::at(at).value();
  const sigv4::digest hash{};
  const std::string long_text(1000, '%');
  auto rules = presign::service_rules::of("s3");
  CHECK(survives([&] { return sigv4::hex(hash); }) > 0);
  CHECK(survives([&] { return sigv4::uri_encode(long_text); }) > 0);
  CHECK(survives([&] { return sigv4::amz_date::parse("never"); }) > 0);
  CHECK(survives([&] { return sigv4::amz_date::at(presign::time_point::max()); }) > 0);
  CHECK(survives([&] { return sigv4::credential_scope(date, "us-east-1", "s3"); }) > 0);
  CHECK(survives([&] { return sigv4::canonical_path("//a/../" + long_text, rules); }) > 0);
  rules.normalize_path = rules.encode_path_twice = true;
  CHECK(survives([&] { return sigv4::canonical_path("//a/../" + long_text, rules); }) > 0);
  CHECK(survives([&] { return sigv4::canonical_query(long_request().query_parameters); }) > 0);
  CHECK(survives([&] { return sigv4::canonical_headers(long_request().headers); }) > 0);
  CHECK(survives([&] { return sigv4::signed_headers(long_request().headers); }) > 0);
  CHECK(survives([&] { return sigv4::canonical_headers({{"no name", ""}}); }) > 0);
  const sigv4::canonical_request canonical{"GET", long_text, "", "host:h\n", "host", long_text};
  CHECK(survives([&] { return canonical.text(); }) > 0);
  survives([&] { return canonical.hash(); });
  CHECK(survives([&] { return sigv4::payload_hash(long_text); }) > 0);
  CHECK(survives([&] { return sigv4::string_to_sign(date, support::example::scope, hash); }) > 0);
  CHECK(survives([&] { return sigv4::signing_key::derive(long_text, date, "auto", "s3"); }) > 0);
  const auto key = sigv4::signing_key::derive("secret", date, "auto", "s3").value();
  CHECK(survives([&] { return sigv4::signature(key, long_text); }) > 0);
}

TEST_CASE("the steps of SigV4A") {
  const auto date = sigv4::amz_date::at(at).value();
  CHECK(survives([&] { return sigv4a::credential_scope(date, "execute-api"); }) > 0);
  CHECK(survives([&] { return sigv4a::string_to_sign(date, "scope", {}); }) > 0);
  CHECK(survives([&] { return sigv4a::signing_key::derive("id", std::string(100, 's')); }) > 0);
  const auto key = sigv4a::signing_key::derive("id", "secret").value();
  CHECK(survives([&] { return sigv4a::public_key::of(key); }) > 0);
  const auto half = sigv4a::public_key::of(key).value();
  const auto good = sigv4a::signature(key, "text").value();
  CHECK(survives([&]() -> result<bool> {
          const auto made = sigv4a::signature(key, "text");
          if (!made) return made.error();
          return !made->empty();
        }) > 0);
  // What libcrypto cannot look at, it does not call good.
  CHECK(survives([&] { return sigv4a::verify(half, "text", good); }) > 0);
}

TEST_CASE("presign and sign") {
  for (const auto& who : {support::example_credentials(), support::temporary_credentials()}) {
    const presign::signer kept{who};
    for (const auto& what : requests()) {
      CAPTURE(what.service);
      CAPTURE(what.path);
      CHECK(survives([&] {
              return presign::signer{who}.presign(what, 1h, support::example_time());
            }) > 0);
      CHECK(survives([&] { return kept.presign(what, 1h, support::example_time()); }) > 0);
      CHECK(survives([&] { return kept.sign(what, {at}); }) > 0);
    }
  }
}

TEST_CASE("what cannot be signed") {
  const presign::signer signer{support::example_credentials()};
  auto no_host = support::example_request();
  no_host.host = "no host";
  auto flawed = support::example_request();
  flawed.fail({errc::invalid_key, "an object needs a key of at least one byte"});
  const auto errors = {errc::invalid_endpoint, errc::invalid_key, errc::crypto_failure};
  for (const auto& what : {no_host, flawed}) {
    CHECK(survives([&] { return signer.presign(what, 1h, support::example_time()); }, errors) > 0);
    CHECK(survives([&] { return signer.sign(what, {at}); }, errors) > 0);
  }
  CHECK(survives([&] { return signer.presign(long_request(), 0s, support::example_time()); },
                 {errc::invalid_expiry}) > 0);
  CHECK(survives(
            [&] {
              return presign::signer{{"id", ""}}.sign(long_request(), {at});
            },
            {errc::invalid_credentials}) > 0);
}

TEST_CASE("a batch, whose URL is as before if there is no memory for another") {
  const presign::signer signer{support::temporary_credentials()};
  const auto everywhere =
      presign::s3::bucket::at("arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap", {});
  const auto photos = presign::s3::bucket::at("examplebucket", {"us-east-1"});
  for (const auto& bucket : {*photos, *everywhere}) {
    auto common = support::example_batch();
    common.query_parameters = long_request().query_parameters;
    common.headers = long_request().headers;
    CHECK(survives([&] { return signer.batch(bucket, 1h, common); }) > 0);
    const auto links = signer.batch(bucket, 1h, common).value();
    const std::string before = "https://before.example/";
    CHECK(survives([&]() -> result<std::string> {
            std::string url = before;
            std::optional<presign::error> failure;
            try {
              failure = links.append(url, "a key");
            } catch (const std::bad_alloc&) {
              if (url != before) return std::string("changed");
              throw;
            }
            if (!failure) return without_random_signature(url);
            if (url != before) return std::string("changed");
            return *failure;
          }) > 0);
  }
}

TEST_CASE("forms") {
  const presign::signer signer{support::temporary_credentials()};
  const auto photos = presign::s3::bucket::at("examplebucket", {"us-east-1"}).value();
  CHECK(survives([&] {
          return signer.presign_post(photos.post("holiday/${filename}")
                                         .field("acl", "private")
                                         .starts_with("Content-Type", "image/")
                                         .content_length_range(1, 1000),
                                     1h, support::example_time());
        }) > 0);
  CHECK(survives([&] { return signer.presign_post(photos.post(""), 1h, support::example_time()); },
                 {errc::invalid_key}) > 0);
}

TEST_CASE("buckets and their requests") {
  using presign::s3::bucket;
  presign::s3::location own{"us-east-1"};
  own.endpoint = "https://store.example:9000/base/path";
  const std::string_view arns[] = {"arn:aws:s3:us-west-2:123456789012:accesspoint:name",
                                   "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap"};
  CHECK(survives([&] { return bucket::at("examplebucket", {"us-east-1"}); }) > 0);
  CHECK(survives([&] { return bucket::at("Example_Bucket", own); }) > 0);
  for (const auto arn : arns) CHECK(survives([&] { return bucket::at(arn, {"us-west-2"}); }) > 0);
  CHECK(survives([&] { return bucket::at("no bucket", {"us-east-1"}); }, {errc::invalid_bucket}) >
        0);
  own.endpoint = "https://user:password@store.example";
  CHECK(survives([&] { return bucket::at("examplebucket", own); }, {errc::invalid_endpoint}) > 0);

  const auto photos = bucket::at("examplebucket", {"us-east-1"}).value();
  presign::s3::get_options how;
  how.version_id = how.response_content_type = std::string(100, 'v');
  how.part_number = 0;
  CHECK(survives([&] { return photos.get(std::string(2000, 'k'), how); }) > 0);
  CHECK(survives([&] { return photos.head("key", how); }) > 0);
  CHECK(survives([&] { return photos.put("key"); }) > 0);
  CHECK(survives([&] { return photos.remove("key", how.version_id); }) > 0);
  CHECK(survives([&] { return photos.list({"a prefix", "/", 1000}); }) > 0);
}

TEST_CASE("helpers") {
  CHECK(survives([] { return presign::s3::content_disposition("Übersicht 2026 \xff.pdf"); }) > 0);
  const auto url = support::signed_url(support::example_request());
  CHECK(survives([&] { return presign::redact(url); }) > 0);
  CHECK(survives([] { return presign::parse_iso8601("never"); }, {errc::invalid_time}) > 0);
  CHECK(survives([] { return make_error_code(errc::crypto_failure).message(); }) > 0);
  const result<int> failed{presign::error{errc::invalid_key, std::string(100, 'm')}};
  CHECK(survives([&]() -> std::string {
          try {
            return std::to_string(failed.value());
          } catch (const std::system_error& thrown) {
            return thrown.what();
          }
        }) > 0);
}

TEST_CASE("a received request") {
  const presign::signer signer{support::temporary_credentials()};
  const auto who = support::temporary_credentials();
  for (const auto& what : requests()) {
    CAPTURE(what.service);
    CAPTURE(what.path);
    const auto sent =
        support::sent_request::to(signer.presign(what, 1h, support::example_time()).value());
    const auto by_headers = support::sent_request::to(signer.sign(what, {at}).value());
    CHECK(survives([&] { return presign::parse_request(sent.received()); }) > 0);
    CHECK(survives([&] { return presign::parse_request(by_headers.received()); }) > 0);
    const presign::verifier owner{who};
    for (const auto& presented : {presign::parse_request(sent.received()).value(),
                                  presign::parse_request(by_headers.received()).value()}) {
      // Whatever libcrypto cannot look at is no good signature.
      const auto errors = {errc::crypto_failure, errc::signature_mismatch};
      CHECK(support::verify(presented, who, at));
      CHECK(survives([&] { return support::verify(presented, who, at); }, errors) > 0);
      CHECK(survives([&] { return owner.verify(presented, {at}); }, errors) > 0);
      CHECK(survives([&] { return presign::verifier{who}.verify(presented, {at}); }, errors) > 0);
      CHECK(survives([&] { return support::verify(presented, who, at + 2h); },
                     {errc::crypto_failure, errc::signature_mismatch, errc::expired}) > 0);
    }
    const auto broken = sent.with("X-Amz-Signature", "X-Amz-Nothing");
    CHECK(survives([&] { return presign::parse_request(broken.received()); },
                   {errc::missing_signature}) > 0);
    CHECK(survives(
              [] {
                return presign::parse_request({"GET", "/", {}});
              },
              {errc::missing_signature}) > 0);
  }
}

TEST_CASE("explanations") {
  const auto url = support::signed_url(support::example_request());
  presign::explain_options how;
  how.at = at;
  CHECK(survives([&] { return presign::explain(url, how); }) > 0);
  how.signer = support::example_credentials();
  CHECK(survives([&] { return presign::explain(url, how); }) > 0);
  how.method = "PUT";
  CHECK(survives([&] { return presign::explain(url, how); }) > 0);
  CHECK(survives([&] { return presign::explain("https://h/", how); }, {errc::missing_signature}) >
        0);
  how.response =
      "<Error><Code>SignatureDoesNotMatch</Code><Message>No.</Message>"
      "<CanonicalRequest>GET\n/test.txt\n\nhost:h\n\nhost\nUNSIGNED-PAYLOAD</CanonicalRequest>"
      "</Error>";
  CHECK(survives([&] { return presign::explain(url, how); }) > 0);
}

TEST_CASE("credentials and region") {
  support::clean_environment here;
  here.write_credentials(
      "[mine]\naws_access_key_id = AKIAIOSFODNN7EXAMPLE\naws_secret_access_key = " +
      std::string(support::secret_access_key) + "\nregion = eu-central-1\n[role]\nrole_arn = x\n");
  using presign::credentials;
  CHECK(survives([] { return credentials::from_profile("mine"); }) > 0);
  CHECK(survives([] { return credentials::find("mine"); }) > 0);
  CHECK(survives([] { return presign::find_region("mine"); }) > 0);
  CHECK(survives([] { return presign::s3::bucket::find("photos", "mine"); }) > 0);
  CHECK(survives([] { return credentials::from_profile("role"); }, {errc::profile_needs_network}) >
        0);
  CHECK(survives([] { return credentials::from_profile("other"); }, {errc::profile_not_found}) > 0);
  CHECK(survives([] { return credentials::find(); }, {errc::missing_credentials}) > 0);
  here.set("AWS_ACCESS_KEY_ID", "an access key id of some length");
  here.set("AWS_SECRET_ACCESS_KEY", std::string(100, 's'));
  CHECK(survives([] { return credentials::from_environment(); }) > 0);
  here.set("AWS_CREDENTIAL_EXPIRATION", "never");
  CHECK(survives([] { return credentials::find(); }, {errc::invalid_time}) > 0);
}

TEST_SUITE_END();
