// Where services differ in how they want SigV4 applied.
#include <presign/request.hpp>

#include <algorithm>
#include <array>

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

}  // namespace presign
