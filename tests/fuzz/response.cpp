// Servers' error responses: a parsed response can be written and parsed again; and for any URL and
// response, the explanation gives reasons and shows no secret.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "explain/findings.hpp"

namespace {

using fuzz::require;
using fuzz::require_same;
using presign::detail::error_response;

// Escapes special characters and those that are not ASCII by their numbers. Keeps bytes that are
// not UTF-8.
std::string escaped(std::string_view text) {
  std::string xml;
  while (!text.empty()) {
    const auto length = presign::detail::utf8_length(text);
    const char c = text.front();
    if (length > 1 || c == '&' || c == '<' || c == '\r') {
      auto number = static_cast<unsigned>(c) & (length > 1 ? 0x7fu >> length : 0x7fu);
      for (std::size_t i = 1; i < length; ++i) number = number << 6 | (text[i] & 0x3f);
      xml.append("&#").append(std::to_string(number)).append(";");
    } else {
      xml.push_back(c);
    }
    text.remove_prefix(std::max<std::size_t>(length, 1));
  }
  return xml;
}

std::string hex(std::string_view text) {
  std::string digits;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    digits.push_back("0123456789abcdef"[byte >> 4]);
    digits.push_back("0123456789abcdef"[byte & 15]);
  }
  return digits;
}

std::string written(const error_response& response) {
  const auto element = [](const std::string& name, const std::string& text) {
    return "<" + name + ">" + text + "</" + name + ">";
  };
  return element("Error", element("Code", escaped(response.code)) +
                              element("Message", escaped(response.message)) +
                              element("CanonicalRequestBytes", hex(response.canonical_request)) +
                              element("StringToSignBytes", hex(response.string_to_sign)) +
                              element("Region", escaped(response.region)) +
                              element("Endpoint", escaped(response.endpoint)) +
                              element("HeadersNotSigned", escaped(response.headers_not_signed)) +
                              element("ArgumentName", escaped(response.argument_name)) +
                              element("ServerTime", escaped(response.server_time)));
}

void check_written(const error_response& response) {
  const auto read = presign::detail::parse_error_response(written(response));
  require(static_cast<bool>(read), "a written response can be parsed",
          read ? "" : read.error().message);
  require_same(read->code, response.code, "the code is the same");
  require_same(read->message, response.message, "the message is the same");
  require_same(read->canonical_request, response.canonical_request, "the request is the same");
  require_same(read->string_to_sign, response.string_to_sign, "the string to sign is the same");
  require_same(read->region, response.region, "the region is the same");
  require_same(read->endpoint, response.endpoint, "the endpoint is the same");
  require_same(read->headers_not_signed, response.headers_not_signed, "the headers are the same");
  require_same(read->argument_name, response.argument_name, "the argument is the same");
  require_same(read->server_time, response.server_time, "the time is the same");
}

// Any text can be in a response. Here it is the response itself.
void check_quoted(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  const auto end = text.find_last_not_of(" \t\r\n") + 1;
  error_response response;
  response.message = text.substr(begin, std::max(begin, end) - begin);
  response.canonical_request = text;
  check_written(response);
}

void check_response(std::string_view xml) {
  check_quoted(xml);
  const auto read = presign::detail::parse_error_response(xml);
  if (!read) return fuzz::check_error(read.error(), xml);
  check_written(*read);
}

// Returns the value of a parameter anywhere in the URL, encoded: a URL may have lost its '?'.
std::string_view value_of(std::string_view url, std::string_view name) {
  const auto at = url.find(name);
  if (at == url.npos) return {};
  const auto value = url.substr(at + name.size());
  return value.substr(0, value.find_first_of("?&;#\"'<> \t\r\n"));
}

void check_text(std::string_view text, std::string_view url, std::string_view whole_input) {
  require(!fuzz::shows_secret(text, whole_input), "no explanation shows the secret access key",
          text);
  for (const std::string_view name : {"&X-Amz-Signature=", "&X-Amz-Security-Token="}) {
    const auto value = value_of(url, name);
    const auto at = whole_input.find(value);
    const bool is_once = whole_input.find(value, at + 1) == whole_input.npos;
    require(value.size() < 64 || !is_once || text.find(value) == text.npos,
            "no explanation shows a signature or a session token", text);
  }
  const auto is_digit = [](char c) { return presign::detail::is_hex_digit(c); };
  for (auto begin = url.begin(); begin != url.end();) {
    begin = std::find_if(begin, url.end(), is_digit);
    const auto end = std::find_if_not(begin, url.end(), is_digit);
    const auto digits = url.substr(static_cast<std::size_t>(begin - url.begin()),
                                   static_cast<std::size_t>(end - begin));
    begin = end;
    if (digits.size() < 64) continue;
    const bool is_once = whole_input.find(digits) == whole_input.rfind(digits);
    const bool may_be_secret = is_once && presign::redact(url).find(digits) == std::string::npos;
    require(!may_be_secret || text.find(digits) == text.npos,
            "no explanation shows a signature that lost its name", text);
  }
}

// Checks that a cause that the server names is reported, whatever else is known.
void check_reason(const presign::explanation& explanation, std::string_view response) {
  const auto read = presign::detail::parse_error_response(response);
  if (!read) return;
  require_same(explanation.response_code, presign::redact(read->code),
               "the code is the response's");
  require_same(explanation.response_message, presign::redact(read->message),
               "the message is the response's");
  require(!explanation.findings.empty() ||
              (read->code != "AccessDenied" && read->code != "SignatureDoesNotMatch"),
          "a rejection has a reason", read->code);
  constexpr std::pair<std::string_view, presign::cause> named[] = {
      {"InvalidAccessKeyId", presign::cause::access_key},
      {"NoSuchBucket", presign::cause::no_such_bucket},
      {"NoSuchKey", presign::cause::no_such_key}};
  for (const auto& [code, cause] : named) {
    const auto is_it = [cause = cause](const auto& finding) { return finding.cause == cause; };
    require(read->code != code ||
                std::any_of(explanation.findings.begin(), explanation.findings.end(), is_it),
            "the cause that the server names is reported", code);
  }
}

void check_explanation(const presign::explanation& explanation, std::string_view url,
                       std::string_view response, std::string_view whole_input) {
  check_reason(explanation, response);
  for (const auto& finding : explanation.findings) {
    require(!finding.sentence.empty(), "a finding has a sentence");
    check_text(finding.sentence, url, whole_input);
  }
  require(std::is_sorted(explanation.findings.begin(), explanation.findings.end(),
                         [](const auto& a, const auto& b) { return a.certainty < b.certainty; }),
          "the most certain finding comes first");
  for (const auto* text : {&explanation.host, &explanation.path, &explanation.bucket,
                           &explanation.key, &explanation.access_key_id, &explanation.region,
                           &explanation.service, &explanation.signed_headers}) {
    check_text(*text, url, whole_input);
  }
  check_text(explanation.response_message, url, whole_input);
  if (!explanation.first_difference) return;
  const auto& [text, line, byte, ours, theirs] = *explanation.first_difference;
  require(line >= 1 && byte >= 1 && ours != theirs, "a difference differs", ours);
  check_text(ours, url, whole_input);
  check_text(theirs, url, whole_input);
}

}  // namespace

// The input is a URL, the method, and the response.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input in{data, size};
  const auto whole = fuzz::as_text(data, size);
  const auto url = in.text();
  presign::explain_options options;
  options.method = in.text();
  options.response = in.rest();
  check_response(options.response);
  options.at = presign::time_point{std::chrono::seconds{1440938160}};
  for (const bool knows_secret : {false, true}) {
    if (knows_secret) options.signer = presign::credentials{"AKIDEXAMPLE", fuzz::secret_access_key};
    const auto explanation = presign::explain(url, options);
    explanation ? check_explanation(*explanation, url, options.response, whole)
                : fuzz::check_error(explanation.error(), whole);
  }
  return 0;
}
