// Signs the requests that compare.py and live_test.py ask for, and verifies those that another
// signer signed. Reads a JSON object a line, and
// writes a JSON object a line.
#include <nlohmann/json.hpp>
#include <presign/presign.hpp>

#include <chrono>
#include <iostream>
#include <string>

namespace {

using nlohmann::json;

presign::time_point to_time(const json& seconds) {
  return presign::time_point{std::chrono::seconds{seconds.get<long long>()}};
}

presign::credentials to_credentials(const json& in) {
  return {in.at("id").get<std::string>(), in.at("secret").get<std::string>(),
          in.at("token").get<std::string>()};
}

presign::request to_request(const json& in) {
  presign::request request;
  request.method = in.at("method");
  request.scheme = in.at("scheme");
  request.host = in.at("host");
  request.path = in.at("path");
  request.path_is_encoded = in.value("path_is_encoded", false);
  request.service = in.at("service");
  request.region = in.at("region");
  request.payload_hash = in.at("payload_hash");
  for (const auto& pair : in.at("query")) request.query(pair.at(0), pair.at(1));
  for (const auto& pair : in.at("headers")) request.header(pair.at(0), pair.at(1));
  return request;
}

presign::s3::addressing to_addressing(const std::string& style) {
  if (style == "path") return presign::s3::addressing::path;
  if (style == "virtual_host") return presign::s3::addressing::virtual_host;
  return presign::s3::addressing::automatic;
}

presign::s3::bucket to_bucket(const json& in) {
  return presign::s3::bucket::at(
             in.at("bucket").get<std::string>(),
             {in.at("region"), in.at("endpoint"), to_addressing(in.at("style"))})
      .value();
}

presign::s3::post_policy to_policy(const json& in) {
  auto policy = to_bucket(in).post(in.at("key").get<std::string>());
  for (const auto& pair : in.at("fields")) policy.field(pair.at(0), pair.at(1));
  for (const auto& pair : in.at("prefixes")) policy.starts_with(pair.at(0), pair.at(1));
  const auto& range = in.at("range");
  if (!range.is_null()) policy.content_length_range(range.at(0), range.at(1));
  return policy;
}

presign::request s3_request(const json& in) {
  const auto bucket = to_bucket(in);
  const std::string operation = in.at("operation");
  const std::string key = in.value("key", "");
  const json& options = in.at("options");
  const auto text = [&options](const char* name) { return options.value(name, std::string()); };
  const auto number = [&options](const char* name) {
    return options.contains(name) ? std::optional<int>(options.at(name)) : std::nullopt;
  };

  if (operation == "list") {
    presign::s3::list_options list;
    list.prefix = text("prefix");
    list.delimiter = text("delimiter");
    list.max_keys = number("max_keys");
    list.continuation_token = text("continuation_token");
    list.start_after = text("start_after");
    list.encoding_type_url = options.value("encoding_type_url", false);
    return bucket.list(list);
  }
  if (operation == "put") return bucket.put(key);
  if (operation == "remove") return bucket.remove(key, text("version_id"));
  presign::s3::get_options get;
  get.version_id = text("version_id");
  get.part_number = number("part_number");
  get.response_cache_control = text("response_cache_control");
  get.response_content_disposition = text("response_content_disposition");
  get.response_content_encoding = text("response_content_encoding");
  get.response_content_language = text("response_content_language");
  get.response_content_type = text("response_content_type");
  get.response_expires = text("response_expires");
  return operation == "head" ? bucket.head(key, get) : bucket.get(key, get);
}

json to_json(const std::vector<presign::name_value>& pairs) {
  json out = json::array();
  for (const auto& [name, value] : pairs) out.push_back({name, value});
  return out;
}

json verify(const json& in) {
  const std::string method = in.at("method");
  const std::string target = in.at("target");
  const std::string payload_hash = in.at("payload_hash");
  presign::received_request received{method, target, {}, payload_hash};
  for (const auto& header : in.at("headers")) {
    received.headers.push_back(
        {header.at(0).get_ref<const std::string&>(), header.at(1).get_ref<const std::string&>()});
  }
  const auto request = presign::parse_request(received).value();
  presign::verify_options options;
  options.at = to_time(in.at("at"));
  presign::verifier{to_credentials(in.at("credentials"))}.verify(request, options).value();
  return {{"error", ""}};
}

json sign(const json& in) {
  const std::string kind = in.at("kind");
  if (kind == "verify") return verify(in);
  const presign::signer signer{to_credentials(in.at("credentials"))};
  const auto at = to_time(in.at("at"));
  if (kind == "sign") {
    const auto ready = signer.sign(to_request(in), {at}).value();
    return {{"url", ready.url},
            {"method", ready.method},
            {"headers", to_json(ready.headers)},
            {"signed_at", ready.signed_at.time_since_epoch().count()}};
  }
  presign::presign_options options;
  options.at = at;
  const auto expires = std::chrono::seconds{in.at("expires").get<long long>()};
  if (kind == "post") {
    const auto form = signer.presign_post(to_policy(in), expires, options).value();
    return {{"url", form.url},
            {"fields", to_json(form.fields)},
            {"signed_at", form.signed_at.time_since_epoch().count()},
            {"expires_at", form.expires_at.time_since_epoch().count()}};
  }
  const auto request = in.contains("bucket") ? s3_request(in) : to_request(in);
  const auto link = signer.presign(request, expires, options).value();
  return {{"url", link.url},
          {"method", link.method},
          {"headers", to_json(link.headers)},
          {"signed_at", link.signed_at.time_since_epoch().count()},
          {"expires_at", link.expires_at.time_since_epoch().count()}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    try {
      std::cout << sign(json::parse(line)) << std::endl;
    } catch (const std::exception& failure) {
      std::cout << json{{"error", failure.what()}} << std::endl;
    }
  }
}
