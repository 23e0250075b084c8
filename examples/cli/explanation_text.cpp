#include "explanation_text.hpp"

#include "text.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace cli {
namespace {

using presign::explanation;

// Shows text byte for byte.
std::string bytes(std::string_view text) { return printable(text, 0x7f); }

std::size_t width(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// Breaks text between words, and indents all lines except the first.
std::string wrapped(std::string_view text, std::size_t indent) {
  constexpr std::size_t right = 80;
  std::string result;
  auto column = indent;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    if (column > indent && column + 1 + width(word) > right) {
      result.append("\n").append(indent, ' ');
      column = indent;
    } else if (column > indent) {
      result.push_back(' ');
      ++column;
    }
    result.append(word);
    column += width(word);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return result;
}

// Writes a span of time in its two largest units: "in 3 days 4 hours", "2 minutes ago".
std::string from_now(std::chrono::seconds span) {
  constexpr std::pair<long long, std::string_view> units[] = {
      {86400, "day"}, {3600, "hour"}, {60, "minute"}, {1, "second"}};
  if (span.count() == 0) return "now";
  auto rest = std::abs(static_cast<long long>(span.count()));
  const auto* unit = std::begin(units);
  while (rest < unit->first) ++unit;
  std::string words;
  for (const auto* end = std::min(unit + 2, std::end(units)); unit != end; ++unit) {
    const auto count = rest / unit->first;
    rest %= unit->first;
    if (count == 0) continue;
    if (!words.empty()) words.push_back(' ');
    words.append(std::to_string(count)).append(" ").append(unit->second);
    if (count > 1) words.push_back('s');
  }
  return span.count() < 0 ? words + " ago" : "in " + words;
}

class page {
 public:
  void fact(std::string_view name, std::string_view text) {
    constexpr std::size_t indent = 13;
    if (text.empty()) return;
    text_.append(name).append(indent - name.size(), ' ');
    text_.append(wrapped(printable(text), indent)).append("\n");
  }

  void time(std::string_view name, std::optional<presign::time_point> time,
            presign::time_point now) {
    if (time) fact(name, iso8601(*time) + ", " + from_now(*time - now));
  }

  void findings(const presign::explanation& explanation) {
    constexpr std::size_t indent = 12;
    text_.append(!explanation.findings.empty() ? "\nWhat looks wrong\n"
                 : explanation.made_by_signer
                     ? "\nNothing looks wrong.\n"
                     : "\nNothing looks wrong. Only the credentials that signed the URL can "
                       "tell whether the\nsignature is right.\n");
    for (const auto& finding : explanation.findings) {
      const auto certainty = name(finding.certainty);
      text_.append("  ").append(certainty).append(indent - 2 - certainty.size(), ' ');
      text_.append(wrapped(printable(finding.sentence), indent)).append("\n");
    }
  }

  // Shows the part of long lines that is around the byte.
  void difference(const presign::explanation::difference& difference) {
    constexpr std::size_t before = 40;
    constexpr std::size_t most = 68;
    const auto at = difference.byte - 1;
    const auto begin = at > before ? at - before : 0;
    const auto shown = [begin](std::string_view line) {
      auto part = line.substr(std::min(begin, line.size()));
      const bool is_cut = part.size() > most;
      return (begin > 0 ? "…" : "") + bytes(part.substr(0, most)) + (is_cut ? "…" : "");
    };
    const auto place = std::string(name_of(difference)) + ", line " +
                       std::to_string(difference.line) + ", byte " +
                       std::to_string(difference.byte);
    text_.append("\nFirst difference: ").append(place).append("\n");
    text_.append("  URL      ").append(shown(difference.ours)).append("\n");
    text_.append("  server   ").append(shown(difference.theirs)).append("\n");
    const auto common = bytes(std::string_view(difference.ours).substr(begin, at - begin));
    text_.append(11 + (begin > 0 ? 1 : 0) + common.size(), ' ').append("^\n");
  }

  std::string take() {
    text_.pop_back();
    return std::move(text_);
  }

 private:
  std::string text_;
};

std::string signer_of(const explanation& explanation, const presign::explain_options& options) {
  if (!options.signer || explanation.access_key_id.empty()) return "";
  const auto& access_key_id = options.signer->access_key_id;
  if (access_key_id != explanation.access_key_id)
    return "have another access key id, " + access_key_id;
  if (!explanation.made_by_signer) return "";
  return *explanation.made_by_signer ? "made this signature" : "did not make this signature";
}

std::string bucket_of(const explanation& explanation) {
  if (explanation.bucket.empty()) return "";
  return explanation.bucket + (explanation.bucket_is_in_host ? ", in the host" : ", in the path");
}

}  // namespace

std::string_view name_of(presign::signing_algorithm algorithm) {
  return algorithm == presign::signing_algorithm::sigv4a ? "SigV4A" : "SigV4";
}

std::string_view name_of(const explanation::difference& difference) {
  return difference.text == explanation::difference::canonical_request ? "canonical request"
                                                                       : "string to sign";
}

std::string as_text(const explanation& explanation, const presign::explain_options& options) {
  page text;
  text.fact("Signed by", explanation.access_key_id);
  text.fact("Algorithm", name_of(explanation.algorithm));
  text.fact("Method", options.method);
  text.fact("Host", explanation.host);
  text.fact("Bucket", bucket_of(explanation));
  text.fact(explanation.bucket.empty() ? "Path" : "Key",
            explanation.bucket.empty() ? explanation.path : explanation.key);
  text.fact("Region", explanation.region);
  text.fact("Service", explanation.service);
  text.time("Signed at", explanation.signed_at, *options.at);
  text.time("Expires at", explanation.expires_at, *options.at);
  text.fact("Headers", explanation.signed_headers);
  text.fact("Token", explanation.has_session_token ? "present" : "none");
  text.fact("Credentials", signer_of(explanation, options));
  const bool has_both = !explanation.response_code.empty() && !explanation.response_message.empty();
  text.fact("Server says",
            explanation.response_code + (has_both ? ": " : "") + explanation.response_message);
  text.findings(explanation);
  if (explanation.first_difference) text.difference(*explanation.first_difference);
  return text.take();
}

}  // namespace cli
