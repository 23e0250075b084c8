// A form for uploads from a browser, and its signed policy.
//
//   {"expiration":"2015-12-30T12:00:00.000Z","conditions":[{"bucket":"examplebucket"},
//    ["starts-with","$key","user/user1/"],{"acl":"public-read"},…]}
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
#include "base/crypto.hpp"
#include "base/text.hpp"
#include "s3/bucket.hpp"
#include "signer/prepared_request.hpp"
#include "sigv4/service_rules.hpp"
#include "sigv4/uri_encode.hpp"

#include <presign/post.hpp>
#include <presign/s3.hpp>
#include <presign/sigv4.hpp>

#include <algorithm>
#include <iterator>

// ── The policy: a condition for each field ──────────────────────────────────────────────────────

namespace presign::s3 {
namespace {

using detail::decimal;
using detail::equal_ignoring_case;
using detail::error_of;
using detail::quoted;

// Fields of the bucket, the file, the signature, and of Signature Version 2.
constexpr std::string_view reserved =
    " bucket file content-length-range policy signature awsaccesskeyid x-amz-algorithm "
    "x-amz-credential x-amz-date x-amz-security-token x-amz-s3session-token x-amz-signature ";

bool has_field(const std::vector<form_field>& fields, std::string_view name) {
  return std::any_of(fields.begin(), fields.end(), [name](const form_field& field) {
    return equal_ignoring_case(field.name, name);
  });
}

std::optional<error> check_field(std::string_view name, std::string_view value) {
  if (!detail::is_token(name)) {
    return error_of(
        errc::invalid_field,
        {"a form field's name must consist of letters, digits and !#$%&'*+-.^_`|~, got ",
         quoted(name)});
  }
  if (reserved.find(' ' + detail::lower(name) + ' ') != reserved.npos) {
    return error_of(errc::reserved_name,
                    {"the form field ", quoted(name),
                     " is reserved: it is set by bucket::post, by content_length_range, by signing "
                     "or by the file"});
  }
  if (!detail::is_utf8(value)) {
    return error_of(errc::invalid_field,
                    {"the form field ", quoted(name), " must be UTF-8, got ", quoted(value)});
  }
  return {};
}

// RFC 8259, section 7: "All Unicode characters may be placed within the quotation marks, except
// for … quotation mark, reverse solidus, and the control characters." They are written as UTF-8:
// some servers cannot read a character that takes two escapes, \ud83d\udc08.
std::string json(std::string_view utf8) {
  std::string text = "\"";
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      text.append(
          {'\\', 'u', '0', '0', detail::hex_digit(byte >> 4), detail::hex_digit(byte & 15u)});
      continue;
    }
    if (c == '"' || c == '\\') text.push_back('\\');
    text.push_back(c);
  }
  return text + '"';
}

std::string exact_match(std::string_view name, std::string_view value) {
  return '{' + json(name) + ':' + json(value) + '}';
}

std::string prefix_match(const std::string& name, std::string_view prefix) {
  return "[\"starts-with\"," + json('$' + name) + ',' + json(prefix) + ']';
}

}  // namespace

post_policy bucket::post(std::string_view key) const {
  auto address = common_;
  address.method = "POST";
  if (address.path.empty()) address.path = "/";
  if (address.algorithm == signing_algorithm::sigv4a) {
    address.fail(error_of(errc::conflicting_options,
                          {"a form cannot be signed for the multi-region access point ",
                           quoted(name_), ": it needs a bucket or an access point of one region"}));
  }
  if (auto failure = detail::check_key(key)) address.fail(*std::move(failure));
  return {std::move(address), name_, key};
}

post_policy& post_policy::field(std::string name, std::string value) & {
  if (auto failure = check_field(name, value)) address_.fail(*std::move(failure));
  if (has_field(fields_, name)) {
    address_.fail(
        error_of(errc::invalid_field, {"the form field ", quoted(name), " was given already"}));
  }
  fields_.push_back({std::move(name), std::move(value)});
  return *this;
}

post_policy& post_policy::starts_with(std::string name, std::string prefix) & {
  if (auto failure = check_field(name, prefix)) address_.fail(*std::move(failure));
  prefixes_.push_back({std::move(name), std::move(prefix)});
  return *this;
}

post_policy& post_policy::content_length_range(std::int64_t min, std::int64_t max) & {
  if (min < 0 || min > max) {
    address_.fail(
        error_of(errc::invalid_parameter,
                 {"content-length-range must go from 0 or more bytes to as many or more, got ",
                  decimal(min).view(), " to ", decimal(max).view()}));
  }
  length_range_ = {min, max};
  return *this;
}

// "Each form field that you specify in a form (except x-amz-signature, file, policy, and field
// names that have an x-ignore- prefix) must appear in the list of conditions."
std::string post_policy::document(std::string_view expiration,
                                  const std::vector<form_field>& fields) const {
  std::string document =
      "{\"expiration\":" + json(expiration) + ",\"conditions\":[" + exact_match("bucket", bucket_);
  for (const auto& field : fields) {
    if (has_field(prefixes_, field.name)) continue;
    if (detail::begins_with(detail::lower(field.name), "x-ignore-")) continue;
    // "All variables within the form are expanded prior to validating the POST policy."
    const auto variable = field.value.find("${filename}");
    document += ',' + (variable == std::string::npos
                           ? exact_match(field.name, field.value)
                           : prefix_match(field.name, field.value.substr(0, variable)));
  }
  for (const auto& prefix : prefixes_) document += ',' + prefix_match(prefix.name, prefix.value);
  if (length_range_) {
    document += ",[\"content-length-range\"," + std::to_string(length_range_->first) + ',' +
                std::to_string(length_range_->second) + ']';
  }
  return document + "]}";
}

}  // namespace presign::s3

// ── The form: the policy in base64 is the string to sign ────────────────────────────────────────

namespace presign {
namespace {

// "The form data and boundaries (excluding the contents of the file) cannot exceed 20KB."
// The response of S3 has <MaxPostPreDataLengthBytes>20480</MaxPostPreDataLengthBytes>.
constexpr std::size_t max_form_size = 20480;

// Returns the size of a form without its file. RFC 2046 allows a boundary of 70 characters.
std::size_t form_size(const std::vector<form_field>& fields) {
  constexpr std::string_view around = "--\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n\r\n";
  std::size_t size = 0;
  for (const auto& field : fields) {
    size += 70 + around.size() + field.name.size() + field.value.size();
  }
  return size;
}

// HTML, "multipart form data": browsers send every line break in a value as CRLF.
bool has_bare_line_break(std::string_view value) {
  for (auto at = value.find_first_of("\r\n"); at != value.npos;
       at = value.find_first_of("\r\n", at + 2)) {
    if (value.substr(at, 2) != "\r\n") return true;
  }
  return false;
}

std::vector<warning> warnings_of(const std::vector<form_field>& fields) {
  bool has_line_breaks = false;
  bool has_dollar_signs = false;
  for (const auto& field : fields) {
    has_line_breaks |= has_bare_line_break(field.value);
    has_dollar_signs |= field.value.find("$$") != std::string::npos;
  }
  std::vector<warning> warnings;
  if (has_line_breaks) warnings.push_back(warning::line_breaks);
  if (has_dollar_signs) warnings.push_back(warning::dollar_signs);
  return warnings;
}

// "2013-08-01T12:00:00.000Z"
std::string iso8601(const sigv4::amz_date& date) {
  const auto text = std::string(date.text());
  return text.substr(0, 4) + '-' + text.substr(4, 2) + '-' + text.substr(6, 5) + ':' +
         text.substr(11, 2) + ':' + text.substr(13, 2) + ".000Z";
}

}  // namespace

result<presigned_post> signer::presign_post(const s3::post_policy& policy,
                                            std::chrono::seconds expires_in,
                                            const presign_options& options) const {
  const auto& credentials = state_->credentials;
  const auto& address = policy.address_;
  if (state_->error) return *state_->error;
  if (address.error()) return *address.error();
  const auto token = credentials.session_token.reveal();
  if (!detail::is_utf8(token)) {
    return detail::error_of(errc::invalid_credentials,
                            {"the session token of a form must be UTF-8"});
  }
  const auto validity = detail::validity_of(credentials, expires_in, options);
  if (!validity) return validity.error();
  const auto date = sigv4::amz_date::at(validity->signed_at);
  if (!date) return date.error();
  const auto expiration = sigv4::amz_date::at(validity->signed_at + validity->expires);
  if (!expiration) return expiration.error();

  presigned_post form{
      address.scheme + "://" + address.host + sigv4::uri_encode(address.path, sigv4::slash::keep),
      policy.fields_, validity->signed_at, validity->expires_at, warnings_of(policy.fields_)};
  if (validity->outlives_credentials()) {
    form.warnings.push_back(warning::credentials_expire_first);
  }
  const auto add = [&form](std::string_view name, std::string_view value) {
    form.fields.push_back({std::string(name), std::string(value)});
  };
  const auto scope = sigv4::credential_scope(*date, address.region, address.service);
  add("x-amz-algorithm", sigv4::algorithm);
  add("x-amz-credential", credentials.access_key_id + '/' + scope);
  add("x-amz-date", date->text());
  const auto rules = address.rules.value_or(service_rules::of(address.service));
  if (!token.empty()) add(detail::token_header(rules), token);

  const auto encoded_policy = detail::base64(policy.document(iso8601(*expiration), form.fields));
  const auto key = state_->keys.find_or_derive(credentials.secret_access_key.reveal(), *date,
                                               address.region, address.service);
  if (!key.is_valid()) return detail::hash_failure();
  const auto signature = detail::hmac_sha256{key.midstate()}.finish_with(encoded_policy);
  if (!signature) return signature.error();
  add("policy", encoded_policy);
  add("x-amz-signature", sigv4::hex(*signature));

  if (const auto size = form_size(form.fields); size > max_form_size) {
    return detail::error_of(errc::invalid_field,
                            {"the fields of a form, the policy among them, must not exceed 20480 "
                             "bytes, these have ",
                             detail::decimal(size).view()});
  }
  return form;
}

}  // namespace presign
