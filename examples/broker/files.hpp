// What members see of the bucket, with the credentials of their role.
#pragma once

#include "limits.hpp"
#include "settings.hpp"
#include "store.hpp"
#include "ticket.hpp"

#include <presign/credentials.hpp>
#include <presign/s3.hpp>

#include <nlohmann/json.hpp>

#include <chrono>
#include <functional>
#include <future>
#include <map>
#include <mutex>
#include <string>
#include <tuple>
#include <utility>

namespace broker {

/// Throws whatever ends a session.
using session_check = std::function<void(const ticket& session)>;

/// The members' credentials. They are used for the first half of their life, so that a link is
/// always valid for the other half. Before they are renewed, the session is checked.
class role_sessions {
 public:
  role_sessions(const settings& config, session_check check)
      : settings_(config), check_(std::move(check)) {}

  enum class use {
    reading,  // of the member's prefix alone
    // What a form may upload is in the form, whose signer is the broker. So this is the role's
    // whole permission: Ceph 16 accepts the forms of narrower sessions, and stores nothing.
    uploading,
  };

  /// Of several callers for one session, one assumes the role, and the others wait for its success
  /// or failure. Throws as assume_role() and the check.
  presign::credentials of(const ticket& session, use how = use::reading);

  /// Drops credentials that the store has rejected: it may have lost them. Returns false, and keeps
  /// them, if it did so just now.
  bool drop(const ticket& session, const presign::credentials& rejected);

  /// Drops all credentials of a member.
  void forget(const std::string& member);

 private:
  using session_key = std::tuple<std::string, std::uint64_t, use>;  // member and epoch
  struct role_session {
    presign::credentials credentials;
    presign::time_point renew_at;
  };

  role_session assume(const ticket& session, use how) const;

  const settings& settings_;
  const session_check check_;
  std::mutex mutex_;
  std::map<session_key, std::shared_future<role_session>> sessions_;
  throttle drops_{3, std::chrono::seconds(1)};
};

/// The files of members. All of it throws store_unavailable, store_rejected, and as the check.
class file_list {
 public:
  file_list(const settings& config, session_check check);

  /// Returns one page of a listing, as the member's role sees it:
  ///
  ///     {"files": [{"key", "name", "size", "last_modified", "url", "expires_at", "preview"?,
  ///                 "warning"?}],
  ///      "folders": ["holiday/"], "next": "…" or null, "now": "…"}
  ///
  /// Each link expires after 45 to 60 minutes, or with the role's session if that is earlier;
  /// expires_at says when. A preview is a link to what a browser shows.
  nlohmann::json page(const ticket& session, const presign::s3::list_options& options);

  /// Returns a form with which a browser uploads a file into a folder:
  /// {"url", "fields", "most_bytes", "expires_at"}.
  nlohmann::json upload(const ticket& session, const std::string& folder);

  /// Drops all credentials of a member, on this broker.
  void forget(const std::string& member) { sessions_.forget(member); }

  /// Returns where links lead: "https://host".
  std::string origin() const;

 private:
  listing list(const ticket& session, const presign::s3::list_options& options);

  object_store store_;
  presign::s3::bucket public_bucket_;
  role_sessions sessions_;
};

}  // namespace broker
