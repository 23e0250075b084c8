// The page of a member: files with links that expire, as JSON.
#pragma once

#include "http_client.hpp"
#include "object_store.hpp"
#include "settings.hpp"
#include "sts.hpp"

#include <presign/s3.hpp>

#include <nlohmann/json.hpp>

#include <string>

namespace broker {

class file_list {
 public:
  file_list(const settings& config, const http_client& http);

  /// Returns one page of a listing, as the member's role sees it:
  ///
  ///     {"files": [{"key", "name", "size", "last_modified", "url", "expires_at", "warning"?}],
  ///      "folders": ["holiday/"], "next": "…" or null, "now": "…"}
  ///
  /// Each link expires after an hour, or with the role's session if that is earlier; expires_at
  /// says when. Throws store_unavailable and store_rejected.
  nlohmann::json page(const std::string& member, const presign::s3::list_options& options);

 private:
  std::string list(const std::string& member, const presign::s3::list_options& asked);

  object_store store_;
  presign::s3::bucket public_bucket_;
  role_sessions sessions_;
};

}  // namespace broker
