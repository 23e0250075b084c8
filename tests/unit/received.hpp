// A signed request on its way to a server.
#pragma once

#include "support.hpp"

#include <presign/presign.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

/// A request as a client sends it, which owns its text.
struct sent_request {
  std::string method;
  std::string target;
  std::vector<presign::name_value> headers;
  std::string payload_hash = {};

  /// Sent to a URL: its host becomes the header Host.
  static sent_request to(std::string_view method, std::string_view url,
                         std::vector<presign::name_value> headers) {
    const url_parts parts(url);
    headers.push_back({"Host", parts.host});
    const auto target = url.substr(url.find('/', url.find("://") + 3));
    return {std::string(method), std::string(target), std::move(headers)};
  }
  static sent_request to(const presign::presigned_url& link) {
    return to(link.method, link.url, link.headers);
  }
  static sent_request to(const presign::signed_request& ready) {
    return to(ready.method, ready.url, ready.headers);
  }

  /// A view of this object.
  presign::received_request received() const {
    std::vector<presign::name_value_view> views;
    for (const auto& one : headers) views.push_back({one.name, one.value});
    return {method, target, std::move(views), payload_hash};
  }

  /// With a part of the target replaced, which must be there.
  sent_request with(std::string_view old, std::string_view replacement) const {
    auto changed = *this;
    const auto at = target.find(old);
    if (at == target.npos) fail("no " + std::string(old) + " in " + target);
    changed.target.replace(at, old.size(), replacement);
    return changed;
  }

  /// With a header added.
  sent_request and_header(std::string name, std::string value) const {
    auto changed = *this;
    changed.headers.push_back({std::move(name), std::move(value)});
    return changed;
  }

  /// Without a header.
  sent_request without_header(std::string_view name) const {
    auto changed = *this;
    auto& all = changed.headers;
    all.erase(std::remove_if(all.begin(), all.end(),
                             [name](const auto& one) { return one.name == name; }),
              all.end());
    return changed;
  }

  /// With another value of the header authorization.
  sent_request with_authorization(std::string value) const {
    return without_header("authorization").and_header("authorization", std::move(value));
  }

  /// The value of a header; empty where there is none.
  std::string header(std::string_view name) const {
    for (const auto& one : headers) {
      if (one.name == name) return one.value;
    }
    return {};
  }
};

/// Verifies with a new verifier.
inline presign::result<presign::verified> verify(const presign::unverified_request& request,
                                                 const presign::credentials& credentials,
                                                 std::optional<presign::time_point> at = {},
                                                 presign::verify_options options = {}) {
  options.at = at;
  return presign::verifier{credentials}.verify(request, options);
}

/// Amazon's example of a presigned URL, sent.
inline sent_request sent_example() {
  return {"GET",
          std::string(example::path) + "?" + std::string(example::query) +
              "&X-Amz-Signature=" + std::string(example::signature),
          {{"Host", "examplebucket.s3.amazonaws.com"}}};
}

}  // namespace support
