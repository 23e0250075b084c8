// A case of AWS's signing test suite, signed by presign: step by step, and by the signer.
#pragma once

#include "aws_sigv4_suite.hpp"
#include "http_message.hpp"

#include <presign/presign.hpp>

#include <chrono>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace suite {

namespace sigv4 = presign::sigv4;
namespace sigv4a = presign::sigv4a;

// The suite signs the path encoded once ("use_double_uri_encode" is off), whether or not it is
// normalised. `sign_body` sends the body's hash as a header, but only if the signature is in the
// headers.
inline presign::service_rules rules_of(const sigv4_case& test, signing way) {
  presign::service_rules rules;
  rules.normalize_path = test.normalize_;
  rules.encode_path_twice = false;
  rules.content_sha256_header = test.sign_body_ && way == signing::by_header;
  rules.sign_session_token = !test.omit_token_;
  return rules;
}

// Returns the headers, unfolded: code that reads HTTP unfolds headers, and presign rejects line
// breaks in values.
inline std::vector<presign::name_value> headers_of(const sigv4_case& test) {
  std::vector<presign::name_value> headers;
  for (const auto& [name, value] : test.headers_) {
    headers.push_back({std::string(name), http::unfolded(value)});
  }
  return headers;
}

inline std::vector<presign::name_value> parameters_of(const sigv4_case& test) {
  std::vector<presign::name_value> parameters;
  for (const auto& [name, value] : http::split_query(test.query_)) {
    parameters.push_back({http::decoded(name), http::decoded(value)});
  }
  return parameters;
}

inline std::string payload_hash_of(const sigv4_case& test) {
  return sigv4::payload_hash(test.body_).value();
}

struct signed_by_steps {
  std::string canonical_request;
  std::string string_to_sign;
  std::string signature;
};

// Signs with the public steps, as code without presign::signer does.
inline signed_by_steps sign_by_steps(const sigv4_case& test, signing way, algorithm by) {
  const bool is_sigv4a = by == algorithm::sigv4a;
  const auto rules = rules_of(test, way);
  const bool signs_token = !test.token_.empty() && rules.sign_session_token;
  const auto date = sigv4::amz_date::parse(timestamp).value();
  const auto scope = is_sigv4a ? sigv4a::credential_scope(date, service)
                               : sigv4::credential_scope(date, region, service);
  const auto payload_hash = payload_hash_of(test);

  auto headers = headers_of(test);
  headers.push_back({"Host", std::string(host)});
  if (way == signing::by_header) {
    headers.push_back({"X-Amz-Date", std::string(date.text())});
    if (is_sigv4a) headers.push_back({"X-Amz-Region-Set", std::string(region)});
    if (signs_token) headers.push_back({"X-Amz-Security-Token", std::string(test.token_)});
    if (rules.content_sha256_header) headers.push_back({"X-Amz-Content-Sha256", payload_hash});
  }
  const auto canonical_headers = sigv4::canonical_headers(headers).value();
  const auto signed_headers = sigv4::signed_headers(headers).value();

  auto parameters = parameters_of(test);
  if (way == signing::by_query) {
    parameters.push_back(
        {"X-Amz-Algorithm", std::string(is_sigv4a ? sigv4a::algorithm : sigv4::algorithm)});
    parameters.push_back({"X-Amz-Credential", std::string(access_key_id) + '/' + scope});
    parameters.push_back({"X-Amz-Date", std::string(date.text())});
    parameters.push_back({"X-Amz-Expires", std::to_string(expires)});
    parameters.push_back({"X-Amz-SignedHeaders", signed_headers});
    if (is_sigv4a) parameters.push_back({"X-Amz-Region-Set", std::string(region)});
    if (signs_token) parameters.push_back({"X-Amz-Security-Token", std::string(test.token_)});
  }

  const auto path = sigv4::canonical_path(test.path_, rules);
  const auto query = sigv4::canonical_query(parameters);
  const sigv4::canonical_request canonical{test.method_,      path,           query,
                                           canonical_headers, signed_headers, payload_hash};
  const auto hashed = canonical.hash().value();
  if (is_sigv4a) {
    const auto text = sigv4a::string_to_sign(date, scope, hashed);
    const auto key = sigv4a::signing_key::derive(access_key_id, secret_access_key).value();
    return {canonical.text(), text, sigv4a::signature(key, text).value()};
  }
  const auto text = sigv4::string_to_sign(date, scope, hashed);
  const auto key = sigv4::signing_key::derive(secret_access_key, date, region, service).value();
  return {canonical.text(), text, sigv4::signature(key, text).value()};
}

// The result of presign::signer, and the request that a client sends with it.
struct signed_by_signer {
  std::string url;
  std::string signature;
  http::message sent;
};

inline std::string after(std::string_view text, std::string_view mark) {
  const auto at = text.rfind(mark);
  return at == text.npos ? "(none)" : std::string(text.substr(at + mark.size()));
}

inline signed_by_signer sign_by_signer(const sigv4_case& test, signing way, algorithm by) {
  presign::request request;
  request.method = test.method_;
  request.host = host;
  request.path = test.path_;
  request.query_parameters = parameters_of(test);
  request.headers = headers_of(test);
  if (test.sign_body_) request.payload_hash = payload_hash_of(test);
  request.service = service;
  request.region = region;
  request.algorithm = by;
  request.rules = rules_of(test, way);

  const auto at = sigv4::amz_date::parse(timestamp).value().time();
  const presign::signer signer{{std::string(access_key_id), secret_access_key, test.token_}};
  if (way == signing::by_header) {
    const auto result = signer.sign(request, {at}).value();
    return {result.url, after(result.headers.back().value, "Signature="),
            http::message::to_url(result.method, result.url, result.headers, test.body_)};
  }
  presign::presign_options options;
  options.at = at;
  const auto result = signer.presign(request, std::chrono::seconds{expires}, options).value();
  return {result.url, after(result.url, "&X-Amz-Signature="),
          http::message::to_url(result.method, result.url, result.headers, test.body_)};
}

}  // namespace suite
