// What the fuzz targets share. Each has one function, which libFuzzer calls with one input after
// another, and which says what must hold for it; what does not, ends the program.
#pragma once

#include <presign/presign.hpp>

#include <algorithm>
#include <charconv>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size);

namespace fuzz {

/// The key pair of AWS's examples, so that what their vectors signed verifies.
inline constexpr std::string_view secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

[[noreturn]] inline void fail(std::string_view what, std::string_view about) {
  std::fprintf(stderr, "Does not hold: %.*s: %.*s\n", static_cast<int>(what.size()), what.data(),
               static_cast<int>(about.size()), about.data());
  std::abort();
}

inline void require(bool holds, std::string_view what, std::string_view about = {}) {
  if (!holds) fail(what, about);
}

inline void require_same(std::string_view got, std::string_view expected, std::string_view what) {
  if (got != expected) fail(what, std::string(got) + "\n  is not " + std::string(expected));
}

/// An input: fields, each on a line of its own. A backslash takes the byte after it as it is, a
/// line break too. Behind the end, all fields are empty.
class input {
 public:
  input(const std::uint8_t* data, std::size_t size)
      : rest_(reinterpret_cast<const char*>(data), size) {}

  bool empty() const { return rest_.empty(); }

  std::string text() {
    std::string field;
    while (!rest_.empty()) {
      char c = take();
      if (c == '\n') break;
      if (c == '\\' && !rest_.empty()) c = take();
      field.push_back(c);
    }
    return field;
  }

  /// 0 for what is no number.
  std::int64_t number() {
    const auto field = text();
    std::int64_t value = 0;
    std::from_chars(field.data(), field.data() + field.size(), value);
    return value;
  }

  /// Whether a field has this letter in it: "Pd" are the options P and d.
  static bool has(std::string_view field, char letter) { return field.find(letter) != field.npos; }

  /// All that is left, as it is.
  std::string_view rest() { return std::exchange(rest_, {}); }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string_view rest_;
};

/// Whether a text holds the secret. It is looked for out of libFuzzer's sight, which puts into its
/// inputs whatever it sees that something is compared with.
__attribute__((no_sanitize("coverage"))) inline bool holds_secret(std::string_view text) {
  for (std::size_t at = 0; at + secret_access_key.size() <= text.size(); ++at) {
    std::size_t same = 0;
    while (same < secret_access_key.size() && text[at + same] == secret_access_key[same]) ++same;
    if (same == secret_access_key.size()) return true;
  }
  return false;
}

/// Whether a text shows the secret, where the input does not, nor its fields.
inline bool shows_secret(std::string_view text, std::string_view whole_input) {
  if (!holds_secret(text) || holds_secret(whole_input)) return false;
  std::string fields(whole_input);
  fields.erase(std::remove(fields.begin(), fields.end(), '\\'), fields.end());
  return !holds_secret(fields);
}

/// An error has a code of presign's and a sentence, which does not show the secret.
inline void check_error(const presign::error& failure, std::string_view whole_input) {
  require(failure.code.category() == presign::error_category() && failure.code.value() != 0,
          "an error has a code of presign's", failure.message);
  require(!failure.message.empty(), "an error has a sentence", failure.code.message());
  require(!shows_secret(failure.message, whole_input), "no error shows the secret access key",
          failure.message);
}

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// The same parameters, in any order.
template <class Parameters, class OtherParameters>
bool same(const Parameters& a, const OtherParameters& b) {
  const auto sorted = [](const auto& parameters) {
    std::vector<std::pair<std::string_view, std::string_view>> pairs;
    for (const auto& [name, value] : parameters) pairs.emplace_back(name, value);
    std::sort(pairs.begin(), pairs.end());
    return pairs;
  };
  return sorted(a) == sorted(b);
}

/// Whether presign can sign, or judge, at this time.
inline bool is_in_calendar(presign::time_point when) {
  return static_cast<bool>(presign::sigv4::amz_date::at(when));
}

/// A signed request on its way.
struct sent {
  std::string method;
  std::string target;
  std::vector<presign::name_value> headers;  // host among them
  std::string payload_hash = {};

  /// Of a presigned_url or a signed_request.
  template <class Signed>
  static sent of(const Signed& what) {
    const auto host_at = what.url.find("://") + 3;
    const auto path_at = what.url.find('/', host_at);
    require(path_at != std::string::npos, "a URL has a path", what.url);
    sent one{what.method, what.url.substr(path_at), what.headers};
    one.headers.push_back({"Host", what.url.substr(host_at, path_at - host_at)});
    return one;
  }

  presign::received_request received() const {
    presign::received_request view{method, target, {}, payload_hash};
    for (const auto& one : headers) view.headers.push_back({one.name, one.value});
    return view;
  }

  bool has_header(std::string_view name) const {
    return std::any_of(headers.begin(), headers.end(),
                       [name](const auto& one) { return one.name == name; });
  }
};

}  // namespace fuzz
