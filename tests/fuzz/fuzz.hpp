// Shared by the fuzz targets. libFuzzer calls a target's function with one input after another. The
// function checks what must hold for each input, and ends the program if it does not.
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

/// The secret of AWS's examples, so that the signatures of AWS's vectors verify.
inline constexpr std::string_view secret_access_key = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

[[noreturn]] inline void fail(std::string_view rule, std::string_view detail) {
  std::fprintf(stderr, "Does not hold: %.*s: %.*s\n", static_cast<int>(rule.size()), rule.data(),
               static_cast<int>(detail.size()), detail.data());
  std::abort();
}

inline void require(bool holds, std::string_view rule, std::string_view detail = {}) {
  if (!holds) fail(rule, detail);
}

inline void require_same(std::string_view got, std::string_view expected, std::string_view rule) {
  if (got != expected) fail(rule, std::string(got) + "\n  is not " + std::string(expected));
}

/// An input: fields, each on its own line. After a backslash, any byte belongs to the field, even a
/// line break. After the end, all fields are empty.
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

  /// Returns the next field as a number; 0 if it is none.
  std::int64_t number() {
    const auto field = text();
    std::int64_t value = 0;
    std::from_chars(field.data(), field.data() + field.size(), value);
    return value;
  }

  /// Returns whether a field has this letter: "Pd" are the options P and d.
  static bool has(std::string_view field, char letter) { return field.find(letter) != field.npos; }

  /// Returns the remaining bytes, unchanged.
  std::string_view rest() { return std::exchange(rest_, {}); }

 private:
  char take() {
    const char c = rest_.front();
    rest_.remove_prefix(1);
    return c;
  }

  std::string_view rest_;
};

/// Returns whether a text holds the secret. libFuzzer must not see this comparison: it puts into
/// its inputs the values that it sees compared.
__attribute__((no_sanitize("coverage"))) inline bool holds_secret(std::string_view text) {
  for (std::size_t at = 0; at + secret_access_key.size() <= text.size(); ++at) {
    std::size_t same = 0;
    while (same < secret_access_key.size() && text[at + same] == secret_access_key[same]) ++same;
    if (same == secret_access_key.size()) return true;
  }
  return false;
}

/// Returns whether a text shows the secret although neither the input nor its fields have it.
inline bool shows_secret(std::string_view text, std::string_view whole_input) {
  if (!holds_secret(text) || holds_secret(whole_input)) return false;
  std::string fields(whole_input);
  fields.erase(std::remove(fields.begin(), fields.end(), '\\'), fields.end());
  return !holds_secret(fields);
}

/// Checks that an error has one of presign's codes and a sentence that does not show the secret.
inline void check_error(const presign::error& failure, std::string_view whole_input) {
  require(failure.code.category() == presign::error_category() && failure.code.value() != 0,
          "an error has one of presign's codes", failure.message);
  require(!failure.message.empty(), "an error has a sentence", failure.code.message());
  require(!shows_secret(failure.message, whole_input), "no error shows the secret access key",
          failure.message);
}

inline std::string_view as_text(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

/// Returns whether both have the same parameters, in any order.
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

/// Returns whether presign can sign and verify at this time.
inline bool is_in_calendar(presign::time_point time) {
  return static_cast<bool>(presign::sigv4::amz_date::at(time));
}

/// A signed request, as it is sent.
struct sent {
  std::string method;
  std::string target;
  std::vector<presign::name_value> headers;  // including host
  std::string payload_hash = {};

  /// Returns the request of a presigned_url or a signed_request.
  template <class Signed>
  static sent of(const Signed& link) {
    const auto host_at = link.url.find("://") + 3;
    const auto path_at = link.url.find('/', host_at);
    require(path_at != std::string::npos, "a URL has a path", link.url);
    sent request{link.method, link.url.substr(path_at), link.headers};
    request.headers.push_back({"Host", link.url.substr(host_at, path_at - host_at)});
    return request;
  }

  presign::received_request received() const {
    presign::received_request view{method, target, {}, payload_hash};
    for (const auto& [name, value] : headers) view.headers.push_back({name, value});
    return view;
  }

  bool has_header(std::string_view name) const {
    return std::any_of(headers.begin(), headers.end(),
                       [name](const auto& header) { return header.name == name; });
  }
};

}  // namespace fuzz
