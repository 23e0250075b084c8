#include "server.hpp"

#include "list_objects.hpp"

#include <presign/presign.hpp>

#include <pugixml.hpp>

#include <algorithm>
#include <iostream>

namespace store {
namespace {

constexpr std::size_t largest_object = 64 << 20;
constexpr std::size_t longest_form = 64 << 10;
constexpr std::size_t longest_path = 4096;  // std::regex takes stack for each byte

// An error response of S3.
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
struct s3_error {
  int status;
  const char* code;
  std::string message;
};

// A request whose signature was verified, and its sender.
struct call {
  const settings& store;
  const httplib::Request& http;
  httplib::Response& response;
  presign::unverified_request request;
  presign::verified outcome;
  std::optional<role_session> session;  // none: the account itself
  std::string body;
};

void reject(const s3_error& failure, httplib::Response& response) {
  pugi::xml_document document;
  const auto error = document.append_child("Error");
  add(error, "Code", failure.code);
  add(error, "Message", failure.message);
  response.status = failure.status;
  response.set_content(to_text(document), "application/xml");
}

// ── Callers and their permissions ───────────────────────────────────────────────────────────────

s3_error rejection(const presign::error& error) {
  using presign::errc;
  if (error.code == errc::signature_mismatch) return {403, "SignatureDoesNotMatch", error.message};
  if (error.code == errc::credentials_expired) return {400, "ExpiredToken", error.message};
  return {403, "AccessDenied", error.message};
}

call authenticate(const settings& store, const httplib::Request& http, httplib::Response& response,
                  std::string_view payload_hash) {
  presign::received_request received{http.method, http.target, {}, payload_hash};
  for (const auto& [name, value] : http.headers) received.headers.push_back({name, value});
  auto request = presign::parse_request(received);
  if (!request) throw rejection(request.error());

  const std::string token(request->session_token);
  auto session = store.sessions.read(token);
  const auto credentials = session ? store.sessions.credentials_of(token, *session) : store.account;
  if (request->access_key_id != credentials.access_key_id) {
    throw s3_error{403, "InvalidAccessKeyId", "there is no such access key"};
  }
  presign::verify_options options;
  options.region = region;
  options.service = http.method == "POST" ? "sts" : "s3";
  auto outcome = presign::verifier{credentials}.verify(*request, options);
  if (!outcome) throw rejection(outcome.error());
  return {store, http, response, *std::move(request), *std::move(outcome), std::move(session), {}};
}

std::string read_body(const httplib::ContentReader* reader, std::size_t most) {
  std::string body;
  const bool is_whole = !reader || (*reader)([&body, most](const char* bytes, std::size_t size) {
    body.append(bytes, size);
    return body.size() <= most;
  });
  if (!is_whole)
    throw s3_error{400, "EntityTooLarge", "a body of more than " + std::to_string(most) + " bytes"};
  return body;
}

// The account may do everything. A session may do what both the role and its own policy allow.
void require(const call& caller, const access& wanted) {
  if (!caller.session) return;
  const auto& policy = caller.session->policy;
  if (allows(role_policy, wanted) && (policy.empty() || allows(policy, wanted))) return;
  throw s3_error{403, "AccessDenied", "the role does not allow " + wanted.action};
}

// ── STS ─────────────────────────────────────────────────────────────────────────────────────────

role_session read_assume_role(const std::string& form) {
  httplib::Params fields;
  httplib::detail::parse_query_text(form, fields);
  fields.emplace("DurationSeconds", "3600");  // the default
  const auto field = [&fields](const char* name) {
    const auto at = fields.find(name);
    return at == fields.end() ? std::string() : at->second;
  };
  const s3_error malformed{400, "ValidationError", "not an AssumeRole that this store knows"};
  if (field("Action") != "AssumeRole" || field("Version") != "2011-06-15") throw malformed;
  if (field("RoleArn") != role_arn) throw s3_error{403, "AccessDenied", "there is no such role"};
  const auto name = field("RoleSessionName");
  const auto seconds = field("DurationSeconds");
  const bool is_number = seconds.size() >= 3 && seconds.size() <= 4 &&
                         seconds.find_first_not_of("0123456789") == seconds.npos;
  if (!is_number || std::stoi(seconds) < 900 || std::stoi(seconds) > 3600) throw malformed;
  if (name.size() < 2 || name.size() > 64) throw malformed;
  return {presign::now() + std::chrono::seconds(std::stoi(seconds)), name, field("Policy")};
}

void assume_role(const call& caller, const std::string& form) {
  if (caller.session) throw s3_error{403, "AccessDenied", "a role cannot assume another"};
  const auto credentials = caller.store.sessions.issue(read_assume_role(form));
  pugi::xml_document document;
  auto root = document.append_child("AssumeRoleResponse");
  root.append_attribute("xmlns") = "https://sts.amazonaws.com/doc/2011-06-15/";
  const auto element = root.append_child("AssumeRoleResult").append_child("Credentials");
  add(element, "AccessKeyId", credentials.access_key_id);
  add(element, "SecretAccessKey", credentials.secret_access_key.reveal());
  add(element, "SessionToken", credentials.session_token.reveal());
  add(element, "Expiration", iso8601(*credentials.expires_at));
  caller.response.set_content(to_text(document), "text/xml");
}

// ── S3 ──────────────────────────────────────────────────────────────────────────────────────────

void list(const call& caller, const std::string& bucket) {
  const auto& parameters = caller.request.query_parameters;
  if (value_of(parameters, "list-type") != "2") {
    throw s3_error{501, "NotImplemented", "only ListObjectsV2 is supported"};
  }
  const auto xml = list_objects(caller.store.objects, bucket, parameters);
  if (!xml) throw s3_error{400, "InvalidArgument", "a parameter is not valid"};
  caller.response.set_content(*xml, "application/xml");
}

// Sets Cache-Control from "response-cache-control", and so on. Throws if the query asks for
// anything else, which this store does not have.
void set_response_headers(const std::vector<presign::name_value_view>& parameters,
                          httplib::Response& response) {
  constexpr std::string_view prefix = "response-";
  constexpr std::string_view known[] = {"cache-control",    "content-disposition",
                                        "content-encoding", "content-language",
                                        "content-type",     "expires"};
  for (const auto& [name, value] : parameters) {
    const auto header = name.substr(std::min(prefix.size(), name.size()));
    const bool is_known = name.substr(0, prefix.size()) == prefix &&
                          std::find(std::begin(known), std::end(known), header) != std::end(known);
    if (!is_known) throw s3_error{501, "NotImplemented", std::string(name)};
    response.set_header(std::string(header), std::string(value));
  }
}

struct byte_range {
  std::int64_t first, last;
};

// Returns the range to serve; all of the object if the header is not one range. RFC 9110, 14.
byte_range read_range(const std::string& header, std::int64_t size) {
  httplib::Ranges ranges;
  if (!httplib::detail::parse_range_header(header, ranges) || ranges.size() != 1) {
    return {0, size - 1};
  }
  auto [first, last] = ranges[0];  // -1: not given
  if (first < 0) {                 // "-5": the last five
    first = std::max<std::int64_t>(size - last, 0);
    last = -1;
  }
  if (last < 0 || last >= size) last = size - 1;
  if (first > last) throw s3_error{416, "InvalidRange", "the range is not in the object"};
  return {first, last};
}

void get(const call& caller, const std::string& bucket, const std::string& key) {
  const auto object = caller.store.objects.get(bucket, key);
  if (!object) throw s3_error{404, "NoSuchKey", "there is no such object"};
  const auto range = read_range(caller.http.get_header_value("Range"), object->size);
  const auto count = range.last - range.first + 1;
  auto& response = caller.response;
  set_response_headers(caller.request.query_parameters, response);
  response.set_header("ETag", object->etag);
  response.set_header("Accept-Ranges", "bytes");
  if (caller.http.get_header_value("If-None-Match") == object->etag) {
    response.status = 304;
    return;
  }
  if (count < object->size) {
    response.status = 206;
    response.set_header("Content-Range", "bytes " + std::to_string(range.first) + '-' +
                                             std::to_string(range.last) + '/' +
                                             std::to_string(object->size));
  }
  const auto type = response.get_header_value("content-type");
  response.headers.erase("content-type");
  response.set_content(object->bytes.data() + range.first, static_cast<std::size_t>(count),
                       type.empty() ? "application/octet-stream" : type);
}

void put(const call& caller, const std::string& bucket, const std::string& key) {
  const auto condition = caller.http.get_header_value("If-None-Match");
  if (!condition.empty() && condition != "*") {
    throw s3_error{501, "NotImplemented", "If-None-Match can only be *"};
  }
  const auto existing = condition.empty() ? if_there::replace : if_there::keep;
  if (!caller.store.objects.put(bucket, key, caller.body, existing)) {
    throw s3_error{412, "PreconditionFailed", "the object exists"};
  }
}

void serve_object(const call& caller) {
  const auto& method = caller.http.method;
  const std::string_view path = caller.outcome.path;  // "/bucket/key"
  const auto slash = std::min(path.find('/', 1), path.size());
  const std::string bucket(path.substr(1, slash - 1));
  const std::string key(path.substr(std::min(slash + 1, path.size())));
  const auto arn = "arn:aws:s3:::" + bucket;

  const bool is_listing = key.empty() && method == "GET";
  const auto* const action = is_listing           ? "s3:ListBucket"
                             : method == "PUT"    ? "s3:PutObject"
                             : method == "DELETE" ? "s3:DeleteObject"
                                                  : "s3:GetObject";
  require(caller, {action, is_listing ? arn : arn + '/' + key,
                   is_listing ? value_of(caller.request.query_parameters, "prefix") : ""});
  if (!caller.store.objects.has_bucket(bucket)) {
    throw s3_error{404, "NoSuchBucket", "there is no such bucket"};
  }
  if (is_listing) return list(caller, bucket);
  if (key.empty() || key.size() > 1024) throw s3_error{400, "KeyTooLongError", "1 to 1024 bytes"};
  if (method == "GET" || method == "HEAD") return get(caller, bucket, key);
  if (method == "PUT") return put(caller, bucket, key);
  if (method != "DELETE") throw s3_error{405, "MethodNotAllowed", method};
  caller.store.objects.remove(bucket, key);
  caller.response.status = 204;
}

void answer(const settings& store, const httplib::Request& http, httplib::Response& response,
            const httplib::ContentReader* body) {
  try {
    if (http.method == "POST") {
      const auto form = read_body(std::exchange(body, nullptr), longest_form);
      const auto hash = presign::sigv4::payload_hash(form).value();
      return assume_role(authenticate(store, http, response, hash), form);
    }
    // An object is read when its sender is known.
    auto caller = authenticate(store, http, response, {});
    caller.body = read_body(std::exchange(body, nullptr), largest_object);
    const auto& hash = caller.outcome.payload_hash;
    if (hash != "UNSIGNED-PAYLOAD" && hash != presign::sigv4::payload_hash(caller.body).value()) {
      throw s3_error{400, "XAmzContentSHA256Mismatch", "the body is not the one that was signed"};
    }
    serve_object(caller);
  } catch (const s3_error& failure) {
    reject(failure, response);
  } catch (const std::exception& failure) {
    std::cerr << failure.what() << '\n';
    reject({500, "InternalError", "the objects cannot be read or written"}, response);
  }
  // A client that cannot send all of its body would not see the response.
  if (body) (*body)([](const char*, std::size_t) { return true; });
}

}  // namespace

void set_up(httplib::Server& http, const settings& store) {
  // One request a connection: a body that was not read cannot be taken for the next request.
  http.set_keep_alive_max_count(1);
  http.set_payload_max_length(largest_object);
  http.set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
    // This store serves ranges itself: cpp-httplib would read past the end of an object.
    const_cast<httplib::Request&>(request).ranges.clear();
    if (request.path.size() <= longest_path && !request.has_header("Content-Encoding") &&
        !request.is_multipart_form_data()) {
      return httplib::Server::HandlerResponse::Unhandled;
    }
    reject({501, "NotImplemented", "not a request that this store understands"}, response);
    return httplib::Server::HandlerResponse::Handled;
  });
  const auto without_body = [&store](const auto& request, auto& response) {
    answer(store, request, response, nullptr);
  };
  const auto with_body = [&store](const auto& request, auto& response, const auto& reader) {
    answer(store, request, response, &reader);
  };
  constexpr const char* any = R"([\s\S]*)";
  http.Get(any, without_body).Delete(any, without_body).Options(any, without_body);
  http.Put(any, with_body).Post(any, with_body).Delete(any, with_body);
}

}  // namespace store
