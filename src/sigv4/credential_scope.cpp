// Step: the credential scope.
#include <presign/sigv4.hpp>

namespace presign::sigv4 {

// "YYYYMMDD/region/service/aws4_request"
std::string credential_scope(const amz_date& date, std::string_view region,
                             std::string_view service) {
  std::string scope;
  scope.reserve(8 + region.size() + service.size() + 15);
  scope.append(date.date()).append("/");
  scope.append(region).append("/");
  scope.append(service).append("/aws4_request");
  return scope;
}

}  // namespace presign::sigv4
