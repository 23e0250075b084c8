// What the unit tests share.
#pragma once

#include <presign/presign.hpp>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <ctime>
#include <initializer_list>
#include <iterator>
#include <memory>
#include <new>
#include <ostream>
#include <random>
#include <sstream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace support {

/// Ends the test, or without exceptions the whole program.
[[noreturn]] inline void fail(const std::string& reason) {
#ifdef __cpp_exceptions
  throw reason;
#else
  presign::on_missing_value({{}, reason});
#endif
}

// The key pair, the day and the bucket of Amazon's own examples:
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
inline constexpr std::string_view access_key_id = "AKIAIOSFODNN7EXAMPLE";
inline constexpr std::string_view secret_access_key = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
inline constexpr std::string_view session_token = "FwoGZXIvYXdzE+secret/token==";

/// Amazon's example of a presigned URL, stage by stage: GET /test.txt, good for a day. Each step's
/// test checks its own.
/// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-query-string-auth.html
namespace example {

inline constexpr std::string_view date = "20130524T000000Z";
inline constexpr std::string_view region = "us-east-1";
inline constexpr std::string_view service = "s3";
inline constexpr std::string_view scope = "20130524/us-east-1/s3/aws4_request";
inline constexpr std::string_view path = "/test.txt";
inline constexpr std::string_view query =
    "X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
    "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host";
inline constexpr std::string_view headers = "host:examplebucket.s3.amazonaws.com\n";
inline constexpr std::string_view canonical_request =
    "GET\n"
    "/test.txt\n"
    "X-Amz-Algorithm=AWS4-HMAC-SHA256"
    "&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request"
    "&X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host\n"
    "host:examplebucket.s3.amazonaws.com\n"
    "\n"
    "host\n"
    "UNSIGNED-PAYLOAD";
inline constexpr std::string_view hashed_canonical_request =
    "3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04";
inline constexpr std::string_view string_to_sign =
    "AWS4-HMAC-SHA256\n"
    "20130524T000000Z\n"
    "20130524/us-east-1/s3/aws4_request\n"
    "3bfa292879f6447bbcda7001decf97f4a54dc650c8942174ae0a9121cf58ad04";
inline constexpr std::string_view signature =
    "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404";

}  // namespace example

inline presign::request example_request() {
  presign::request what;
  what.host = "examplebucket.s3.amazonaws.com";
  what.path = example::path;
  what.region = example::region;
  return what;
}

inline presign::request example_request_by_sigv4a(std::string_view region_set) {
  auto what = example_request();
  what.algorithm = presign::signing_algorithm::sigv4a;
  what.region = region_set;
  return what;
}

inline presign::credentials example_credentials() {
  return {std::string(access_key_id), secret_access_key};
}

inline presign::credentials temporary_credentials() {
  return {std::string(access_key_id), secret_access_key, session_token};
}

/// How a request is signed: "sigv4 s3 us-east-2".
inline std::string signing_of(const presign::request& request) {
  const auto rules = request.rules.value_or(presign::service_rules::of(request.service));
  const bool is_sigv4a = request.algorithm == presign::signing_algorithm::sigv4a;
  const std::string sigv4 = rules.s3_session_token ? "sigv4-s3express " : "sigv4 ";
  return (is_sigv4a ? "sigv4a " : sigv4) + request.service + " " + request.region;
}

/// "20130524T000000Z" as a time.
inline presign::time_point time_at(std::string_view text) {
  return presign::sigv4::amz_date::parse(text).value().time();
}

inline presign::presign_options options_at(presign::time_point at) {
  presign::presign_options options;
  options.at = at;
  return options;
}

/// The time of Amazon's example.
inline presign::presign_options example_time() { return options_at(time_at(example::date)); }

/// Options of a batch at that time.
inline presign::batch_options example_batch() {
  presign::batch_options options;
  options.signing = example_time();
  return options;
}

/// A request's URL, signed at that time and valid for an hour.
inline std::string signed_url(const presign::request& what,
                              const presign::credentials& who = example_credentials()) {
  return presign::signer{who}.presign(what, std::chrono::hours{1}, example_time()).value().url;
}

inline std::string names_of(const std::vector<presign::name_value>& pairs) {
  std::string names;
  for (const auto& one : pairs) names.append(one.name).append(" ");
  return names;
}

inline std::string value_of(const std::vector<presign::name_value>& pairs, std::string_view name) {
  std::string found = "(none)";
  for (const auto& one : pairs) {
    if (one.name == name) found = found == "(none)" ? one.value : "(several)";
  }
  return found;
}

/// Bytes in a heap buffer of exactly their size, so that AddressSanitizer sees one byte too far.
class exact_copy {
 public:
  explicit exact_copy(std::string_view bytes)
      : bytes_(new char[bytes.size()]), size_(bytes.size()) {
    if (!bytes.empty()) std::memcpy(bytes_.get(), bytes.data(), bytes.size());
  }
  std::string_view view() const { return {bytes_.get(), size_}; }

 private:
  std::unique_ptr<char[]> bytes_;
  std::size_t size_;
};

/// Whether a copy of something leaves only zeros where it lay once it is destroyed.
template <class T>
bool wipes_itself(const T& something) {
  const auto is_zero = [](unsigned char byte) { return byte == 0; };
  alignas(T) unsigned char memory[sizeof(T)];
  auto* const copy = new (memory) T(something);
  const bool held_something = !std::all_of(std::begin(memory), std::end(memory), is_zero);
  copy->~T();
  return held_something && std::all_of(std::begin(memory), std::end(memory), is_zero);
}

/// What this program has taken of a processor, however many others want it. (On Windows
/// std::clock() goes on while it waits.)
inline double processor_seconds() {
  timespec used{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

/// The words of a text, which blanks and line breaks separate.
inline std::vector<std::string> words(const std::string& text) {
  std::istringstream in(text);
  return {std::istream_iterator<std::string>(in), {}};
}

/// Each byte once, in order.
inline std::string all_bytes() {
  std::string bytes;
  for (int byte = 0; byte < 256; ++byte) bytes.push_back(static_cast<char>(byte));
  return bytes;
}

/// UTF-8 by its definition: the bits of a code point, spread over 1 to 4 bytes.
inline std::string utf8(unsigned point) {
  const auto tail = [point](unsigned shift) {
    return static_cast<char>(0x80 | ((point >> shift) & 0x3f));
  };
  const auto lead = [point](unsigned mark, unsigned shift) {
    return static_cast<char>(mark | (point >> shift));
  };
  if (point < 0x80) return {lead(0, 0)};
  if (point < 0x800) return {lead(0xc0, 6), tail(0)};
  if (point < 0x10000) return {lead(0xe0, 12), tail(6), tail(0)};
  return {lead(0xf0, 18), tail(12), tail(6), tail(0)};
}

inline bool is_surrogate(unsigned point) { return point >= 0xd800 && point <= 0xdfff; }

/// Up to `most` characters of an alphabet. The numbers come from the engine itself: those of the
/// standard's distributions differ from one library to another.
inline std::string random_text(std::mt19937& random, std::string_view alphabet, std::size_t most) {
  std::string text(random() % (most + 1), '\0');
  for (char& c : text) c = alphabet[random() % alphabet.size()];
  return text;
}

/// The bytes that hex stands for, in digits of either case.
inline std::string from_hex(std::string_view hex) {
  std::string bytes;
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const std::string byte(hex.substr(i, 2));
    bytes.push_back(static_cast<char>(std::stoi(byte, nullptr, 16)));
  }
  return bytes;
}

inline presign::sigv4::digest digest_of_hex(std::string_view hex) {
  const auto bytes = from_hex(hex);
  presign::sigv4::digest digest{};
  if (bytes.size() != digest.size()) fail("not the hex of a digest");
  std::copy(bytes.begin(), bytes.end(), digest.begin());
  return digest;
}

/// The bytes of a digest as a string.
inline std::string bytes_of(const presign::sigv4::digest& digest) {
  return {digest.begin(), digest.end()};
}

/// What is wrong with a result that should be this error, with these words in its message; empty
/// where nothing is. No message may hold a secret of the credentials above.
template <class T>
std::string wrong_error(const presign::result<T>& got, presign::errc code,
                        std::initializer_list<std::string_view> words = {}) {
  if (got) return "it succeeded";
  const auto& failure = got.error();
  if (failure.code != code) {
    return "it failed as " + failure.code.message() + ": " + failure.message;
  }
  for (const auto word : words) {
    if (failure.message.find(word) == std::string::npos) {
      return "no \"" + std::string(word) + "\" in: " + failure.message;
    }
  }
  for (const auto secret : {secret_access_key, session_token}) {
    if (failure.message.find(secret) != std::string::npos) return "a secret in " + failure.message;
  }
  return "";
}

/// The same for an error with exactly this message.
template <class T>
std::string wrong_message(const presign::result<T>& got, presign::errc code,
                          std::string_view message) {
  const auto wrong = wrong_error(got, code);
  if (!wrong.empty() || got.error().message == message) return wrong;
  return "the message is: " + got.error().message;
}

/// Decodes "%XY"; fails if there is anything that a URL written by presign cannot hold.
inline std::string decode(std::string_view encoded) {
  const auto digit = [](char c) {
    const auto at = std::string_view("0123456789ABCDEF").find(c);
    if (at == std::string_view::npos) fail("not an upper-case hex digit");
    return static_cast<unsigned>(at);
  };
  std::string raw;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    const char c = encoded[i];
    if (c == '%') {
      raw.push_back(static_cast<char>(digit(encoded.at(i + 1)) * 16 + digit(encoded.at(i + 2))));
      i += 2;
    } else if ((c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') ||
               c == '-' || c == '.' || c == '_' || c == '~') {
      raw.push_back(c);
    } else {
      fail("a character that should be encoded");
    }
  }
  return raw;
}

/// A URL, taken apart by other code than presign's.
struct url_parts {
  std::string scheme;
  std::string host;  // with the port
  std::string path;  // as it stands in the URL
  std::string query;
  std::vector<std::pair<std::string, std::string>> parameters;  // decoded, in order

  explicit url_parts(std::string_view url) {
    const auto authority = url.find("://") + 3;
    const auto slash = url.find('/', authority);
    const auto question_mark = std::min(url.find('?', authority), url.size());
    scheme = url.substr(0, authority - 3);
    host = url.substr(authority, slash - authority);
    path = url.substr(slash, question_mark - slash);
    if (question_mark == url.size()) return;
    query = url.substr(question_mark + 1);
    for (std::string_view rest = query; !rest.empty();) {
      const auto one = rest.substr(0, rest.find('&'));
      const auto equals = one.find('=');
      if (equals == one.npos) fail("a parameter without '='");
      parameters.emplace_back(decode(one.substr(0, equals)), decode(one.substr(equals + 1)));
      rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    }
  }

  std::size_t count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(parameters.begin(), parameters.end(),
                      [name](const auto& one) { return one.first == name; }));
  }

  /// The value of the one parameter with this name; a text that says so where there is not one.
  std::string parameter(std::string_view name) const {
    if (count(name) != 1) return "(there are " + std::to_string(count(name)) + ")";
    return std::find_if(parameters.begin(), parameters.end(),
                        [name](const auto& one) { return one.first == name; })
        ->second;
  }
};

}  // namespace support
