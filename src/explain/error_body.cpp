// The body of a server's error answer. https://www.w3.org/TR/xml/
#include "explain/error_body.hpp"

#include "base/hex.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace presign::detail {
namespace {

constexpr std::string_view blanks = " \t\r\n";

error bad_answer(std::string what) {
  return {errc::invalid_response, "the answer must be the XML of an S3 error; " + std::move(what)};
}

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

// "#38" or "#x26", of a character that text can have.
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

// What stands between '&' and ';'.
bool append_reference(std::string& out, std::string_view name) {
  constexpr std::pair<std::string_view, char> entities[] = {
      {"amp", '&'}, {"lt", '<'}, {"gt", '>'}, {"quot", '"'}, {"apos", '\''}};
  for (const auto& [known, character] : entities) {
    if (name == known) {
      out.push_back(character);
      return true;
    }
  }
  const auto point = name.substr(0, 1) == "#" ? code_point(name) : std::nullopt;
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

bool append_text(std::string& out, std::string_view text) {
  while (true) {
    const auto ampersand = text.find('&');
    append_with_line_ends(out, text.substr(0, ampersand));
    if (ampersand == text.npos) return true;
    text.remove_prefix(ampersand + 1);
    const auto end = text.substr(0, 11).find(';');  // the longest is "#x0010ffff;"
    if (end == text.npos || !append_reference(out, text.substr(0, end))) return false;
    text.remove_prefix(end + 1);
  }
}

// ── Elements ────────────────────────────────────────────────────────────────────────────────────

std::string_view local_name(std::string_view name) {
  const auto colon = name.find(':');
  return colon == name.npos ? name : name.substr(colon + 1);
}

// The '>' that ends a tag; one in an attribute's quotes does not.
std::size_t end_of_tag(std::string_view tag) {
  for (std::size_t at = 0;; ++at) {
    at = tag.find_first_of(">\"'", at);
    if (at == tag.npos || tag[at] == '>') return at;
    at = tag.find(tag[at], at + 1);
    if (at == tag.npos) return at;
  }
}

// "47 45 54 0a": a text to the byte, where XML may have changed its line ends, and who copied it
// out of a browser has lost them.
std::string bytes_of(std::string_view hex) {
  std::string digits;
  for (const char c : hex) {
    if (blanks.find(c) == blanks.npos) digits.push_back(lower(c));
  }
  return from_hex(digits).value_or("");
}

void prefer(std::string& text, std::string better) {
  if (!better.empty()) text = std::move(better);
}

class reader {
 public:
  explicit reader(std::string_view xml) : rest_(xml) {
    if (xml.substr(0, 3) == "\xef\xbb\xbf") rest_.remove_prefix(3);
  }

  result<error_body> read() {
    if (trimmed(rest_, blanks).empty()) {
      return bad_answer("it is empty, as every answer to a HEAD is: ask again with GET");
    }
    while (!rest_.empty()) {
      if (auto failure = step()) return *std::move(failure);
    }
    if (!open_.empty()) return bad_answer("it ends within the element " + quoted(open_.back()));
    if (!found_error_) return bad_answer("it has no <Error>");
    prefer(found_.canonical_request, bytes_of(canonical_request_bytes_));
    prefer(found_.string_to_sign, bytes_of(string_to_sign_bytes_));
    return std::move(found_);
  }

 private:
  std::optional<error> step() {
    if (rest_.front() != '<') return take_text();
    if (begins_with(rest_, "<?")) return skip_behind("?>");
    if (begins_with(rest_, "<!--")) return skip_behind("-->");
    if (begins_with(rest_, "<![CDATA[")) return take_cdata();
    if (begins_with(rest_, "<!")) return bad_answer("it has a document type, as HTML pages do");
    return take_tag();
  }

  std::optional<error> skip_behind(std::string_view end) {
    const auto at = rest_.find(end);
    if (at == rest_.npos) return bad_answer("it ends before \"" + std::string(end) + '"');
    rest_.remove_prefix(at + end.size());
    return {};
  }

  std::optional<error> take_text() {
    const auto text = rest_.substr(0, rest_.find('<'));
    if (open_.empty() && !trimmed(text, blanks).empty()) {
      return bad_answer("it has text outside of elements");
    }
    if (!append_text(text_, text)) return bad_answer("it has a '&' that begins no entity of XML");
    rest_.remove_prefix(text.size());
    return {};
  }

  std::optional<error> take_cdata() {
    rest_.remove_prefix(std::string_view("<![CDATA[").size());
    append_with_line_ends(text_, rest_.substr(0, rest_.find("]]>")));
    return skip_behind("]]>");
  }

  std::optional<error> take_tag() {
    const auto end = end_of_tag(rest_);
    if (end == rest_.npos) return bad_answer("it ends within a tag");
    auto tag = rest_.substr(1, end - 1);
    rest_.remove_prefix(end + 1);
    const bool is_end = tag.substr(0, 1) == "/";
    if (is_end) tag.remove_prefix(1);
    const bool is_empty = !is_end && !tag.empty() && tag.back() == '/';
    if (is_empty) tag.remove_suffix(1);
    const auto name = tag.substr(0, tag.find_first_of(blanks));
    if (name.empty()) return bad_answer("it has a tag without a name");
    if (!is_end) begin(name);
    if (is_end && (open_.empty() || open_.back() != name)) {
      return bad_answer("it ends the element " + quoted(name) +
                        ", which is not the one begun last");
    }
    if (is_end || is_empty) finish();
    return {};
  }

  void begin(std::string_view name) {
    if (local_name(name) == "Error") found_error_ = true;
    open_.push_back(name);
    text_.clear();
  }

  // Of two elements of one name, the first counts.
  void finish() {
    const auto name = local_name(open_.back());
    open_.pop_back();
    if (!open_.empty() && local_name(open_.back()) == "Error") {
      if (auto* place = place_of(name); place && place->empty()) *place = trimmed(text_, blanks);
    }
    text_.clear();
  }

  std::string* place_of(std::string_view name) {
    const std::pair<std::string_view, std::string*> places[] = {
        {"Code", &found_.code},
        {"Message", &found_.message},
        {"CanonicalRequest", &found_.canonical_request},
        {"CanonicalRequestBytes", &canonical_request_bytes_},
        {"StringToSign", &found_.string_to_sign},
        {"StringToSignBytes", &string_to_sign_bytes_},
        {"Region", &found_.region},
        {"Endpoint", &found_.endpoint},
        {"HeadersNotSigned", &found_.headers_not_signed},
        {"ServerTime", &found_.server_time}};
    for (const auto& [known, place] : places) {
      if (name == known) return place;
    }
    return nullptr;
  }

  std::string_view rest_;
  std::vector<std::string_view> open_;  // the elements that the rest is in
  std::string text_;                    // of the innermost
  bool found_error_ = false;
  error_body found_;
  std::string canonical_request_bytes_;  // hex
  std::string string_to_sign_bytes_;
};

}  // namespace

result<error_body> parse_error_body(std::string_view xml) { return reader(xml).read(); }

}  // namespace presign::detail
