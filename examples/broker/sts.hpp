// Temporary credentials for members: STS AssumeRole.
// https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html
#pragma once

#include "http_client.hpp"
#include "settings.hpp"

#include <presign/credentials.hpp>

#include <chrono>
#include <future>
#include <map>
#include <mutex>
#include <string>

namespace broker {

/// Returns the credentials in a response of AssumeRole. The status alone proves nothing: Ceph
/// responds with 200 and a list of buckets to requests that it does not understand. Throws
/// store_unavailable if there are no credentials, or if nothing can be signed with them.
presign::credentials parse_assume_role(const std::string& xml,
                                       presign::time_point now = presign::now());

/// Returns a session policy that allows only the objects under a prefix. Empty allows all.
std::string session_policy(const std::string& bucket, const std::string& prefix);

/// Assumes the role of the settings for one member. Throws store_unavailable and store_rejected.
presign::credentials assume_role(const settings& config, const http_client& http,
                                 const std::string& member);

/// The members' credentials. They are used until half of the time that they were given is over, so
/// that a link is always valid for the other half.
class role_sessions {
 public:
  role_sessions(const settings& config, const http_client& http) : settings_(config), http_(http) {}

  /// Of several callers for one member, one assumes the role, and the others wait for its success
  /// or failure. Throws as assume_role().
  presign::credentials of(const std::string& member);

  /// Drops a member's credentials that the store has rejected: it may have lost its sessions.
  /// Returns false, and keeps them, if it did so just now.
  bool drop(const std::string& member, const presign::credentials& rejected);

 private:
  struct kept {
    std::shared_future<presign::credentials> credentials;
    presign::time_point renew_at{};  // the end of time while the credentials are being renewed
    std::chrono::steady_clock::time_point dropped_at{};
  };

  void renew(const std::string& member, std::promise<presign::credentials>& renewal);

  const settings& settings_;
  const http_client& http_;
  std::mutex mutex_;
  std::map<std::string, kept> sessions_;
};

}  // namespace broker
