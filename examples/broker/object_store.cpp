#include "object_store.hpp"

#include <presign/signer.hpp>

#include <pugixml.hpp>

#include <chrono>

namespace broker {
namespace {

using namespace std::chrono_literals;

// Each URL is used at once; the rest is for clocks that differ.
constexpr auto expiry = 5min;

}  // namespace

presign::s3::bucket bucket_at(const std::string& name, const std::string& region,
                              const std::string& endpoint) {
  using presign::s3::addressing;
  const auto style = endpoint.empty() ? addressing::automatic : addressing::path;
  return presign::s3::bucket::at(name, {region, endpoint, style}).value();
}

store_rejected rejection(const std::string& operation, const http_response& response) {
  pugi::xml_document document;
  document.load_buffer(response.body.data(), response.body.size());
  const auto root = document.document_element();  // in STS's responses, one level further down
  const auto error = root.child("Error") ? root.child("Error") : root;
  const std::string code = error.child_value("Code");
  return {operation + ": " + std::to_string(response.status) + ' ' + code + ' ' +
              presign::redact(error.child_value("Message")),
          code};
}

std::optional<std::string> object_store::get(const std::string& key,
                                             const presign::credentials& credentials) const {
  auto response = send(bucket_.get(key), credentials);
  if (response.status == 404) return std::nullopt;
  if (response.status != 200) throw rejection("GetObject", response);
  return std::move(response.body);
}

bool object_store::create(const std::string& key, const std::string& body,
                          const presign::credentials& credentials) const {
  const auto response = send(bucket_.put(key).header("if-none-match", "*"), credentials, body);
  // 409: another request was creating it at the same time.
  // https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html
  if (response.status == 412 || response.status == 409) return false;
  if (response.status != 200) throw rejection("PutObject", response);
  return true;
}

void object_store::put(const std::string& key, const std::string& body,
                       const presign::credentials& credentials) const {
  const auto response = send(bucket_.put(key), credentials, body);
  if (response.status != 200) throw rejection("PutObject", response);
}

std::string object_store::list(const presign::s3::list_options& options,
                               const presign::credentials& credentials) const {
  auto response = send(bucket_.list(options), credentials);
  if (response.status != 200) throw rejection("ListObjectsV2", response);
  return std::move(response.body);
}

http_response object_store::send(const presign::request& request,
                                 const presign::credentials& credentials,
                                 const std::string& body) const {
  auto response = http_.send(presign::signer{credentials}.presign(request, expiry).value(), body);
  if (response.status >= 500) {
    throw store_unavailable("the store responds with " + std::to_string(response.status));
  }
  return response;
}

}  // namespace broker
