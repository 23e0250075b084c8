#include "files.hpp"

#include "log.hpp"

#include <presign/post.hpp>

#include <algorithm>
#include <filesystem>
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

// At this number, all are dropped. Those still needed cost one request each.
constexpr std::size_t most_roles = 10000;

// Returns the type of a file that browsers show without running anything in it.
const char* preview_type(const std::string& name) {
  static const std::map<std::string, const char*> types = {
      {".avif", "image/avif"}, {".gif", "image/gif"},       {".jpeg", "image/jpeg"},
      {".jpg", "image/jpeg"},  {".pdf", "application/pdf"}, {".png", "image/png"},
      {".webp", "image/webp"}};
  auto end = std::filesystem::path(name).extension().string();
  for (char& c : end) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  const auto type = types.find(end);
  return type == types.end() ? nullptr : type->second;
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

// Ceph responds with AccessDenied for a session of a role that was deleted and made again.
bool is_about_credentials(const store_rejected& rejected) {
  constexpr std::string_view codes[] = {
      "AccessDenied",         "ExpiredToken",          "InvalidAccessKeyId",  "InvalidToken",
      "InvalidClientTokenId", "SignatureDoesNotMatch", "TokenRefreshRequired"};
  return std::find(std::begin(codes), std::end(codes), rejected.code) != std::end(codes);
}

// Returns whether a role has to be assumed again: true after a failure, false during a call.
bool is_over(const std::shared_future<assumed_role>& role, const std::string& rejected_id) try {
  if (role.valid() && role.wait_for(0s) != std::future_status::ready) return false;
  return !role.valid() || presign::now() >= role.get().renew_at ||
         role.get().credentials.access_key_id == rejected_id;
} catch (...) {
  return true;
}

}  // namespace

presign::time_point renewal_of(const presign::credentials& credentials,
                               std::chrono::seconds asked_for, presign::time_point now) {
  return now + std::min(*credentials.expires_at - now, asked_for) / 2;
}

file_list::file_list(const settings& config, std::function<void(const ticket&)> check)
    : settings_(config),
      check_(std::move(check)),
      bucket_(presign::s3::bucket::at(config.bucket, config.store).value()),
      public_bucket_(presign::s3::bucket::at(config.bucket, config.public_store).value()) {}

// Returns credentials that may read what is under the prefix. Of several threads, the first assumes
// the role, and all share its success or failure. If the store has rejected credentials, it may
// have lost them: then returns others, or the same if they were renewed just now.
presign::credentials file_list::credentials_for(const ticket& session, const std::string& prefix,
                                                const std::string& rejected_id) {
  const role_key key{session.member, session.epoch, prefix};
  std::shared_future<assumed_role> role;
  {
    const std::lock_guard lock(mutex_);
    if (roles_.size() >= most_roles && roles_.count(key) == 0) roles_.clear();
    auto& kept = roles_[key];
    if (is_over(kept, "") ||
        (is_over(kept, rejected_id) && renewals_.take(session.member).count() == 0)) {
      kept = std::async(std::launch::deferred, [this, session, prefix] {
        check_(session);
        const auto credentials = assume_role(settings_, session.member, prefix);
        const std::chrono::seconds asked_for(settings_.role_seconds);
        return assumed_role{credentials, renewal_of(credentials, asked_for)};
      });
    }
    role = kept;
  }
  return role.get().credentials;
}

void file_list::forget(const std::string& member) {
  const std::lock_guard lock(mutex_);
  auto role = roles_.lower_bound({member, 0, ""});
  while (role != roles_.end() && std::get<0>(role->first) == member) role = roles_.erase(role);
}

nlohmann::json file_list::page(const ticket& session, const presign::s3::list_options& options) {
  const auto prefix = settings_.prefix_of(session.member);
  auto credentials = credentials_for(session, prefix);
  listing page;
  try {
    page = list_objects(settings_, bucket_, options, credentials);
  } catch (const store_rejected& rejected) {
    if (!is_about_credentials(rejected)) throw;
    auto renewed = credentials_for(session, prefix, credentials.access_key_id);
    if (renewed.access_key_id == credentials.access_key_id) throw;
    credentials = std::move(renewed);
    page = list_objects(settings_, bucket_, options, credentials);
  }
  const presign::signer signer{credentials};
  auto files = nlohmann::json::array();
  for (const auto& object : page.objects) {
    files.push_back(with_links(object, public_bucket_, signer));
  }
  return {{"files", std::move(files)},
          {"folders", page.prefixes},
          {"now", iso8601(presign::now())},
          {"next", page.next.empty() ? nlohmann::json() : nlohmann::json(page.next)}};
}

nlohmann::json file_list::upload(const ticket& session, const std::string& folder) {
  auto policy = public_bucket_.post(folder + "${filename}");
  policy.content_length_range(0, largest_upload);
  // The form says what may be uploaded, and the broker signs it. So the credentials are not limited
  // to a prefix: Ceph 16 accepts the forms of those that are, and stores nothing.
  const presign::signer signer{credentials_for(session, "")};
  const auto form = signer.presign_post(policy, longest_validity);
  if (!form) throw store_rejected(form.error().message, 400, "InvalidArgument");
  nlohmann::json fields;
  for (const auto& [name, value] : form->fields) fields[name] = value;
  return {{"url", form->url},
          {"fields", std::move(fields)},
          {"most_bytes", largest_upload},
          {"expires_at", iso8601(form->expires_at)}};
}

}  // namespace broker
