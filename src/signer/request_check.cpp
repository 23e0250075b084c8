// What credentials and requests may be, how long a signature is valid, and what to warn of.
#include "base/text.hpp"
#include "base/time.hpp"
#include "signer/prepared_request.hpp"
#include "sigv4/signing_names.hpp"

namespace presign::detail {

using std::chrono::seconds;

// ── Credentials ─────────────────────────────────────────────────────────────────────────────────

std::optional<error> check(const credentials& credentials) {
  const auto& id = credentials.access_key_id;
  const auto secret_key = credentials.secret_access_key.reveal();
  const auto token = credentials.session_token.reveal();
  const auto invalid = [](std::string_view reason) {
    return error_of(errc::invalid_credentials, {reason});
  };
  if (id.empty() && secret_key.empty()) {
    return error_of(errc::missing_credentials, {"the credentials are empty"});
  }
  if (id.empty()) return invalid("the access key id is missing");
  if (secret_key.empty()) return invalid("the secret access key is missing");
  // '/' separates the parts of X-Amz-Credential, ',' those of the Authorization header. The id is
  // not quoted: it may be the secret, given in the wrong place.
  if (!is_printable(id) || id.find_first_of("/,") != id.npos) {
    return invalid("the access key id must be printable ASCII without spaces, '/' or ','");
  }
  if (find_byte(secret_key, is_control) != secret_key.npos) {
    return invalid("the secret access key has a line break or another control character");
  }
  // In a header, spaces in the token would be collapsed.
  const auto is_forbidden = [](char c) { return is_control(c) || c == ' '; };
  if (find_byte(token, is_forbidden) != token.npos) {
    return invalid("the session token has a space, a line break or another control character");
  }
  return {};
}

std::optional<error> check_not_expired(const credentials& credentials, time_point at) {
  if (!credentials.expires_at || *credentials.expires_at > at) return {};
  constexpr time_point year_1{seconds{-62135596800}};
  const auto ago = (at - std::max(*credentials.expires_at, year_1)).count();
  return error_of(errc::credentials_expired, {"the credentials expired ", std::to_string(ago),
                                              " seconds before the signing time"});
}

// ── Requests ────────────────────────────────────────────────────────────────────────────────────

namespace {

// RFC 3986, section 3.3: segments of pchar. A NUL byte has no place in a path, even encoded.
bool is_encoded_path(std::string_view path) {
  constexpr auto is_allowed = [](char c) {
    return is_alnum(c) || std::string_view("-._~%!$&'()*+,;=:@/").find(c) != std::string_view::npos;
  };
  std::string raw;
  return all_of(path, is_allowed) && append_decoded(raw, path) && raw.find('\0') == raw.npos;
}

}  // namespace

std::optional<error> check(const request& request) {
  if (!is_word(request.method)) {
    return error_of(errc::invalid_method, "the method must be an HTTP method such as GET",
                    request.method);
  }
  const auto& path = request.path;
  if (path.empty() || path.front() != '/' || path.find('\0') != path.npos) {
    return error_of(errc::invalid_path, "the path must begin with '/' and hold no NUL byte", path);
  }
  if (request.path_is_encoded && !is_encoded_path(path)) {
    return error_of(errc::invalid_path,
                    "a path that is percent-encoded already must consist of letters, digits, "
                    "-._~!$&'()*+,;=:@/ and '%' with two hex digits",
                    path);
  }
  if (!is_printable(request.payload_hash)) {
    return error_of(errc::invalid_parameter,
                    "the payload hash must be printable ASCII without spaces",
                    request.payload_hash);
  }
  for (const auto& parameter : request.query_parameters) {
    if (index_in(signing_parameters, parameter.name)) {
      return error_of(errc::reserved_name, {"the query parameter ", quoted_text(parameter.name),
                                            " is added by signing"});
    }
  }
  for (const auto& header : request.headers) {
    if (auto failure = check_header({header.name, header.value})) return failure;
    if (index_in(signing_headers, header.name)) {
      return error_of(errc::reserved_name,
                      {"the header ", quoted_text(header.name),
                       " is added by signing, from the address, the payload hash, the time and the "
                       "credentials"});
    }
  }
  if (!is_host_label(request.service)) {
    return error_of(errc::invalid_service, "the service must be a signing name such as s3",
                    request.service);
  }
  const bool is_sigv4a = request.algorithm == signing_algorithm::sigv4a;
  if (is_sigv4a ? is_region_set(request.region) : is_host_label(request.region)) return {};
  return error_of(
      errc::invalid_region,
      {is_sigv4a ? "the region set must be \"*\" or regions joined with ',', each of 1 to 63 "
                   "letters, digits, inner hyphens and '*'; got "
                 : "the region must be a name such as us-east-1: letters, digits and inner "
                   "hyphens, 1 to 63 of them; got ",
       quoted_text(request.region)});
}

// ── Validity ────────────────────────────────────────────────────────────────────────────────────

// The signing time is checked before anything is added to it, so that no sum can overflow.
result<validity> validity_of(const credentials& credentials, seconds expires_in,
                             const presign_options& options) {
  const auto at = options.at ? *options.at : now();
  const auto window = std::max(options.stable_window, seconds{0});
  const auto backdate = std::max(options.backdate, seconds{0});
  const bool is_in_range = expires_in >= seconds{1} && expires_in <= max_expiry;
  if (!is_in_range || window > max_expiry || backdate > max_expiry ||
      expires_in + window + backdate > max_expiry) {
    const auto extension = joined({" + a stable window of ", std::to_string(window.count()),
                                   " + a back-date of ", std::to_string(backdate.count())});
    return error_of(errc::invalid_expiry,
                    {"the expiry must be 1 to 604800 seconds, got ",
                     std::to_string(expires_in.count()), is_in_range ? extension : ""});
  }
  if (!is_in_calendar(at)) return sigv4::amz_date::at(at).error();
  if (auto failure = check_not_expired(credentials, at)) return *std::move(failure);

  auto signed_at = at - backdate;
  if (window > seconds{0}) {
    const auto past = signed_at.time_since_epoch() % window;
    signed_at -= past < seconds{0} ? past + window : past;
  }
  const auto expires = expires_in + window + backdate;
  validity validity{signed_at, expires, signed_at + expires};
  const auto& end = credentials.expires_at;
  if (!end || *end >= validity.expires_at) return validity;

  const bool is_cut_short = *end < at + expires_in;
  if (is_cut_short && options.when_credentials_expire_first == on_credential_expiry::fail) {
    return error_of(errc::credentials_expire_first,
                    {"the credentials expire in ", std::to_string((*end - at).count()),
                     " seconds, before the expiry asked for, ", std::to_string(expires_in.count()),
                     " seconds"});
  }
  validity.expires_at = *end;
  if (options.when_credentials_expire_first == on_credential_expiry::clamp) {
    validity.expires = validity.expires_at - validity.signed_at;
  } else {
    validity.is_cut_short = is_cut_short;
  }
  return validity;
}

// ── Warnings ────────────────────────────────────────────────────────────────────────────────────

namespace {

bool has_byte_above(int most, std::string_view text) {
  return find_in(text, [most](char c) { return static_cast<unsigned char>(c) > most; });
}

// In UTF-8, all characters above U+00FF begin with a byte above 0xC3.
bool is_latin1(std::string_view text) { return is_utf8(text) && !has_byte_above(0xc3, text); }

}  // namespace

std::vector<warning> warnings_of(const credentials& credentials, const request& request,
                                 const validity& validity) {
  auto warnings = request.warnings();
  const auto add_if = [&warnings](bool condition, warning warning) {
    if (condition) warnings.push_back(warning);
  };
  const bool has_encoded_dots =  // which browsers take for dots
      request.path_is_encoded && has_dot_segment(replaced(lower(request.path), "%2e", "."));
  add_if(has_encoded_dots || has_dot_segment(request.path), warning::dot_segments);
  add_if(validity.is_cut_short, warning::credentials_expire_first);
  add_if(begins_with(credentials.access_key_id, "ASIA") && credentials.session_token.empty(),
         warning::missing_token);
  bool is_ascii = true;
  for (const auto& header : request.headers) is_ascii &= !has_byte_above(0x7f, header.value);
  add_if(!is_ascii, warning::non_ascii_header);
  bool are_latin1 = true;
  for (const auto& [name, value] : request.query_parameters) {
    are_latin1 &= !begins_with(name, "response-") || is_latin1(value);
  }
  add_if(!are_latin1 && begins_with(request.service, "s3"), warning::non_latin1_response);
  return warnings;
}

}  // namespace presign::detail

namespace presign {
namespace {

struct warning_text {
  std::string_view name, sentence;
};

// In the order of the enumerators.
constexpr warning_text warning_texts[] = {
    {"dot_segments",
     "the path has a segment \".\" or \"..\": browsers remove it, and the link then fails"},
    {"line_breaks",
     "a form field has a line break other than CRLF: browsers send it as CRLF, and the server then "
     "rejects the form"},
    {"dollar_signs", "a form field has \"$$\", which Amazon S3 is known to reject"},
    {"credentials_expire_first",
     "the credentials expire before the time asked for, and the URL expires with them"},
    {"missing_token",
     "the access key id begins with ASIA, so AWS wants a session token with it, and there is none"},
    {"bucket_in_endpoint",
     "the endpoint seems to name the bucket, which the URL then has twice: leave it out, or say "
     "that the endpoint is the bucket's own (--bucket-endpoint, bucket_endpoint)"},
    {"non_ascii_header",
     "a header has a value that is not ASCII, which Amazon S3 and other servers reject"},
    {"non_latin1_response",
     "a response-* parameter has a character outside ISO-8859-1, which Amazon S3 rejects: write "
     "file names in ASCII (--filename, content_disposition)"},
    {"unknown", "unknown warning"},
};
constexpr auto unknown_warning = std::size(warning_texts) - 1;
static_assert(unknown_warning == static_cast<std::size_t>(warning::non_latin1_response) + 1);

const warning_text& text_of(warning warning) noexcept {
  return warning_texts[std::min(static_cast<std::size_t>(warning), unknown_warning)];
}

}  // namespace

std::string_view name(warning warning) noexcept { return text_of(warning).name; }
std::string_view describe(warning warning) noexcept { return text_of(warning).sentence; }

}  // namespace presign
