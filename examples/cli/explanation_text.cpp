#include "explanation_text.hpp"

#include "text.hpp"

#include <algorithm>
#include <iomanip>
#include <sstream>
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

// Writes a text that has a name, if there is one.
void write_fact(std::ostream& out, std::string_view name, std::string_view text) {
  constexpr int indent = 13;
  if (text.empty()) return;
  out << std::left << std::setw(indent) << name << wrapped(printable(text), indent) << '\n';
}

void write_findings(std::ostream& out, const explanation& explanation) {
  constexpr int indent = 12;
  out << (!explanation.findings.empty() ? "\nWhat looks wrong\n"
          : explanation.made_by_signer
              ? "\nNothing looks wrong.\n"
              : "\nNothing looks wrong. Only the credentials that signed the URL can tell whether "
                "the\nsignature is right.\n");
  for (const auto& finding : explanation.findings) {
    out << "  " << std::left << std::setw(indent - 2) << name(finding.certainty)
        << wrapped(printable(finding.sentence), indent) << '\n';
  }
}

// Shows the part of long lines that is around the byte.
void write_difference(std::ostream& out, const explanation::difference& difference) {
  constexpr std::size_t before = 40;
  constexpr std::size_t most = 68;
  const auto at = difference.byte - 1;
  const auto begin = at > before ? at - before : 0;
  const auto shown = [begin](std::string_view line) {
    auto part = line.substr(std::min(begin, line.size()));
    const bool is_cut = part.size() > most;
    return (begin > 0 ? "…" : "") + bytes(part.substr(0, most)) + (is_cut ? "…" : "");
  };
  const auto common = bytes(std::string_view(difference.ours).substr(begin, at - begin));
  out << "\nFirst difference: " << name_of(difference) << ", line " << difference.line << ", byte "
      << difference.byte << "\n  URL      " << shown(difference.ours) << "\n  server   "
      << shown(difference.theirs) << '\n'
      << std::string(11 + (begin > 0 ? 1 : 0) + common.size(), ' ') << "^\n";
}

std::string time_of(std::optional<presign::time_point> time, presign::time_point now) {
  return time ? iso8601(*time) + ", " + from_now(*time - now) : "";
}

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
  std::ostringstream out;
  write_fact(out, "Signed by", explanation.access_key_id);
  write_fact(out, "Algorithm", name_of(explanation.algorithm));
  write_fact(out, "Method", options.method);
  write_fact(out, "Host", explanation.host);
  write_fact(out, "Bucket", bucket_of(explanation));
  write_fact(out, explanation.bucket.empty() ? "Path" : "Key",
             explanation.bucket.empty() ? explanation.path : explanation.key);
  write_fact(out, "Region", explanation.region);
  write_fact(out, "Service", explanation.service);
  write_fact(out, "Signed at", time_of(explanation.signed_at, *options.at));
  write_fact(out, "Expires at", time_of(explanation.expires_at, *options.at));
  write_fact(out, "Headers", explanation.signed_headers);
  write_fact(out, "Token", explanation.has_session_token ? "present" : "none");
  write_fact(out, "Credentials", signer_of(explanation, options));
  const bool has_both = !explanation.response_code.empty() && !explanation.response_message.empty();
  write_fact(out, "Server says",
             explanation.response_code + (has_both ? ": " : "") + explanation.response_message);
  write_findings(out, explanation);
  if (explanation.first_difference) write_difference(out, *explanation.first_difference);
  auto text = out.str();
  text.pop_back();  // the line break
  return text;
}

}  // namespace cli
