// The Authorization header of a signed request, taken apart.
#include "verify/authorization.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace presign::detail {

// No part is quoted in a message: one may be the signature.
authorization read_authorization(std::string_view value, std::vector<error>& flaws) {
  auto refuse = [&flaws, told = false](const char* why) mutable {
    if (!told) flaws.push_back({errc::malformed_signature, why});
    told = true;
  };

  value = trimmed(value);
  const auto blank = std::min(value.find_first_of(" \t"), value.size());
  authorization parts{value.substr(0, blank), {}, {}, {}};
  value.remove_prefix(blank);
  while (!value.empty()) {
    const auto comma = std::min(value.find(','), value.size());
    const auto part = trimmed(value.substr(0, comma));
    value.remove_prefix(std::min(comma + 1, value.size()));

    const auto equals = std::min(part.find('='), part.size());
    const auto name = part.substr(0, equals);
    auto* const place = name == "Credential"      ? &parts.credential
                        : name == "SignedHeaders" ? &parts.signed_headers
                        : name == "Signature"     ? &parts.signature
                                                  : nullptr;
    if (!place || equals == part.size()) {
      refuse(
          "after its algorithm, the Authorization header must hold Credential=…, SignedHeaders=… "
          "and Signature=…, with ',' between them, and nothing else");
    } else if (*place) {
      refuse("the Authorization header must hold Credential, SignedHeaders and Signature once");
    } else {
      *place = part.substr(equals + 1);
    }
  }
  return parts;
}

}  // namespace presign::detail
