// Temporary credentials for members: STS AssumeRole.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
#pragma once

#include "http_client.hpp"
#include "settings.hpp"

#include <presign/credentials.hpp>

#include <map>
#include <mutex>
#include <string>

namespace broker {

/// The credentials in an answer of AssumeRole. The status alone proves nothing: Ceph answers 200
/// with a list of buckets to what it does not understand. Throws store_unavailable,
/// where nothing can be signed with them, too.
presign::credentials parse_assume_role(const std::string& xml,
                                       presign::time_point now = presign::now());

/// A session policy that lets through what is under a prefix, and no more. Empty for all.
std::string session_policy(const std::string& bucket, const std::string& prefix);

/// Assumes the role of the settings for one member. Throws store_unavailable and store_refused.
presign::credentials assume_role(const settings& how, const http_client& http,
                                 const std::string& member);

/// The members' credentials. Each is used for half its life, so that a link always has the other
/// half before it.
class role_sessions {
 public:
  role_sessions(const settings& how, const http_client& http) : settings_(how), http_(http) {}

  /// Throws as assume_role().
  presign::credentials of(const std::string& member, presign::time_point now = presign::now());

  /// To be called when the store refuses them: it may have forgotten what it gave.
  void forget(const std::string& member);

 private:
  const settings& settings_;
  const http_client& http_;
  std::mutex mutex_;
  std::map<std::string, presign::credentials> sessions_;
};

}  // namespace broker
