// URLs that are safe to log.
#include "text.hpp"
#include "uri_encode.hpp"

#include <presign/presigner.hpp>

#include <algorithm>

namespace presign {
namespace {

bool is_secret(std::string_view encoded_name) {
  std::string name;
  if (!detail::append_decoded(name, encoded_name)) name = encoded_name;
  constexpr std::string_view secrets[] = {"X-Amz-Signature", "X-Amz-Security-Token",
                                          "X-Amz-S3session-Token"};
  return std::any_of(std::begin(secrets), std::end(secrets),
                     [&name](auto one) { return detail::equal_ignoring_case(name, one); });
}

}  // namespace

std::string redact(std::string_view url) {
  const auto question_mark = std::min(url.find('?'), url.size());
  std::string safe(url.substr(0, question_mark));
  auto rest = url.substr(question_mark);
  while (!rest.empty()) {
    safe.push_back(rest.front());  // '?' or '&'
    rest.remove_prefix(1);
    const auto one = rest.substr(0, rest.find('&'));
    const auto name = one.substr(0, one.find('='));
    if (name.size() < one.size() && is_secret(name)) {
      safe.append(name).append("=REDACTED");
    } else {
      safe.append(one);
    }
    rest.remove_prefix(one.size());
  }
  return safe;
}

}  // namespace presign
