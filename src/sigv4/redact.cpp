// URLs that are safe to log.
#include "sigv4/reserved_names.hpp"
#include "base/text.hpp"
#include "sigv4/uri_encode.hpp"

#include <presign/signer.hpp>

namespace presign {
namespace {

bool is_secret(std::string_view encoded_name) {
  std::string name;
  if (!detail::append_decoded(name, encoded_name)) name = encoded_name;
  return detail::equal_ignoring_case(name, "X-Amz-Signature") || detail::is_token_parameter(name);
}

}  // namespace

// A parameter ends where the query does, too: the text may be a line of a log.
std::string redact(std::string_view url) {
  constexpr std::string_view ends = "?&;#\"'<> \t\r\n";
  std::string safe;
  while (true) {
    const auto one = url.substr(0, url.find_first_of(ends));
    const auto name = one.substr(0, one.find('='));
    if (name.size() < one.size() && is_secret(name)) {
      safe.append(name).append("=REDACTED");
    } else {
      safe.append(one);
    }
    if (one.size() == url.size()) return safe;
    safe.push_back(url[one.size()]);
    url.remove_prefix(one.size() + 1);
  }
}

}  // namespace presign
