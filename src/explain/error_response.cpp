// The XML error response of S3, and what its error codes mean.
#include "explain/findings.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <optional>
#include <system_error>
#include <utility>

namespace presign::detail {
namespace {

constexpr std::string_view blanks = " \t\r\n";

// ── Text ────────────────────────────────────────────────────────────────────────────────────────

void append_utf8(std::string& out, unsigned point) {
  const auto put = [&out](unsigned byte) { out.push_back(static_cast<char>(byte)); };
  if (point < 0x80) return put(point);
  const unsigned tails = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  constexpr unsigned leads[] = {0, 0xc0, 0xe0, 0xf0};
  put(leads[tails] | point >> 6 * tails);
  for (unsigned i = tails; i-- > 0;) put(0x80 | (point >> 6 * i & 0x3f));
}

// "#38" or "#x26", of a character that text can have.
std::optional<unsigned> code_point(std::string_view reference) {
  if (!begins_with(reference, "#")) return {};
  const bool is_hex = begins_with(reference, "#x");
  const auto digits = reference.substr(is_hex ? 2 : 1);
  const auto* const end = digits.data() + digits.size();
  unsigned point = 0;
  const auto read = std::from_chars(digits.data(), end, point, is_hex ? 16 : 10);
  const bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
  if (read.ec != std::errc{} || read.ptr != end || point == 0 || point > 0x10ffff || is_surrogate) {
    return {};
  }
  return point;
}

// Appends what "&NAME;" stands for. Returns false if it stands for nothing.
bool append_reference(std::string& out, std::string_view name) {
  constexpr std::pair<std::string_view, char> entities[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [known, character] : entities) {
    if (name != known) continue;
    out.push_back(character);
    return true;
  }
  const auto point = code_point(name);
  if (point) append_utf8(out, *point);
  return point.has_value();
}

// "Translating both the two-character sequence #xD #xA and any #xD that is not followed by #xA to a
// single #xA character." XML 1.0, section 2.11
void append_with_line_ends(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out.push_back(text[i]);
    } else if (text.substr(i + 1, 1) != "\n") {
      out.push_back('\n');
    }
  }
}

// A '&' that begins no reference is taken as it is.
void append_text(std::string& out, std::string_view text) {
  while (true) {
    const auto ampersand = text.find('&');
    append_with_line_ends(out, text.substr(0, ampersand));
    if (ampersand == text.npos) return;
    text.remove_prefix(ampersand + 1);
    const auto end = text.substr(0, 11).find(';');  // the longest is "#x0010ffff;"
    if (end != text.npos && append_reference(out, text.substr(0, end))) {
      text.remove_prefix(end + 1);
    } else {
      out.push_back('&');
    }
  }
}

// "47 45 54 0a": a text byte by byte, because XML and browsers change line ends.
std::string bytes_of(std::string_view hex) {
  std::string digits;
  for (const char c : hex) {
    if (blanks.find(c) == blanks.npos) digits.push_back(lower(c));
  }
  return from_hex(digits).value_or("");
}

// ── Elements ────────────────────────────────────────────────────────────────────────────────────

// Reads the children of the first <Error>, which are flat, and ignores all around them. What it
// does not need may be broken: a text copied from a browser, or with HTTP headers in front, is read
// as far as it goes.
class reader {
 public:
  explicit reader(std::string_view xml) : rest_(xml) {}

  // Returns whether there is an <Error>.
  bool read() {
    while (!rest_.empty() && !is_complete_) {
      if (begins_with(rest_, "<!--")) {
        take_until("-->");
      } else if (begins_with(rest_, "<![CDATA[")) {
        append_with_line_ends(text_, take_until("]]>").substr(9));
      } else if (begins_with(rest_, "<!") || begins_with(rest_, "<?")) {
        take_until(">");
      } else if (rest_.size() > 1 && rest_[0] == '<' && (is_alnum(rest_[1]) || rest_[1] == '/')) {
        read_tag();
      } else {
        append_text(text_, take(rest_.find('<', 1)));
      }
    }
    return is_complete_ || depth_ > 0;
  }

  error_response response() {
    auto canonical_request = bytes_of(canonical_request_bytes_);
    auto string_to_sign = bytes_of(string_to_sign_bytes_);
    if (!canonical_request.empty()) response_.canonical_request = std::move(canonical_request);
    if (!string_to_sign.empty()) response_.string_to_sign = std::move(string_to_sign);
    return std::move(response_);
  }

 private:
  std::string_view take(std::size_t size) {
    const auto taken = rest_.substr(0, size);
    rest_.remove_prefix(taken.size());
    return taken;
  }

  // Takes the text before the end, and the end; or all that is left.
  std::string_view take_until(std::string_view end) {
    const auto taken = take(rest_.find(end));
    take(end.size());
    return taken;
  }

  // Takes a tag up to its '>'; one in an attribute's quotes does not end it.
  std::string_view take_tag() {
    for (std::size_t at = 0;; ++at) {
      at = rest_.find_first_of(">\"'", at);
      if (at != rest_.npos && rest_[at] == '>') return take(at + 1);
      if (at != rest_.npos) at = rest_.find(rest_[at], at + 1);
      if (at == rest_.npos) return take(at);
    }
  }

  void read_tag() {
    auto tag = take_tag();
    if (tag.back() != '>') return;  // cut off
    const bool is_end = tag[1] == '/';
    const bool is_empty = tag[tag.size() - 2] == '/';
    tag.remove_prefix(is_end ? 2 : 1);
    tag = tag.substr(0, tag.find_first_of(" \t\r\n/>"));
    const auto colon = tag.find(':');
    if (colon != tag.npos) tag.remove_prefix(colon + 1);
    if (!is_end) begin(tag);
    if (is_end || is_empty) end(tag);
  }

  // The depth is 0 until there is an <Error>, 1 in it, and 2 in its children.
  void begin(std::string_view name) {
    if (depth_ == 0 && name != "Error") return;
    if (depth_ == 1) {
      child_ = name;
      field_ = field_of(name);
    }
    if (depth_ <= 1) text_.clear();
    ++depth_;
  }

  // If an element occurs twice, the first counts. A child ends even if a tag in it does not.
  void end(std::string_view name) {
    if (depth_ == 0) return;
    if (depth_ > 2 && name == child_) depth_ = 2;
    --depth_;
    if (depth_ == 1 && field_ && field_->empty()) *field_ = trimmed(text_, blanks);
    is_complete_ = depth_ == 0;
  }

  std::string* field_of(std::string_view name) {
    const std::pair<std::string_view, std::string*> fields[] = {
        {"Code", &response_.code},
        {"Message", &response_.message},
        {"CanonicalRequest", &response_.canonical_request},
        {"CanonicalRequestBytes", &canonical_request_bytes_},
        {"StringToSign", &response_.string_to_sign},
        {"StringToSignBytes", &string_to_sign_bytes_},
        {"Region", &response_.region},
        {"Endpoint", &response_.endpoint},
        {"HeadersNotSigned", &response_.headers_not_signed},
        {"ServerTime", &response_.server_time}};
    for (const auto& [known, field] : fields) {
      if (name == known) return field;
    }
    return nullptr;
  }

  std::string_view rest_;
  std::size_t depth_ = 0;
  bool is_complete_ = false;
  std::string_view child_;        // the name of the open child of <Error>
  std::string text_;              // and its text
  std::string* field_ = nullptr;  // and what will hold that, if it is one of the ten
  error_response response_;
  std::string canonical_request_bytes_;  // hex
  std::string string_to_sign_bytes_;
};

error no_response(std::string reason) {
  return {errc::invalid_response,
          "the response must be the XML of an S3 error; " + std::move(reason)};
}

// ── Error codes ─────────────────────────────────────────────────────────────────────────────────

struct row {
  std::string_view code;
  std::string_view words;  // in the message; a row without words is for any other message
  presign::cause cause;
  presign::certainty certainty;
  std::string_view seen = {};
  std::string error_response::*detail = nullptr;  // what the response adds to that
};

constexpr auto certain = certainty::certain;
constexpr auto likely = certainty::likely;
constexpr auto possible = certainty::possible;
constexpr std::string_view is_expired = "the server says that the URL has expired";
constexpr std::string_view is_in_future = "the server says that the signing time is in the future";
constexpr std::string_view is_malformed =
    "a parameter that signing adds is missing, or not as it must be";
constexpr std::string_view is_unknown_key = "the server does not know the access key id";
constexpr std::string_view other_region = "the URL is signed for another region than the server's";
constexpr std::string_view other_service =
    "the URL is signed for another service than the server's";
constexpr std::string_view other_hash = "the body does not have the payload hash";
constexpr std::string_view is_unlisted = "S3 tells only callers who may list the bucket";
constexpr std::string_view is_silent = "some servers say no more of a signature that is wrong";
constexpr std::string_view no_object = "the URL was accepted";

// The rows of a code stand together, rows with words first.
constexpr row rows[] = {
    {"AccessDenied", "expired", cause::expired, certain, is_expired},
    {"AccessDenied", "not yet valid", cause::not_yet_valid, certain, is_in_future},
    {"AccessDenied", "not signed", cause::header_not_signed, certain,
     "a header was sent that is not signed", &error_response::headers_not_signed},
    {"AccessDenied", "", cause::permission, possible},
    {"AccessDenied", "", cause::secret, possible, is_silent},
    {"AccessDenied", "", cause::token_invalid, possible},
    {"AccessDenied", "", cause::no_such_key, possible, is_unlisted},

    {"SignatureDoesNotMatch", "", cause::method, possible},
    {"SignatureDoesNotMatch", "", cause::header_changed, possible},
    {"SignatureDoesNotMatch", "", cause::host, possible},
    {"SignatureDoesNotMatch", "", cause::encoded_twice, possible},
    {"SignatureDoesNotMatch", "", cause::parameter_added, possible},
    {"SignatureDoesNotMatch", "", cause::token_not_signed, possible},
    {"SignatureDoesNotMatch", "", cause::secret, possible},

    {"ExpiredToken", "", cause::token_expired, certain},
    {"ExpiredTokenException", "", cause::token_expired, certain},
    {"RequestExpired", "", cause::expired, certain, is_expired},
    {"ExpiredRequest", "", cause::expired, certain, is_expired},
    {"RequestTimeTooSkewed", "", cause::clock, certain,
     "the signing time is too far from the server's clock, which some stores check for presigned "
     "URLs, and Amazon S3 does not"},

    {"InvalidToken", "", cause::token_invalid, certain},
    {"InvalidSecurity", "", cause::token_invalid, likely},
    {"InvalidAccessKeyId", "", cause::access_key, certain, is_unknown_key},
    {"InvalidClientTokenId", "", cause::access_key, certain, is_unknown_key},
    {"UnrecognizedClientException", "", cause::access_key, certain, is_unknown_key},

    {"AuthorizationQueryParametersError", "less than a week", cause::invalid_expiry, certain},
    {"AuthorizationQueryParametersError", "X-Amz-Expires", cause::invalid_expiry, certain},
    {"AuthorizationQueryParametersError", "region", cause::region, certain, other_region,
     &error_response::region},
    {"AuthorizationQueryParametersError", "service", cause::service, certain, other_service},
    {"AuthorizationQueryParametersError", "date", cause::date, certain},
    {"AuthorizationQueryParametersError", "", cause::malformed_url, certain, is_malformed},
    {"AuthorizationHeaderMalformed", "region", cause::region, certain, other_region,
     &error_response::region},
    {"AuthorizationHeaderMalformed", "service", cause::service, certain, other_service},
    {"AuthorizationHeaderMalformed", "date", cause::date, certain},
    {"AuthorizationHeaderMalformed", "", cause::malformed_url, likely,
     "a parameter that signing adds is missing, or an Authorization header was sent"},
    {"IncompleteSignature", "", cause::malformed_url, certain, is_malformed},
    {"MissingAuthenticationToken", "", cause::malformed_url, likely,
     "the signature did not arrive"},

    {"InvalidArgument", "Only one auth mechanism", cause::two_signatures, certain},
    {"InvalidArgument", "X-Amz-Algorithm", cause::algorithm, certain},
    {"InvalidArgument", "", cause::malformed_url, possible,
     "the server does not take the value of a parameter"},
    {"InvalidRequest", "AWS4-HMAC-SHA256", cause::algorithm, certain,
     "the bucket's region takes only Signature Version 4"},
    {"InvalidRequest", "", cause::operation, possible},
    {"MethodNotAllowed", "", cause::operation, certain},
    {"XAmzContentSHA256Mismatch", "", cause::payload_hash, certain, other_hash},
    {"BadDigest", "", cause::payload_hash, certain, other_hash},

    {"PermanentRedirect", "", cause::wrong_endpoint, certain, {}, &error_response::endpoint},
    {"TemporaryRedirect", "", cause::wrong_endpoint, certain, {}, &error_response::endpoint},
    {"Redirect", "", cause::wrong_endpoint, certain, {}, &error_response::endpoint},
    {"IllegalLocationConstraintException", "", cause::wrong_endpoint, certain},
    {"NoSuchBucket", "", cause::no_such_bucket, certain},
    {"NoSuchKey", "", cause::no_such_key, certain, no_object},
    {"NoSuchVersion", "", cause::no_such_key, certain, no_object},

    {"SlowDown", "", cause::server, certain},
    {"ServiceUnavailable", "", cause::server, certain},
    {"InternalError", "", cause::server, certain},
};

}  // namespace

result<error_response> parse_error_response(std::string_view body) {
  if (trimmed(body, blanks).empty()) {
    return no_response("it is empty, as every response to HEAD is: send a GET instead");
  }
  reader xml{body};
  if (xml.read()) return xml.response();
  const auto beginning = lower(body.substr(0, 1000));
  const bool is_html = beginning.find("<html") != beginning.npos ||
                       beginning.find("<!doctype html") != beginning.npos;
  return no_response(is_html ? "it is an HTML page, perhaps from a proxy, without <Error>"
                             : "it has no <Error>");
}

std::vector<finding> findings_of(const error_response& response) {
  std::vector<finding> findings;
  for (const auto& each : rows) {
    if (each.code != response.code || response.message.find(each.words) == std::string::npos) {
      continue;
    }
    auto finding = make_finding(each.cause, each.certainty, std::string(each.seen));
    if (each.detail && !(response.*each.detail).empty()) {
      finding.sentence.append("; the server names ").append(quoted(response.*each.detail));
    }
    findings.push_back(std::move(finding));
    if (!each.words.empty()) break;
  }
  if (findings.empty() && !response.code.empty()) {
    findings.push_back(make_finding(
        cause::unexplained, possible,
        "the error code " + quoted(response.code) + " says nothing about presigned URLs"));
  }
  return findings;
}

}  // namespace presign::detail
