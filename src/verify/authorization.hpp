// The Authorization header of a signed request, taken apart.
#pragma once

#include <presign/error.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace presign::detail {

/// "Algorithm Credential=…, SignedHeaders=…, Signature=…", the three in any order. Views of it.
struct authorization {
  std::string_view algorithm;
  std::optional<std::string_view> credential;
  std::optional<std::string_view> signed_headers;
  std::optional<std::string_view> signature;
};

/// What is wrong is added to the flaws, and as much read as can be. Error among the flaws:
/// malformed_signature.
authorization read_authorization(std::string_view value, std::vector<error>& flaws);

}  // namespace presign::detail
