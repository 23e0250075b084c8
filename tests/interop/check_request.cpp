// Verifies the requests that live_test.py sends to a server. Reads a JSON object a line, and writes
// a JSON object a line.
#include <nlohmann/json.hpp>
#include <presign/presign.hpp>

#include <iostream>
#include <string>

namespace {

using nlohmann::json;

presign::result<presign::unverified_request> parse(const json& in) {
  presign::received_request received;
  received.method = in.at("method").get_ref<const std::string&>();
  received.target = in.at("target").get_ref<const std::string&>();
  received.payload_hash = in.at("payload_hash").get_ref<const std::string&>();
  for (const auto& header : in.at("headers")) {
    received.headers.push_back(
        {header.at(0).get_ref<const std::string&>(), header.at(1).get_ref<const std::string&>()});
  }
  auto request = presign::parse_request(received);
  const bool is_presigned = in.at("place") != "headers";
  if (request && request->is_presigned != is_presigned) {
    return presign::error{presign::errc::missing_signature, "the signature is in another place"};
  }
  return request;
}

presign::result<presign::verified> verify(const json& in) {
  const auto request = parse(in);
  if (!request) return request.error();
  const auto text = [&in](const char* name) -> std::string {
    return in.at("credentials").at(name);
  };
  presign::verify_options options;
  options.region = in.at("region").get_ref<const std::string&>();
  options.service = "s3";
  return presign::verifier{{text("id"), text("secret"), text("token")}}.verify(*request, options);
}

json verdict_on(const json& in) {
  const auto verified = verify(in);
  if (verified) return {{"accepted", true}};
  return {{"accepted", false}, {"reason", verified.error().message}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << verdict_on(json::parse(line)) << std::endl;
  }
}
