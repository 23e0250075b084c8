// Servers' refusals: what is read from one can be written, and read back; and whatever URL and
// answer are to be explained, the explanation gives reasons and shows no secret.
#include "fuzz.hpp"

#include "error_body.hpp"

namespace {

using fuzz::require;
using fuzz::require_same;
using presign::detail::error_body;

std::string escaped(std::string_view text) {
  std::string xml;
  for (const char c : text) {
    if (c == '&' || c == '<' || c == '\r') {
      xml.append("&#").append(std::to_string(c)).append(";");
    } else {
      xml.push_back(c);
    }
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

std::string written(const error_body& what) {
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

void check_answer(std::string_view xml) {
  const auto read = presign::detail::parse_error_body(xml);
  if (!read) return fuzz::check_error(read.error(), xml);
  const auto again = presign::detail::parse_error_body(written(*read));
  require(static_cast<bool>(again), "what is written can be read",
          again ? "" : again.error().message);
  require_same(again->code, read->code, "the code is the same");
  require_same(again->message, read->message, "the message is the same");
  require_same(again->canonical_request, read->canonical_request, "the request is the same");
  require_same(again->string_to_sign, read->string_to_sign, "the string to sign is the same");
  require_same(again->region, read->region, "the region is the same");
  require_same(again->endpoint, read->endpoint, "the endpoint is the same");
  require_same(again->headers_not_signed, read->headers_not_signed, "the headers are the same");
  require_same(again->server_time, read->server_time, "the time is the same");
}

// The value of a query parameter of the URL, as it stands there.
std::string_view value_of(std::string_view url, std::string_view name) {
  url.remove_prefix(std::min(url.find('?'), url.size()));
  const auto at = url.find(name);
  if (at == url.npos) return {};
  const auto value = url.substr(at + name.size());
  return value.substr(0, value.find('&'));
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

void check_explanation(const presign::explanation& told, std::string_view url,
                       std::string_view whole_input) {
  for (const auto& one : told.findings) {
    require(!one.sentence.empty(), "a finding is a sentence");
    check_text(one.sentence, url, whole_input);
  }
  require(std::is_sorted(told.findings.begin(), told.findings.end(),
                         [](const auto& a, const auto& b) { return a.certainty < b.certainty; }),
          "the surest finding comes first");
  check_text(told.path, url, whole_input);
  check_text(told.answer_message, url, whole_input);
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
  how.answer = in.rest();
  check_answer(how.answer);
  const presign::time_point noon{std::chrono::seconds{1440938160}};
  for (const bool knows_secret : {false, true}) {
    if (knows_secret) how.signer = presign::credentials{"AKIDEXAMPLE", fuzz::secret_access_key};
    const auto told = presign::explain(url, how, noon);
    told ? check_explanation(*told, url, whole) : fuzz::check_error(told.error(), whole);
  }
  return 0;
}
