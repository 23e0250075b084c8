#include "sts.hpp"

#include "members.hpp"
#include "object_store.hpp"
#include "store_error.hpp"
#include "xml.hpp"

#include <presign/signer.hpp>
#include <presign/sigv4.hpp>

#include <nlohmann/json.hpp>

namespace broker {
namespace {

// At this number, all sessions are dropped. Those still needed cost one request each.
constexpr std::size_t most_sessions = 10000;
// A store that rejects everything costs one AssumeRole a member in this time.
constexpr std::chrono::milliseconds time_between_drops{200};

presign::request sts_request(const settings& config, const std::string& body) {
  const auto host_begins = config.sts_endpoint.find("://") + 3;
  presign::request request;
  request.method = "POST";
  request.scheme = config.sts_endpoint.substr(0, host_begins - 3);
  request.host = config.sts_endpoint.substr(host_begins);
  request.service = "sts";
  request.region = config.region;
  request.payload_hash = presign::sigv4::payload_hash(body).value();
  return request.header("content-type", "application/x-www-form-urlencoded");
}

// presign says what is wrong with credentials when it signs with them.
void check(const presign::credentials& credentials, presign::time_point now) {
  presign::request anything;
  anything.host = "localhost";
  anything.service = "s3";
  anything.region = "us-east-1";
  const auto attempt = presign::signer{credentials}.sign(anything, {now});
  if (!attempt) throw store_unavailable("Credentials of AssumeRole: " + attempt.error().message);
}

}  // namespace

presign::credentials parse_assume_role(const std::string& xml, presign::time_point now) {
  const auto document = read_xml(xml, "AssumeRoleResponse");
  const auto element = document.document_element().child("AssumeRoleResult").child("Credentials");
  const auto expires_at = presign::parse_iso8601(required_text(element, "Expiration"));
  if (!expires_at) throw store_unavailable("Credentials with an Expiration that is not a time");
  presign::credentials credentials{required_text(element, "AccessKeyId"),
                                   required_text(element, "SecretAccessKey"),
                                   required_text(element, "SessionToken"), *expires_at};
  check(credentials, now);
  return credentials;
}

std::string session_policy(const std::string& bucket, const std::string& prefix) {
  if (prefix.empty()) return {};
  const auto arn = "arn:aws:s3:::" + bucket;
  return nlohmann::json{{"Version", "2012-10-17"},
                        {"Statement",
                         {{{"Effect", "Allow"},
                           {"Action", {"s3:GetObject"}},
                           {"Resource", {arn + '/' + prefix + '*'}}},
                          {{"Effect", "Allow"},
                           {"Action", {"s3:ListBucket"}},
                           {"Resource", {arn}},
                           {"Condition", {{"StringLike", {{"s3:prefix", {prefix + '*'}}}}}}}}}}
      .dump();
}

presign::credentials assume_role(const settings& config, const http_client& http,
                                 const std::string& member) {
  std::vector<presign::name_value> form{
      {"Action", "AssumeRole"},
      {"Version", "2011-06-15"},
      {"RoleArn", config.role_arn},
      {"RoleSessionName", member},
      {"DurationSeconds", std::to_string(config.role_session.count())}};
  const auto policy = session_policy(config.bucket, prefix_of(config, member));
  if (!policy.empty()) form.push_back({"Policy", policy});
  const auto body = presign::sigv4::canonical_query(form);

  const presign::signer signer{presign::credentials::find().value()};
  const auto response = http.send(signer.sign(sts_request(config, body)).value(), body);
  if (response.status != 200) throw rejection("AssumeRole", response);
  return parse_assume_role(response.body);
}

std::shared_ptr<role_sessions::session> role_sessions::session_of(const std::string& member) {
  const std::lock_guard lock(mutex_);
  if (sessions_.size() >= most_sessions && sessions_.count(member) == 0) sessions_.clear();
  auto& found = sessions_[member];
  if (!found) found = std::make_shared<session>();
  return found;
}

presign::credentials role_sessions::of(const std::string& member) {
  const auto found = session_of(member);
  const std::lock_guard lock(found->mutex);
  const auto now = presign::now();
  if (now >= found->renew_at) {
    found->credentials = assume_role(settings_, http_, member);
    found->renew_at = now + (*found->credentials.expires_at - now) / 2;
  }
  return found->credentials;
}

bool role_sessions::drop(const std::string& member, const presign::credentials& rejected) {
  const auto found = session_of(member);
  const std::lock_guard lock(found->mutex);
  if (found->credentials.access_key_id != rejected.access_key_id) return true;
  const auto now = std::chrono::steady_clock::now();
  if (now - found->dropped_at < time_between_drops) return false;
  found->dropped_at = now;
  found->renew_at = {};
  return true;
}

}  // namespace broker
