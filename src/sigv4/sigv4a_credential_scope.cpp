// Step of SigV4A: the credential scope.
#include <presign/sigv4a.hpp>

namespace presign::sigv4a {

// "YYYYMMDD/service/aws4_request": the regions are in X-Amz-Region-Set.
std::string credential_scope(const sigv4::amz_date& date, std::string_view service) {
  std::string scope;
  scope.reserve(8 + service.size() + 14);
  scope.append(date.date()).append("/");
  scope.append(service).append("/aws4_request");
  return scope;
}

}  // namespace presign::sigv4a
