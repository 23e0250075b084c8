// Reads the error responses of S3 and its kind. https://www.w3.org/TR/xml/
#include "explain/error_response.hpp"

#include "base/hex.hpp"
#include "base/text.hpp"

#include <optional>
#include <utility>

namespace presign::detail {
namespace {

constexpr std::string_view blanks = " \t\r\n";

// ── Character data ──────────────────────────────────────────────────────────────────────────────

void append_utf8(std::string& out, unsigned point) {
  const auto put = [&out](unsigned byte) { out.push_back(static_cast<char>(byte)); };
  const auto put_tail = [&put, point](unsigned shift) { put(0x80 | ((point >> shift) & 0x3f)); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xc0 | point >> 6);
  } else {
    if (point < 0x10000) {
      put(0xe0 | point >> 12);
    } else {
      put(0xf0 | point >> 18);
      put_tail(12);
    }
    put_tail(6);
  }
  put_tail(0);
}

// Reads "#38" or "#x26", if it is a character that text can have.
std::optional<unsigned> code_point(std::string_view reference) {
  const bool is_hex = reference.substr(0, 2) == "#x";
  const auto digits = reference.substr(is_hex ? 2 : 1);
  if (digits.empty() || digits.size() > 8) return {};
  unsigned point = 0;
  for (const char c : digits) {
    const auto digit = std::string_view("0123456789abcdef").find(lower(c));
    if (digit >= (is_hex ? 16 : 10)) return {};
    point = point * (is_hex ? 16 : 10) + static_cast<unsigned>(digit);
  }
  const bool is_surrogate = point >= 0xd800 && point <= 0xdfff;
  if (point == 0 || point > 0x10ffff || is_surrogate) return {};
  return point;
}

// Appends what the text between '&' and ';' stands for, if it stands for anything.
bool append_reference(std::string& out, std::string_view name) {
  constexpr std::pair<std::string_view, char> entities[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [known, character] : entities) {
    if (name == known) {
      out.push_back(character);
      return true;
    }
  }
  const auto point = begins_with(name, "#") ? code_point(name) : std::nullopt;
  if (point) append_utf8(out, *point);
  return point.has_value();
}

// "Translating both the two-character sequence #xD #xA and any #xD that is not followed by #xA to a
// single #xA character." XML 1.0, section 2.11
void append_with_line_ends(std::string& out, std::string_view text) {
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '\r') {
      out.push_back(text[i]);
    } else if (i + 1 == text.size() || text[i + 1] != '\n') {
      out.push_back('\n');
    }
  }
}

// Appends text with its references decoded. A '&' that begins none stays as it is.
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

// Decodes "47 45 54 0a": the bytes of a text, in which XML and browsers cannot change line ends.
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

// ── What a code means ───────────────────────────────────────────────────────────────────────────

struct row {
  std::string_view code;
  std::string_view words;  // in the message; none: whatever it says, where no row above has them
  presign::cause cause;
  presign::certainty certainty;
  std::string_view sentence;
  std::string error_response::*detail = nullptr;  // what the answer adds to that
};

constexpr auto certain = certainty::certain;
constexpr auto likely = certainty::likely;
constexpr auto possible = certainty::possible;

constexpr std::string_view is_over = "the server says that the URL's time is over";
constexpr std::string_view bad_expiry = "X-Amz-Expires must be a whole number from 1 to 604800";
constexpr std::string_view is_elsewhere =
    "the bucket is in another region or at another address; a redirect does not help, as the host "
    "is signed: sign for the right one";
constexpr std::string_view unknown_key =
    "the server does not know the access key id: it is deleted, of another account, partition or "
    "store, or temporary and without its session token";
constexpr std::string_view broken_server =
    "the server is busy or broken, which is no matter of the URL: try again later";

// The rows of a code stand together, those with words first.
constexpr row rows[] = {
    {"AccessDenied", "expired", cause::expired, certain, is_over},
    {"AccessDenied", "not yet valid", cause::not_yet_valid, certain,
     "the server says that the signing time is still to come: the clock that signed is ahead of "
     "its"},
    {"AccessDenied", "not signed", cause::header_not_signed, certain,
     "a header was sent that must be signed, or not be sent", &error_response::headers_not_signed},
    {"AccessDenied", "", cause::permission, possible,
     "who signed may not do this: a URL can do no more than its signer, whom policies of the user, "
     "the role, the bucket and the encryption key limit"},
    {"AccessDenied", "", cause::secret, possible,
     "the signature or the access key id is wrong: some servers, Ceph's among them, say no more "
     "than this of any URL that they refuse"},
    {"AccessDenied", "", cause::token_invalid, possible,
     "the session token is damaged, dead, or not the one that goes with the access key id"},
    {"AccessDenied", "", cause::no_such_key, possible,
     "there is no such object: S3 does not say so to one who may not list the bucket"},

    {"SignatureDoesNotMatch", "", cause::method, possible,
     "the URL was used with another method than it was signed for"},
    {"SignatureDoesNotMatch", "", cause::header_changed, possible,
     "a signed header was not sent, or not with the value that was signed"},
    {"SignatureDoesNotMatch", "", cause::host, possible,
     "the Host header that arrived is not the one signed: a proxy changes it, or a port is "
     "missing"},
    {"SignatureDoesNotMatch", "", cause::encoded_twice, possible,
     "the path or the query was encoded once more, or decoded, after signing"},
    {"SignatureDoesNotMatch", "", cause::parameter_added, possible,
     "a query parameter was added, changed or lost after signing"},
    {"SignatureDoesNotMatch", "", cause::token_not_signed, possible,
     "the session token was added after signing, or changed"},
    {"SignatureDoesNotMatch", "", cause::secret, possible, "the secret access key is another"},

    {"ExpiredToken", "", cause::token_expired, certain,
     "the temporary credentials that signed are dead, and their URLs with them, however late the "
     "URL's own end"},
    {"ExpiredTokenException", "", cause::token_expired, certain,
     "the temporary credentials that signed are dead, and their URLs with them"},
    {"RequestExpired", "", cause::expired, certain, is_over},
    {"ExpiredRequest", "", cause::expired, certain, is_over},
    {"RequestTimeTooSkewed", "", cause::clock, certain,
     "the signing time is too far from the server's clock; for a presigned URL some stores ask for "
     "this, and Amazon S3 does not"},

    {"InvalidToken", "", cause::token_invalid, certain,
     "the session token is damaged, or not the one that goes with the access key id"},
    {"InvalidSecurity", "", cause::token_invalid, likely,
     "the credentials are not good, or their session token is not"},
    {"InvalidAccessKeyId", "", cause::access_key, certain, unknown_key},
    {"InvalidClientTokenId", "", cause::access_key, certain, unknown_key},
    {"UnrecognizedClientException", "", cause::access_key, certain, unknown_key},

    {"AuthorizationQueryParametersError", "less than a week", cause::invalid_expiry, certain,
     bad_expiry},
    {"AuthorizationQueryParametersError", "X-Amz-Expires", cause::invalid_expiry, certain,
     bad_expiry},
    {"AuthorizationQueryParametersError", "region", cause::region, certain,
     "the URL is signed for another region than the server's", &error_response::region},
    {"AuthorizationQueryParametersError", "service", cause::service, certain,
     "the URL is signed for another service than the server's"},
    {"AuthorizationQueryParametersError", "date", cause::date, certain,
     "the date of the credential scope must be that of X-Amz-Date"},
    {"AuthorizationQueryParametersError", "", cause::malformed_url, certain,
     "a parameter that signing adds is missing, or not as it must be"},
    {"AuthorizationHeaderMalformed", "region", cause::region, certain,
     "the request is signed for another region than the server's", &error_response::region},
    {"AuthorizationHeaderMalformed", "service", cause::service, certain,
     "the request is signed for another service than the server's"},
    {"AuthorizationHeaderMalformed", "date", cause::date, certain,
     "the date of the credential scope must be that of X-Amz-Date"},
    {"AuthorizationHeaderMalformed", "", cause::malformed_url, likely,
     "a parameter that signing adds is missing, or an Authorization header was sent"},
    {"IncompleteSignature", "", cause::malformed_url, certain,
     "a parameter that signing adds is missing, or not as it must be"},
    {"MissingAuthenticationToken", "", cause::malformed_url, likely,
     "the signature did not arrive: the query was cut off on its way"},

    {"InvalidArgument", "Only one auth mechanism", cause::two_signatures, certain,
     "an Authorization header was sent beside the URL's own signature: send none"},
    {"InvalidArgument", "X-Amz-Algorithm", cause::algorithm, certain,
     "the server does not take this signing algorithm"},
    {"InvalidArgument", "", cause::malformed_url, possible,
     "a parameter that arrived is not as the server takes it"},
    {"InvalidRequest", "AWS4-HMAC-SHA256", cause::algorithm, certain,
     "the bucket's region takes Signature Version 4 alone, and the URL has another"},
    {"InvalidRequest", "", cause::operation, possible,
     "the method or its parameters do not suit what the URL names"},
    {"MethodNotAllowed", "", cause::operation, certain,
     "what the URL names does not take this method"},
    {"XAmzContentSHA256Mismatch", "", cause::payload_hash, certain,
     "the body does not hash to the payload hash that was sent or signed"},
    {"BadDigest", "", cause::payload_hash, certain,
     "the body does not hash to what was sent or signed of it"},

    {"PermanentRedirect", "", cause::wrong_endpoint, certain, is_elsewhere,
     &error_response::endpoint},
    {"TemporaryRedirect", "", cause::wrong_endpoint, certain, is_elsewhere,
     &error_response::endpoint},
    {"Redirect", "", cause::wrong_endpoint, certain, is_elsewhere, &error_response::endpoint},
    {"IllegalLocationConstraintException", "", cause::wrong_endpoint, certain, is_elsewhere},
    {"NoSuchBucket", "", cause::no_such_bucket, certain,
     "there is no such bucket at this address; the signature may be good"},
    {"NoSuchKey", "", cause::no_such_key, certain,
     "the URL was accepted, and there is no object with this key"},
    {"NoSuchVersion", "", cause::no_such_key, certain,
     "the URL was accepted, and the object has no such version"},

    {"SlowDown", "", cause::server, certain, broken_server},
    {"ServiceUnavailable", "", cause::server, certain, broken_server},
    {"InternalError", "", cause::server, certain, broken_server},
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

std::vector<finding> meaning_of(const error_response& response) {
  std::vector<finding> findings;
  for (const auto& one : rows) {
    if (one.code != response.code || response.message.find(one.words) == std::string::npos)
      continue;
    std::string sentence(one.sentence);
    if (one.detail && !(response.*one.detail).empty()) {
      sentence.append(": ").append(quoted(response.*one.detail));
    }
    findings.push_back({one.cause, one.certainty, std::move(sentence)});
    if (!one.words.empty()) break;
  }
  if (findings.empty() && !response.code.empty()) {
    findings.push_back({cause::unexplained, possible,
                        "the server refused the URL with a code that says nothing of its own about "
                        "presigned URLs"});
  }
  return findings;
}

}  // namespace presign::detail
