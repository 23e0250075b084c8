#include "explanation_output.hpp"

#include "text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>
#include <utility>

namespace cli {
namespace {

using nlohmann::ordered_json;
using presign::cause;
using presign::certainty;
using presign::difference;
using presign::explanation;

std::string_view code_of(cause what) {
  switch (what) {
    case cause::expired: return "expired";
    case cause::not_yet_valid: return "not_yet_valid";
    case cause::clock: return "clock";
    case cause::invalid_expiry: return "invalid_expiry";
    case cause::method: return "method";
    case cause::host: return "host";
    case cause::port: return "port";
    case cause::path: return "path";
    case cause::encoded_twice: return "encoded_twice";
    case cause::plus_for_space: return "plus_for_space";
    case cause::path_normalized: return "path_normalized";
    case cause::path_prefix: return "path_prefix";
    case cause::parameter_added: return "parameter_added";
    case cause::parameter_missing: return "parameter_missing";
    case cause::parameter_changed: return "parameter_changed";
    case cause::parameter_order: return "parameter_order";
    case cause::header_not_sent: return "header_not_sent";
    case cause::header_changed: return "header_changed";
    case cause::header_not_signed: return "header_not_signed";
    case cause::signed_headers: return "signed_headers";
    case cause::two_signatures: return "two_signatures";
    case cause::payload_hash: return "payload_hash";
    case cause::algorithm: return "algorithm";
    case cause::date: return "date";
    case cause::region: return "region";
    case cause::service: return "service";
    case cause::unexplained: return "unexplained";
    case cause::secret: return "secret";
    case cause::access_key: return "access_key";
    case cause::token_missing: return "token_missing";
    case cause::token_unwanted: return "token_unwanted";
    case cause::token_not_signed: return "token_not_signed";
    case cause::token_invalid: return "token_invalid";
    case cause::token_expired: return "token_expired";
    case cause::permission: return "permission";
    case cause::no_such_bucket: return "no_such_bucket";
    case cause::no_such_key: return "no_such_key";
    case cause::wrong_endpoint: return "wrong_endpoint";
    case cause::operation: return "operation";
    case cause::server: return "server";
    case cause::malformed_url: return "malformed_url";
    case cause::plain_http: return "plain_http";
    case cause::garbled_response: return "garbled_response";
  }
  return "unknown";
}

std::string_view code_of(certainty how_sure) {
  switch (how_sure) {
    case certainty::certain: return "certain";
    case certainty::likely: return "likely";
    case certainty::possible: return "possible";
    case certainty::note: return "note";
  }
  return "unknown";
}

std::string_view name_of(presign::signing_algorithm algorithm) {
  return algorithm == presign::signing_algorithm::sigv4a ? "SigV4A" : "SigV4";
}

std::string_view name_of(const difference& where) {
  return where.text == difference::canonical_request ? "canonical request" : "string to sign";
}

// ── For a person ────────────────────────────────────────────────────────────────────────────────

// Byte for byte.
std::string bytes(std::string_view text) { return printable(text, 0x7f); }

std::size_t width(std::string_view utf8) {
  return static_cast<std::size_t>(std::count_if(utf8.begin(), utf8.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
  }));
}

// Breaks text between words, and begins all lines but the first with blanks.
std::string wrapped(std::string_view text, std::size_t indent) {
  constexpr std::size_t right = 80;
  std::string made;
  auto column = indent;
  while (!text.empty()) {
    const auto word = text.substr(0, text.find(' '));
    if (column > indent && column + 1 + width(word) > right) {
      made.append("\n").append(indent, ' ');
      column = indent;
    } else if (column > indent) {
      made.push_back(' ');
      ++column;
    }
    made.append(word);
    column += width(word);
    text.remove_prefix(std::min(word.size() + 1, text.size()));
  }
  return made;
}

// "in 3 days 4 hours", "2 minutes ago": the two largest units.
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

  void time(std::string_view name, std::optional<presign::time_point> when,
            presign::time_point now) {
    if (when) fact(name, iso8601(*when) + ", " + from_now(*when - now));
  }

  void findings(const presign::explanation& told) {
    constexpr std::size_t indent = 12;
    text_.append(!told.findings.empty() ? "\nWhat looks wrong\n"
                 : told.made_by_signer
                     ? "\nNothing looks wrong.\n"
                     : "\nNothing looks wrong. Whether the signature is right, only "
                       "the credentials that made it\ncan tell.\n");
    for (const auto& one : told.findings) {
      const auto how_sure = code_of(one.certainty);
      text_.append("  ").append(how_sure).append(indent - 2 - how_sure.size(), ' ');
      text_.append(wrapped(printable(one.sentence), indent)).append("\n");
    }
  }

  // Of long lines, what is around the byte.
  void parting(const difference& where) {
    constexpr std::size_t before = 40;
    constexpr std::size_t most = 68;
    const auto at = where.byte - 1;
    const auto begin = at > before ? at - before : 0;
    const auto shown = [begin](std::string_view line) {
      auto part = line.substr(std::min(begin, line.size()));
      const bool is_cut = part.size() > most;
      return (begin > 0 ? "…" : "") + bytes(part.substr(0, most)) + (is_cut ? "…" : "");
    };
    const auto place = std::string(name_of(where)) + ", line " + std::to_string(where.line) +
                       ", byte " + std::to_string(where.byte);
    text_.append("\nWhere they part: ").append(place).append("\n");
    text_.append("  URL      ").append(shown(where.ours)).append("\n");
    text_.append("  server   ").append(shown(where.theirs)).append("\n");
    const auto common = bytes(std::string_view(where.ours).substr(begin, at - begin));
    text_.append(11 + (begin > 0 ? 1 : 0) + common.size(), ' ').append("^\n");
  }

  std::string take() {
    text_.pop_back();
    return std::move(text_);
  }

 private:
  std::string text_;
};

std::string signer_of(const explanation& told, const explained& what) {
  if (what.signer.empty() || told.access_key_id.empty()) return "";
  if (what.signer != told.access_key_id) return "of another access key id, " + what.signer;
  if (!told.made_by_signer) return "";
  return *told.made_by_signer ? "those at hand made this signature"
                              : "those at hand did not make this signature";
}

std::string bucket_of(const explanation& told) {
  if (told.bucket.empty()) return "";
  return told.bucket + (told.bucket_is_in_host ? ", in the host" : ", in the path");
}

}  // namespace

std::string as_text(const explanation& told, const explained& what) {
  page made;
  made.fact("Signed by", told.access_key_id);
  made.fact("Algorithm", name_of(told.algorithm));
  made.fact("Method", what.method);
  made.fact("Host", told.host);
  made.fact("Bucket", bucket_of(told));
  made.fact(told.bucket.empty() ? "Path" : "Key", told.bucket.empty() ? told.path : told.key);
  made.fact("Region", told.region);
  made.fact("Service", told.service);
  made.time("Signed at", told.signed_at, what.at);
  made.time("Expires at", told.expires_at, what.at);
  made.fact("Headers", told.signed_headers);
  made.fact("Token", told.has_session_token ? "there is one" : "none");
  made.fact("Credentials", signer_of(told, what));
  made.fact("Server says",
            told.response_code + (told.response_message.empty() ? "" : ": ") + told.response_message);
  made.findings(told);
  if (told.first_difference) made.parting(*told.first_difference);
  return made.take();
}

// ── JSON ────────────────────────────────────────────────────────────────────────────────────────

namespace {

ordered_json time_or_null(std::optional<presign::time_point> when) {
  return when ? ordered_json(iso8601(*when)) : ordered_json(nullptr);
}

ordered_json text_or_null(const std::string& text) {
  return text.empty() ? ordered_json(nullptr) : ordered_json(text);
}

ordered_json findings_of(const explanation& told) {
  auto all = ordered_json::array();
  for (const auto& one : told.findings) {
    all.push_back({{"cause", code_of(one.cause)},
                   {"certainty", code_of(one.certainty)},
                   {"message", one.sentence}});
  }
  return all;
}

ordered_json difference_of(const explanation& told) {
  const auto& where = told.first_difference;
  if (!where) return nullptr;
  return {{"text", name_of(*where)},
          {"line", where->line},
          {"byte", where->byte},
          {"url", where->ours},
          {"server", where->theirs}};
}

}  // namespace

// A key that is not UTF-8 is shown as far as it is.
std::string as_json(const explanation& told, const explained& what) {
  const ordered_json object = {
      {"access_key_id", text_or_null(told.access_key_id)},
      {"algorithm", name_of(told.algorithm)},
      {"method", what.method},
      {"host", told.host},
      {"path", told.path},
      {"bucket", text_or_null(told.bucket)},
      {"key", text_or_null(told.key)},
      {"region", text_or_null(told.region)},
      {"service", text_or_null(told.service)},
      {"signed_at", time_or_null(told.signed_at)},
      {"expires_at", time_or_null(told.expires_at)},
      {"signed_headers", text_or_null(told.signed_headers)},
      {"has_session_token", told.has_session_token},
      {"made_by_credentials",
       told.made_by_signer ? ordered_json(*told.made_by_signer) : ordered_json(nullptr)},
      {"response_code", text_or_null(told.response_code)},
      {"response_message", text_or_null(told.response_message)},
      {"findings", findings_of(told)},
      {"difference", difference_of(told)}};
  return object.dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

}  // namespace cli
