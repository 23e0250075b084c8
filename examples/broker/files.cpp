#include "files.hpp"

#include "iso8601.hpp"
#include "listing.hpp"
#include "store_error.hpp"

#include <presign/signer.hpp>

#include <algorithm>
#include <chrono>
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

std::string name_of(std::string_view key) { return std::string(key.substr(key.rfind('/') + 1)); }

presign::request download(const presign::s3::bucket& bucket, const std::string& key) {
  presign::s3::get_options options;
  const auto name = name_of(key);
  options.response_content_disposition = presign::s3::content_disposition(
      name.substr(name.size() - std::min(name.size(), longest_name)));
  options.response_cache_control = "private, max-age=" + std::to_string(window.count());
  return bucket.get(key, options);
}

nlohmann::json with_link(const listed_object& object, const presign::s3::bucket& bucket,
                         const presign::signer& signer) {
  nlohmann::json file{{"key", object.key},
                      {"name", name_of(object.key)},
                      {"size", object.size},
                      {"last_modified", object.last_modified}};
  presign::presign_options options;
  options.stable_window = window;
  options.when_credentials_expire_first = presign::on_credential_expiry::clamp;
  const auto link =
      signer.presign(download(bucket, object.key), longest_validity - window, options);
  if (!link) {  // an invalid key, or credentials that expired this second
    file["warning"] = link.error().message;
    return file;
  }
  file["url"] = link->url;
  file["expires_at"] = iso8601(link->expires_at);
  for (const auto warning : link->warnings) {
    if (warning == presign::warning::dot_segments) file["warning"] = presign::describe(warning);
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

file_list::file_list(const settings& config, const http_client& http)
    : store_(bucket_at(config.bucket, config.region, config.endpoint), http),
      public_bucket_(bucket_at(config.bucket, config.region, config.public_endpoint)),
      sessions_(config, http) {}

nlohmann::json file_list::page(const std::string& member,
                               const presign::s3::list_options& options) {
  const auto listing = parse_listing(list(member, options));
  const presign::signer signer{sessions_.of(member)};
  auto files = nlohmann::json::array();
  for (const auto& object : listing.objects) {
    files.push_back(with_link(object, public_bucket_, signer));
  }
  return {{"files", std::move(files)},
          {"folders", listing.prefixes},
          {"now", iso8601(presign::now())},
          {"next", listing.next.empty() ? nlohmann::json() : nlohmann::json(listing.next)}};
}

// Replaces the credentials once if the store may not know them any more.
std::string file_list::list(const std::string& member, const presign::s3::list_options& asked) {
  auto options = asked;
  options.encoding_type_url = true;
  const auto credentials = sessions_.of(member);
  try {
    return store_.list(options, credentials);
  } catch (const store_rejected& rejected) {
    if (!is_about_credentials(rejected) || !sessions_.drop(member, credentials)) throw;
    return store_.list(options, sessions_.of(member));
  }
}

}  // namespace broker
