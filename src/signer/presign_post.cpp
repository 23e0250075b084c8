// A form for uploads, signed: its policy in base64 is the string to sign.
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-authentication-HTTPPOST.html
#include "base/base64.hpp"
#include "base/error_of.hpp"
#include "signer/expiry.hpp"
#include "signer/signer_state.hpp"
#include "sigv4/reserved_names.hpp"
#include "base/text.hpp"
#include "sigv4/uri_encode.hpp"

#include <presign/post.hpp>
#include <presign/sigv4.hpp>

#include <algorithm>

namespace presign {
namespace {

// "The form data and boundaries (excluding the contents of the file) cannot exceed 20KB."
// S3 answers with <MaxPostPreDataLengthBytes>20480</MaxPostPreDataLengthBytes>.
constexpr std::size_t max_form_size = 20480;

// What the form has beside the file. RFC 2046 allows a boundary of 70 characters.
std::size_t form_size(const std::vector<form_field>& fields) {
  constexpr std::string_view around = "--\r\nContent-Disposition: form-data; name=\"\"\r\n\r\n\r\n";
  std::size_t size = 0;
  for (const auto& one : fields) size += 70 + around.size() + one.name.size() + one.value.size();
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
  const auto any = [&fields](auto has) {
    return std::any_of(fields.begin(), fields.end(),
                       [has](const form_field& one) { return has(one.value); });
  };
  std::vector<warning> warnings;
  if (any(has_bare_line_break)) warnings.push_back(warning::line_breaks);
  if (any([](const auto& value) { return value.find("$$") != value.npos; })) {
    warnings.push_back(warning::dollar_signs);
  }
  return warnings;
}

// "2013-08-01T12:00:00.000Z"
std::string iso8601(const sigv4::amz_date& date) {
  const auto text = std::string(date.text());
  return text.substr(0, 4) + '-' + text.substr(4, 2) + '-' + text.substr(6, 5) + ':' +
         text.substr(11, 2) + ':' + text.substr(13, 2) + ".000Z";
}

}  // namespace

result<presigned_post> signer::presign_post(const s3::post_policy& what,
                                               std::chrono::seconds expires_in,
                                               const presign_options& options) const {
  const auto& who = state_->who;
  const auto& address = what.address_;
  if (state_->flaw) return *state_->flaw;
  if (address.flaw) return *address.flaw;
  const auto token = who.session_token.reveal();
  if (!detail::is_utf8(token)) {
    return detail::error_of(errc::invalid_credentials,
                            {"the session token of a form must be UTF-8"});
  }
  const auto span = detail::live(who, expires_in, options);
  if (!span) return span.error();
  const auto date = sigv4::amz_date::at(span->signed_at);
  if (!date) return date.error();
  const auto expiration = sigv4::amz_date::at(span->signed_at + span->expires);
  if (!expiration) return expiration.error();

  presigned_post form{address.scheme + "://" + address.host, what.fields_, span->signed_at,
                      span->expires_at, warnings_of(what.fields_)};
  detail::append_encoded(form.url, address.path, sigv4::slash::keep);
  if (span->outlives_credentials()) form.warnings.push_back(warning::credentials_expire_first);

  const auto add = [&form](std::string_view name, std::string_view value) {
    form.fields.push_back({std::string(name), std::string(value)});
  };
  add("x-amz-algorithm", sigv4::algorithm);
  add("x-amz-credential",
      who.access_key_id + '/' + sigv4::credential_scope(*date, address.region, address.service));
  add("x-amz-date", date->text());
  const auto rules = address.rules.value_or(service_rules::of(address.service));
  if (!token.empty()) add(detail::token_header(rules), token);

  const auto policy = detail::base64(what.document(iso8601(*expiration), form.fields));
  const auto key = sigv4::signing_key::derive(who.secret_access_key.reveal(), *date, address.region,
                                              address.service);
  if (!key) return key.error();
  const auto signature = sigv4::signature(*key, policy);
  if (!signature) return signature.error();
  add("policy", policy);
  add("x-amz-signature", *signature);

  if (const auto size = form_size(form.fields); size > max_form_size) {
    return detail::error_of(errc::invalid_field,
                            {"the fields of a form, the policy among them, must not exceed "
                             "20480 bytes, these have ",
                             detail::decimal(size).view()});
  }
  return form;
}

}  // namespace presign
