// How services differ in applying SigV4, and the names that only the signer may set.
#include "sigv4/service_rules.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace presign {

service_rules service_rules::of(std::string_view service) noexcept {
  constexpr std::array<std::string_view, 4> s3_family{"s3", "s3express", "s3-object-lambda",
                                                      "s3-outposts"};
  service_rules rules;
  if (std::find(s3_family.begin(), s3_family.end(), service) != s3_family.end()) {
    rules.normalize_path = false;
    rules.encode_path_twice = false;
    rules.unsigned_payload = true;
    rules.content_sha256_header = true;
    rules.s3_session_token = service == "s3express";
  }
  return rules;
}

namespace detail {
namespace {

template <std::size_t Size>
std::optional<std::size_t> index_in(const std::array<std::string_view, Size>& names,
                                    std::string_view name) noexcept {
  for (std::size_t i = 0; i < Size; ++i) {
    if (name.size() == names[i].size() && equal_ignoring_case(name, names[i])) return i;
  }
  return {};
}

}  // namespace

std::optional<std::size_t> signing_parameter(std::string_view name) noexcept {
  return index_in(signing_parameters, name);
}

std::optional<std::size_t> signing_header(std::string_view name) noexcept {
  return index_in(signing_headers, name);
}

bool is_token_parameter(std::string_view name) noexcept {
  return equal_ignoring_case(name, signing_parameters[in_query::security_token]) ||
         equal_ignoring_case(name, signing_parameters[in_query::s3session_token]);
}

bool is_token_header(std::string_view name) noexcept {
  return name == signing_headers[in_headers::security_token] ||
         name == signing_headers[in_headers::s3session_token];
}

}  // namespace detail
}  // namespace presign
