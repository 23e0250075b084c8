// The target of a request line, taken apart and decoded.
#include "received_target.hpp"

#include "reserved_names.hpp"
#include "text.hpp"
#include "uri_encode.hpp"

#include <algorithm>
#include <utility>

namespace presign::detail {
namespace {

// '+' stands for a space.
// https://url.spec.whatwg.org/#urlencoded-parsing
bool append_query_decoded(std::string& out, std::string_view encoded) {
  const auto size_before = out.size();
  while (true) {
    const auto plus = std::min(encoded.find('+'), encoded.size());
    if (!append_decoded(out, encoded.substr(0, plus))) {
      out.resize(size_before);
      return false;
    }
    if (plus == encoded.size()) return true;
    out.push_back(' ');
    encoded.remove_prefix(plus + 1);
  }
}

class reader {
 public:
  explicit reader(std::vector<error>& flaws) : flaws_(flaws) {}

  void check(std::string_view text) {
    const auto is_bad = [](char c) { return is_control(c) || c == ' ' || c == '#'; };
    // This goes on to the end, and so over many bytes at a time.
    unsigned char has_bad = 0;
    for (const char c : text) has_bad |= static_cast<unsigned char>(is_bad(c));
    if (has_bad != 0) {
      const auto bad = std::find_if(text.begin(), text.end(), is_bad);
      refuse("must hold no space, no '#' and no control character; byte " +
             std::to_string(bad - text.begin()) + " is one");
    }
  }

  void read_path(std::string_view encoded) {
    target.path.reserve(encoded.size());
    if (!append_decoded(target.path, encoded)) {
      refuse_escape("path");
      target.path = encoded;
    }
    if (target.path.empty() || target.path.front() != '/') {
      refuse("must begin with '/', got " + quoted_part(encoded));
    }
    if (target.path.find('\0') != std::string::npos) refuse("must have no NUL byte in its path");
  }

  // What is empty between two '&' is no parameter.
  void read_query(std::string_view query) {
    while (!query.empty()) {
      const auto end = std::min(query.find('&'), query.size());
      if (end != 0) read_parameter(query.substr(0, end));
      query.remove_prefix(std::min(end + 1, query.size()));
    }
  }

  received_target target;

 private:
  void read_parameter(std::string_view text) {
    const auto equals = std::min(text.find('='), text.size());
    const auto name = text.substr(0, equals);
    const auto value = text.substr(std::min(equals + 1, text.size()));
    if (const auto index = signing_parameter(name)) {
      target.signing_parameters.push_back({name, read_view(value), *index});
      return;
    }
    auto decoded = read_text(name);
    if (const auto index = signing_parameter(decoded)) {
      const auto kept = keep(std::move(decoded));
      target.signing_parameters.push_back({kept, read_view(value), *index});
    } else {
      target.query_parameters.push_back({std::move(decoded), read_text(value)});
    }
  }

  std::string_view read_view(std::string_view encoded) {
    const bool is_plain = encoded.find('%') == encoded.npos && encoded.find('+') == encoded.npos;
    return is_plain ? encoded : keep(read_text(encoded));
  }

  std::string_view keep(std::string decoded) {
    return target.decoded.emplace_front(std::move(decoded));
  }

  std::string read_text(std::string_view encoded) {
    std::string text;
    text.reserve(encoded.size());
    if (append_query_decoded(text, encoded)) return text;
    refuse_escape("query");
    return std::string(encoded);
  }

  void refuse(std::string why) {
    flaws_.push_back({errc::invalid_target, "the target of the request line " + std::move(why)});
  }

  // Once for the path and once for the query: a long target may be nothing but broken escapes.
  void refuse_escape(std::string_view part) {
    if (part == told_) return;
    told_ = part;
    refuse("must have two hex digits after each '%', in its " + std::string(part));
  }

  std::vector<error>& flaws_;
  std::string_view told_;
};

}  // namespace

received_target read_target(std::string_view text, std::vector<error>& flaws) {
  reader from{flaws};
  from.target.signing_parameters.reserve(signing_parameters.size());
  from.check(text);
  const auto question_mark = std::min(text.find('?'), text.size());
  from.read_path(text.substr(0, question_mark));
  from.read_query(text.substr(std::min(question_mark + 1, text.size())));
  return std::move(from.target);
}

}  // namespace presign::detail
