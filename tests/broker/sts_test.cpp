#include "files.hpp"
#include "roles.hpp"
#include "store.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <string>

using namespace std::chrono_literals;

namespace {

// Before the credentials of the responses expire.
presign::credentials parse_assume_role(const std::string& xml) {
  return broker::parse_assume_role(xml, presign::parse_iso8601("2026-11-23T11:00:00Z").value());
}

std::string response(const std::string& credentials) {
  return "<AssumeRoleResponse><AssumeRoleResult><Credentials>" + credentials +
         "</Credentials></AssumeRoleResult></AssumeRoleResponse>";
}

const std::string id = "<AccessKeyId>ASIAEXAMPLE</AccessKeyId>";
const std::string secret = "<SecretAccessKey>very/secret</SecretAccessKey>";
const std::string token = "<SessionToken>to+ken/==</SessionToken>";
const std::string expiration = "<Expiration>2026-11-23T12:00:00Z</Expiration>";

}  // namespace

TEST_SUITE("broker: sts") {
  TEST_CASE("AWS's response: a declaration, a namespace, whole seconds") {
    const auto credentials = parse_assume_role(
        R"(<?xml version="1.0"?><AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">)"
        "<AssumeRoleResult><AssumedRoleUser/><Credentials>" +
        id + secret + token + expiration +
        "</Credentials></AssumeRoleResult><ResponseMetadata/></AssumeRoleResponse>");
    CHECK(credentials.access_key_id == "ASIAEXAMPLE");
    CHECK(credentials.secret_access_key.reveal() == "very/secret");
    CHECK(credentials.session_token.reveal() == "to+ken/==");
    CHECK(credentials.expires_at == presign::parse_iso8601("2026-11-23T12:00:00Z").value());
  }

  TEST_CASE("Ceph's response: neither of these, and nine digits after the second") {
    const auto credentials = parse_assume_role(
        response(id + secret + token + "<Expiration>2026-11-23T12:00:00.123456789Z</Expiration>"));
    CHECK(credentials.expires_at == presign::parse_iso8601("2026-11-23T12:00:00Z").value());
  }

  TEST_CASE("anything else is rejected, and the message holds no secret") {
    for (const auto& bad :
         {std::string(), std::string("<AssumeRoleResponse>"), response(""),
          std::string("<ListAllMyBucketsResult><Owner/></ListAllMyBucketsResult>"),
          "<x:AssumeRoleResponse>" + response(id + secret + token + expiration) +
              "</x:AssumeRoleResponse>",
          response(secret + token + expiration), response(id + token + expiration),
          response(id + secret + expiration), response(id + secret + token),
          response(id + secret + token + "<Expiration>soon</Expiration>"),
          response("<AccessKeyId/>" + secret + token + expiration),
          response("<AccessKeyId>ASIA/EXAMPLE</AccessKeyId>" + secret + token + expiration),
          response(id + "<SecretAccessKey>very\nsecret</SecretAccessKey>" + token + expiration),
          response(id + secret + "<SessionToken>to+ken very</SessionToken>" + expiration),
          response(id + secret + token + "<Expiration>2026-11-23T11:00:00Z</Expiration>")}) {
      CAPTURE(bad);
      std::string message;
      try {
        parse_assume_role(bad);
      } catch (const broker::store_unavailable& failure) {
        message = failure.what();
      }
      CHECK_FALSE(message.empty());
      CHECK(message.find("very") == std::string::npos);
      CHECK(message.find("to+ken") == std::string::npos);
    }
  }

  TEST_CASE("credentials are renewed after half of their life, or of the one that was asked for") {
    const auto now = presign::parse_iso8601("2026-11-23T11:00:00Z").value();
    const auto credentials = parse_assume_role(response(id + secret + token + expiration));
    CHECK(broker::renewal_of(credentials, 2h, now) == now + 30min);
    CHECK(broker::renewal_of(credentials, 1h, now) == now + 30min);
    CHECK(broker::renewal_of(credentials, 15min, now) == now + 450s);  // it got more
  }

  TEST_CASE("a session policy allows only a prefix") {
    CHECK(broker::session_policy("files", "").empty());
    const auto policy = broker::session_policy("files", "home/ada/");
    const std::string files = "arn:aws:s3:::files";
    CHECK(store::allows(policy, {"s3:GetObject", files + "/home/ada/x", ""}));
    CHECK(store::allows(policy, {"s3:ListBucket", files, "home/ada/"}));
    CHECK(store::allows(policy, {"s3:ListBucket", files, "home/ada/x/"}));
    CHECK_FALSE(store::allows(policy, {"s3:GetObject", files + "/home/adam/x", ""}));
    CHECK_FALSE(store::allows(policy, {"s3:GetObject", "arn:aws:s3:::other/home/ada/x", ""}));
    CHECK_FALSE(store::allows(policy, {"s3:PutObject", files + "/home/ada/x", ""}));
    CHECK_FALSE(store::allows(policy, {"s3:ListBucket", files, ""}));
    CHECK_FALSE(store::allows(policy, {"s3:ListBucket", files, "home/ada"}));
  }
}
