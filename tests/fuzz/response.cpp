// Servers' refusals: what is read from one can be written, and read back; and whatever URL and
// answer are to be explained, the explanation gives reasons and shows no secret.
#include "fuzz.hpp"

#include "base/text.hpp"
#include "explain/findings.hpp"

namespace {

using fuzz::require;
using fuzz::require_same;
using presign::detail::error_response;

// What is special, or no ASCII, as the numbers of characters; what is not UTF-8, as it is.
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

std::string written(const error_response& what) {
  const auto element = [](const std::string& name, const std::string& text) {
    return "<" + name + ">" + text + "</" + name + ">";
  };
  return element("Error", element("Code", escaped(what.code)) +
                              element("Message", escaped(what.message)) +
                              element("CanonicalRequestBytes", hex(what.canonical_request)) +
                              element("StringToSignBytes", hex(what.string_to_sign)) +
                              element("Region", escaped(what.region)) +
                              element("Endpoint", escaped(what.endpoint)) +
                              element("HeadersNotSigned", escaped(what.headers_not_signed)) +
                              element("ServerTime", escaped(what.server_time)));
}

void check_written(const error_response& what) {
  const auto read = presign::detail::parse_error_response(written(what));
  require(static_cast<bool>(read), "what is written can be read", read ? "" : read.error().message);
  require_same(read->code, what.code, "the code is the same");
  require_same(read->message, what.message, "the message is the same");
  require_same(read->canonical_request, what.canonical_request, "the request is the same");
  require_same(read->string_to_sign, what.string_to_sign, "the string to sign is the same");
  require_same(read->region, what.region, "the region is the same");
  require_same(read->endpoint, what.endpoint, "the endpoint is the same");
  require_same(read->headers_not_signed, what.headers_not_signed, "the headers are the same");
  require_same(read->server_time, what.server_time, "the time is the same");
}

// Any text can be in an answer: here the answer itself.
void check_quoted(std::string_view text) {
  const auto begin = std::min(text.find_first_not_of(" \t\r\n"), text.size());
  const auto end = text.find_last_not_of(" \t\r\n") + 1;
  error_response what;
  what.message = text.substr(begin, std::max(begin, end) - begin);
  what.canonical_request = text;
  check_written(what);
}

void check_answer(std::string_view xml) {
  check_quoted(xml);
  const auto read = presign::detail::parse_error_response(xml);
  if (!read) return fuzz::check_error(read.error(), xml);
  check_written(*read);
}

// The value of a query parameter, as it stands in the URL, be it in the query or not: a URL may
// have lost its '?'.
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
}

// A cause that a server names is told, whatever else is known.
void check_reason(const presign::explanation& told, std::string_view answer) {
  const auto read = presign::detail::parse_error_response(answer);
  if (!read) return;
  require_same(told.response_code, read->code, "the code is the answer's");
  require_same(told.response_message, presign::redact(read->message),
               "the message is the answer's");
  require(!told.findings.empty() ||
              (read->code != "AccessDenied" && read->code != "SignatureDoesNotMatch"),
          "a refusal has a reason", read->code);
  constexpr std::pair<std::string_view, presign::cause> named[] = {
      {"ExpiredToken", presign::cause::token_expired},
      {"InvalidAccessKeyId", presign::cause::access_key},
      {"NoSuchBucket", presign::cause::no_such_bucket},
      {"NoSuchKey", presign::cause::no_such_key},
      {"RequestTimeTooSkewed", presign::cause::clock}};
  for (const auto& [code, cause] : named) {
    const auto is_it = [cause = cause](const auto& one) { return one.cause == cause; };
    require(read->code != code || std::any_of(told.findings.begin(), told.findings.end(), is_it),
            "what the server says is told", code);
  }
}

void check_explanation(const presign::explanation& told, std::string_view url,
                       std::string_view answer, std::string_view whole_input) {
  check_reason(told, answer);
  for (const auto& one : told.findings) {
    require(!one.sentence.empty(), "a finding is a sentence");
    check_text(one.sentence, url, whole_input);
  }
  require(std::is_sorted(told.findings.begin(), told.findings.end(),
                         [](const auto& a, const auto& b) { return a.certainty < b.certainty; }),
          "the surest finding comes first");
  for (const auto* text : {&told.host, &told.path, &told.bucket, &told.key, &told.access_key_id,
                           &told.region, &told.service, &told.signed_headers}) {
    check_text(*text, url, whole_input);
  }
  check_text(told.response_message, url, whole_input);
  if (!told.first_difference) return;
  const auto& [text, line, byte, ours, theirs] = *told.first_difference;
  require(line >= 1 && byte >= 1 && ours != theirs, "a difference is one", ours);
  check_text(ours, url, whole_input);
  check_text(theirs, url, whole_input);
}

}  // namespace

// A URL, the method, and the answer.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::input in{data, size};
  const auto whole = fuzz::as_text(data, size);
  const auto url = in.text();
  presign::explain_options how;
  how.method = in.text();
  how.response = in.rest();
  check_answer(how.response);
  how.at = presign::time_point{std::chrono::seconds{1440938160}};
  for (const bool knows_secret : {false, true}) {
    if (knows_secret) how.signer = presign::credentials{"AKIDEXAMPLE", fuzz::secret_access_key};
    const auto told = presign::explain(url, how);
    told ? check_explanation(*told, url, how.response, whole)
         : fuzz::check_error(told.error(), whole);
  }
  return 0;
}
