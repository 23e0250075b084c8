#include "../vectors/aws_post_example.hpp"
#include "support.hpp"

#include <presign/presign.hpp>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <limits>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using presign::errc;
using presign::on_credential_expiry;
using presign::presigned_post;
using presign::warning;
using presign::s3::post_policy;
using support::names_of;
using support::options_at;
using support::time_at;
using support::value_of;
using support::wrong_error;

const auto noon = time_at("20130524T120000Z");
const presign::signer signer{support::example_credentials()};

presign::s3::bucket bucket_at(std::string_view name, const presign::s3::location& where) {
  return presign::s3::bucket::at(name, where).value();
}

post_policy post(std::string_view key) {
  return bucket_at("examplebucket", {"us-east-1"}).post(key);
}

auto sign(const post_policy& what, const presign::signer& by = signer) {
  return by.presign_post(what, 1h, options_at(noon));
}

/// The policy as text: base64, decoded by other code than presign's.
std::string document_of(const presigned_post& form) {
  constexpr std::string_view alphabet =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  const auto encoded = value_of(form.fields, "policy");
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : std::string_view(encoded).substr(0, encoded.find('='))) {
    const auto digit = alphabet.find(c);
    if (digit == alphabet.npos) support::fail("not base64");
    bits = bits << 6 | static_cast<unsigned>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count & 0xff));
  }
  return bytes;
}

json conditions_of(const presigned_post& form) {
  return json::parse(document_of(form)).at("conditions");
}

/// The conditions without those that every form has.
json conditions_of(const post_policy& what) {
  json own = json::array();
  for (const auto& one : conditions_of(sign(what).value())) {
    if (one.dump().find("\"x-amz-date\"") == std::string::npos &&
        one.dump().find("\"x-amz-credential\"") == std::string::npos &&
        one.dump().find("\"x-amz-algorithm\"") == std::string::npos && !one.contains("bucket")) {
      own.push_back(one);
    }
  }
  return own;
}

/// As a client sends it before the file, with a boundary of 70 characters, the longest.
std::string multipart(const presigned_post& form) {
  std::string body;
  for (const auto& one : form.fields) {
    body.append("--").append(70, 'b').append("\r\n");
    body.append("Content-Disposition: form-data; name=\"").append(one.name).append("\"\r\n\r\n");
    body.append(one.value).append("\r\n");
  }
  return body;
}

}  // namespace

TEST_SUITE_BEGIN("presign_post");

// ── The form ────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("a form has the key, the signature and what it is made of") {
  const auto form = sign(post("cat.jpg")).value();
  CHECK(form.url == "https://examplebucket.s3.us-east-1.amazonaws.com/");
  CHECK(names_of(form.fields) ==
        "key x-amz-algorithm x-amz-credential x-amz-date policy x-amz-signature ");
  CHECK(value_of(form.fields, "key") == "cat.jpg");
  CHECK(value_of(form.fields, "x-amz-algorithm") == "AWS4-HMAC-SHA256");
  CHECK(value_of(form.fields, "x-amz-credential") ==
        "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request");
  CHECK(value_of(form.fields, "x-amz-date") == "20130524T120000Z");
  CHECK(document_of(form) ==
        R"({"expiration":"2013-05-24T13:00:00.000Z","conditions":[{"bucket":"examplebucket"},)"
        R"({"key":"cat.jpg"},{"x-amz-algorithm":"AWS4-HMAC-SHA256"},)"
        R"({"x-amz-credential":"AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"},)"
        R"({"x-amz-date":"20130524T120000Z"}]})");
  // Python's hmac gives the same.
  CHECK(value_of(form.fields, "x-amz-signature") ==
        "ecf58b76ad4040800673c4252bc92f7ffa6493adcaf07b3e7f3946d7251b260b");
  CHECK(form.signed_at == noon);
  CHECK(form.expires_at == noon + 1h);
  CHECK(form.warnings.empty());
}

TEST_CASE("the policy in base64 is the string to sign") {
  const auto form = sign(post("cat.jpg").field("acl", "private")).value();
  const auto date = presign::sigv4::amz_date::at(noon).value();
  const auto key =
      presign::sigv4::signing_key::derive(support::secret_access_key, date, "us-east-1", "s3");
  CHECK(value_of(form.fields, "x-amz-signature") ==
        presign::sigv4::signature(*key, value_of(form.fields, "policy")).value());
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-post-example.html
// presign writes the same policy with other blanks and in another order.
TEST_CASE("the form of Amazon's example") {
  auto options = options_at(time_at("20151229T000000Z"));
  const std::string redirect = "http://sigv4examplebucket.s3.amazonaws.com/successful_upload.html";
  const auto form = signer
                        .presign_post(bucket_at("sigv4examplebucket", {"us-east-1"})
                                          .post("user/user1/${filename}")
                                          .field("acl", "public-read")
                                          .field("success_action_redirect", redirect)
                                          .field("Content-Type", "image/jpeg")
                                          .starts_with("Content-Type", "image/")
                                          .field("x-amz-meta-uuid", "14365123651274")
                                          .field("x-amz-server-side-encryption", "AES256")
                                          .field("x-amz-meta-tag", "")
                                          .starts_with("x-amz-meta-tag", ""),
                                      36h, options)
                        .value();
  CHECK(names_of(form.fields) ==
        "key acl success_action_redirect Content-Type x-amz-meta-uuid x-amz-server-side-encryption "
        "x-amz-meta-tag x-amz-algorithm x-amz-credential x-amz-date policy x-amz-signature ");
  CHECK(value_of(form.fields, "key") == "user/user1/${filename}");
  CHECK(value_of(form.fields, "Content-Type") == "image/jpeg");

  const auto ours = json::parse(document_of(form));
  const auto theirs = json::parse(aws_post_example::policy);
  CHECK(ours.at("expiration") == theirs.at("expiration"));
  const auto sorted = [](const json& policy) {
    auto conditions = policy.at("conditions").get<std::vector<json>>();
    std::sort(conditions.begin(), conditions.end());
    return conditions;
  };
  CHECK(sorted(ours) == sorted(theirs));
}

TEST_CASE("the form goes to the bucket's address") {
  const auto url = [](std::string_view name, const presign::s3::location& where) {
    return sign(bucket_at(name, where).post("key")).value().url;
  };
  CHECK(url("photos", {"eu-west-1"}) == "https://photos.s3.eu-west-1.amazonaws.com/");
  CHECK(url("my.photos", {"eu-west-1"}) == "https://s3.eu-west-1.amazonaws.com/my.photos");
  CHECK(url("photos", {"auto", "http://localhost:9000"}) == "http://localhost:9000/photos");
  CHECK(url("photos", {"auto", "https://store.example/a%20b/"}) ==
        "https://photos.store.example/a%20b");
  CHECK(url("photos", {"cn-north-1"}) == "https://photos.s3.cn-north-1.amazonaws.com.cn/");
}

TEST_CASE("Ceph compares the policy's bucket with the name that has no tenant") {
  const auto form = sign(bucket_at("tenant:photos", {"r", "https://h.example"}).post("k")).value();
  CHECK(form.url == "https://h.example/tenant%3Aphotos");
  CHECK(document_of(form).find(R"({"bucket":"photos"})") != std::string::npos);
}

TEST_CASE("region and bucket are signed") {
  const auto form = sign(bucket_at("photos", {"eu-west-1"}).post("key")).value();
  CHECK(value_of(form.fields, "x-amz-credential") ==
        "AKIAIOSFODNN7EXAMPLE/20130524/eu-west-1/s3/aws4_request");
  CHECK(conditions_of(form).at(0) == json{{"bucket", "photos"}});
}

TEST_CASE("a session token is a field and a condition") {
  const auto form = sign(post("key"), presign::signer{support::temporary_credentials()}).value();
  CHECK(names_of(form.fields) ==
        "key x-amz-algorithm x-amz-credential x-amz-date x-amz-security-token policy "
        "x-amz-signature ");
  CHECK(value_of(form.fields, "x-amz-security-token") == support::session_token);
  CHECK(conditions_of(form).back() == json{{"x-amz-security-token", support::session_token}});
}

TEST_CASE("S3 Express has a session token of its own") {
  const auto names = [](const presign::s3::location& where) {
    return names_of(sign(bucket_at("photos--use1-az4--x-s3", where).post("key"),
                         presign::signer{support::temporary_credentials()})
                        ->fields);
  };
  presign::s3::location where{"us-east-1"};
  const std::string signing = "key x-amz-algorithm x-amz-credential x-amz-date ";
  CHECK(names(where) == signing + "x-amz-s3session-token policy x-amz-signature ");
  where.express_session = false;
  CHECK(names(where) == signing + "x-amz-security-token policy x-amz-signature ");

  const auto form = sign(bucket_at("photos--use1-az4--x-s3", {"us-east-1"}).post("key"),
                         presign::signer{support::temporary_credentials()})
                        .value();
  CHECK(form.url == "https://photos--use1-az4--x-s3.s3express-use1-az4.us-east-1.amazonaws.com/");
  CHECK(value_of(form.fields, "x-amz-credential") ==
        "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3express/aws4_request");
  CHECK(conditions_of(form).back() == json{{"x-amz-s3session-token", support::session_token}});
}

TEST_CASE("an access point takes forms in one region, not in all") {
  const auto* one = "arn:aws:s3:us-west-2:123456789012:accesspoint:myendpoint";
  const auto form = sign(bucket_at(one, {""}).post("key")).value();
  CHECK(form.url == "https://myendpoint-123456789012.s3-accesspoint.us-west-2.amazonaws.com/");
  CHECK(conditions_of(form).at(0) == json{{"bucket", one}});

  const auto* all = "arn:aws:s3::123456789012:accesspoint:mfzwi23gnjvgw.mrap";
  CHECK(wrong_error(sign(bucket_at(all, {""}).post("key")), errc::conflicting_options,
                    {"mfzwi23gnjvgw.mrap", "one region"}) == "");
}

// ── Conditions ──────────────────────────────────────────────────────────────────────────────────

TEST_CASE("every field has a condition") {
  const auto form = sign(post("cat.jpg")
                             .field("acl", "public-read")
                             .field("Content-Type", "image/jpeg")
                             .field("x-amz-meta-uuid", "")
                             .field("success_action_status", "201")
                             .field("tagging", "<Tagging><TagSet></TagSet></Tagging>"),
                         presign::signer{support::temporary_credentials()})
                        .value();
  const auto conditions = conditions_of(form);
  for (const auto& one : form.fields) {
    if (one.name == "policy" || one.name == "x-amz-signature") continue;
    CAPTURE(one.name);
    CHECK(std::count(conditions.begin(), conditions.end(), json{{one.name, one.value}}) == 1);
  }
  CHECK(conditions.size() == form.fields.size() - 2 + 1);  // and the bucket
}

TEST_CASE("a field with starts_with has no other condition") {
  const json image = {"starts-with", "$Content-Type", "image/"};
  CHECK(conditions_of(
            post("k").starts_with("Content-Type", "image/").field("content-type", "image/a")) ==
        json{{{"key", "k"}}, image});
  CHECK(conditions_of(
            post("k").field("Content-Type", "image/").starts_with("Content-Type", "image/")) ==
        json{{{"key", "k"}}, image});
  // It need not be one that the form has already.
  CHECK(conditions_of(post("k").starts_with("Content-Type", "image/")) ==
        json{{{"key", "k"}}, image});
  CHECK(conditions_of(post("k").starts_with("acl", "")) ==
        json{{{"key", "k"}}, {"starts-with", "$acl", ""}});
}

TEST_CASE("several prefixes of one field must all match") {
  CHECK(conditions_of(post("abc").starts_with("Key", "a").starts_with("key", "ab")) ==
        json{{"starts-with", "$Key", "a"}, {"starts-with", "$key", "ab"}});
}

TEST_CASE("what no upload can meet is rejected, with both sides of it") {
  const auto rejected = [](const post_policy& what, std::string_view sentence) {
    return wrong_error(sign(what), errc::invalid_field, {sentence});
  };
  const auto both = [](std::string_view value, std::string_view prefix) {
    return "must begin with \"" + std::string(prefix) + "\", but its value is \"" +
           std::string(value) + '"';
  };
  CHECK(
      rejected(post("k").field("content-type", "text/plain").starts_with("Content-Type", "image/"),
               "the form field \"Content-Type\" " + both("text/plain", "image/")) == "");
  CHECK(
      rejected(post("k").starts_with("Content-Type", "image/").field("content-type", "text/plain"),
               "the form field \"Content-Type\" " + both("text/plain", "image/")) == "");
  for (const auto& [key, prefix] : {std::pair{"cat.jpg", "img/"},
                                    {"img", "img/"},
                                    {"IMG/cat.jpg", "img/"},
                                    {"user/${filename}", "img/"},
                                    {"user/${filename}", "u/"},
                                    {"a/b${filename}", "a/c/d"}}) {
    CHECK(rejected(post(key).starts_with("key", prefix), both(key, prefix)) == "");
  }
  for (const auto& [key, prefix] : {std::pair{"img/cat.jpg", "img/"},
                                    {"img/", "img/"},
                                    {"cat.jpg", ""},
                                    {"${filename}", "img/"},
                                    {"img/${filename}", "img/"},
                                    {"img/${filename}", "img/2026-"},
                                    {"i${filename}.jpg", "img/"}}) {
    const std::string shown = key;  // a lambda of CAPTURE takes no structured binding
    CAPTURE(shown);
    CHECK(sign(post(key).starts_with("key", prefix)));
  }
  CHECK(rejected(post("a").starts_with("acl", "pri").starts_with("ACL", "pub"),
                 "\"acl\" must begin with \"pri\" and with \"pub\"") == "");
  CHECK(sign(post("a").starts_with("acl", "p").starts_with("ACL", "pub").starts_with("acl", "")));
  CHECK(rejected(post("img/${filename}").starts_with("key", "img/${filename}"),
                 "the prefix of the form field \"key\" must not have ${filename}") == "");
  // An empty field is one that the page fills in.
  CHECK(sign(post("k").field("Content-Type", "").starts_with("Content-Type", "image/")));
}

TEST_CASE("${filename} makes the condition a prefix, in every field") {
  CHECK(conditions_of(post("user/user1/${filename}")) ==
        json::array({{"starts-with", "$key", "user/user1/"}}));
  CHECK(conditions_of(post("${filename}")) == json::array({{"starts-with", "$key", ""}}));
  CHECK(conditions_of(post("a/${filename}/b/${filename}")) ==
        json::array({{"starts-with", "$key", "a/"}}));
  CHECK(conditions_of(post("k").field("success_action_redirect", "https://a/?f=${filename}&x=y")) ==
        json{{{"key", "k"}}, {"starts-with", "$success_action_redirect", "https://a/?f="}});
  // The field is sent as it was given.
  CHECK(value_of(sign(post("a/${filename}"))->fields, "key") == "a/${filename}");
  // What only looks like the variable is none.
  for (const auto* key : {"$filename", "{filename}", "${Filename}", "${filename", "${file}"}) {
    CHECK(conditions_of(post(key)) == json{{{"key", key}}});
  }
}

TEST_CASE("a prefix for the key takes the place of its own condition") {
  CHECK(conditions_of(post("user/${filename}").starts_with("key", "user/img_")) ==
        json::array({{"starts-with", "$key", "user/img_"}}));
}

TEST_CASE("a field to be ignored needs no condition") {
  const auto what = post("k").field("x-ignore-toolkit", "1").field("X-Ignore-Other", "2");
  CHECK(conditions_of(what) == json{{{"key", "k"}}});
  CHECK(value_of(sign(what)->fields, "x-ignore-toolkit") == "1");
}

TEST_CASE("content_length_range") {
  const auto range = [](std::int64_t least, std::int64_t most) {
    return conditions_of(post("k").content_length_range(least, most)).back();
  };
  constexpr auto largest = std::numeric_limits<std::int64_t>::max();
  CHECK(range(0, 0) == json{"content-length-range", 0, 0});
  CHECK(range(1, 10485760) == json{"content-length-range", 1, 10485760});
  CHECK(range(0, largest) == json{"content-length-range", 0, largest});
  CHECK(conditions_of(post("k").content_length_range(1, 2).content_length_range(3, 4)) ==
        json{{{"key", "k"}}, {"content-length-range", 3, 4}});

  for (const auto& [least, most] : {std::pair<std::int64_t, std::int64_t>{-1, 0},
                                    {5, 4},
                                    {0, -1},
                                    {std::numeric_limits<std::int64_t>::min(), 0}}) {
    CHECK(wrong_error(sign(post("k").content_length_range(least, most)), errc::invalid_parameter,
                      {"content-length-range", std::to_string(least), std::to_string(most)}) == "");
  }
}

// nlohmann's parser is another implementation, and a strict one.
TEST_CASE("every character comes back from the policy") {
  constexpr unsigned block = 0x400;
  for (unsigned first = 0; first < 0x110000; first += block) {
    CAPTURE(first);
    std::string text;
    for (unsigned point = first; point < first + block; ++point) {
      if (!support::is_surrogate(point)) text += support::utf8(point);
    }
    const auto form = sign(post("k").field("x-amz-meta-a", text)).value();
    CHECK(conditions_of(form).at(2) == json{{"x-amz-meta-a", text}});
  }
}

TEST_CASE("JSON's own characters and the control characters are escaped, no others") {
  const auto form = sign(post("\"\\/\t\n\x01\x1f\x7f<é漢🐈"));
  CHECK(document_of(*form).find(R"({"key":"\"\\/\u0009\u000a\u0001\u001f)"
                                "\x7f<é漢🐈\"}") != std::string::npos);
}

TEST_CASE("any UTF-8 may stand in a key, a value and a prefix") {
  const std::string awkward = std::string("\"\\/\t\r\n\0\x7f", 8) + "é漢🐈${";
  auto key = "k" + awkward;
  key.erase(key.find('\0'), 1);  // no key has one
  const auto form =
      sign(post(key).field("x-amz-meta-a", awkward).starts_with("acl", awkward)).value();
  CHECK(value_of(form.fields, "key") == key);
  CHECK(value_of(form.fields, "x-amz-meta-a") == awkward);
  const auto conditions = conditions_of(form);
  CHECK(conditions.at(1) == json{{"key", key}});
  CHECK(conditions.at(2) == json{{"x-amz-meta-a", awkward}});
  CHECK(conditions.at(6) == json{"starts-with", "$acl", awkward});
}

TEST_CASE("a policy can be built in steps, and signed again") {
  auto what = post("k");
  what.field("acl", "private").starts_with("Content-Type", "").content_length_range(1, 2);
  const auto once = sign(what).value();
  CHECK(document_of(once) == document_of(sign(what).value()));
  CHECK(conditions_of(once).size() == 8);
  const auto copy = what;
  what.field("x-amz-meta-a", "b");
  CHECK(document_of(sign(copy).value()) == document_of(once));
  CHECK(conditions_of(sign(what).value()).size() == 9);
}

// ── Bad input ───────────────────────────────────────────────────────────────────────────────────

TEST_CASE("fields that the form has automatically are rejected") {
  for (const auto* name :
       {"policy", "Policy", "file", "bucket", "content-length-range", "x-amz-algorithm",
        "X-Amz-Credential", "x-amz-date", "x-amz-security-token", "x-amz-s3session-token",
        "x-amz-signature", "AWSAccessKeyId", "awsaccesskeyid", "signature"}) {
    CAPTURE(name);
    CHECK(wrong_error(sign(post("k").field(name, "x")), errc::reserved_name, {name}) == "");
    CHECK(wrong_error(sign(post("k").starts_with(name, "x")), errc::reserved_name, {name}) == "");
  }
}

TEST_CASE("a field that was given already is rejected, whatever its case") {
  for (const auto* name : {"acl", "ACL"}) {
    CHECK(wrong_error(sign(post("k").field("acl", "private").field(name, "private")),
                      errc::invalid_field, {name, "already"}) == "");
  }
  CHECK(wrong_error(sign(post("k").field("Key", "k")), errc::invalid_field, {"Key", "already"}) ==
        "");
}

TEST_CASE("a name that is not an HTTP field name is rejected") {
  for (const auto* name : {"", " ", "a b", "a\"b", "a\r\nb", "a;b", "é", "x-amz-meta-ä"}) {
    CAPTURE(name);
    CHECK(wrong_error(sign(post("k").field(name, "x")), errc::invalid_field, {"name"}) == "");
    CHECK(wrong_error(sign(post("k").starts_with(name, "x")), errc::invalid_field, {"name"}) == "");
  }
  CHECK(wrong_error(sign(post("k").field({"a\0b", 3}, "x")), errc::invalid_field, {"name"}) == "");
}

TEST_CASE("a value that is not UTF-8 is rejected") {
  for (const auto* value : {"\xff", "a\xc3", "\xed\xa0\x80", "\xc0\xaf"}) {
    CHECK(wrong_error(sign(post("k").field("acl", value)), errc::invalid_field,
                      {"acl", "UTF-8", "\\x"}) == "");
    CHECK(wrong_error(sign(post("k").starts_with("acl", value)), errc::invalid_field,
                      {"acl", "UTF-8", "\\x"}) == "");
  }
}

TEST_CASE("a key that no object can have is rejected") {
  CHECK(wrong_error(sign(post("")), errc::invalid_key) == "");
  CHECK(wrong_error(sign(post(std::string(1025, 'k'))), errc::invalid_key) == "");
  CHECK(wrong_error(sign(post("\xff")), errc::invalid_key) == "");
  CHECK(wrong_error(sign(post({"a\0b", 3})), errc::invalid_key) == "");
}

TEST_CASE("the first error is reported") {
  CHECK(wrong_error(sign(post("").field("file", "").content_length_range(2, 1)),
                    errc::invalid_key) == "");
  CHECK(wrong_error(sign(post("k").field("file", "").content_length_range(2, 1)),
                    errc::reserved_name) == "");
}

TEST_CASE("a policy that was moved from has no address") {
  auto policy = post("k");
  const auto other = std::move(policy);
  CHECK(sign(other));
  CHECK_FALSE(sign(policy));
}

TEST_CASE("credentials that cannot sign are rejected") {
  CHECK(wrong_error(sign(post("k"), presign::signer{{}}), errc::missing_credentials) == "");
  CHECK(wrong_error(sign(post("k"), presign::signer{{"id", "secret", "\xff"}}),
                    errc::invalid_credentials, {"session token", "UTF-8"}) == "");
}

// S3's limit is for the form without the file; most of that is the policy, which repeats the rest.
TEST_CASE("a form of 20480 bytes is accepted, a longer one rejected") {
  const auto with = [](std::size_t padding) {
    return post("k").field("x-amz-meta-a", std::string(padding, 'a'));
  };
  const auto free = 20480 - multipart(sign(with(0)).value()).size();
  // Each byte stands in the field and, as 4/3 of one, in the policy.
  std::size_t padding = free * 3 / 7 - 2;
  while (sign(with(padding + 1))) ++padding;
  const auto fullest = multipart(sign(with(padding)).value()).size();
  CHECK(fullest <= 20480);
  CHECK(fullest > 20480 - 5);
  CHECK(wrong_error(sign(with(padding + 1)), errc::invalid_field, {"20480"}) == "");

  // A field that needs no condition grows by bytes.
  const auto ignored = [](std::size_t size) {
    return post("k").field("x-ignore-a", std::string(size, 'a'));
  };
  const auto most = 20480 - multipart(sign(ignored(0)).value()).size();
  CHECK(multipart(sign(ignored(most)).value()).size() == 20480);
  CHECK(wrong_error(sign(ignored(most + 1)), errc::invalid_field, {"20480", "20481"}) == "");
}

// ── Expiry ──────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("the policy ends with the expiry, which is 1 to 604800 seconds") {
  auto options = options_at(noon);
  const auto expiration = [](const presigned_post& form) {
    return json::parse(document_of(form)).at("expiration").get<std::string>();
  };
  const auto second = signer.presign_post(post("k"), 1s, options).value();
  CHECK(expiration(second) == "2013-05-24T12:00:01.000Z");
  CHECK(second.expires_at == noon + 1s);
  const auto week = signer.presign_post(post("k"), 604800s, options).value();
  CHECK(expiration(week) == "2013-05-31T12:00:00.000Z");
  for (const auto expiry : {0s, -1s, 604801s, std::chrono::seconds::max()}) {
    CHECK(wrong_error(signer.presign_post(post("k"), expiry, options), errc::invalid_expiry,
                      {"1 to 604800", std::to_string(expiry.count())}) == "");
  }

  options.stable_window = 600s;
  options.backdate = 60s;
  options.at = noon + 61s;
  const auto early = signer.presign_post(post("k"), 1h, options).value();
  CHECK(value_of(early.fields, "x-amz-date") == "20130524T120000Z");
  CHECK(early.signed_at == noon);
  CHECK(expiration(early) == "2013-05-24T13:11:00.000Z");
  CHECK(early.expires_at == noon + 4260s);
}

TEST_CASE("without a time, the form is signed now") {
  const auto before = presign::now();
  const auto form = signer.presign_post(post("k"), 1h).value();
  CHECK(form.signed_at >= before);
  CHECK(form.signed_at <= presign::now());
}

TEST_CASE("a form expires with its credentials") {
  auto who = support::temporary_credentials();
  who.expires_at = noon + 10min;
  const auto sign_with = [&who](on_credential_expiry choice) {
    auto options = options_at(noon);
    options.when_credentials_expire_first = choice;
    return presign::signer{who}.presign_post(post("k"), 1h, options);
  };
  const auto reported = sign_with(on_credential_expiry::report).value();
  CHECK(reported.expires_at == noon + 10min);
  CHECK(document_of(reported).find("2013-05-24T13:00:00.000Z") != std::string::npos);
  CHECK(reported.warnings == std::vector{warning::credentials_expire_first});

  const auto clamped = sign_with(on_credential_expiry::clamp).value();
  CHECK(clamped.expires_at == noon + 10min);
  CHECK(document_of(clamped).find("2013-05-24T12:10:00.000Z") != std::string::npos);
  CHECK(clamped.warnings.empty());

  CHECK(wrong_error(sign_with(on_credential_expiry::fail), errc::credentials_expire_first,
                    {"3600", "600"}) == "");
  who.expires_at = noon;
  CHECK(wrong_error(sign_with(on_credential_expiry::report), errc::credentials_expired) == "");
}

TEST_CASE("times that cannot be written are rejected") {
  presign::presign_options options;
  for (const auto at : {time_at("99991231T235959Z"), time_at("99991231T235959Z") + 1s}) {
    options.at = at;
    CHECK(wrong_error(signer.presign_post(post("k"), 1h, options), errc::invalid_time) == "");
  }
  options.at = time_at("99991231T225959Z");
  CHECK(document_of(signer.presign_post(post("k"), 1h, options).value())
            .find("9999-12-31T23:59:59.000Z") != std::string::npos);
}

// ── Warnings ────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("a line break that browsers rewrite gives a warning") {
  const auto warnings = [](std::string_view value) {
    return sign(post("k").field("tagging", std::string(value)))->warnings;
  };
  for (const auto* value : {"\n", "\r", "a\nb", "a\r", "\r\n\n", "\r\r\n", "\n\r", "a\r\nb\nc"}) {
    CAPTURE(value);
    CHECK(warnings(value) == std::vector{warning::line_breaks});
  }
  for (const auto* value : {"", "\r\n", "a\r\nb", "\r\n\r\n"}) CHECK(warnings(value).empty());
  CHECK(sign(post("a\nb"))->warnings == std::vector{warning::line_breaks});
}

TEST_CASE("a form has the warnings of its credentials and of its address") {
  const presign::signer by{{"ASIAIOSFODNN7EXAMPLE", support::secret_access_key}};
  const auto named = bucket_at("photos", {"r", "https://photos.example"});
  CHECK(sign(named.post("a\nb"), by)->warnings ==
        std::vector{warning::bucket_in_endpoint, warning::missing_token, warning::line_breaks});
}

TEST_CASE("two dollar signs give a warning") {
  CHECK(sign(post("a$$b"))->warnings == std::vector{warning::dollar_signs});
  CHECK(sign(post("k").field("x-amz-meta-a", "$$"))->warnings ==
        std::vector{warning::dollar_signs});
  CHECK(sign(post("a$b$c${filename}"))->warnings.empty());
  CHECK(sign(post("a\n$$"))->warnings == std::vector{warning::line_breaks, warning::dollar_signs});
}

TEST_SUITE_END();
