// The receiving side against the sending one, by random requests: what presign signs, verify
// accepts, however it is written; and what is changed in any byte, it rejects.
//
// PRESIGN_SEED repeats a run. PRESIGN_ALL changes every byte of more URLs.
#include "verify/verify.hpp"

#include "base/text.hpp"
#include "received.hpp"
#include "sigv4/steps.hpp"

#include <doctest/doctest.h>

#include <array>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <random>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

namespace {

using presign::credentials;
using presign::name_value;
using presign::service_rules;
using presign::signing_algorithm;
using presign::time_point;
using presign::unverified_request;
using presign::verify_options;
using std::chrono::seconds;
using support::random_text;
using support::sent_request;

unsigned seed() {
  static const auto one = [] {
    const char* given = std::getenv("PRESIGN_SEED");
    const auto chosen =
        given ? static_cast<unsigned>(std::strtoul(given, nullptr, 10)) : std::random_device{}();
    std::printf("verify_random: PRESIGN_SEED=%u\n", chosen);
    return chosen;
  }();
  return one;
}

// ── Random requests ─────────────────────────────────────────────────────────────────────────────

const std::string letters = "abcxyzABCXYZ019";
const std::string visible = letters + "-._~!*'();:@&=+$,/?%#[]\"<>\\^`{|}";
const std::string every_byte = support::all_bytes();

struct random_request {
  explicit random_request(std::mt19937& engine, signing_algorithm algorithm) : random(engine) {
    what.method = pick({"GET", "PUT", "HEAD", "POST", "DELETE", "OPTIONS", "M-SEARCH", "get"});
    what.scheme = pick({"https", "http", "wss", "ws"});
    what.host = pick({"examplebucket.s3.amazonaws.com", "LOCALHOST", "127.0.0.1", "[::1]",
                      "my_host", "xn--bcher-kva.example"}) +
                pick({"", "", ":443", ":80", ":9000"});
    what.path = "/" + text(every_byte.substr(1), 12) + pick({"", "/", "/../x", "//", "/a b+c%41"});
    if (one_in(2)) spell_path();
    what.service = pick({"s3", "s3", "s3express", "s3-object-lambda", "s3-outposts", "sts",
                         "execute-api", "bedrock", "iotdevicegateway", "x"});
    what.algorithm = algorithm;
    what.region =
        algorithm == signing_algorithm::sigv4a ? pick({"*", "us-*,eu-1", "eu-1"}) : "eu-1";
    add_parameters();
    add_headers();
    if (one_in(3)) set_rules();
    set_payload();
    who = {text(letters, 20) + "A", text(every_byte.substr(32, 95), 50) + "s"};
    if (one_in(2)) who.session_token = text(visible, 60) + "t";
    signed_at = time_point{seconds{static_cast<std::int64_t>(random() % 4000000000u)}};
    expires = seconds{1 + random() % 604800};
  }

  std::size_t below(std::size_t bound) { return random() % bound; }
  bool one_in(std::size_t n) { return below(n) == 0; }
  std::string text(std::string_view alphabet, std::size_t most) {
    return random_text(random, alphabet, most);
  }
  std::string pick(std::initializer_list<std::string_view> texts) {
    return std::string(*(texts.begin() + below(texts.size())));
  }

  presign::presigned_url presign() {
    return presign::signer{who}.presign(what, expires, support::options_at(signed_at)).value();
  }
  presign::signed_request sign() { return presign::signer{who}.sign(what, {signed_at}).value(); }

  verify_options receiver() {
    verify_options options;
    if (what.rules) options.rules = what.rules;
    if (one_in(2)) options.service = what.service;
    if (one_in(2)) options.region = "eu-1";
    return options;
  }

  std::string raw_path() const {
    std::string raw;
    if (!what.path_is_encoded) return what.path;
    presign::detail::append_decoded(raw, what.path);
    return raw;
  }

  bool signs_spelling() const {
    return what.rules.value_or(service_rules::of(what.service)).encode_path_twice;
  }

  std::mt19937& random;
  presign::request what;
  credentials who;
  time_point signed_at;
  seconds expires{0};

 private:
  // As other signers spell it: characters that may be bare are, others are encoded in either case,
  // and an encoded slash may separate nothing.
  void spell_path() {
    static const std::string bare = letters + "-._~!$&'()*+,;=:@/";
    std::string spelt = "/";
    for (const char c : what.path.substr(1)) {
      const bool is_bare = bare.find(c) != bare.npos && !one_in(4);
      const auto* const format = one_in(2) ? "%%%02X" : "%%%02x";
      std::array<char, 4> escape{};
      std::snprintf(escape.data(), escape.size(), format, static_cast<unsigned char>(c));
      spelt.append(is_bare ? std::string(1, c) : std::string(escape.data()));
    }
    what.path = spelt + pick({"", "/%2e%2E/x", "/a/%2F/../b", "//./..", "%2f/"});
    what.path_is_encoded = true;
  }

  void add_parameters() {
    for (auto left = below(6); left > 0; --left) {
      what.query(one_in(2)
                     ? pick({"", "acl", "versionId", "X-Amz-Meta", "x-amz-", "list-type", "~"})
                     : text(every_byte, 5),
                 text(every_byte, 8));
    }
    if (one_in(3) && !what.query_parameters.empty()) {
      what.query_parameters.push_back(what.query_parameters.front());
    }
  }

  void add_headers() {
    for (auto left = below(4); left > 0; --left) {
      what.header(pick({"Range", "Content-Type", "x-amz-acl", "X-Amz-Meta-A", "a",
                        "!#$%&'*+-.^_`|~", "zz", "range"}),
                  text(" \t  ab\"\x80\xff,:;=/", 15));
    }
  }

  // Not every combination can be verified: a hash that is neither sent nor to be expected cannot.
  void set_rules() {
    service_rules rules;
    rules.normalize_path = one_in(2);
    rules.encode_path_twice = one_in(2);
    rules.content_sha256_header = one_in(2);
    rules.unsigned_payload = rules.content_sha256_header && one_in(2);
    rules.sign_session_token = one_in(2);
    rules.s3_session_token = one_in(2);
    what.rules = rules;
  }

  void set_payload() {
    if (one_in(2)) return;
    what.payload_hash = one_in(2)
                            ? presign::sigv4::payload_hash(text(every_byte, 9)).value()
                            : pick({"UNSIGNED-PAYLOAD", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"});
  }
};

// ── The same request, written otherwise ─────────────────────────────────────────────────────────

std::string encoded_otherwise(random_request& one, std::string_view encoded, bool in_query) {
  std::string text;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded[i] == '%') {
      const auto escape = encoded.substr(i, 3);
      const bool is_space = in_query && escape == "%20" && one.one_in(2);
      for (const char c : is_space ? std::string_view("+") : escape) {
        text.push_back(c >= 'A' && c <= 'F' && one.one_in(2) ? static_cast<char>(c | 0x20) : c);
      }
      i += 2;
    } else if (encoded[i] != '/' && encoded[i] != '=' && encoded[i] != '&' && one.one_in(8)) {
      constexpr char digits[] = "0123456789abcdef";
      const auto byte = static_cast<unsigned char>(encoded[i]);
      text.append({'%', digits[byte >> 4], digits[byte & 15]});
    } else {
      text.push_back(encoded[i]);
    }
  }
  return text;
}

void shuffle(random_request& one, std::vector<std::string>& texts) {
  for (auto i = texts.size(); i > 1; --i) std::swap(texts[i - 1], texts[one.below(i)]);
}

std::string target_otherwise(random_request& one, std::string_view target) {
  const auto question_mark = std::min(target.find('?'), target.size());
  auto text = std::string(target.substr(0, question_mark));
  if (!one.signs_spelling()) text = "/" + encoded_otherwise(one, text.substr(1), false);
  if (question_mark == target.size()) return text;
  std::vector<std::string> parameters;
  for (auto query = target.substr(question_mark + 1); !query.empty();) {
    const auto parameter = query.substr(0, query.find('&'));
    parameters.push_back(encoded_otherwise(one, parameter, true));
    query.remove_prefix(std::min(parameter.size() + 1, query.size()));
  }
  shuffle(one, parameters);
  char separator = '?';
  for (const auto& parameter : parameters) {
    (text += separator) += parameter;
    separator = '&';
  }
  return text;
}

// Names in another case, blanks around values, other headers among them.
std::vector<name_value> headers_otherwise(random_request& one, std::vector<name_value> headers) {
  for (auto& [name, value] : headers) {
    for (char& c : name) {
      if (c >= 'a' && c <= 'z' && one.one_in(2)) c = static_cast<char>(c - 'a' + 'A');
    }
    value = one.text(" \t", 2) + value + one.text(" \t", 2);
  }
  for (auto i = headers.size(); i > 1; --i) std::swap(headers[i - 1], headers[one.below(i)]);
  headers.insert(headers.begin(), {"User-Agent", "test"});
  headers.push_back({"Amz-Sdk-Request", "attempt=1"});
  return headers;
}

sent_request otherwise(random_request& one, sent_request sent) {
  sent.target = target_otherwise(one, sent.target);
  sent.headers = headers_otherwise(one, std::move(sent.headers));
  return sent;
}

// ── What must come out ──────────────────────────────────────────────────────────────────────────

template <class Parameters>
auto sorted(const Parameters& parameters) {
  std::vector<std::pair<std::string_view, std::string_view>> views;
  for (const auto& one : parameters) views.emplace_back(one.name, one.value);
  std::sort(views.begin(), views.end());
  return views;
}

// Whether two requests ask for the same (except for the path), and present the same signature.
bool same(const unverified_request& a, const unverified_request& b) {
  const auto facts = [](const unverified_request& one) {
    return std::tie(one.algorithm, one.access_key_id, one.region, one.service, one.signed_at,
                    one.expires, one.signed_headers, one.session_token, one.method,
                    one.is_presigned, one.parts->signing_query, one.parts->header_lines,
                    one.parts->content_sha256, one.parts->payload_hash, one.parts->s3_session_token,
                    one.parts->unsigned_headers, one.parts->signature);
  };
  return facts(a) == facts(b) && sorted(a.query_parameters) == sorted(b.query_parameters);
}

// A hash that is signed and not sent is the receiver's to know, and one that is sent it may know.
std::string known_hash(random_request& one, const sent_request& sent) {
  const auto& hash = one.what.payload_hash;
  const bool is_sent = !sent.header("x-amz-content-sha256").empty();
  return is_sent && (hash.size() != 64 || one.one_in(2)) ? "" : hash;
}

std::string description(const sent_request& sent) {
  auto text = sent.method + " " + sent.target + "\n";
  for (const auto& one : sent.headers) text += one.name + ": " + one.value + "\n";
  return text;
}

// Whether a valid request is rejected because a ".." or "." shows only in its decoded path.
bool hides_dots(const presign::error& failure, std::string_view raw_path) {
  return failure.code == presign::errc::invalid_path && presign::detail::has_dot_segment(raw_path);
}

// What is wrong with a verdict; empty where nothing is.
std::string wrong_verdict(random_request& one, const sent_request& sent, bool in_query) {
  const auto received = sent.received();
  const auto presented = presign::parse_request(received);
  if (!presented) return "rejected: " + presented.error().message;
  if (presented->is_presigned != in_query) return "another place";
  const auto life = in_query ? one.expires : seconds{900};
  const auto age =
      seconds{static_cast<std::int64_t>(one.below(static_cast<std::size_t>(life.count() + 900)))} -
      seconds{900};
  const auto options = one.receiver();
  const auto verdict = support::verify(*presented, one.who, one.signed_at + age, options);
  if (hides_dots(verdict.error(), one.raw_path())) return "";
  if (!verdict) return "rejected: " + verdict.error().message;
  if (verdict->valid_until != one.signed_at + life) return "another end";
  if (presented->access_key_id != one.who.access_key_id) return "another access key id";
  if (presented->service != one.what.service) return "another service";
  if (presented->region != one.what.region) return "another region";
  if (presented->method != one.what.method) return "another method";
  if (presented->path != one.raw_path()) return "another path";
  if (sorted(presented->query_parameters) != sorted(one.what.query_parameters)) {
    return "other parameters";
  }
  if (!one.what.payload_hash.empty() && verdict->payload_hash != one.what.payload_hash) {
    return "another payload hash";
  }
  return "";
}

void check_random_requests(std::mt19937& random, signing_algorithm algorithm, int count) {
  for (int i = 0; i < count; ++i) {
    random_request one(random, algorithm);
    for (const bool in_query : {true, false}) {
      auto sent = in_query ? sent_request::to(one.presign()) : sent_request::to(one.sign());
      sent.payload_hash = known_hash(one, sent);
      INFO(description(sent));
      CHECK(wrong_verdict(one, sent, in_query) == "");
      const auto other = otherwise(one, sent);
      INFO(description(other));
      CHECK(wrong_verdict(one, other, in_query) == "");
    }
  }
}

// ── Changes ─────────────────────────────────────────────────────────────────────────────────────

struct tally {
  int rejected = 0;
  int same = 0;
};

// Reads and verifies requests with what can be known of one of them.
struct receiver {
  random_request& one;
  verify_options options;

  struct accepted {
    unverified_request presented;
    std::string path;  // which was signed
  };

  presign::result<accepted> take(const sent_request& sent) const {
    const auto received = sent.received();
    auto presented = presign::parse_request(received);
    if (!presented) return presented.error();
    auto verdict = support::verify(*presented, one.who, one.signed_at, options);
    if (!verdict) return verdict.error();
    return accepted{*std::move(presented), std::move(verdict->path)};
  }
};

// Whether a message shows the half of a signature, or the beginning of a session token. (Random
// tokens may be so short that they are part of any text.)
bool shows_a_secret(std::string_view message, const unverified_request& original) {
  const auto holds = [message](std::string_view text) {
    return message.find(text) != message.npos;
  };
  const std::string_view signature = original.parts->signature, token = original.session_token;
  return holds(signature.substr(0, 32)) || holds(signature.substr(32)) ||
         (token.size() >= 8 && holds(token.substr(0, 8)));
}

// Tries a request that was changed: it is rejected, or is the same request after all.
void try_changed(const receiver& by, const receiver::accepted& original,
                 const sent_request& changed, tally& counts) {
  const auto got = by.take(changed);
  ++(got ? counts.same : counts.rejected);
  if (!got && shows_a_secret(got.error().message, original.presented)) {
    FAIL_CHECK("a secret in: ", got.error().message);
  }
  if (!got || (got->path == original.path && same(got->presented, original.presented))) return;
  INFO(description(changed));
  FAIL_CHECK("another request was accepted");
}

// Each byte of a text: one of its bits changed; then another byte in its place, none, or more.
template <class Try>
void change_everywhere(random_request& one, std::string& text, Try attempt) {
  const auto original = text;
  for (std::size_t i = 0; i < original.size(); ++i) {
    text[i] = static_cast<char>(original[i] ^ (1 << one.below(8)));
    attempt();
    text = original;
    const char other = one.one_in(2) ? "%&+=/ ;,"[one.below(8)] : every_byte[one.below(256)];
    if (one.one_in(3)) {
      text.erase(i, 1);
    } else if (one.one_in(2)) {
      // Segments that mean nothing when a path is normalised, and pieces that look like some.
      text.insert(i, one.one_in(2) ? std::string(1, other)
                                   : one.pick({"/.", "/x/..", "//", "%2F", "/%2F/..", "/%2e%2E"}));
    } else {
      text[i] = other;
    }
    if (text != original) attempt();
    text = original;
  }
}

// Changes `count` requests that verify accepts as they are; those that hide dots do not count.
void change_requests(std::mt19937& random, signing_algorithm algorithm, bool in_query, int count,
                     tally& counts) {
  for (int changed = 0, made = 0; changed < count; ++made) {
    REQUIRE(made < 100 + 2 * count);
    random_request one(random, algorithm);
    auto sent = in_query ? sent_request::to(one.presign()) : sent_request::to(one.sign());
    sent.payload_hash = known_hash(one, sent);
    const receiver by{one, one.receiver()};
    const auto original = by.take(sent);
    if (hides_dots(original.error(), one.raw_path())) continue;
    ++changed;
    const auto attempt = [&] { try_changed(by, original.value(), sent, counts); };
    change_everywhere(one, sent.method, attempt);
    change_everywhere(one, sent.target, attempt);
    for (auto& [name, value] : sent.headers) {
      change_everywhere(one, name, attempt);
      change_everywhere(one, value, attempt);
    }
  }
}

}  // namespace

TEST_SUITE_BEGIN("verify_random");

TEST_CASE("everything that presign signs, verify accepts") {
  std::mt19937 random{seed()};
  CAPTURE(seed());
  check_random_requests(random, signing_algorithm::sigv4, 3000);
  check_random_requests(random, signing_algorithm::sigv4a, 100);
}

TEST_CASE("a change of any byte is rejected, if it changes the request") {
  std::mt19937 random{seed()};
  CAPTURE(seed());
  tally in_query, in_headers, by_sigv4a;
  const int urls = std::getenv("PRESIGN_ALL") ? 200 : 40;
  change_requests(random, signing_algorithm::sigv4, true, urls, in_query);
  change_requests(random, signing_algorithm::sigv4, false, 40, in_headers);
  change_requests(random, signing_algorithm::sigv4a, true, 1, by_sigv4a);
  for (const auto& [what, counts] :
       {std::pair("URLs", in_query), {"headers", in_headers}, {"SigV4A", by_sigv4a}}) {
    std::printf("verify_random: changes of %s: %d rejected, %d the same request\n", what,
                counts.rejected, counts.same);
    CHECK(counts.rejected > 10 * counts.same);
  }
  CHECK(in_query.rejected > 500 * urls);
  CHECK(in_query.same > 0);
}

TEST_SUITE_END();
