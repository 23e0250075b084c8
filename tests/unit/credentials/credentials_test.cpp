#include "base/crypto.hpp"
#include "files.hpp"
#include "support.hpp"

#include <presign/credentials.hpp>

#include <doctest/doctest.h>

#include <algorithm>
#include <initializer_list>
#include <iterator>
#include <new>
#include <ostream>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

namespace {

using presign::credentials;
using presign::errc;
using presign::secret;
using support::clean_environment;
using support::wrong_error;

std::string shown(const presign::result<credentials>& got) {
  if (!got) return got.error().message;
  return got->access_key_id + '|' + std::string(got->secret_access_key.reveal()) + '|' +
         std::string(got->session_token.reveal());
}

std::string keys(std::string_view id, std::string_view more = "") {
  std::string text = "aws_access_key_id = ";
  text.append(id).append("\naws_secret_access_key = secret-of-").append(id).append("\n");
  return text.append(more);
}

template <class T, class = void>
struct can_be_printed : std::false_type {};
template <class T>
struct can_be_printed<T, std::void_t<decltype(std::declval<std::ostream&>() << std::declval<T>())>>
    : std::true_type {};

static_assert(can_be_printed<std::string>::value);
static_assert(!can_be_printed<secret>::value);
static_assert(!can_be_printed<presign::credentials>::value);
static_assert(!std::is_convertible_v<secret, std::string_view>);
static_assert(!std::is_convertible_v<secret, std::string>);
static_assert(std::is_nothrow_move_constructible_v<secret>);

// Where a short string's characters are: within the object.
struct in_place {
  alignas(secret) unsigned char memory[sizeof(secret)];

  bool holds(std::string_view text) const {
    return std::search(std::begin(memory), std::end(memory), text.begin(), text.end()) !=
           std::end(memory);
  }
};

}  // namespace

TEST_SUITE_BEGIN("credentials");

// ── The environment ─────────────────────────────────────────────────────────────────────────────

TEST_CASE("the environment, with and without a token") {
  clean_environment here;
  here.set_keys();
  auto got = credentials::from_environment();
  REQUIRE(got);
  CHECK(got->access_key_id == support::access_key_id);
  CHECK(got->secret_access_key.reveal() == support::secret_access_key);
  CHECK(got->session_token.empty());
  CHECK(!got->expires_at);

  here.set("AWS_SESSION_TOKEN", support::session_token);
  here.set("AWS_CREDENTIAL_EXPIRATION", "2026-11-23T12:00:00+02:00");
  got = credentials::from_environment();
  REQUIRE(got);
  CHECK(got->session_token.reveal() == support::session_token);
  REQUIRE(got->expires_at);
  CHECK(*got->expires_at == support::time_at("20261123T100000Z"));
}

TEST_CASE("variables that are not set, or empty") {
  clean_environment here;
  const auto check = [] {
    CHECK(wrong_error(credentials::from_environment(), errc::missing_credentials,
                      {"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"}) == "");
  };
  check();
  here.set("AWS_ACCESS_KEY_ID", "");
  here.set("AWS_SECRET_ACCESS_KEY", "");
  here.set("AWS_SESSION_TOKEN", support::session_token);
  check();
}

TEST_CASE("an access key id without a secret, and the reverse") {
  clean_environment here;
  here.set("AWS_SECRET_ACCESS_KEY", support::secret_access_key);
  CHECK(wrong_error(credentials::from_environment(), errc::invalid_credentials,
                    {"AWS_SECRET_ACCESS_KEY is set without AWS_ACCESS_KEY_ID"}) == "");
  here.set_keys();
  here.set("AWS_SECRET_ACCESS_KEY", "");
  CHECK(wrong_error(credentials::from_environment(), errc::invalid_credentials,
                    {"AWS_ACCESS_KEY_ID is set without AWS_SECRET_ACCESS_KEY"}) == "");
}

TEST_CASE("an expiration that is no time") {
  clean_environment here;
  here.set_keys();
  here.set("AWS_CREDENTIAL_EXPIRATION", "tomorrow");
  CHECK(wrong_error(credentials::from_environment(), errc::invalid_time,
                    {"AWS_CREDENTIAL_EXPIRATION", "\"tomorrow\""}) == "");
  here.set("AWS_CREDENTIAL_EXPIRATION", "");
  CHECK(credentials::from_environment());
}

// ── Profiles ────────────────────────────────────────────────────────────────────────────────────

TEST_CASE("a profile by its name, by AWS_PROFILE, and the default one") {
  clean_environment here;
  here.write_credentials("[default]\n" + keys("D") + "[a]\n" + keys("A") + "[b]\n" +
                         keys("B", "aws_session_token = token\n"));
  CHECK(shown(credentials::from_profile()) == "D|secret-of-D|");
  CHECK(shown(credentials::from_profile("a")) == "A|secret-of-A|");
  here.set("AWS_PROFILE", "b");
  CHECK(shown(credentials::from_profile()) == "B|secret-of-B|token");
  CHECK(shown(credentials::from_profile("a")) == "A|secret-of-A|");
  here.set("AWS_DEFAULT_PROFILE", "a");
  CHECK(shown(credentials::from_profile()) == "B|secret-of-B|token");
  here.set("AWS_PROFILE", "");
  CHECK(shown(credentials::from_profile()) == "A|secret-of-A|");
  here.set("AWS_DEFAULT_PROFILE", "");
  CHECK(shown(credentials::from_profile()) == "D|secret-of-D|");
}

// botocore looks for the old name first.
TEST_CASE("the session token under its old name") {
  clean_environment here;
  here.write_credentials("[default]\n" + keys("D", "aws_security_token = old\n") + "[a]\n" +
                         keys("A", "aws_session_token = new\naws_security_token = old\n"));
  CHECK(shown(credentials::from_profile()) == "D|secret-of-D|old");
  CHECK(shown(credentials::from_profile("a")) == "A|secret-of-A|old");
  here.set_keys();
  here.set("AWS_SECURITY_TOKEN", "old");
  CHECK(credentials::from_environment()->session_token.reveal() == "old");
  here.set("AWS_SESSION_TOKEN", "new");
  CHECK(credentials::from_environment()->session_token.reveal() == "old");
}

TEST_CASE("the config file is read second") {
  clean_environment here;
  here.write_config("[default]\n" + keys("C") + "[profile x]\n" + keys("X"));
  CHECK(shown(credentials::from_profile()) == "C|secret-of-C|");
  CHECK(shown(credentials::from_profile("x")) == "X|secret-of-X|");
  here.write_credentials("[default]\n" + keys("D"));
  CHECK(shown(credentials::from_profile()) == "D|secret-of-D|");
  CHECK(shown(credentials::from_profile("x")) == "X|secret-of-X|");
}

TEST_CASE("a key pair is not put together from two files") {
  clean_environment here;
  here.write_credentials("[default]\naws_access_key_id = HALF\n");
  here.write_config("[default]\naws_secret_access_key = other-half\n");
  CHECK(wrong_error(credentials::from_profile(), errc::invalid_credentials,
                    {"\"default\"", "aws_secret_access_key", ".aws/credentials"}) == "");
  here.write_credentials("");
  CHECK(wrong_error(credentials::from_profile(), errc::invalid_credentials,
                    {"\"default\"", "aws_access_key_id", ".aws/config"}) == "");
}

TEST_CASE("files elsewhere, by AWS_CONFIG_FILE and AWS_SHARED_CREDENTIALS_FILE") {
  clean_environment here;
  here.set("AWS_SHARED_CREDENTIALS_FILE", here.home.write("mine/keys", "[default]\n" + keys("K")));
  here.set("AWS_CONFIG_FILE", here.home.write("mine/config", "[default]\nregion = eu-north-1\n"));
  here.write_credentials("[default]\n" + keys("NO"));
  CHECK(shown(credentials::from_profile()) == "K|secret-of-K|");
  CHECK(*presign::find_region() == "eu-north-1");

  here.home.write("home-keys", "[default]\n" + keys("H"));
  here.set("AWS_SHARED_CREDENTIALS_FILE", "~/home-keys");
  CHECK(shown(credentials::from_profile()) == "H|secret-of-H|");
  here.set("HOME", "");
  here.set("USERPROFILE", here.home.path("."));
  CHECK(shown(credentials::from_profile()) == "H|secret-of-H|");
}

TEST_CASE("a named profile must exist; the default one need not") {
  clean_environment here;
  here.write_credentials("[a]\n" + keys("A"));
  CHECK(wrong_error(credentials::from_profile("b"), errc::profile_not_found,
                    {"\"b\"", ".aws/credentials", ".aws/config"}) == "");
  CHECK(wrong_error(credentials::from_profile(), errc::missing_credentials, {"\"default\""}) == "");
  here.set("AWS_PROFILE", "default");
  CHECK(wrong_error(credentials::from_profile(), errc::profile_not_found, {"\"default\""}) == "");
  here.set("AWS_PROFILE", "b\n");
  CHECK(wrong_error(credentials::from_profile(), errc::profile_not_found, {"\"b\\x0a\""}) == "");
}

TEST_CASE("a profile without keys") {
  clean_environment here;
  here.write_config("[profile a]\nregion = us-east-1\n");
  CHECK(wrong_error(credentials::from_profile("a"), errc::missing_credentials, {"\"a\""}) == "");
}

TEST_CASE("a profile that needs a service or a program says so, and what to run") {
  for (const std::string setting :
       {"role_arn", "web_identity_token_file", "sso_session", "sso_start_url", "sso_account_id",
        "credential_process", "login_session"}) {
    CAPTURE(setting);
    clean_environment here;
    here.write_config("[profile p]\n" + setting + " = secret-value\n");
    const auto got = credentials::from_profile("p");
    CHECK(wrong_error(got, errc::profile_needs_network,
                      {setting, "aws configure export-credentials --profile \"p\" --format env"}) ==
          "");
    CHECK(got.error().message.find("secret-value") == std::string::npos);
  }
}

// As a pod of EKS has it. The AWS CLI would ask STS, even if the default profile has keys.
TEST_CASE("a web identity in the environment needs a service, unless there is something better") {
  clean_environment here;
  here.set("AWS_WEB_IDENTITY_TOKEN_FILE", "/var/run/secrets/token");
  here.write_credentials("[default]\n" + keys("D"));
  CHECK(wrong_error(credentials::find(), errc::profile_needs_network,
                    {"AWS_WEB_IDENTITY_TOKEN_FILE", "aws configure export-credentials"}) == "");
  CHECK(shown(credentials::find("default")) == "D|secret-of-D|");
  here.set_keys("E");
  CHECK(credentials::find()->access_key_id == "E");
}

TEST_CASE("keys and a service together: in the AWS CLI's order") {
  clean_environment here;
  here.write_config("[default]\nrole_arn = arn\n[profile s]\nsso_session = s\n" + keys("S") +
                    "[profile p]\ncredential_process = p\n" + keys("P"));
  here.write_credentials("[default]\n" + keys("D") + "[q]\ncredential_process = q\n" + keys("Q"));
  CHECK(wrong_error(credentials::from_profile(), errc::profile_needs_network, {"role_arn"}) == "");
  CHECK(wrong_error(credentials::from_profile("s"), errc::profile_needs_network, {"sso_session"}) ==
        "");
  CHECK(wrong_error(credentials::from_profile("p"), errc::profile_needs_network,
                    {"credential_process"}) == "");
  CHECK(shown(credentials::from_profile("q")) == "Q|secret-of-Q|");
}

TEST_CASE("an error in a file is reported") {
  clean_environment here;
  here.write_credentials("[default]\nhunter2\n");
  const auto malformed = credentials::from_profile();
  CHECK(wrong_error(malformed, errc::invalid_file, {"line 2", ".aws/credentials"}) == "");
  CHECK(malformed.error().message.find("hunter2") == std::string::npos);
  here.write_credentials("");
  here.set("AWS_CONFIG_FILE", here.home.path("."));
  CHECK(wrong_error(credentials::from_profile(), errc::invalid_file, {here.home.path(".")}) == "");
}

// ── The usual order ─────────────────────────────────────────────────────────────────────────────

TEST_CASE("the environment comes before the default profile, and a named profile before both") {
  clean_environment here;
  here.write_credentials("[default]\n" + keys("D") + "[a]\n" + keys("A"));
  CHECK(shown(credentials::find()) == "D|secret-of-D|");
  here.set("AWS_PROFILE", "a");
  CHECK(shown(credentials::find()) == "A|secret-of-A|");
  here.set_keys("E");
  CHECK(credentials::find()->access_key_id == "E");
  CHECK(shown(credentials::find("a")) == "A|secret-of-A|");
}

TEST_CASE("half of an environment is an error, not a reason to look further") {
  clean_environment here;
  here.write_credentials("[default]\n" + keys("D"));
  here.set("AWS_ACCESS_KEY_ID", "E");
  CHECK(wrong_error(credentials::find(), errc::invalid_credentials, {"AWS_SECRET_ACCESS_KEY"}) ==
        "");
}

TEST_CASE("no credentials anywhere: the message says where they were sought") {
  clean_environment here;
  CHECK(wrong_error(credentials::find(), errc::missing_credentials,
                    {"AWS_ACCESS_KEY_ID", ".aws/credentials", ".aws/config",
                     "aws configure export-credentials --format env"}) == "");
  CHECK(wrong_error(credentials::find("a"), errc::profile_not_found, {"\"a\""}) == "");
}

TEST_CASE("without a home there are no files") {
  clean_environment here;
  here.set("HOME", "");
  CHECK(wrong_error(credentials::find(), errc::missing_credentials) == "");
}

// ── The region ──────────────────────────────────────────────────────────────────────────────────

TEST_CASE("the region: AWS_REGION, AWS_DEFAULT_REGION, the profile's") {
  clean_environment here;
  here.write_config("[default]\nregion = eu-west-1\n[profile a]\nregion = eu-west-2\n");
  CHECK(*presign::find_region() == "eu-west-1");
  CHECK(*presign::find_region("a") == "eu-west-2");
  here.set("AWS_PROFILE", "a");
  CHECK(*presign::find_region() == "eu-west-2");
  here.write_credentials("[a]\nregion = eu-west-3\n");
  CHECK(*presign::find_region() == "eu-west-3");
  here.set("AWS_DEFAULT_REGION", "us-west-1");
  CHECK(*presign::find_region() == "us-west-1");
  CHECK(*presign::find_region("a") == "us-west-1");
  here.set("AWS_REGION", "us-west-2");
  CHECK(*presign::find_region() == "us-west-2");
  here.set("AWS_REGION", "");
  CHECK(*presign::find_region() == "us-west-1");
}

TEST_CASE("no region") {
  clean_environment here;
  CHECK(wrong_error(presign::find_region(), errc::missing_region,
                    {"AWS_REGION", "AWS_DEFAULT_REGION"}) == "");
  CHECK(wrong_error(presign::find_region("a"), errc::profile_not_found, {"\"a\""}) == "");
  here.write_config("[default]\noops\n");
  CHECK(wrong_error(presign::find_region(), errc::invalid_file, {"line 2"}) == "");
}

TEST_SUITE_END();

TEST_SUITE_BEGIN("secret");

TEST_CASE("a secret shows its text only by reveal()") {
  const std::string text = "text of a string";
  CHECK(secret("literal").reveal() == "literal");
  CHECK(secret(text).reveal() == text);
  CHECK(secret(std::string_view(text)).reveal() == text);
  CHECK(secret().empty());
  CHECK(!secret("x").empty());
}

TEST_CASE("copies are equal and independent") {
  secret first("first");
  secret second(first);
  first = secret("other");
  CHECK(second.reveal() == "first");
  second = first;
  CHECK(second.reveal() == "other");
  secret& itself = second;
  second = itself;
  CHECK(second.reveal() == "other");
}

TEST_CASE("a secret that was moved from is empty") {
  secret first("a secret that is too long for a short string");
  const secret second(std::move(first));
  CHECK(second.reveal() == "a secret that is too long for a short string");
  CHECK(first.empty());  // NOLINT(bugprone-use-after-move): that is what is tested
}

TEST_CASE("a short secret leaves nothing behind when it is destroyed, moved from or not") {
  in_place place;
  auto* const one = new (place.memory) secret("hunter2");
  REQUIRE(place.holds("hunter2"));
  one->~secret();
  CHECK(!place.holds("unter2"));

  auto* const other = new (place.memory) secret("hunter2");
  const secret taken(std::move(*other));
  CHECK(taken.reveal() == "hunter2");
  other->~secret();
  CHECK(!place.holds("unter2"));
}

TEST_CASE("a wiping buffer holds what is put into it") {
  presign::detail::wiping_buffer buffer;
  for (int i = 0; i < 1000; ++i) buffer.push_back(static_cast<char>('a' + i % 26));
  CHECK(std::string_view(buffer.data(), 3) == "abc");
  const presign::detail::wiping_buffer moved(std::move(buffer));
  CHECK(moved.size() == 1000);
}

TEST_SUITE_END();
