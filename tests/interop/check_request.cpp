// Tells whether presign accepts the requests that live_test.py sends to a server: a JSON object a
// line in, a JSON object a line out.
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
  for (const auto& one : in.at("headers")) {
    received.headers.push_back(
        {one.at(0).get_ref<const std::string&>(), one.at(1).get_ref<const std::string&>()});
  }
  auto request = presign::parse_request(received);
  const auto place = in.at("signed_in") == "header" ? presign::signature_place::headers
                                                    : presign::signature_place::query;
  if (request && request->place != place) {
    return presign::error{presign::errc::missing_signature, "the signature is in another place"};
  }
  return request;
}

presign::result<presign::verified> verify(const json& in) {
  const auto presented = parse(in);
  if (!presented) return presented.error();
  const auto& who = in.at("credentials");
  presign::verify_options options;
  options.region = in.at("region").get_ref<const std::string&>();
  options.service = "s3";
  return presign::verifier{{who.at("id").get<std::string>(), who.at("secret").get<std::string>(),
                            who.at("token").get<std::string>()}}
      .verify(*presented, options);
}

json answer(const json& in) {
  const auto verdict = verify(in);
  if (verdict) return {{"accepted", true}};
  return {{"accepted", false}, {"why", verdict.error().message}};
}

}  // namespace

int main() {
  for (std::string line; std::getline(std::cin, line);) {
    std::cout << answer(json::parse(line)) << std::endl;
  }
}
