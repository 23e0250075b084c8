#include "sts.hpp"

#include "members.hpp"
#include "object_store.hpp"
#include "store_error.hpp"
#include "xml.hpp"

#include <presign/s3.hpp>
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
  // The library reads the endpoint, which may have a base path.
  presign::s3::location sts{config.region, config.sts_endpoint};
  sts.style = presign::s3::addressing::bucket_endpoint;
  auto request = presign::s3::bucket::at("sts", sts).value().list();
  request.query_parameters.clear();
  request.method = "POST";
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

presign::credentials role_sessions::of(const std::string& member) {
  std::promise<presign::credentials> renewal;
  std::shared_future<presign::credentials> credentials;
  bool is_mine = false;
  {
    const std::lock_guard lock(mutex_);
    if (sessions_.size() >= most_sessions && sessions_.count(member) == 0) sessions_.clear();
    auto& session = sessions_[member];
    is_mine = !session.credentials.valid() || presign::now() >= session.renew_at;
    if (is_mine) {
      session.credentials = renewal.get_future().share();
      session.renew_at = presign::time_point::max();
    }
    credentials = session.credentials;
  }
  if (is_mine) renew(member, renewal);
  return credentials.get();
}

void role_sessions::renew(const std::string& member, std::promise<presign::credentials>& renewal) {
  auto renew_at = presign::now();
  try {
    const auto credentials = assume_role(settings_, http_, member);
    renew_at += (*credentials.expires_at - renew_at) / 2;
    renewal.set_value(credentials);
  } catch (...) {
    renewal.set_exception(std::current_exception());
  }
  const std::lock_guard lock(mutex_);
  sessions_[member].renew_at = renew_at;
}

bool role_sessions::drop(const std::string& member, const presign::credentials& rejected) {
  const std::lock_guard lock(mutex_);
  auto& session = sessions_[member];
  const bool is_in_use = session.credentials.valid() && presign::now() < session.renew_at &&
                         session.renew_at < presign::time_point::max();
  if (!is_in_use || session.credentials.get().access_key_id != rejected.access_key_id) return true;
  const auto now = std::chrono::steady_clock::now();
  if (now - session.dropped_at < time_between_drops) return false;
  session.dropped_at = now;
  session.renew_at = presign::now();
  return true;
}

}  // namespace broker
