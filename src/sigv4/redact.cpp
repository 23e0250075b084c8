// URLs that are safe to log.
#include "base/text.hpp"
#include "sigv4/service_rules.hpp"
#include "sigv4/uri_encode.hpp"

#include <presign/request.hpp>

namespace presign {
namespace {

bool is_secret(std::string_view encoded_name) {
  std::string name;
  if (!detail::append_decoded(name, encoded_name)) name = encoded_name;
  return detail::equal_ignoring_case(name, "X-Amz-Signature") || detail::is_token_parameter(name);
}

}  // namespace

// The text may be a line of a log, so whatever ends a query ends a parameter, too.
std::string redact(std::string_view url) {
  constexpr std::string_view separators = "?&;#\"'<> \t\r\n";
  std::string safe;
  while (true) {
    const auto parameter = url.substr(0, url.find_first_of(separators));
    const auto name = parameter.substr(0, parameter.find('='));
    if (name.size() < parameter.size() && is_secret(name)) {
      safe.append(name).append("=REDACTED");
    } else {
      safe.append(parameter);
    }
    if (parameter.size() == url.size()) return safe;
    safe.push_back(url[parameter.size()]);
    url.remove_prefix(parameter.size() + 1);
  }
}

}  // namespace presign
