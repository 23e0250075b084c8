#include "store.hpp"

#include <presign/sigv4.hpp>

#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include <charconv>
#include <string_view>

namespace broker {
namespace {

// Keeps white space and line ends, which may be a part of keys. Returns an empty document if the
// text is not XML.
pugi::xml_document read_xml(const std::string& text) {
  pugi::xml_document document;
  const auto outcome = document.load_buffer(
      text.data(), text.size(), pugi::parse_cdata | pugi::parse_escapes | pugi::parse_ws_pcdata,
      pugi::encoding_utf8);
  if (!outcome) document.reset();
  return document;
}

std::string required_text(const pugi::xml_node& parent, const char* name) {
  std::string text = parent.child_value(name);
  if (text.empty()) throw store_unavailable(std::string("there is no ") + name + " in a response");
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

}  // namespace

std::string perform(const settings& config, const std::string& operation, presign::request request,
                    const std::string& body, const presign::credentials& credentials) {
  request.payload_hash = presign::sigv4::payload_hash(body).value();
  const auto call = presign::signer{credentials}.sign(request).value();
  auto response = send(call, body, config.ca_file);
  const auto status = response.status;
  if (status == 200) return std::move(response.body);

  const auto document = read_xml(response.body);
  const auto root = document.document_element();
  const auto error = root.child("Error") ? root.child("Error") : root;  // STS has a root around it
  const auto text = [&error](const char* name, std::size_t most) {
    return std::string(error.child_value(name)).substr(0, most);
  };
  const auto code = text("Code", 64);
  auto message = operation + " at " + call.url.substr(0, call.url.find('?')) + ": " +
                 std::to_string(status) + ' ' + code + ' ' + text("Message", 1000);
  if (std::chrono::abs(response.clock_ahead) > std::chrono::minutes(1)) {
    message += " (the store's clock is " + std::to_string(response.clock_ahead.count()) +
               " seconds ahead of this machine's)";
  }
  if (status >= 500) throw store_unavailable(message);
  throw store_rejected(message, status, code);
}

// ── S3 ──────────────────────────────────────────────────────────────────────────────────────────

listing parse_listing(const std::string& xml) {
  const auto document = read_xml(xml);
  const auto root = document.child("ListBucketResult");
  if (!root) throw store_unavailable("there is no ListBucketResult in a response");
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

listing list_objects(const settings& config, const presign::s3::bucket& bucket,
                     presign::s3::list_options options, const presign::credentials& credentials) {
  options.encoding_type_url = true;
  auto page =
      parse_listing(perform(config, "ListObjectsV2", bucket.list(options), {}, credentials));
  if (!page.next.empty() && page.next == options.continuation_token) {
    throw store_unavailable("a listing without an end");
  }
  return page;
}

// ── STS ─────────────────────────────────────────────────────────────────────────────────────────

presign::credentials parse_assume_role(const std::string& xml, presign::time_point now) {
  const auto document = read_xml(xml);
  const auto element =
      document.child("AssumeRoleResponse").child("AssumeRoleResult").child("Credentials");
  const auto expires_at = presign::parse_iso8601(required_text(element, "Expiration"));
  if (!expires_at) throw store_unavailable("Credentials with an Expiration that is not a time");
  presign::credentials credentials{required_text(element, "AccessKeyId"),
                                   required_text(element, "SecretAccessKey"),
                                   required_text(element, "SessionToken"), *expires_at};
  const auto anything = presign::s3::bucket::at("example", {"us-east-1"}).value().list();
  const auto attempt = presign::signer{credentials}.sign(anything, {now});
  if (!attempt) throw store_unavailable("Credentials of AssumeRole: " + attempt.error().message);
  return credentials;
}

std::string session_policy(const std::string& bucket, const std::string& prefix) {
  if (prefix.empty()) return {};
  const auto arn = "arn:aws:s3:::" + bucket;
  const nlohmann::json get{
      {"Effect", "Allow"}, {"Action", {"s3:GetObject"}}, {"Resource", {arn + '/' + prefix + '*'}}};
  const nlohmann::json list{{"Effect", "Allow"},
                            {"Action", {"s3:ListBucket"}},
                            {"Resource", {arn}},
                            {"Condition", {{"StringLike", {{"s3:prefix", {prefix + '*'}}}}}}};
  return nlohmann::json{{"Version", "2012-10-17"}, {"Statement", {get, list}}}.dump();
}

presign::credentials assume_role(const settings& config, const std::string& member,
                                 const std::string& prefix) {
  std::vector<presign::name_value> form{{"Action", "AssumeRole"},
                                        {"Version", "2011-06-15"},
                                        {"RoleArn", config.role_arn},
                                        {"RoleSessionName", member},
                                        {"DurationSeconds", std::to_string(config.role_seconds)}};
  const auto policy = session_policy(config.bucket, prefix);
  if (!policy.empty()) form.push_back({"Policy", policy});

  // The library reads the endpoint, which may have a base path.
  auto request = presign::s3::bucket::at("sts", config.sts).value().list();
  request.query_parameters.clear();
  request.method = "POST";
  request.service = "sts";
  request.header("content-type", "application/x-www-form-urlencoded");
  return parse_assume_role(
      perform(config, "AssumeRole", request, presign::sigv4::canonical_query(form)));
}

}  // namespace broker
