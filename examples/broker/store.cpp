#include "store.hpp"

#include <presign/sigv4.hpp>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <charconv>
#include <chrono>
#include <string_view>

namespace broker {
namespace {

using namespace std::chrono_literals;

// Each URL is used at once; the rest is for clocks that differ.
constexpr auto expiry = 5min;

constexpr std::chrono::seconds noticeable{60};  // as a difference of clocks

// Reads a document whose root element must have this name. Keeps white space and line ends, which
// may be a part of keys.
pugi::xml_document read_xml(const std::string& text, const char* root) {
  pugi::xml_document document;
  const auto outcome = document.load_buffer(
      text.data(), text.size(), pugi::parse_cdata | pugi::parse_escapes | pugi::parse_ws_pcdata,
      pugi::encoding_utf8);
  if (!outcome || std::string_view(document.document_element().name()) != root) {
    throw store_unavailable(std::string("expected a ") + root + " in XML, got something else");
  }
  return document;
}

// Returns the text of a child element, which must exist and not be empty.
std::string required_text(const pugi::xml_node& parent, const char* name) {
  std::string text = parent.child_value(name);
  if (text.empty()) throw store_unavailable(std::string(parent.name()) + " without " + name);
  return text;
}

template <class Number>
Number to_number(std::string_view text, int base) {
  Number value{};
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value, base);
  if (failure != std::errc{} || stop != text.data() + text.size()) {
    throw store_unavailable("a listing with an invalid number");
  }
  return value;
}

// Percent-decodes; S3 writes a space as '+'.
std::string url_decoded(std::string_view encoded) {
  std::string raw;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded[i] != '%') {
      raw.push_back(encoded[i] == '+' ? ' ' : encoded[i]);
      continue;
    }
    const auto digits = encoded.substr(i + 1, 2);
    if (digits.size() != 2) throw store_unavailable("a listing with a broken %-escape");
    raw.push_back(static_cast<char>(to_number<unsigned char>(digits, 16)));
    i += 2;
  }
  return raw;
}

presign::request sts_request(const settings& config, const std::string& body) {
  // The library reads the endpoint, which may have a base path.
  presign::s3::location sts{config.region, config.sts_endpoint};
  sts.style = presign::s3::addressing::bucket_endpoint;
  auto request = presign::s3::bucket::at("sts", sts).value().list();
  request.query_parameters.clear();
  request.method = "POST";
  request.service = "sts";
  request.region = config.region;
  request.payload_hash = presign::sigv4::payload_hash(body).value();
  return request.header("content-type", "application/x-www-form-urlencoded");
}

}  // namespace

store_rejected rejection(const std::string& operation, const http_response& response) {
  pugi::xml_document document;
  document.load_buffer(response.body.data(), response.body.size());
  const auto root = document.document_element();  // in STS's responses, one level further down
  const auto error = root.child("Error") ? root.child("Error") : root;
  const std::string code = error.child_value("Code");
  auto message = operation + ": " + std::to_string(response.status) + ' ' + code + ' ' +
                 error.child_value("Message");
  if (std::chrono::abs(response.clock_ahead) > noticeable) {
    message += " (the store's clock is " + std::to_string(response.clock_ahead.count()) +
               " seconds ahead of this machine's)";
  }
  return {message, code};
}

// ── S3 ──────────────────────────────────────────────────────────────────────────────────────────

listing parse_listing(const std::string& xml) {
  const auto document = read_xml(xml, "ListBucketResult");
  const auto root = document.document_element();
  // Keys are encoded only if the response says so, whatever was asked for.
  const bool is_encoded = std::string_view(root.child_value("EncodingType")) == "url";
  const auto key = [is_encoded](const std::string& text) {
    return is_encoded ? url_decoded(text) : text;
  };

  listing page;
  for (const auto& element : root.children("Contents")) {
    page.objects.push_back({key(required_text(element, "Key")),
                            to_number<std::uint64_t>(required_text(element, "Size"), 10),
                            required_text(element, "LastModified")});
  }
  for (const auto& element : root.children("CommonPrefixes")) {
    page.prefixes.push_back(key(required_text(element, "Prefix")));
  }
  if (std::string_view(root.child_value("IsTruncated")) == "true") {
    page.next = required_text(root, "NextContinuationToken");
  }
  return page;
}

presign::s3::bucket bucket_at(const std::string& name, const std::string& region,
                              const std::string& endpoint) {
  using presign::s3::addressing;
  const auto style = endpoint.empty() ? addressing::automatic : addressing::path;
  return presign::s3::bucket::at(name, {region, endpoint, style}).value();
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

listing object_store::list(presign::s3::list_options options,
                           const presign::credentials& credentials) const {
  options.encoding_type_url = true;
  const auto response = send(bucket_.list(options), credentials);
  if (response.status != 200) throw rejection("ListObjectsV2", response);
  return parse_listing(response.body);
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

// ── STS ─────────────────────────────────────────────────────────────────────────────────────────

presign::credentials parse_assume_role(const std::string& xml, presign::time_point now) {
  const auto document = read_xml(xml, "AssumeRoleResponse");
  const auto element = document.document_element().child("AssumeRoleResult").child("Credentials");
  const auto expires_at = presign::parse_iso8601(required_text(element, "Expiration"));
  if (!expires_at) throw store_unavailable("Credentials with an Expiration that is not a time");
  presign::credentials credentials{required_text(element, "AccessKeyId"),
                                   required_text(element, "SecretAccessKey"),
                                   required_text(element, "SessionToken"), *expires_at};
  presign::request anything;
  anything.host = "localhost";
  anything.region = "us-east-1";
  const auto attempt = presign::signer{credentials}.sign(anything, {now});
  if (!attempt) throw store_unavailable("Credentials of AssumeRole: " + attempt.error().message);
  return credentials;
}

std::string session_policy(const std::string& bucket, const std::string& prefix) {
  if (prefix.empty()) return {};
  const auto arn = "arn:aws:s3:::" + bucket;
  return nlohmann::json{{"Version", "2012-10-17"},
                        {"Statement",
                         {{{"Effect", "Allow"},
                           {"Action", {"s3:GetObject"}},
                           {"Resource", {arn + '/' + prefix + '*'}}},
                          {{"Effect", "Allow"},
                           {"Action", {"s3:ListBucket"}},
                           {"Resource", {arn}},
                           {"Condition", {{"StringLike", {{"s3:prefix", {prefix + '*'}}}}}}}}}}
      .dump();
}

presign::credentials assume_role(const settings& config, const http_client& http,
                                 const std::string& member, const std::string& policy) {
  std::vector<presign::name_value> form{{"Action", "AssumeRole"},
                                        {"Version", "2011-06-15"},
                                        {"RoleArn", config.role_arn},
                                        {"RoleSessionName", member},
                                        {"DurationSeconds", std::to_string(config.role_seconds)}};
  if (!policy.empty()) form.push_back({"Policy", policy});
  const auto body = presign::sigv4::canonical_query(form);

  const presign::signer signer{presign::credentials::find().value()};
  const auto response = http.send(signer.sign(sts_request(config, body)).value(), body);
  if (response.status >= 500) throw store_unavailable(rejection("AssumeRole", response).what());
  if (response.status != 200) throw rejection("AssumeRole", response);
  return parse_assume_role(response.body);
}

}  // namespace broker
