#include "demo_store.hpp"

#include "crypto.hpp"
#include "demo_listing.hpp"
#include "demo_range.hpp"
#include "iso8601.hpp"

#include <presign/error.hpp>
#include <presign/sigv4.hpp>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <algorithm>
#include <chrono>
#include <sstream>
#include <string_view>

namespace broker {
namespace {

// An error response of S3.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
struct s3_error {
  int status;
  const char* code;
  std::string message;
};

std::string to_text(const pugi::xml_document& document) {
  std::ostringstream xml;
  document.save(xml, "", pugi::format_raw, pugi::encoding_utf8);
  return xml.str();
}

std::string to_xml(const s3_error& failure) {
  pugi::xml_document document;
  auto error = document.append_child("Error");
  error.append_child("Code").text().set(failure.code);
  error.append_child("Message").text().set(failure.message.c_str());
  return to_text(document);
}

s3_error rejection(const presign::error& error) {
  using presign::errc;
  if (error.code == errc::signature_mismatch) return {403, "SignatureDoesNotMatch", error.message};
  if (error.code == errc::credentials_expired) return {400, "ExpiredToken", error.message};
  if (error.code == errc::payload_mismatch)
    return {400, "XAmzContentSHA256Mismatch", error.message};
  return {403, "AccessDenied", error.message};
}

// Parses the request's signature. The whole body is here, so its hash is known.
presign::result<presign::unverified_request> read_signature(const httplib::Request& request) {
  const auto hash = presign::sigv4::payload_hash(request.body);
  if (!hash) return hash.error();
  presign::received_request received{request.method, request.target, {}, *hash};
  for (const auto& [name, value] : request.headers) received.headers.push_back({name, value});
  return presign::parse_request(received);
}

bool is_bucket_name(std::string_view name) {
  return !name.empty() &&
         name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == name.npos;
}

}  // namespace

demo_store::demo_store(demo_folder folder, presign::credentials account, std::string region,
                       const std::string& bucket_to_read)
    : folder_(std::move(folder)),
      account_(std::move(account)),
      region_(std::move(region)),
      role_policy_(nlohmann::json{
          {"Version", "2012-10-17"},
          {"Statement",
           {{{"Effect", "Allow"},
             {"Action", {"s3:GetObject", "s3:ListBucket"}},
             {"Resource",
              {"arn:aws:s3:::" + bucket_to_read, "arn:aws:s3:::" + bucket_to_read + "/*"}}}}}}
                       .dump()),
      // Sessions stay valid when the store restarts: the key is the account's.
      roles_(hmac_hex(account_.secret_access_key.reveal(), "role sessions")) {}

void demo_store::handle(const httplib::Request& request, httplib::Response& response) const {
  try {
    if (request.method == "POST") {
      assume_role(request, response);
    } else {
      serve_object(request, response);
    }
  } catch (const s3_error& failure) {
    response.status = failure.status;
    response.set_content(to_xml(failure), "application/xml");
  }
}

// ── Callers and their permissions ───────────────────────────────────────────────────────────────

demo_store::verified_request demo_store::authenticate(const httplib::Request& request,
                                                      const char* service) const {
  auto unverified = read_signature(request);
  if (!unverified) throw rejection(unverified.error());

  const std::string token(unverified->session_token);
  const auto session = roles_.read(token);
  const auto credentials = session ? roles_.credentials_of(token, *session) : account_;
  if (unverified->access_key_id != credentials.access_key_id) {
    throw s3_error{403, "InvalidAccessKeyId", "there is no such access key"};
  }
  presign::verify_options options;
  options.region = region_;
  options.service = service;
  const auto verdict = presign::verifier{credentials}.verify(*unverified, options);
  if (!verdict) throw rejection(verdict.error());
  return {std::move(*unverified), session};
}

// The account may do everything. A session may do what both the role and its own policy allow.
void demo_store::require(const verified_request& caller, const wish& wish) const {
  if (!caller.session) return;
  const auto& policy = caller.session->policy;
  if (allows(role_policy_, wish) && (policy.empty() || allows(policy, wish))) return;
  throw s3_error{403, "AccessDenied", "the role does not allow " + wish.action};
}

// ── STS ─────────────────────────────────────────────────────────────────────────────────────────

namespace {

role_session read_assume_role(const httplib::Request& request) {
  const auto field = [&request](const char* name) { return request.get_param_value(name); };
  const s3_error malformed{400, "ValidationError", "not an AssumeRole that this store knows"};
  if (field("Action") != "AssumeRole" || field("Version") != "2011-06-15") throw malformed;
  if (field("RoleArn") != demo_store::role_arn) {
    throw s3_error{403, "AccessDenied", "there is no such role"};
  }
  const auto name = field("RoleSessionName");
  const auto policy = field("Policy");
  const auto seconds = request.has_param("DurationSeconds") ? field("DurationSeconds") : "3600";
  const bool is_number = seconds.size() >= 3 && seconds.size() <= 4 &&
                         seconds.find_first_not_of("0123456789") == seconds.npos;
  if (!is_number || std::stoi(seconds) < 900 || std::stoi(seconds) > 3600) throw malformed;
  if (name.size() < 2 || name.size() > 64) throw malformed;
  if (!policy.empty() && !is_policy(policy)) {
    throw s3_error{400, "MalformedPolicyDocument", "not a policy that this store understands"};
  }
  return {presign::now() + std::chrono::seconds(std::stoi(seconds)), name, policy};
}

std::string assume_role_response(const presign::credentials& credentials) {
  pugi::xml_document document;
  auto root = document.append_child("AssumeRoleResponse");
  root.append_attribute("xmlns") = "https://sts.amazonaws.com/doc/2011-06-15/";
  auto element = root.append_child("AssumeRoleResult").append_child("Credentials");
  const auto add = [&element](const char* name, std::string_view text) {
    element.append_child(name).text().set(std::string(text).c_str());
  };
  add("AccessKeyId", credentials.access_key_id);
  add("SecretAccessKey", credentials.secret_access_key.reveal());
  add("SessionToken", credentials.session_token.reveal());
  add("Expiration", iso8601(*credentials.expires_at));
  return to_text(document);
}

}  // namespace

void demo_store::assume_role(const httplib::Request& request, httplib::Response& response) const {
  const auto caller = authenticate(request, "sts");
  if (caller.session) throw s3_error{403, "AccessDenied", "a role cannot assume another"};
  response.set_content(assume_role_response(roles_.issue(read_assume_role(request))), "text/xml");
}

// ── S3 ──────────────────────────────────────────────────────────────────────────────────────────

void demo_store::serve_object(const httplib::Request& request, httplib::Response& response) const {
  const auto caller = authenticate(request, "s3");
  const std::string_view path = caller.request.path;  // "/bucket/key"
  const auto slash = std::min(path.find('/', 1), path.size());
  const std::string bucket(path.substr(1, slash - 1));
  const std::string key(path.substr(std::min(slash + 1, path.size())));
  const auto arn = "arn:aws:s3:::" + bucket;

  if (key.empty() && request.method == "GET") {
    require(caller, {"s3:ListBucket", arn, value_of(caller.request.query_parameters, "prefix")});
    return list(caller, bucket, response);
  }
  const bool is_read = request.method == "GET" || request.method == "HEAD";
  const bool is_put = request.method == "PUT";
  require(caller, {is_read  ? "s3:GetObject"
                   : is_put ? "s3:PutObject"
                            : "s3:DeleteObject",
                   arn + '/' + key, ""});
  if (!is_bucket_name(bucket) || !folder_.has_bucket(bucket)) {
    throw s3_error{404, "NoSuchBucket", "there is no such bucket"};
  }
  if (key.empty() || key.size() > 1024) throw s3_error{400, "KeyTooLongError", "1 to 1024 bytes"};
  if (is_read) return get(caller, request, bucket, key, response);
  if (is_put) return put(request, bucket, key);
  if (request.method != "DELETE") throw s3_error{405, "MethodNotAllowed", request.method};
  folder_.remove(bucket, key);
  response.status = 204;
}

void demo_store::list(const verified_request& caller, const std::string& bucket,
                      httplib::Response& response) const {
  const auto& parameters = caller.request.query_parameters;
  if (value_of(parameters, "list-type") != "2") {
    throw s3_error{501, "NotImplemented", "only ListObjectsV2 is supported"};
  }
  if (!is_bucket_name(bucket) || !folder_.has_bucket(bucket)) {
    throw s3_error{404, "NoSuchBucket", "there is no such bucket"};
  }
  const auto xml = list_objects(folder_, bucket, parameters);
  if (!xml) throw s3_error{400, "InvalidArgument", "a parameter is not valid"};
  response.set_content(*xml, "application/xml");
}

namespace {

// Sets Cache-Control from "response-cache-control", and so on. Throws if the query asks for
// anything else, which this store does not have.
void set_response_headers(const std::vector<presign::name_value_view>& parameters,
                          httplib::Response& response) {
  constexpr std::pair<std::string_view, const char*> known[] = {
      {"response-cache-control", "Cache-Control"},
      {"response-content-disposition", "Content-Disposition"},
      {"response-content-encoding", "Content-Encoding"},
      {"response-content-language", "Content-Language"},
      {"response-content-type", "Content-Type"},
      {"response-expires", "Expires"},
  };
  for (const auto& [name, value] : parameters) {
    const auto* const header =
        std::find_if(std::begin(known), std::end(known),
                     [name = name](const auto& pair) { return pair.first == name; });
    if (header == std::end(known)) throw s3_error{501, "NotImplemented", std::string(name)};
    response.set_header(header->second, std::string(value));
  }
}

void send(const std::shared_ptr<const open_object>& object, const byte_range& range,
          httplib::Response& response) {
  const auto type = response.get_header_value("Content-Type");
  if (range.size == 0) return;  // cpp-httplib does not accept an empty content provider
  response.headers.erase("Content-Type");
  response.set_content_provider(
      range.size, type.empty() ? "application/octet-stream" : type,
      [object, range](std::size_t offset, std::size_t size, httplib::DataSink& sink) {
        std::array<char, 1 << 16> bytes;
        const auto got =
            object->read(bytes.data(), std::min(size, bytes.size()), range.first + offset);
        return got > 0 && sink.write(bytes.data(), static_cast<std::size_t>(got));
      });
}

}  // namespace

void demo_store::get(const verified_request& caller, const httplib::Request& request,
                     const std::string& bucket, const std::string& key,
                     httplib::Response& response) const {
  const auto object = folder_.open(bucket, key);
  if (!object) throw s3_error{404, "NoSuchKey", "there is no such object"};
  const auto& details = object->what();
  const auto range = read_range(request.get_header_value("Range"), details.size);
  if (!range) throw s3_error{416, "InvalidRange", "the range is not in the object"};

  set_response_headers(caller.request.query_parameters, response);
  response.set_header("ETag", details.etag);
  response.set_header("Accept-Ranges", "bytes");
  if (request.get_header_value("If-None-Match") == details.etag) {
    response.status = 304;
    return;
  }
  response.status = range->is_whole ? 200 : 206;
  if (!range->is_whole) {
    response.set_header("Content-Range", "bytes " + std::to_string(range->first) + '-' +
                                             std::to_string(range->first + range->size - 1) + '/' +
                                             std::to_string(details.size));
  }
  send(object, *range, response);
}

void demo_store::put(const httplib::Request& request, const std::string& bucket,
                     const std::string& key) const {
  const auto condition = request.get_header_value("If-None-Match");
  if (!condition.empty() && condition != "*") {
    throw s3_error{501, "NotImplemented", "If-None-Match can only be *"};
  }
  const auto existing =
      condition.empty() ? demo_folder::if_there::replace : demo_folder::if_there::keep;
  if (!folder_.put(bucket, key, request.body, existing)) {
    throw s3_error{412, "PreconditionFailed", "the object exists"};
  }
}

}  // namespace broker
