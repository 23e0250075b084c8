#include "files.hpp"

#include "log.hpp"

#include <presign/post.hpp>
#include <presign/signer.hpp>

#include <algorithm>
#include <cctype>
#include <chrono>
#include <limits>
#include <string_view>

namespace broker {
namespace {

using namespace std::chrono_literals;

constexpr std::chrono::seconds longest_validity = 1h;
// A link stays the same throughout such a window, so that browsers find the file in their cache.
// presign adds the window to the expiry, so it is subtracted first.
constexpr std::chrono::seconds window = 15min;

// File systems take names of 255 bytes; a longer one would make the URL too long for some servers.
// A character that is cut in two becomes U+FFFD.
constexpr std::size_t longest_name = 255;

// S3 takes 5 GB in a form.
// https://docs.aws.amazon.com/AmazonS3/latest/API/RESTObjectPOST.html
constexpr std::int64_t largest_upload = 5'000'000'000;

// At this number, all sessions are dropped. Those still needed cost one request each.
constexpr std::size_t most_sessions = 10000;

// The types that browsers show without running anything in them, by the end of the name.
constexpr std::pair<const char*, const char*> preview_types[] = {
    {".avif", "image/avif"}, {".gif", "image/gif"},       {".jpeg", "image/jpeg"},
    {".jpg", "image/jpeg"},  {".pdf", "application/pdf"}, {".png", "image/png"},
    {".webp", "image/webp"}};

const char* preview_type(std::string name) {
  for (char& c : name) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto dot = std::min(name.rfind('.'), name.size());
  for (const auto& [end, type] : preview_types) {
    if (dot > 0 && name.compare(dot, name.npos, end) == 0) return type;
  }
  return nullptr;
}

nlohmann::json with_links(const listed_object& object, const presign::s3::bucket& bucket,
                          const presign::signer& signer) {
  const auto name = object.key.substr(object.key.rfind('/') + 1);
  nlohmann::json file{{"key", object.key},
                      {"name", name},
                      {"size", object.size},
                      {"last_modified", object.last_modified}};
  presign::s3::get_options get;
  get.response_content_disposition = presign::s3::content_disposition(
      name.substr(name.size() - std::min(name.size(), longest_name)));
  get.response_cache_control = "private, max-age=" + std::to_string(window.count());
  presign::presign_options options;
  options.stable_window = window;
  options.when_credentials_expire_first = presign::on_credential_expiry::clamp;
  const auto sign = [&] {
    return signer.presign(bucket.get(object.key, get), longest_validity - window, options);
  };
  const auto link = sign();
  if (!link) {  // an invalid key, or credentials that expired this second
    file["warning"] = link.error().message;
    return file;
  }
  file["url"] = link->url;
  file["expires_at"] = iso8601(link->expires_at);
  for (const auto warning : link->warnings) {
    if (warning == presign::warning::dot_segments) file["warning"] = presign::describe(warning);
  }
  if (const auto* const type = preview_type(name)) {
    get.response_content_disposition = "inline";
    get.response_content_type = type;
    if (const auto preview = sign()) file["preview"] = preview->url;
  }
  return file;
}

// Ceph answers with AccessDenied for a session of a role that was deleted and made again.
bool is_about_credentials(const store_rejected& rejected) {
  constexpr std::string_view codes[] = {
      "AccessDenied",         "ExpiredToken",          "InvalidAccessKeyId",  "InvalidToken",
      "InvalidClientTokenId", "SignatureDoesNotMatch", "TokenRefreshRequired"};
  return std::find(std::begin(codes), std::end(codes), rejected.code) != std::end(codes);
}

}  // namespace

// ── The role's sessions ─────────────────────────────────────────────────────────────────────────

namespace {

template <class Future>
bool is_ready(const Future& future) {
  return future.wait_for(0s) == std::future_status::ready;
}

// Returns whether a role has to be assumed again: true after a failure, false during a call.
template <class Future>
bool is_over(const Future& assumed) try {
  return !assumed.valid() || (is_ready(assumed) && presign::now() >= assumed.get().renew_at);
} catch (...) {
  return true;
}

}  // namespace

presign::credentials role_sessions::of(const ticket& session, use how) {
  const session_key key{session.member, session.epoch, how};
  std::promise<role_session> renewal;
  std::shared_future<role_session> found;
  {
    const std::lock_guard lock(mutex_);
    if (sessions_.size() >= most_sessions && sessions_.count(key) == 0) sessions_.clear();
    auto& kept = sessions_[key];
    if (is_over(kept)) {
      kept = renewal.get_future().share();
    } else {
      found = kept;
    }
  }
  if (found.valid()) return found.get().credentials;
  try {
    const auto assumed = assume(session, how);
    renewal.set_value(assumed);
    return assumed.credentials;
  } catch (...) {
    renewal.set_exception(std::current_exception());
    throw;
  }
}

role_sessions::role_session role_sessions::assume(const ticket& session, use how) const {
  check_(session);
  const auto prefix = how == use::reading ? settings_.prefix_of(session.member) : "";
  auto credentials = assume_role(settings_, session.member, prefix);
  const auto now = presign::now();
  return {credentials, now + (*credentials.expires_at - now) / 2};
}

bool role_sessions::drop(const ticket& session, const presign::credentials& rejected) {
  const std::lock_guard lock(mutex_);
  const auto kept = sessions_.find({session.member, session.epoch, use::reading});
  if (kept == sessions_.end() || is_over(kept->second) || !is_ready(kept->second) ||
      kept->second.get().credentials.access_key_id != rejected.access_key_id) {
    return true;  // somebody else has dropped them
  }
  if (drops_.take(session.member).count() > 0) return false;
  sessions_.erase(kept);
  return true;
}

void role_sessions::forget(const std::string& member) {
  const std::lock_guard lock(mutex_);
  const auto last = std::numeric_limits<std::uint64_t>::max();
  sessions_.erase(sessions_.lower_bound({member, 0, use::reading}),
                  sessions_.upper_bound({member, last, use::uploading}));
}

// ── Files ───────────────────────────────────────────────────────────────────────────────────────

file_list::file_list(const settings& config, session_check check)
    : store_(config, config.bucket),
      public_bucket_(bucket_at(config.bucket, config.region, config.public_endpoint)),
      sessions_(config, std::move(check)) {}

std::string file_list::origin() const {
  const auto request = public_bucket_.list();
  return request.scheme + "://" + request.host;
}

nlohmann::json file_list::page(const ticket& session, const presign::s3::list_options& options) {
  const auto listing = list(session, options);
  const presign::signer signer{sessions_.of(session)};
  auto files = nlohmann::json::array();
  for (const auto& object : listing.objects) {
    files.push_back(with_links(object, public_bucket_, signer));
  }
  return {{"files", std::move(files)},
          {"folders", listing.prefixes},
          {"now", iso8601(presign::now())},
          {"next", listing.next.empty() ? nlohmann::json() : nlohmann::json(listing.next)}};
}

// Replaces the credentials once if the store may not know them any more.
listing file_list::list(const ticket& session, const presign::s3::list_options& options) {
  const auto credentials = sessions_.of(session);
  try {
    return store_.list(options, credentials);
  } catch (const store_rejected& rejected) {
    if (!is_about_credentials(rejected) || !sessions_.drop(session, credentials)) throw;
    return store_.list(options, sessions_.of(session));
  }
}

nlohmann::json file_list::upload(const ticket& session, const std::string& folder) {
  auto policy = public_bucket_.post(folder + "${filename}");
  policy.content_length_range(0, largest_upload);
  const presign::signer signer{sessions_.of(session, role_sessions::use::uploading)};
  const auto form = signer.presign_post(policy, longest_validity);
  if (!form) throw store_rejected(form.error().message, "InvalidArgument");
  nlohmann::json fields;
  for (const auto& [name, value] : form->fields) fields[name] = value;
  return {{"url", form->url},
          {"fields", std::move(fields)},
          {"most_bytes", largest_upload},
          {"expires_at", iso8601(form->expires_at)}};
}

}  // namespace broker
