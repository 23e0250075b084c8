// What members see of the bucket, with the credentials of their role.
#pragma once

#include "limits.hpp"
#include "settings.hpp"
#include "store.hpp"
#include "ticket.hpp"

#include <nlohmann/json.hpp>

#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <tuple>

namespace broker {

struct assumed_role {
  presign::credentials credentials;
  presign::time_point renew_at;
};

/// Returns when to renew credentials that were assumed now: after half of their life, so that a
/// link is always valid for the other half. If STS gives them a longer life than was asked for, it
/// does not count: a member who was disabled sees the files until the renewal.
presign::time_point renewal_of(const presign::credentials& credentials,
                               std::chrono::seconds asked_for,
                               presign::time_point now = presign::now());

/// Any number of threads may use it. Its functions throw store_unavailable and store_rejected, what
/// the check throws, and std::system_error if there are no credentials.
class file_list {
 public:
  /// Before credentials are renewed for a session, the check throws whatever has ended it.
  file_list(const settings& config, std::function<void(const ticket&)> check);

  /// Returns the response to GET /files, as in README.md: what the member's role sees.
  nlohmann::json page(const ticket& session, const presign::s3::list_options& options);

  /// Returns the response to GET /upload: a form with which a browser uploads into a folder.
  nlohmann::json upload(const ticket& session, const std::string& folder);

  /// Drops all credentials of a member, on this broker.
  void forget(const std::string& member);

 private:
  using role_key = std::tuple<std::string, std::uint64_t, std::string>;  // member, epoch, prefix

  presign::credentials credentials_for(const ticket& session, const std::string& prefix,
                                       const std::string& rejected_id = {});

  const settings& settings_;
  const std::function<void(const ticket&)> check_;
  const presign::s3::bucket bucket_;
  const presign::s3::bucket public_bucket_;
  std::mutex mutex_;
  std::map<role_key, std::shared_future<assumed_role>> roles_;
  throttle renewals_{3, std::chrono::seconds(1)};
};

}  // namespace broker
