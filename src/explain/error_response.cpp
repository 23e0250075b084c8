// Servers' error responses, and what their error codes mean.
#include "explain/findings.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace presign::detail {
namespace {

// ── XML and JSON ────────────────────────────────────────────────────────────────────────────────

// Returns the character with this number, in UTF-8; nothing if there is none.
std::string character_of_number(std::string_view digits, int base) {
  int point = 0;
  const auto* const end = digits.data() + digits.size();
  const auto [rest, failure] = std::from_chars(digits.data(), end, point, base);
  const bool is_number = failure == std::errc() && rest == end;
  if (!is_number || !is_within(point, 1, 0x10ffff) || is_within(point, 0xd800, 0xdfff)) return {};
  const int tails = point < 0x80 ? 0 : point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
  constexpr int leads[] = {0, 0xc0, 0xe0, 0xf0};
  std::string utf8(1, static_cast<char>(leads[tails] | point >> 6 * tails));
  for (int i = tails; i-- > 0;) utf8.push_back(static_cast<char>(0x80 | (point >> 6 * i & 0x3f)));
  return utf8;
}

// Returns the character that "&amp;", "&#38;" or "&#x26;" stands for; nothing for any other text.
std::string character_of_reference(std::string_view reference) {
  constexpr std::pair<std::string_view, const char*> entities[] = {
      {"&amp;", "&"}, {"&lt;", "<"}, {"&gt;", ">"}, {"&quot;", "\""}, {"&apos;", "'"}};
  for (const auto& [entity, text] : entities) {
    if (reference == entity) return text;
  }
  if (!begins_with(reference, "&#")) return {};
  const bool is_hex = begins_with(reference, "&#x");
  const auto digits = trimmed(reference.substr(is_hex ? 3 : 2), ";");
  return character_of_number(digits, is_hex ? 16 : 10);
}

// Returns the text of the first element of this name; nothing if there is none, or it is cut off.
// A '&' that begins no reference is taken as it is.
std::string xml_text(std::string_view xml, std::string_view name) {
  std::string text;
  const auto begin = xml.find(joined({"<", name, ">"}));
  const auto end = xml.find(joined({"</", name, ">"}), begin);
  if (end == xml.npos) return text;
  xml = xml.substr(0, end).substr(begin + name.size() + 2);
  while (!xml.empty()) {
    const auto reference = xml.substr(0, xml.substr(0, 12).find(';') + 1);  // "&#x0010ffff;"
    const auto character = character_of_reference(reference);
    text.append(character.empty() ? xml.substr(0, 1) : character);
    xml.remove_prefix(character.empty() ? 1 : reference.size());
  }
  return std::string(trimmed(text, white_space));
}

// Returns the text of the first member of this name in any JSON object; nothing if there is none.
std::string json_text(std::string_view json, std::string_view name) {
  std::string text;
  const auto member = joined({"\"", name, "\""});
  json.remove_prefix(std::min(json.find(member), json.size()));
  json.remove_prefix(std::min(member.size(), json.size()));
  if (trimmed(take_until('"', json), white_space) != ":") return text;
  while (!json.empty() && json.front() != '"') {
    const bool is_escape = json.front() == '\\' && json.size() > 1;
    if (!is_escape) {
      text.push_back(json.front());
    } else if (json[1] == 'u') {
      const auto digits = json.substr(2, 4);
      const auto escaped = character_of_number(digits, 16);
      text.append(escaped.empty() ? "?" : escaped);
      json.remove_prefix(digits.size());
    } else {
      const auto escape = std::string_view("nrt").find(json[1]);
      text.push_back(escape == std::string_view::npos ? json[1] : "\n\r\t"[escape]);
    }
    json.remove_prefix(is_escape ? 2 : 1);
  }
  return std::string(trimmed(text, white_space));
}

// ── Error codes ─────────────────────────────────────────────────────────────────────────────────

struct row {
  std::string_view codes;  // separated by '|'; a '*' is for anything
  // In the message, or in the name of an argument; a row without words is for any other message.
  std::string_view words;
  presign::cause cause;
  presign::certainty certainty;
  std::string_view seen = {};
  bool is_after = false;  // S3 finds out only after it has accepted the signature
  std::string error_response::*value = nullptr;  // which the response may name
};

constexpr bool after = true;
constexpr bool unclear = false;  // whether S3 has accepted the signature
constexpr auto mismatch = "SignatureDoesNotMatch|InvalidSignature";
constexpr auto query_error = "AuthorizationQueryParametersError";
constexpr auto header_error = "AuthorizationHeaderMalformed";
constexpr auto says_expired = "the server says that the URL has expired";
constexpr auto says_future = "the server says that the signing time is in the future";
constexpr auto missing = "the signature, or a part of it, did not arrive";
constexpr auto other_region = "the signature is for a region other than the server's";
constexpr auto other_service = "the signature is for a service other than the server's";
constexpr auto wrong_value = "the server does not accept the value of a parameter or header";
constexpr auto no_reason = "some servers give no other reason for a wrong signature";

// The rows of a code with words come before those without. Of the rows for different codes, the
// first that match count. https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
constexpr row rows[] = {
    {"AccessDenied", "equest has expired", cause::expired, certain, says_expired},
    {"AccessDenied", "not yet valid", cause::not_yet_valid, certain, says_future},
    {"AccessDenied", "not valid yet", cause::not_yet_valid, certain, says_future},
    {"AccessDenied", "were not signed", cause::header_not_signed, certain,
     "a header was sent that is not signed", unclear, &error_response::headers_not_signed},
    {"AccessDenied", "Query-string authentication requires", cause::malformed_url, likely, missing},
    {"AccessDenied", "User: anonymous", cause::malformed_url, likely, missing},
    {"AccessDenied", "not authorized to perform", cause::permission, certain,
     "the server knows who signed, so it has accepted the signature"},
    {"AccessDenied", "", cause::permission, possible},
    {"AccessDenied", "", cause::secret, possible, no_reason},
    {"AccessDenied", "", cause::token_invalid, possible},
    {"AccessDenied", "", cause::no_such_key, possible,
     "S3 also denies a key that does not exist, unless the signer may list the bucket"},

    {mismatch, "Signature expired", cause::expired, certain, says_expired},
    {mismatch, "Signature not yet current", cause::not_yet_valid, certain, says_future},
    {mismatch, "scoped to a valid region", cause::region, certain, other_region},
    {mismatch, "scoped to correct service", cause::service, certain, other_service},
    {mismatch, "Date in Credential scope", cause::date, certain},
    {mismatch, "", cause::method, possible},
    {mismatch, "", cause::header_changed, possible},
    {mismatch, "", cause::host, possible},
    {mismatch, "", cause::encoded_twice, possible},
    {mismatch, "", cause::path_prefix, possible},
    {mismatch, "", cause::parameter_added, possible},
    {mismatch, "", cause::token_not_signed, possible},
    {mismatch, "", cause::secret, possible},

    {"ExpiredToken", "", cause::token_expired, certain},
    {"ExpiredToken", "", cause::expired, possible, "some servers mean the URL itself"},
    {"TokenRefreshRequired|InvalidSession", "", cause::token_expired, likely},
    {"RequestExpired|ExpiredRequest", "", cause::expired, certain, says_expired},
    {"RequestTimeTooSkewed", "", cause::expired, likely,
     "some stores accept a presigned URL for only 15 minutes, whatever X-Amz-Expires is"},
    {"RequestTimeTooSkewed", "", cause::clock, likely,
     "the signing time is far from the server's clock"},

    {"InvalidToken*|UnsupportedSignature", "", cause::token_invalid, likely,
     "the server does not accept the session token; in a region that an account has to enable, it "
     "accepts none of the global STS endpoint, sts.amazonaws.com, unless that issues version 2"},
    {"InvalidAccessKeyId", "", cause::access_key, certain,
     "the server does not accept the access key id"},
    {"InvalidSecurity|Unauthorized", "", cause::access_key, likely},
    {"InvalidClientTokenId|UnrecognizedClient", "", cause::access_key, likely,
     "the server does not know the access key id, or not with this session token"},

    {query_error, "requires the", cause::malformed_url, certain,
     "a parameter that signing adds is missing"},
    {query_error, "X-Amz-Expires", cause::invalid_expiry, certain},
    {query_error, "region", cause::region, certain, other_region, unclear, &error_response::region},
    {query_error, "service", cause::service, certain, other_service},
    {query_error, "date", cause::date, certain},
    {query_error, "", cause::malformed_url, certain,
     "a parameter that signing adds is missing, or not as it must be"},
    {"InvalidRegionName", "", cause::region, certain, other_region},
    {header_error, "region", cause::region, likely, other_region, unclear, &error_response::region},
    {header_error, "service", cause::service, likely, other_service},
    {"AuthorizationHeaderMalformed|IncompleteSignature", "", cause::malformed_url, likely,
     "a parameter that signing adds is missing, or an Authorization header was sent"},
    {"MissingAuthenticationToken", "", cause::malformed_url, likely,
     "no signature arrived; API Gateway also sends this code for a path or method that it does not "
     "have"},

    {"InvalidArgument", "Only one auth mechanism", cause::two_signatures, certain},
    {"InvalidArgument", "X-Amz-Algorithm", cause::algorithm, certain},
    {"InvalidArgument", "", cause::operation, possible, wrong_value, unclear,
     &error_response::argument_name},
    {"InvalidArgument", "", cause::unexplained, possible,
     "some servers send this code for a part of the signature that they cannot read"},
    {"InvalidTag|TagPolicy|UnsupportedArgument|ValidationError", "", cause::operation, likely,
     wrong_value},
    {"InvalidRequest", "AWS4-HMAC-SHA256", cause::algorithm, likely,
     "the server accepts only Signature Version 4, and found another signature"},
    {"InvalidRequest", "", cause::operation, possible},
    {"MethodNotAllowed|InvalidHttpMethod", "", cause::operation, certain,
     "the server does not allow this method for what the URL names"},
    {"NotImplemented", "", cause::operation, certain,
     "a parameter or header asks for what the server does not have; S3 sends this code for chunked "
     "bodies"},
    {"XAmzContentSHA256Mismatch", "", cause::payload_hash, certain,
     "the body does not have the payload hash", after},
    {"BadDigest", "", cause::payload_hash, certain, "the body does not have the checksum", after},
    {"InvalidDigest", "", cause::payload_hash, likely, "Content-MD5 or a checksum is not valid"},

    {"PermanentRedirect|TemporaryRedirect|Redirect", "", cause::wrong_endpoint, certain, "",
     unclear, &error_response::endpoint},
    {"PermanentRedirectControlError|IncorrectEndpoint|EndpointNotFound", "", cause::wrong_endpoint,
     certain},
    {"IllegalLocationConstraint|InvalidHostHeader", "", cause::wrong_endpoint, likely},
    {"NoSuchBucket|NoSuchAccessPoint|NoSuchMultiRegionAccessPoint|InvalidBucketName|"
     "InvalidAccessPoint*",
     "", cause::no_such_bucket, certain},
    {"NoSuchKey|NoSuchVersion", "", cause::no_such_key, certain,
     "the server has no object with the key and version that arrived", after},

    {"InvalidObjectState", "", cause::operation, certain,
     "the object is archived, and must be restored first", after},
    {"PreconditionFailed|NotModified", "", cause::operation, certain,
     "a condition, such as If-Match, does not hold", after},
    {"ConditionalRequestConflict|OperationAborted|RestoreAlreadyInProgress", "", cause::operation,
     certain, "another request for the same thing is under way", after},
    {"InvalidRange", "", cause::operation, certain, "the object has no such bytes", after},
    {"NoSuchUpload|InvalidPart|InvalidPartOrder", "", cause::operation, certain,
     "the multipart upload has ended, or its parts are others", after},
    {"AccessControlListNotSupported|InvalidBucketAclWithObjectOwnership", "", cause::operation,
     certain, "the bucket takes no ACLs: sign without x-amz-acl", after},
    {"KMS.*", "", cause::operation, certain, "the encryption key cannot be used", after},
    {"BucketAlreadyExists|*AlreadyOwnedByYou|BucketNotEmpty|BucketHasAccessPointsAttached|"
     "InvalidBucketState|ClientTokenConflict|TooManyBuckets|*AccessPoints|TooManyTags|"
     "TooManyMultiRegionAccessPointregionsError",
     "", cause::operation, certain, "the state of the bucket or account does not allow it", after},
    {"NoSuch*|*NotFoundError|NoTransformationDefined", "", cause::operation, certain,
     "there is no such setting or resource", after},
    {"EntityTooLarge|EntityTooSmall|MaxMessageLengthExceeded|InlineDataTooLarge", "",
     cause::operation, certain, "the body, or a part of the upload, is too large or too small"},
    {"KeyTooLongError|MetadataTooLarge|RequestHeaderSectionTooLarge", "", cause::operation, certain,
     "the key, the headers or the URL are too long"},
    {"MissingContentLength", "", cause::operation, certain, "Content-Length is missing"},
    {"IncompleteBody|RequestTimeout|ConnectionClosedByRequester|ResponseInterrupted", "",
     cause::operation, certain, "the body ended early, or did not arrive in time"},
    {"MalformedPOSTRequest|IncorrectNumberOfFilesInPostRequest|RequestIsNotMultiPartContent|"
     "MaxPostPreDataLengthExceededError|UserKeyMustBeSpecified|InvalidPolicyDocument",
     "", cause::operation, certain,
     "the server took the request for a form, and a presigned URL is not one"},
    {"AllAccessDisabled|AccountProblem|NotSignedUp|InvalidPayer|UnauthorizedAccess*", "",
     cause::permission, likely},
    {"Malformed*|Missing*|Invalid*|Illegal*|Unexpected*|*GrantByEmailAddress", "", cause::operation,
     possible, "the body, a parameter or a header is not as it must be"},
    {"*SlowDown|ServiceUnavailable|InternalError|Busy|Throttling", "", cause::server, certain},
    {"", "", cause::unexplained, possible, "the error code is missing"},
};

// What a message says if there is no code, as in API Gateway's JSON.
constexpr std::pair<std::string_view, std::string_view> codes_by_words[] = {
    {"signature we calculated", "InvalidSignatureException"},
    {"Credential should be scoped to", "InvalidSignatureException"},
    {"Signature expired", "InvalidSignatureException"},
    {"Signature not yet current", "InvalidSignatureException"},
    {"Missing Authentication Token", "MissingAuthenticationTokenException"},
    {"token included in the request is expired", "ExpiredTokenException"},
    {"token included in the request is invalid", "UnrecognizedClientException"},
    {"not authorized to perform", "AccessDeniedException"}};

// Returns whether a code is one of S3's, or of another service, which may append "Exception".
bool is_one_of(std::string_view code, std::string_view patterns) {
  constexpr std::string_view suffix = "Exception";
  if (ends_with(code, suffix)) code.remove_suffix(suffix.size());
  return !each_piece_is(patterns, '|', [code](auto each) { return !matches(each, code); });
}

// ── Texts in other forms ────────────────────────────────────────────────────────────────────────

// Puts back the line ends of a signed text, which a browser shows as spaces. Leaves a text alone in
// which other spaces may be, or whose line ends are there.
std::string with_lines(const std::string& text, error_response& response) {
  if (contains(text, "\n") || !contains(text, " ")) return text;
  std::vector<std::string_view> lines;
  for (const auto line : split(text, ' ')) {
    if (!line.empty()) lines.push_back(line);
  }
  if (lines.size() > 5) {
    const auto is_header = [](auto line) { return contains(line, ":"); };
    if (!all_of(std::vector(lines.begin() + 3, lines.end() - 2), is_header)) return text;
    lines.insert(lines.end() - 2, std::string_view());
  }
  response.left_out = "the line ends of the server's texts are lost, and were put back";
  return joined(lines, "\n");
}

// Moves the texts that STS, API Gateway and others quote in the message to where S3 has them.
void take_texts_of_message(error_response& response) {
  constexpr std::string_view begin = "The Canonical String for this request should have been";
  constexpr std::string_view next = "The String-to-Sign should have been";
  const auto at = response.message.find(begin);
  if (at == std::string::npos || !response.canonical_request.empty()) return;
  const auto quoted_text = [](std::string_view text) {
    take_until('\'', text);
    return std::string(text.substr(0, text.rfind('\'')));
  };
  const auto quotes = std::string_view(response.message).substr(at);
  const auto middle = std::min(quotes.find(next), quotes.size());
  response.canonical_request = with_lines(quoted_text(quotes.substr(0, middle)), response);
  response.string_to_sign = with_lines(quoted_text(quotes.substr(middle)), response);
  response.message = trimmed(response.message.substr(0, at), white_space);
}

// Takes from the message the signed texts, and the code if there is none.
void read_message(error_response& response) {
  take_texts_of_message(response);
  for (const auto& [words, code] : codes_by_words) {
    if (response.code.empty() && contains(response.message, words)) response.code = code;
  }
}

// Returns the longest known code that is a word of a text, or stands right before a capital letter.
std::string_view code_in(std::string_view text) {
  constexpr std::size_t least = 9;  // "Redirect" is an English word, too
  std::string_view found;
  for (const auto& each : rows) {
    for (const auto code : split(each.codes, '|')) {
      const auto at = text.find(code);
      if (at == text.npos || code.size() < std::max(least, found.size() + 1)) continue;
      const auto next = text.substr(at + code.size(), 1);
      const bool ends = next.empty() || !is_alnum(next[0]) || is_within(next[0], 'A', 'Z');
      if (ends && (at == 0 || !is_alnum(text[at - 1]))) found = text.substr(at, code.size());
    }
  }
  return found;
}

// Reads the first <Error> by the names of its elements, which are flat and have no attributes. What
// is around them may be broken: a text copied from a browser, or with HTTP headers in front.
[[gnu::cold]] std::optional<error_response> read_xml(std::string_view text) {
  const auto begin = std::min({text.find("<Error>"), text.find("<Error "), text.find("<Error/>")});
  if (begin == text.npos) return {};
  const auto end = std::min(text.find("</Error>", begin), text.find("<Error/>", begin));
  const auto xml = text.substr(begin, end - begin);
  const auto text_of = [xml](std::string_view name) { return xml_text(xml, name); };
  error_response response;
  response.code = text_of("Code");
  response.message = text_of("Message");
  response.region = text_of("Region");
  response.endpoint = text_of("Endpoint");
  response.headers_not_signed = text_of("HeadersNotSigned");
  response.argument_name = text_of("ArgumentName");
  response.key = text_of("Key");
  response.server_time = text_of("ServerTime");
  if (end == text.npos) {
    response.left_out = "the response is cut off, and its last element was not read";
  }
  // "47 45 54 0a": a text byte by byte, because XML and browsers change line ends.
  const auto signed_text = [&](std::string_view name) {
    const auto hex = replaced(replaced(text_of(joined({name, "Bytes"})), "\n", ""), " ", "");
    const auto bytes = from_hex(lower(hex)).value_or("");
    return bytes.empty() ? with_lines(text_of(name), response) : bytes;
  };
  response.canonical_request = signed_text("CanonicalRequest");
  response.string_to_sign = signed_text("StringToSign");
  response.signature = text_of("SignatureProvided");
  take_texts_of_message(response);
  return response;
}

// Reads {"__type":"…#CODE","message":"…"}, or with the code in a header before it.
[[gnu::cold]] std::optional<error_response> read_json(std::string_view text) {
  const auto object = text.substr(std::min(text.find('{'), text.size()));
  const auto either = [object](std::string_view name, std::string_view other) {
    auto value = json_text(object, name);
    return value.empty() ? json_text(object, other) : value;
  };
  error_response response;
  response.message = either("message", "Message");
  response.code = either("__type", "code");
  response.code.erase(0, response.code.find('#') + 1);
  constexpr std::string_view header = "\nx-amzn-errortype:";
  const auto head = text.substr(0, text.size() - object.size());
  const auto at = lower(head).find(header);
  if (response.code.empty() && at != head.npos) {
    const auto line = trimmed(head.substr(at + header.size()), white_space);
    response.code = line.substr(0, line.find_first_of(":\n"));
  }
  if (response.message.empty() && response.code.empty()) return {};
  read_message(response);
  return response;
}

// Takes text without tags, as some browsers show XML, as a message if it names a code.
[[gnu::cold]] std::optional<error_response> read_words(std::string_view text) {
  if (contains(text, "<")) return {};
  error_response response;
  response.message = trimmed(text, white_space);
  response.code = code_in(response.message);
  if (begins_with(response.message, response.code)) {
    response.message = trimmed(response.message.substr(response.code.size()), white_space);
  }
  read_message(response);
  if (response.code.empty()) return {};
  response.message = response.message.substr(0, 1000);
  if (response.canonical_request.empty()) {
    response.left_out = "the response has no tags, so only its code and words were read";
  }
  return response;
}

}  // namespace

result<error_response> parse_error_response(std::string_view body) {
  // "Translating both the two-character sequence #xD #xA and any #xD that is not followed by #xA to
  // a single #xA character." XML 1.0, section 2.11
  const auto text = replaced(replaced(body, "\r\n", "\n"), "\r", "\n");
  for (const auto read : {read_xml, read_json, read_words}) {
    if (auto response = read(text)) return *std::move(response);
  }
  const auto beginning = lower(trimmed(text, white_space).substr(0, 1000));
  const bool is_html = contains(beginning, "<html") || contains(beginning, "<!doctype html");
  return error_of(
      errc::invalid_response,
      {"the response must be the XML or JSON of an error; ",
       beginning.empty() ? "it is empty, as every response to HEAD is: send a GET instead"
       : is_html         ? "it is an HTML page, perhaps from a proxy, without <Error>"
       : begins_with(beginning, "http/")
           ? "it has only headers, like a response to HEAD: send a GET instead"
           : "it has no <Error>"});
}

code_findings findings_of(const error_response& response) {
  code_findings result;
  std::string_view codes;  // of the first row that matches
  for (const auto& each : rows) {
    if (!codes.empty() && each.codes != codes) break;
    if (!is_one_of(response.code, each.codes)) continue;
    if (!contains(response.message, each.words) && !contains(response.argument_name, each.words)) {
      continue;
    }
    codes = each.codes;
    auto found = make_finding(each.cause, each.certainty, {each.seen});
    if (each.value && !(response.*each.value).empty()) {
      found.sentence.append("; the server names ").append(quoted_safely(response.*each.value));
      result.names_value = true;
      found.certainty = std::min(found.certainty, likely);
    }
    if (each.is_after) {
      found.sentence.append("; S3 says so only after it has accepted the signature");
    }
    result.findings.push_back(std::move(found));
    result.signature_is_accepted = each.is_after;
    if (!each.words.empty()) break;
  }
  if (result.findings.empty()) {
    result.findings.push_back(make_finding(cause::unexplained, possible,
                                           {"the error code ", quoted_safely(response.code),
                                            " is not known to be about the signature"}));
  }
  return result;
}

}  // namespace presign::detail
