// What credentials and requests may be.
#include "signer/request_check.hpp"

#include "sigv4/canonical_headers.hpp"
#include "base/error_of.hpp"
#include "sigv4/region_set.hpp"
#include "sigv4/reserved_names.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <string_view>

namespace presign::detail {

std::optional<error> check(const credentials& who) {
  const auto& id = who.access_key_id;
  const auto secret_key = who.secret_access_key.reveal();
  const auto token = who.session_token.reveal();
  if (id.empty() && secret_key.empty()) {
    return error_of(errc::missing_credentials, {"the credentials are empty"});
  }
  if (id.empty() || secret_key.empty()) {
    return error_of(
        errc::invalid_credentials,
        {id.empty() ? "the access key id is missing" : "the secret access key is missing"});
  }
  // X-Amz-Credential is divided at '/', the Authorization header at ','.
  const bool id_is_sound = is_printable(id) && id.find_first_of("/,") == id.npos;
  if (!id_is_sound) {  // not quoted: it may be the secret, given in the wrong place
    return error_of(errc::invalid_credentials,
                    {"the access key id must be printable ASCII without spaces, '/' or ','"});
  }
  if (std::any_of(secret_key.begin(), secret_key.end(), is_control)) {
    return error_of(errc::invalid_credentials,
                    {"the secret access key holds a line break or another control character"});
  }
  // Where it is sent as a header, spaces in it would be collapsed.
  if (std::any_of(token.begin(), token.end(), [](char c) { return is_control(c) || c == ' '; })) {
    return error_of(errc::invalid_credentials,
                    {"the session token holds a space, a line break or another control character"});
  }
  return {};
}

std::optional<error> check_scope(const request& what) {
  if (!is_host_label(what.service)) {
    return error_of(errc::invalid_service,
                    {"the service must be a signing name such as s3, got ", quoted(what.service)});
  }
  if (what.algorithm == signing_algorithm::sigv4a) {
    if (is_region_set(what.region)) return {};
    return error{
        errc::invalid_region,
        "the region set must be \"*\" or regions joined with ',', each of 1 to 63 letters, "
        "digits, inner hyphens and '*'; got " +
            quoted(what.region)};
  }
  if (is_host_label(what.region)) return {};
  return error_of(
      errc::invalid_region,
      {"the region must be a name such as us-east-1: letters, digits and inner hyphens, 1 "
       "to 63 of them; got ",
       quoted(what.region)});
}

std::optional<error> check(const request& what) {
  if (what.flaw) return what.flaw;
  if (!is_method(what.method)) {
    return error_of(errc::invalid_method,
                    {"the method must be an HTTP method such as GET, got ", quoted(what.method)});
  }
  if (what.path.empty() || what.path.front() != '/' || what.path.find('\0') != std::string::npos) {
    return error_of(errc::invalid_path,
                    {"the path must begin with '/' and hold no NUL byte, got ", quoted(what.path)});
  }
  if (!is_printable(what.payload_hash)) {
    return error_of(errc::invalid_parameter,
                    {"the payload hash must be printable ASCII without spaces, got ",
                     quoted(what.payload_hash)});
  }
  for (const auto& one : what.query_parameters) {
    if (signing_parameter(one.name)) {
      return error_of(errc::reserved_name,
                      {"the query parameter ", quoted(one.name), " is added by signing"});
    }
  }
  for (const auto& one : what.headers) {
    if (auto failure = check_header({one.name, one.value})) return failure;
    if (signing_header(one.name)) {
      return error_of(errc::reserved_name,
                      {"the header ", quoted(one.name),
                       " is added by signing; the host comes from "
                       "request::host, the content hash from request::payload_hash"});
    }
  }
  return {};
}

}  // namespace presign::detail
