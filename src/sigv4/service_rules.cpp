// How services differ in applying SigV4, and the names that only the signer may set.
#include "sigv4/service_rules.hpp"

#include "sigv4/uri_encode.hpp"

namespace presign {

// The S3 family is what endpoint rules of the AWS SDKs mark with disableDoubleEncoding. S3 Tables,
// S3 Vectors and S3 Files are not of it.
// https://docs.aws.amazon.com/iot/latest/developerguide/protocols.html
// https://docs.aws.amazon.com/opensearch-service/latest/developerguide/serverless-clients.html
service_rules service_rules::of(std::string_view service) noexcept {
  const bool is_s3 = service == "s3" || service == "s3express" || service == "s3-object-lambda" ||
                     service == "s3-outposts";
  service_rules rules;
  rules.normalize_path = !is_s3;
  rules.encode_path_twice = !is_s3;
  rules.unsigned_payload = is_s3;
  rules.content_sha256_header = is_s3 || service == "aoss";
  rules.sign_session_token = service != "iotdevicegateway";
  rules.s3_session_token = service == "s3express";
  rules.require_expires = is_s3;
  return rules;
}

namespace detail {
namespace {

// A character, however it is written.
struct character {
  char value = 0;
  std::size_t size = 0;   // of the text that it is written as
  std::size_t level = 0;  // how often it is percent-encoded
};

// Reads the first character of a text: also "%26", "%2526" and so on, and JSON's "\u0026" and "\/".
character read_character(std::string_view text) noexcept {
  const auto byte = [text](std::size_t at) {
    const bool is_hex =
        at + 1 < text.size() && is_hex_digit(text[at]) && is_hex_digit(text[at + 1]);
    return is_hex ? hex_value(text[at]) * 16 + hex_value(text[at + 1]) : -1;
  };
  if (begins_with(text, "\\/")) return {'/', 2};
  if (begins_with(text, "\\u00") && byte(4) >= 0) return {static_cast<char>(byte(4)), 6};
  character read{text.front(), 1};
  while (read.value == '%' && byte(read.size) >= 0) {
    read = {static_cast<char>(byte(read.size)), read.size + 2, read.level + 1};
  }
  return read;
}

// Returns whether a name's letters and digits, in lower case, are those of a secret. If a separator
// was lost, other text is before them.
bool is_secret(std::string_view name) noexcept {
  constexpr std::string_view names[] = {"signature", "securitytoken", "sessiontoken",
                                        "secretaccesskey"};
  return name == "sig" || std::any_of(std::begin(names), std::end(names),
                                      [name](auto each) { return ends_with(name, each); });
}

// Returns the size of a value. A separator that is encoded more often than the '=' is part of it.
std::size_t size_of_value(std::string_view text, std::size_t level) noexcept {
  constexpr std::string_view separators = "?&;,#\"'<>\\ \t\r\n";
  std::size_t size = 0;
  while (size < text.size()) {
    const auto next = read_character(text.substr(size));
    if (next.level <= level && separators.find(next.value) != separators.npos) break;
    size += next.size;
  }
  return size;
}

// Returns whether a text ends with "sha256" and what may be between a name and its value.
bool ends_with_name_of_hash(std::string_view text) {
  constexpr std::string_view separators = "-:=\"'> %235d";  // '=' may be "%3d" or "%253d"
  const auto end = lower(text.substr(text.size() - std::min<std::size_t>(text.size(), 16)));
  return ends_with(trimmed(end, separators), "sha256");
}

// Returns whether text begins with a session token of AWS: the base64 of "…er/aws" or "…origin".
bool begins_with_token(std::string_view text) noexcept {
  constexpr std::string_view beginnings[] = {"FwoGZXIvYXdz", "FQoGZXIvYXdz", "IQoJb3JpZ2lu",
                                             "AgoJb3JpZ2lu"};
  return std::any_of(std::begin(beginnings), std::end(beginnings),
                     [text](auto each) { return begins_with(text, each); });
}

// Replaces session tokens, and the values of secrets by their names: NAME=VALUE, NAME: VALUE,
// "NAME":"VALUE", "NAME":["VALUE"], <NAME>VALUE<, NAME=>VALUE.
std::string without_named_secrets(std::string_view text) {
  constexpr std::string_view quotes = "\"'\\ \t[>";
  constexpr std::size_t least = 16;  // of a value that may be a word of a sentence
  std::string safe;
  std::string name;
  bool name_has_ended = false;
  while (!text.empty()) {
    if (begins_with_token(text)) {
      safe.append("REDACTED");
      text.remove_prefix(size_of_value(text, 0));
      continue;
    }
    const auto [value, size, level] = read_character(text);
    safe.append(text.substr(0, size));
    text.remove_prefix(size);
    const bool is_word = is_alnum(value) || value == '-' || value == '_';
    if ((value == '=' || value == ':' || value == '>') && is_secret(name)) {
      const auto quote = text.substr(0, text.find_first_not_of(quotes));
      const auto secret = size_of_value(text.substr(quote.size()), level);
      if ((value == '=' && quote.empty()) || secret >= least) {
        safe.append(quote).append("REDACTED");
        text.remove_prefix(quote.size() + secret);
      }
    }
    const bool is_quote = value != '>' && quotes.find(value) != quotes.npos;
    if (is_word ? name_has_ended : !is_quote) name.clear();
    if (is_alnum(value)) name.push_back(lower(value));
    name_has_ended = is_quote;
  }
  return safe;
}

}  // namespace

bool is_token_parameter(std::string_view name) noexcept {
  return equal_ignoring_case(name, signing_parameters[in_query::security_token]) ||
         equal_ignoring_case(name, signing_parameters[in_query::s3session_token]);
}

bool is_token_header(std::string_view name) noexcept {
  return name == signing_headers[in_headers::security_token] ||
         name == signing_headers[in_headers::s3session_token];
}

}  // namespace detail

// A signature without its name is a long run of hex digits.
std::string redact(std::string_view text) {
  using namespace detail;
  constexpr std::size_t least = 48;  // a signature that was cut short is a secret, too
  const auto named = without_named_secrets(text);
  std::string_view rest = named;
  std::string safe;
  std::size_t begin = 0;  // of the digits, in safe
  std::size_t digits = 0;
  char before = 0;
  bool begins_segment = false;
  while (true) {
    const auto next = rest.empty() ? character{} : read_character(rest);
    if (is_hex_digit(next.value)) {
      if (digits == 0) begins_segment = before == '/';
      if (digits++ == 0) begin = safe.size();
    } else {
      const auto name = std::string_view(safe).substr(0, begin);
      // Some stores name objects by their SHA-256, SHA-384 or SHA-512.
      const bool is_key = begins_segment && digits % 32 == 0 && !is_alnum(next.value);
      if (digits >= least && !is_key && !ends_with_name_of_hash(name)) {
        safe.replace(begin, safe.npos, "REDACTED");
      }
      digits = 0;
    }
    before = next.value;
    if (rest.empty()) return safe;
    safe.append(rest.substr(0, next.size));
    rest.remove_prefix(next.size);
  }
}

}  // namespace presign
