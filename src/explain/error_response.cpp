// The XML error response of S3, and what its error codes mean.
#include "explain/findings.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <map>
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

// Returns the character that "&NAME;" stands for, if any: "amp", "#38" or "#x26".
std::optional<unsigned> code_point(std::string_view name) {
  constexpr std::pair<std::string_view, char> entities[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [entity, character] : entities) {
    if (name == entity) return character;
  }
  if (!begins_with(name, "#")) return {};
  const bool is_hex = begins_with(name, "#x");
  name.remove_prefix(is_hex ? 2 : 1);
  const auto* const end = name.data() + name.size();
  unsigned point = 0;
  const auto read = std::from_chars(name.data(), end, point, is_hex ? 16 : 10);
  const bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
  if (read.ec != std::errc{} || read.ptr != end || point == 0 || point > 0x10ffff || is_surrogate) {
    return {};
  }
  return point;
}

// Appends text with its references replaced. A '&' that begins none is taken as it is.
void append_text(std::string& out, std::string_view text) {
  while (!text.empty()) {
    const bool may_refer = text.front() == '&';
    const auto end = may_refer ? text.substr(0, 12).find(';') : text.npos;  // of "&#x0010ffff;"
    const auto point = end == text.npos ? std::nullopt : code_point(text.substr(1, end - 1));
    if (point) {
      append_utf8(out, *point);
    } else {
      out.push_back(text.front());
    }
    text.remove_prefix(point ? end + 1 : 1);
  }
}

// "47 45 54 0a": a text byte by byte, because XML and browsers change line ends.
std::string bytes_of(std::string_view hex) {
  const auto is_blank = [](char c) { return blanks.find(c) != blanks.npos; };
  auto digits = lower(hex);
  digits.erase(std::remove_if(digits.begin(), digits.end(), is_blank), digits.end());
  return from_hex(digits).value_or("");
}

// ── Elements ────────────────────────────────────────────────────────────────────────────────────

// Returns the tag that XML begins with, which may be a comment or CDATA; nothing if it is cut off.
// A '>' in an attribute's quotes does not end it.
std::string_view first_tag(std::string_view xml) {
  if (begins_with(xml, "<!--")) return xml.substr(0, xml.find('>', xml.find("-->")) + 1);
  if (begins_with(xml, "<![CDATA[")) return xml.substr(0, xml.find('>', xml.find("]]>")) + 1);
  if (begins_with(xml, "<!") || begins_with(xml, "<?")) return xml.substr(0, xml.find('>') + 1);
  auto end = xml.find_first_of(">\"'");
  while (end < xml.size() && xml[end] != '>') {
    end = xml.find_first_of(">\"'", std::min(xml.find(xml[end], end + 1), xml.size()) + 1);
  }
  return xml.substr(0, end + 1);  // npos + 1 is 0
}

// Takes what there is up to an element's tag, and the tag. Appends the text and returns the tag.
std::string_view take_tag(std::string_view& xml, std::string& text) {
  const auto begins_tag = [](char c, char next) {  // any other '<' is text
    return c == '<' && (is_alnum(next) || next == '/' || next == '!' || next == '?');
  };
  while (!xml.empty()) {
    const auto tag_begin = std::adjacent_find(xml.begin(), xml.end(), begins_tag);
    const auto before = xml.substr(0, static_cast<std::size_t>(tag_begin - xml.begin()));
    append_text(text, before);
    xml.remove_prefix(before.size());
    const auto tag = first_tag(xml);
    xml.remove_prefix(tag.empty() ? xml.size() : tag.size());
    if (begins_with(tag, "<![CDATA[")) text.append(tag.substr(9, tag.size() - 12));
    if (!begins_with(tag, "<!") && !begins_with(tag, "<?")) return tag;
  }
  return {};
}

using elements = std::map<std::string, std::string>;

// Reads the children of the first <Error>, which are flat, and ignores all around them. What it
// does not need may be broken: a text copied from a browser, or with HTTP headers in front, is read
// as far as it goes. If a child occurs twice, the first counts. Returns nothing without an <Error>.
std::optional<elements> read(std::string_view xml) {
  std::optional<elements> children;
  std::size_t depth = 0;   // 1 in <Error>, 2 in a child
  std::string_view child;  // the name of the open child
  std::string text;        // and its text
  for (auto tag = take_tag(xml, text); !tag.empty(); tag = take_tag(xml, text)) {
    const bool begins = tag[1] != '/';
    const bool ends = !begins || tag[tag.size() - 2] == '/';
    auto name = tag.substr(begins ? 1 : 2);
    name = name.substr(0, name.find_first_of(" \t\n/>"));
    name = name.substr(name.find(':') + 1);
    if (begins && (depth > 0 || name == "Error")) ++depth;
    if (begins && depth == 1) children.emplace();
    if (begins && depth <= 2) {
      child = name;
      text.clear();
    }
    if (!ends || depth == 0) continue;
    if (depth > 2 && name == child) depth = 2;  // a child ends even if a tag in it does not
    if (depth == 2) children->emplace(child, trimmed(text, blanks));
    if (--depth == 0) break;
  }
  return children;
}

// ── Error codes ─────────────────────────────────────────────────────────────────────────────────

struct row {
  std::string_view codes;  // separated by '|'
  std::string_view words;  // in the message; a row without words is for any other message
  presign::cause cause;
  presign::certainty certainty;
  std::string_view seen = {};
  std::string error_response::*detail = nullptr;  // what the response adds to that
};

constexpr auto wrong_credential = "AuthorizationQueryParametersError|AuthorizationHeaderMalformed";
constexpr auto is_expired = "the server says that the URL has expired";
constexpr auto is_in_future = "the server says that the signing time is in the future";
constexpr auto other_region = "the URL is signed for another region than the server's";
constexpr auto other_service = "the URL is signed for another service than the server's";
constexpr auto is_unlisted = "S3 also denies a missing key unless the signer may list the bucket";
constexpr auto is_silent = "some servers give no other reason for a wrong signature";

// The rows of a code with words come before those without.
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

    {"ExpiredToken|ExpiredTokenException", "", cause::token_expired, certain},
    {"RequestExpired|ExpiredRequest", "", cause::expired, certain, is_expired},
    {"RequestTimeTooSkewed", "", cause::clock, certain,
     "the signing time is too far from the server's clock, which some stores check for presigned "
     "URLs, and Amazon S3 does not"},

    {"InvalidToken", "", cause::token_invalid, certain},
    {"InvalidSecurity", "", cause::token_invalid, likely},
    {"InvalidAccessKeyId|InvalidClientTokenId|UnrecognizedClientException", "", cause::access_key,
     certain, "the server does not know the access key id"},

    {"AuthorizationQueryParametersError", "less than a week", cause::invalid_expiry, certain},
    {"AuthorizationQueryParametersError", "X-Amz-Expires", cause::invalid_expiry, certain},
    {wrong_credential, "region", cause::region, certain, other_region, &error_response::region},
    {wrong_credential, "service", cause::service, certain, other_service},
    {wrong_credential, "date", cause::date, certain},
    {"AuthorizationQueryParametersError|IncompleteSignature", "", cause::malformed_url, certain,
     "a parameter that signing adds is missing, or not as it must be"},
    {"AuthorizationHeaderMalformed", "", cause::malformed_url, likely,
     "a parameter that signing adds is missing, or an Authorization header was sent"},
    {"MissingAuthenticationToken", "", cause::malformed_url, likely, "no signature arrived"},

    {"InvalidArgument", "Only one auth mechanism", cause::two_signatures, certain},
    {"InvalidArgument", "X-Amz-Algorithm", cause::algorithm, certain},
    {"InvalidArgument", "", cause::malformed_url, possible,
     "the server does not accept the value of a parameter"},
    {"InvalidRequest", "AWS4-HMAC-SHA256", cause::algorithm, certain,
     "the bucket's region accepts only Signature Version 4"},
    {"InvalidRequest", "", cause::operation, possible},
    {"MethodNotAllowed", "", cause::operation, certain},
    {"XAmzContentSHA256Mismatch|BadDigest", "", cause::payload_hash, certain,
     "the body does not have the payload hash"},

    {"PermanentRedirect|TemporaryRedirect|Redirect", "", cause::wrong_endpoint, certain, "",
     &error_response::endpoint},
    {"IllegalLocationConstraintException", "", cause::wrong_endpoint, certain},
    {"NoSuchBucket", "", cause::no_such_bucket, certain},
    {"NoSuchKey|NoSuchVersion", "", cause::no_such_key, certain, "the URL was accepted"},
    {"SlowDown|ServiceUnavailable|InternalError", "", cause::server, certain},
};

}  // namespace

result<error_response> parse_error_response(std::string_view body) {
  constexpr std::string_view must = "the response must be the XML of an S3 error; ";
  if (trimmed(body, blanks).empty()) {
    return error_of(errc::invalid_response,
                    {must, "it is empty, as every response to HEAD is: send a GET instead"});
  }
  // "Translating both the two-character sequence #xD #xA and any #xD that is not followed by #xA to
  // a single #xA character." XML 1.0, section 2.11
  auto children = read(replaced(replaced(body, "\r\n", "\n"), "\r", "\n"));
  if (children) {
    const auto text = [&children](const std::string& name) { return (*children)[name]; };
    const auto signed_text = [&text](const std::string& name) {
      auto bytes = bytes_of(text(name + "Bytes"));
      return bytes.empty() ? text(name) : bytes;
    };
    return error_response{text("Code"),
                          text("Message"),
                          signed_text("CanonicalRequest"),
                          signed_text("StringToSign"),
                          text("Region"),
                          text("Endpoint"),
                          text("HeadersNotSigned"),
                          text("ServerTime")};
  }
  const auto beginning = lower(body.substr(0, 1000));
  const bool is_html = beginning.find("<html") != beginning.npos ||
                       beginning.find("<!doctype html") != beginning.npos;
  return error_of(errc::invalid_response,
                  {must, is_html ? "it is an HTML page, perhaps from a proxy, without <Error>"
                                 : "it has no <Error>"});
}

std::vector<finding> findings_of(const error_response& response) {
  if (response.code.empty()) return {};
  std::vector<finding> findings;
  for (const auto& each : rows) {
    const auto codes = split(each.codes, '|');
    const bool is_of_code = std::find(codes.begin(), codes.end(), response.code) != codes.end();
    if (!is_of_code || response.message.find(each.words) == std::string::npos) continue;
    findings.push_back(make_finding(each.cause, each.certainty, std::string(each.seen)));
    if (each.detail && !(response.*each.detail).empty()) {
      const auto detail = "; the server names " + quoted(response.*each.detail);
      findings.back().sentence.append(detail);
    }
    if (!each.words.empty()) break;
  }
  if (!findings.empty()) return findings;
  const auto seen =
      "the error code " + quoted(response.code) + " says nothing about presigned URLs";
  return {make_finding(cause::unexplained, possible, seen)};
}

}  // namespace presign::detail
