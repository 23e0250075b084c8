// Secrets in logs: found by their names, by their length, and by their beginning.
#include "base/text.hpp"

#include <presign/request.hpp>

namespace presign {
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
  return name == "sig" || find_in(names, [name](auto each) { return ends_with(name, each); });
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
  return find_in(beginnings, [text](auto each) { return begins_with(text, each); });
}

// Replaces session tokens, and the values of secrets by their names: NAME=VALUE, NAME: VALUE,
// "NAME":"VALUE", "NAME":["VALUE"], <NAME>VALUE<, NAME=>VALUE.
std::string without_named_secrets(std::string_view text) {
  constexpr std::string_view quotes = "\"'\\ \t[>";
  constexpr std::size_t least = 16;  // of a value that may be a word of a sentence
  std::string safe;
  std::string name;             // the letters and digits of the last word, in lower case
  bool name_has_ended = false;  // if a quote or a blank came after it
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

// Returns the size of the hex digits that a text begins with, and counts them.
std::size_t size_of_hex(std::string_view text, std::size_t& digits) noexcept {
  std::size_t size = 0;
  for (digits = 0; size < text.size(); ++digits) {
    const auto next = read_character(text.substr(size));
    if (!is_hex_digit(next.value)) break;
    size += next.size;
  }
  return size;
}

}  // namespace
}  // namespace detail

// A signature without its name is a long run of hex digits.
std::string redact(std::string_view text) {
  using namespace detail;
  constexpr std::size_t least = 48;  // a signature that was cut short is a secret, too
  const auto named = without_named_secrets(text);
  std::string_view rest = named;
  std::string safe;
  char before = 0;
  while (!rest.empty()) {
    std::size_t digits = 0;
    const auto run = rest.substr(0, size_of_hex(rest, digits));
    rest.remove_prefix(run.size());
    const auto next = rest.empty() ? character{} : read_character(rest);
    // Some stores name objects by their SHA-256, SHA-384 or SHA-512.
    const bool is_key = before == '/' && digits % 32 == 0 && !is_alnum(next.value);
    const bool is_signature = digits >= least && !is_key && !ends_with_name_of_hash(safe);
    safe.append(is_signature ? "REDACTED" : run).append(rest.substr(0, next.size));
    rest.remove_prefix(next.size);
    before = next.value;
  }
  return safe;
}

}  // namespace presign
