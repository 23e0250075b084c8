// Signs the requests that compare.py thinks up: a JSON object a line in, a JSON object a line out.
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
  presign::request what;
  what.method = in.at("method");
  what.scheme = in.at("scheme");
  what.host = in.at("host");
  what.path = in.at("path");
  what.service = in.at("service");
  what.region = in.at("region");
  what.payload_hash = in.at("payload_hash");
  for (const auto& one : in.at("query")) what.query(one.at(0), one.at(1));
  for (const auto& one : in.at("headers")) what.header(one.at(0), one.at(1));
  return what;
}

presign::s3::addressing to_addressing(const std::string& style) {
  if (style == "path") return presign::s3::addressing::path;
  if (style == "virtual_host") return presign::s3::addressing::virtual_host;
  return presign::s3::addressing::automatic;
}

presign::request s3_request(const json& in) {
  const auto bucket =
      presign::s3::bucket::at(in.at("bucket").get<std::string>(),
                              {in.at("region"), in.at("endpoint"), to_addressing(in.at("style"))});
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
    return bucket->list(list);
  }
  if (operation == "put") return bucket->put(key);
  if (operation == "remove") return bucket->remove(key, text("version_id"));
  presign::s3::get_options get;
  get.version_id = text("version_id");
  get.part_number = number("part_number");
  get.response_cache_control = text("response_cache_control");
  get.response_content_disposition = text("response_content_disposition");
  get.response_content_encoding = text("response_content_encoding");
  get.response_content_language = text("response_content_language");
  get.response_content_type = text("response_content_type");
  get.response_expires = text("response_expires");
  return operation == "head" ? bucket->head(key, get) : bucket->get(key, get);
}

json to_json(const std::vector<presign::header>& headers) {
  json out = json::array();
  for (const auto& one : headers) out.push_back({one.name, one.value});
  return out;
}

json answer(const json& in) {
  const presign::presigner signer{to_credentials(in.at("credentials"))};
  const auto what = in.contains("bucket") ? s3_request(in) : to_request(in);
  const auto at = to_time(in.at("at"));
  if (in.at("kind") == "sign") {
    const auto ready = signer.sign(what, at).value();
    return {{"url", ready.url},
            {"method", ready.method},
            {"headers", to_json(ready.headers)},
            {"signed_at", ready.signed_at.time_since_epoch().count()}};
  }
  presign::presign_options options;
  options.at = at;
  const auto expires = std::chrono::seconds{in.at("expires").get<long long>()};
  const auto link = signer.presign(what, expires, options).value();
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
      std::cout << answer(json::parse(line)) << std::endl;
    } catch (const std::exception& failure) {
      std::cout << json{{"error", failure.what()}} << std::endl;
    }
  }
}
