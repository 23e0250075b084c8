// A form for uploads from a browser, and its signed policy.
//
//   {"expiration":"2015-12-30T12:00:00.000Z","conditions":[{"bucket":"examplebucket"},
//    ["starts-with","$key","user/user1/"],{"acl":"public-read"},…]}
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
#include "base/text.hpp"
#include "s3/endpoint.hpp"
#include "signer/prepared_request.hpp"
#include "sigv4/signing_names.hpp"

#include <presign/post.hpp>

namespace presign {
namespace {

using detail::error_of;
using detail::joined;
using detail::quoted_text;

// Fields of the bucket, the file, the signature, and of Signature Version 2.
constexpr std::string_view reserved =
    " bucket file content-length-range policy signature awsaccesskeyid x-amz-algorithm "
    "x-amz-credential x-amz-date x-amz-security-token x-amz-s3session-token x-amz-signature ";

bool has_field(const std::vector<name_value>& fields, std::string_view name) {
  return detail::find_in(fields, [name](const name_value& field) {
    return detail::equal_ignoring_case(field.name, name);
  });
}

void check_field(request& form, std::string_view name, std::string_view value) {
  if (!detail::is_token(name)) {
    form.fail(error_of(errc::invalid_field,
                       "a form field's name must consist of letters, digits and !#$%&'*+-.^_`|~",
                       name));
  }
  if (reserved.find(' ' + detail::lower(name) + ' ') != reserved.npos) {
    form.fail(error_of(errc::reserved_name,
                       {"the form field ", quoted_text(name),
                        " is reserved: it is set by the bucket, the limits of the file's size, "
                        "the file or the signature"}));
  }
  if (!detail::is_utf8(value)) {
    form.fail(error_of(errc::invalid_field, {"the form field ", quoted_text(name),
                                             " must be UTF-8, got ", quoted_text(value)}));
  }
}

// RFC 8259, section 7: "All Unicode characters may be placed within the quotation marks, except
// for … quotation mark, reverse solidus, and the control characters." They are written as UTF-8:
// some servers cannot read a character that takes two escapes, \ud83d\udc08.
std::string json(std::string_view utf8) {
  std::string text = "\"";
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      text.append("\\u00") += {detail::hex_digit(byte >> 4), detail::hex_digit(byte & 15u)};
    } else {
      text.append(c == '"' || c == '\\' ? "\\" : "").push_back(c);
    }
  }
  return text + '"';
}

// Begins with a comma, as it follows another condition.
std::string prefix_match(std::string_view name, std::string_view prefix) {
  return joined({",[\"starts-with\",", json(joined({"$", name})), ",", json(prefix), "]"});
}

constexpr std::string_view variable = "${filename}";

// Looks for a prefix that the value of its field, or another prefix of it, cannot begin with. The
// page fills in an empty value, and any text may replace the variable, which no prefix has.
std::optional<error> contradiction(const std::vector<name_value>& fields,
                                   const std::vector<name_value>& prefixes) {
  for (const auto& [name, prefix] : prefixes) {
    for (const auto* others : {&fields, &prefixes}) {
      const bool is_value = others == &fields;
      for (const auto& other : *others) {
        const auto fixed = std::string_view(other.value).substr(0, other.value.find(variable));
        const bool may_go_on = !is_value || fixed.empty() || fixed.size() < other.value.size();
        const bool agrees =
            detail::begins_with(fixed, prefix) || (may_go_on && detail::begins_with(prefix, fixed));
        if (agrees || !detail::equal_ignoring_case(name, other.name)) continue;
        return error_of(
            errc::invalid_field,
            {"the form field ", quoted_text(name), " must begin with ", quoted_text(prefix),
             is_value ? ", but its value is " : " and with ", quoted_text(other.value)});
      }
    }
  }
  return {};
}

// HTML, "multipart form data": browsers send every line break in a value as CRLF.
void warn_of_values(const std::vector<name_value>& fields, std::vector<warning>& warnings) {
  std::string values;
  for (const auto& field : fields) values += field.value + ' ';
  if (detail::replaced(values, "\r\n", "").find_first_of("\r\n") != std::string::npos) {
    warnings.push_back(warning::line_breaks);
  }
  if (values.find("$$") != std::string::npos) warnings.push_back(warning::dollar_signs);
}

}  // namespace

// ── The policy: a condition for each field ──────────────────────────────────────────────────────

// Is here, not in s3/bucket.cpp, because forms are the signer's, and s3 is below it.
s3::post_policy s3::bucket::post(std::string_view key) const {
  auto address = common_;
  address.method = "POST";
  if (address.path.empty()) address.path = "/";
  if (address.algorithm == signing_algorithm::sigv4a) {
    address.fail(
        error_of(errc::conflicting_options,
                 {"a form cannot be signed for the multi-region access point ", quoted_text(name_),
                  ": it needs a bucket or an access point of one region"}));
  }
  if (auto failure = detail::check_key(key)) address.fail(*std::move(failure));
  return {std::move(address), name_, key};
}

s3::post_policy& s3::post_policy::field(std::string name, std::string value) {
  check_field(address_, name, value);
  if (has_field(fields_, name)) {
    address_.fail(error_of(errc::invalid_field,
                           {"the form field ", quoted_text(name), " was given already"}));
  }
  fields_.push_back({std::move(name), std::move(value)});
  return *this;
}

s3::post_policy& s3::post_policy::starts_with(std::string name, std::string prefix) {
  check_field(address_, name, prefix);
  if (prefix.find(variable) != std::string::npos) {
    address_.fail(error_of(errc::invalid_field,
                           {"the prefix of the form field ", quoted_text(name), " must not have ",
                            variable, ", which S3 replaces in fields alone"}));
  }
  prefixes_.push_back({std::move(name), std::move(prefix)});
  return *this;
}

s3::post_policy& s3::post_policy::content_length_range(std::int64_t min, std::int64_t max) {
  if (min < 0 || min > max) {
    address_.fail(
        error_of(errc::invalid_parameter, {"the size of the file (content-length-range) must be "
                                           "MIN to MAX bytes with 0 <= MIN <= MAX, got ",
                                           std::to_string(min), " to ", std::to_string(max)}));
  }
  length_range_ = {min, max};
  return *this;
}

// "Each form field that you specify in a form (except x-amz-signature, file, policy, and field
// names that have an x-ignore- prefix) must appear in the list of conditions."
std::string s3::post_policy::document(std::string_view expiration,
                                      const std::vector<name_value>& fields) const {
  auto document = joined(
      {"{\"expiration\":\"", expiration, "\",\"conditions\":[{\"bucket\":", json(bucket_), "}"});
  for (const auto& field : fields) {
    if (has_field(prefixes_, field.name)) continue;
    if (detail::begins_with(detail::lower(field.name), "x-ignore-")) continue;
    // "All variables within the form are expanded prior to validating the POST policy."
    const std::string_view value = field.value;
    const auto end = value.find(variable);
    document += end == value.npos ? joined({",{", json(field.name), ":", json(value), "}"})
                                  : prefix_match(field.name, value.substr(0, end));
  }
  for (const auto& prefix : prefixes_) document += prefix_match(prefix.name, prefix.value);
  if (length_range_) {
    document += joined({",[\"content-length-range\",", std::to_string(length_range_->first), ",",
                        std::to_string(length_range_->second), "]"});
  }
  return document + "]}";
}

// ── The form: the policy in base64 is the string to sign ────────────────────────────────────────

result<presigned_post> signer::presign_post(const s3::post_policy& policy,
                                            std::chrono::seconds expires_in,
                                            const presign_options& options) const {
  const auto& credentials = state_->credentials;
  const auto& address = policy.address_;
  if (state_->error) return *state_->error;
  if (address.error()) return *address.error();
  if (auto failure = detail::check(address)) return *std::move(failure);
  if (auto failure = contradiction(policy.fields_, policy.prefixes_)) return *std::move(failure);
  const auto token = credentials.session_token.reveal();
  if (!detail::is_utf8(token)) {
    return error_of(errc::invalid_credentials, {"the session token of a form must be UTF-8"});
  }
  const auto validity = detail::validity_of(credentials, expires_in, options);
  if (!validity) return validity.error();
  const auto date = sigv4::amz_date::at(validity->signed_at);
  if (!date) return date.error();
  const auto end = sigv4::amz_date::at(validity->signed_at + validity->expires);
  if (!end) return end.error();

  presigned_post form{
      joined({address.scheme, "://", address.host, sigv4::uri_encode(address.path, false)}),
      policy.fields_, validity->signed_at, validity->expires_at,
      detail::warnings_of(credentials, address, *validity)};
  warn_of_values(policy.fields_, form.warnings);
  const auto add = [&form](std::string_view name, std::string_view value) {
    form.fields.push_back({std::string(name), std::string(value)});
  };
  const auto scope = sigv4::credential_scope(*date, address.region, address.service);
  add("x-amz-algorithm", sigv4::algorithm);
  add("x-amz-credential", joined({credentials.access_key_id, "/", scope}));
  add("x-amz-date", date->text());
  const auto rules = address.rules.value_or(service_rules::of(address.service));
  if (!token.empty()) add(detail::token_header(rules), token);

  const auto time = end->text();  // "20130801T120000Z", to "2013-08-01T12:00:00.000Z"
  const auto expiration = joined({time.substr(0, 4), "-", time.substr(4, 2), "-", time.substr(6, 5),
                                  ":", time.substr(11, 2), ":", time.substr(13, 2), ".000Z"});
  const auto encoded_policy = detail::base64(policy.document(expiration, form.fields));
  const auto key = state_->keys.find_or_derive(credentials.secret_access_key.reveal(), *date,
                                               address.region, address.service);
  sigv4::digest signature;
  if (!key.sign(encoded_policy, signature)) return detail::hash_failure();
  add("policy", encoded_policy);
  add("x-amz-signature", sigv4::hex(signature));

  // "The form data and boundaries (excluding the contents of the file) cannot exceed 20KB." Errors
  // of S3 have <MaxPostPreDataLengthBytes>20480</MaxPostPreDataLengthBytes>. RFC 2046 allows a
  // boundary of 70 characters.
  constexpr std::string_view around = "--\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n\r\n";
  std::size_t size = form.fields.size() * (70 + around.size());
  for (const auto& field : form.fields) size += field.name.size() + field.value.size();
  if (size > 20480) {
    return error_of(
        errc::invalid_field,
        {"the fields of a form, including the policy, must not exceed 20480 bytes; these have ",
         std::to_string(size)});
  }
  return form;
}

}  // namespace presign
