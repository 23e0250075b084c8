// Step 3: the string to sign, with the signing time and the credential scope that it holds.
#include "sigv4/steps.hpp"

#include "base/text.hpp"
#include "base/time.hpp"

namespace presign {

// ── The signing time ────────────────────────────────────────────────────────────────────────────

// "The date and time … in ISO 8601 format": YYYYMMDD'T'HHMMSS'Z', in UTC.
result<sigv4::amz_date> sigv4::amz_date::at(time_point time) {
  const auto civil = detail::to_civil_time(time);
  if (!civil) {
    return detail::error_of(errc::invalid_time, {"the time must be in the years 1 to 9999, got ",
                                                 std::to_string(time.time_since_epoch().count()),
                                                 " seconds since 1970"});
  }
  amz_date date;
  date.time_ = time;
  auto* out = date.text_.data();
  for (const int pair : {civil->year / 100, civil->year % 100, civil->month, civil->day,
                         civil->hour, civil->minute, civil->second}) {
    *out++ = static_cast<char>('0' + pair / 10);
    *out++ = static_cast<char>('0' + pair % 10);
    if (out == date.text_.data() + 8) *out++ = 'T';
  }
  *out = 'Z';
  return date;
}

result<sigv4::amz_date> sigv4::amz_date::parse(std::string_view text) {
  std::string_view rest = text;
  const auto time = detail::take_time(rest, {"", "", "T", "", ""});
  if (!time || rest != "Z") {
    return detail::error_of(errc::invalid_time, "a signing time must look like 20130524T000000Z",
                            text);
  }
  amz_date date;
  date.time_ = *time;
  text.copy(date.text_.data(), date.text_.size());
  return date;
}

// ── The credential scope ────────────────────────────────────────────────────────────────────────

// "YYYYMMDD/region/service/aws4_request". In SigV4A, X-Amz-Region-Set has the regions instead.
void detail::append_scope(text_writer& out, const signature_scope& scope, std::string_view slash) {
  out.append(scope.date.date(), slash);
  if (scope.algorithm == signing_algorithm::sigv4) out.append(scope.region, slash);
  out.append(scope.service, slash, "aws4_request");
}

std::string sigv4::credential_scope(const amz_date& date, std::string_view region,
                                    std::string_view service) {
  return detail::joined({date.date(), "/", region, "/", service, "/aws4_request"});
}

std::string sigv4a::credential_scope(const sigv4::amz_date& date, std::string_view service) {
  return detail::joined({date.date(), "/", service, "/aws4_request"});
}

// ── The string to sign ──────────────────────────────────────────────────────────────────────────

// Algorithm \n RequestDateTime \n CredentialScope \n HashedCanonicalRequest
void detail::append_string_to_sign_prefix(text_writer& out, const signature_scope& scope) {
  out.append(algorithm_name(scope.algorithm), "\n", scope.date.text(), "\n");
  append_scope(out, scope);
  out.append("\n");
}

std::string sigv4::string_to_sign(const amz_date& date, std::string_view scope,
                                  const digest& hashed_canonical_request) {
  const detail::hex_digits hash(hashed_canonical_request);
  return detail::joined({sigv4::algorithm, "\n", date.text(), "\n", scope, "\n", hash.view()});
}

std::string sigv4a::string_to_sign(const sigv4::amz_date& date, std::string_view scope,
                                   const sigv4::digest& hashed_canonical_request) {
  const detail::hex_digits hash(hashed_canonical_request);
  return detail::joined({sigv4a::algorithm, "\n", date.text(), "\n", scope, "\n", hash.view()});
}

}  // namespace presign
