// A small store that speaks S3's protocol and STS's, over a file of SQLite: an example of the
// receiving side, and a store for demonstrations and tests. It checks every request with
// presign::verifier.
//
//     GET, HEAD, PUT, DELETE /bucket/key      with If-None-Match, and GET with Range
//     GET /bucket?list-type=2                 ListObjectsV2
//     POST /                                  AssumeRole
//
// There is one account, with one key pair, which may do everything; and one role, which may list
// and read one bucket.
#include "list_objects.hpp"
#include "objects.hpp"
#include "roles.hpp"

#include <presign/presign.hpp>

#include <httplib.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <csignal>
#include <iostream>
#include <stdexcept>
#include <string>
#include <thread>
#include <utility>

namespace store {
namespace {

constexpr const char* region = "us-east-1";
constexpr const char* role_arn = "arn:aws:iam:::role/reader";
constexpr const char* role_policy = R"({"Version": "2012-10-17", "Statement": [{
  "Effect": "Allow", "Action": ["s3:GetObject", "s3:ListBucket"],
  "Resource": ["arn:aws:s3:::files", "arn:aws:s3:::files/*"]}]})";

constexpr std::size_t largest_object = 64 << 20;
constexpr std::size_t longest_form = 64 << 10;
constexpr std::size_t longest_path = 4096;  // std::regex takes stack for each byte

struct settings {
  object_table objects;
  presign::verifier account;
  role_sessions sessions;
};

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
  parameters query;
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
  if (error.code == errc::wrong_access_key) return {403, "InvalidAccessKeyId", "not known here"};
  if (error.code == errc::signature_mismatch) return {403, "SignatureDoesNotMatch", error.message};
  if (error.code == errc::credentials_expired) return {400, "ExpiredToken", error.message};
  return {403, "AccessDenied", error.message};
}

// Verifies a request, which the account or a session of the role must have signed.
call authenticate(const settings& store, const httplib::Request& http, httplib::Response& response,
                  std::string_view payload_hash) {
  presign::received_request received{http.method, http.target, {}, payload_hash};
  for (const auto& [name, value] : http.headers) received.headers.push_back({name, value});
  auto request = presign::parse_request(received);
  if (!request) throw rejection(request.error());

  const std::string token(request->session_token);
  auto session = store.sessions.read(token);
  const auto verifier =
      session ? presign::verifier(store.sessions.credentials_of(token, *session)) : store.account;
  presign::verify_options options;
  options.region = region;
  options.service = http.method == "POST" ? "sts" : "s3";
  auto outcome = verifier.verify(*request, options);
  if (!outcome) throw rejection(outcome.error());
  parameters query;
  for (const auto& [name, value] : request->query_parameters) query.emplace(name, value);
  return {store, http, response, std::move(query), *std::move(outcome), std::move(session), {}};
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
  httplib::Params parsed;
  httplib::detail::parse_query_text(form, parsed);
  parameters fields(parsed.begin(), parsed.end());
  fields.emplace("DurationSeconds", "3600");  // the default
  const auto& name = fields["RoleSessionName"];
  const auto seconds = to_number(fields["DurationSeconds"]);
  if (fields["Action"] != "AssumeRole" || fields["Version"] != "2011-06-15" || name.size() < 2 ||
      name.size() > 64 || seconds < 900 || seconds > 3600) {
    throw s3_error{400, "ValidationError", "not an AssumeRole that this store knows"};
  }
  if (fields["RoleArn"] != role_arn) throw s3_error{403, "AccessDenied", "there is no such role"};
  return {presign::now() + std::chrono::seconds(seconds), name, fields["Policy"]};
}

// Writes a time as "2026-11-23T10:00:00Z".
std::string iso8601(presign::time_point time) {
  const auto basic = presign::sigv4::amz_date::at(time).value();  // 20261123T100000Z
  return std::string(basic.text()).insert(13, ":").insert(11, ":").insert(6, "-").insert(4, "-");
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

void list(call& caller, const std::string& bucket) {
  if (caller.query["list-type"] != "2") {
    throw s3_error{501, "NotImplemented", "only ListObjectsV2 is supported"};
  }
  const auto xml = list_objects(caller.store.objects, bucket, caller.query);
  if (!xml) throw s3_error{400, "InvalidArgument", "a parameter is not valid"};
  caller.response.set_content(*xml, "application/xml");
}

// Sets the headers that the query asks for. Throws if it asks for anything else, which this store
// does not have.
void set_response_headers(const parameters& query, httplib::Response& response) {
  constexpr std::string_view known[] = {"response-cache-control",    "response-content-disposition",
                                        "response-content-encoding", "response-content-language",
                                        "response-content-type",     "response-expires"};
  for (const auto& [name, value] : query) {
    if (std::find(std::begin(known), std::end(known), name) == std::end(known)) {
      throw s3_error{501, "NotImplemented", name};
    }
    const auto header = name.substr(name.find('-') + 1);
    response.headers.erase(header);
    response.set_header(header, value);
  }
}

// Returns the range to serve, of an object of this size; none for all of it, also if the header is
// not one range. RFC 9110, 14.
httplib::Ranges read_range(const std::string& header, ssize_t size) {
  httplib::Ranges ranges;
  if (!httplib::detail::parse_range_header(header, ranges) || ranges.size() != 1) return {};
  auto& [first, last] = ranges[0];  // -1: not given
  if (first < 0) {                  // "-5": the last five
    first = std::max<ssize_t>(size - last, 0);
    last = -1;
  }
  if (last < 0 || last >= size) last = size - 1;
  if (first > last) throw s3_error{416, "InvalidRange", "the range is not in the object"};
  if (first == 0 && last == size - 1) ranges.clear();
  return ranges;
}

void get(const call& caller, const std::string& bucket, const std::string& key) {
  const auto object = caller.store.objects.get(bucket, key);
  if (!object) throw s3_error{404, "NoSuchKey", "there is no such object"};
  auto& response = caller.response;
  response.set_content(object->bytes, "application/octet-stream");
  set_response_headers(caller.query, response);
  response.set_header("ETag", object->etag);
  if (caller.http.get_header_value("If-None-Match") == object->etag) {
    response.body.clear();
    response.status = 304;
    return;
  }
  response.set_header("Accept-Ranges", "bytes");
  // cpp-httplib sends this part of the content, as 206.
  const_cast<httplib::Request&>(caller.http).ranges =
      read_range(caller.http.get_header_value("Range"), static_cast<ssize_t>(object->bytes.size()));
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

void serve_object(call& caller) {
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
  require(caller,
          {action, is_listing ? arn : arn + '/' + key, is_listing ? caller.query["prefix"] : ""});
  if (bucket != "files" && bucket != "members") {
    throw s3_error{404, "NoSuchBucket", "there is no such bucket"};
  }
  if (is_listing) return list(caller, bucket);
  if (key.empty() || key.size() > 1024) throw s3_error{400, "KeyTooLongError", "1 to 1024 bytes"};
  if (method == "PUT") return put(caller, bucket, key);
  if (method != "DELETE") return get(caller, bucket, key);
  caller.store.objects.remove(bucket, key);
  caller.response.status = 204;
}

// ── HTTP ────────────────────────────────────────────────────────────────────────────────────────

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

void handle(const settings& store, const httplib::Request& http, httplib::Response& response,
            const httplib::ContentReader* body) {
  try {
    if (http.method == "POST") {
      const auto form = read_body(std::exchange(body, nullptr), longest_form);
      const auto hash = presign::sigv4::payload_hash(form).value();
      return assume_role(authenticate(store, http, response, hash), form);
    }
    // An object is read only after its sender is known.
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

// Gives the server its handlers, which refer to the settings.
void set_up(httplib::Server& http, const settings& store) {
  // One request a connection: a body that was not read cannot be taken for the next request.
  http.set_keep_alive_max_count(1);
  http.set_payload_max_length(largest_object);
  http.set_pre_routing_handler([](const httplib::Request& request, httplib::Response& response) {
    const_cast<httplib::Request&>(request).ranges.clear();  // only for objects: see get()
    if (request.path.size() <= longest_path && !request.has_header("Content-Encoding") &&
        !request.is_multipart_form_data()) {
      return httplib::Server::HandlerResponse::Unhandled;
    }
    reject({501, "NotImplemented", "not a request that this store understands"}, response);
    return httplib::Server::HandlerResponse::Handled;
  });
  const auto without_body = [&store](const auto& request, auto& response) {
    handle(store, request, response, nullptr);
  };
  const auto with_body = [&store](const auto& request, auto& response, const auto& reader) {
    handle(store, request, response, &reader);
  };
  constexpr const char* any = R"([\s\S]*)";
  http.Get(any, without_body).Delete(any, without_body);
  http.Put(any, with_body).Post(any, with_body).Delete(any, with_body);
}

}  // namespace
}  // namespace store

int main(int argc, char** argv) try {
  std::string file;
  int port = 0;
  CLI::App app(
      "A small S3 store for demonstrations and tests, at 127.0.0.1. It prints its address.\n"
      "It has the buckets \"files\" and \"members\" in us-east-1. Its account has the keys of the\n"
      "environment (AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY), and the role\n"
      "arn:aws:iam:::role/reader may read \"files\".");
  app.add_option("FILE", file, "keeps the objects")->required();
  app.add_option("PORT", port, "the port to listen on; 0: any free one")->check(CLI::Range(65535));
  CLI11_PARSE(app, argc, argv);

  // Threads inherit the mask, so that a signal waits for sigwait().
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);

  const auto account = presign::credentials::from_environment().value();
  const store::settings settings{store::object_table(file), presign::verifier(account),
                                 store::role_sessions(account)};
  httplib::Server http;
  store::set_up(http, settings);
  http.set_socket_options([](int socket) {  // cpp-httplib would let two programs have one port
    const int yes = 1;
    setsockopt(socket, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  });
  constexpr const char* host = "127.0.0.1";
  const int bound = port == 0                       ? http.bind_to_any_port(host)
                    : http.bind_to_port(host, port) ? port
                                                    : -1;
  if (bound < 0) throw std::runtime_error("cannot listen on port " + std::to_string(port));
  std::thread serving([&http] { http.listen_after_bind(); });
  std::cout << "The store is at http://" << host << ':' << bound << std::endl;

  int signal = 0;
  sigwait(&signals, &signal);
  while (!http.is_running()) std::this_thread::yield();  // it would ignore an earlier stop
  http.stop();
  serving.join();
} catch (const std::exception& failure) {
  std::cerr << "store: " << failure.what() << '\n';
  return 1;
}
