// Parses a signed request: target, headers, and the signature in the query or the headers.
#include "verify/parse_request.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "sigv4/canonical_request.hpp"
#include "sigv4/service_rules.hpp"
#include "sigv4/string_to_sign.hpp"
#include "sigv4/uri_encode.hpp"

#include <presign/signer.hpp>
#include <presign/sigv4.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

namespace presign {
namespace detail {
namespace {

using optional_text = std::optional<std::string_view>;

// Returns an upper bound of the text to keep: decoded, and as it is signed.
std::size_t expected_size(const received_request& received) {
  auto size = 2 * received.target.size() + received.method.size() + received.payload_hash.size();
  for (const auto& header : received.headers) {
    size += header.name.size() + 2 * header.value.size() + 2;
  }
  return size;
}

class parser {
 public:
  parser(const received_request& received, parsed_request& parsed)
      : received_(received),
        parsed_(parsed),
        parts_(std::make_shared<unverified_parts>(expected_size(received))) {
    request_.parts = parts_;
    signing_parameters_.reserve(signing_parameters.size());
  }

  void parse() {
    parse_method();
    parse_target();
    parse_signing_headers();
    if (!signing_parameters_.empty()) {
      parse_signed_query();
    } else if (headers_[in_headers::authorization]) {
      parse_authorization(*headers_[in_headers::authorization]);
    } else {
      fail(errc::missing_signature,
           {"the request is not signed: it has no query parameter X-Amz-Signature and no "
            "Authorization header"});
    }
  }

 private:
  // ── The request line ──────────────────────────────────────────────────────────────────────────

  void parse_method() {
    const auto method = received_.method;
    if (!is_method(method)) {
      fail(errc::invalid_method,
           {"the method must be an HTTP method such as GET, got ", quoted_part(method)});
    }
    request_.method = text_.keep(method);
    parts_->payload_hash = text_.keep(received_.payload_hash);
  }

  void parse_target() {
    const auto target = received_.target;
    const auto path = target.substr(0, target.find('?'));
    const auto query = target.substr(std::min(path.size() + 1, target.size()));
    const bool is_plain = has_no_reserved(query);
    check_line(is_plain ? path : target);
    parse_path(path);
    parse_query(query, is_plain);
  }

  void check_line(std::string_view line) {
    const auto is_bad = [](char c) { return is_control(c) || c == ' ' || c == '#'; };
    // No early exit, so that the loop vectorises.
    unsigned char has_bad = 0;
    for (const char c : line) has_bad |= static_cast<unsigned char>(is_bad(c));
    if (has_bad != 0) {
      const auto bad = std::find_if(line.begin(), line.end(), is_bad);
      fail_target({"must have no space, no '#' and no control character; byte ",
                   decimal(bad - line.begin()).view(), " is one"});
    }
  }

  void parse_path(std::string_view encoded) {
    request_.path = decode(encoded, plus::stays, "path");
    if (request_.path.empty() || request_.path.front() != '/') {
      fail_target({"must begin with '/', got ", quoted_part(encoded)});
    }
    if (request_.path.find('\0') != request_.path.npos) {
      fail_target({"must have no NUL byte in its path"});
    }
  }

  void parse_query(std::string_view query, bool is_plain) {
    while (!query.empty()) {
      const auto parameter = take_until('&', query);
      if (!parameter.empty()) parse_parameter(parameter, is_plain);
    }
  }

  void parse_parameter(std::string_view value, bool is_plain) {
    const auto treatment = is_plain ? plus::stays : plus::is_space;  // a plain query has no '+'
    auto name = take_until('=', value);
    auto index = signing_parameter(name);
    if (!index) {
      name = decode(name, treatment, "query");
      index = signing_parameter(name);
    }
    const auto decoded = decode(value, treatment, "query");
    if (index) {
      const bool is_as_signed =
          is_plain && escapes_ == escapes::canonical && value.find('=') == value.npos;
      signing_parameters_.push_back(
          {name, decoded, is_as_signed ? value : std::string_view(), *index});
    } else {
      request_.query_parameters.push_back({name, decoded});
    }
  }

  // Text with a broken escape stays encoded.
  std::string_view decode(std::string_view encoded, plus treatment, std::string_view part) {
    escapes_ = append_decoded(text_, encoded, treatment);
    if (escapes_ == escapes::broken) {
      fail_escape(part);
      text_.drop();
      text_.append(encoded);
    }
    return text_.take();
  }

  // Reports once for the path and once for the query: all of a long target may be broken escapes.
  void fail_escape(std::string_view part) {
    if (part == broken_part_) return;
    broken_part_ = part;
    fail_target({"must have two hex digits after each '%', in its ", part});
  }

  // ── The headers of signing ────────────────────────────────────────────────────────────────────

  // A second header of one name would leave open which of them counts.
  void parse_signing_headers() {
    std::bitset<signing_headers.size()> reported;
    for (const auto& header : received_.headers) {
      const auto index = signing_header(header.name);
      if (!index) continue;
      auto& value = headers_[*index];
      if (!value) {
        value = text_.keep(trimmed(header.value));
      } else if (!reported[*index]) {
        reported.set(*index);
        fail(errc::malformed_signature,
             {"the header ", signing_headers[*index], " must be sent once"});
      }
    }
    parts_->content_sha256 = headers_[in_headers::content_sha256].value_or("");
  }

  // ── The signature in the query ────────────────────────────────────────────────────────────────

  void parse_signed_query() {
    request_.place = signature_place::query;
    if (headers_[in_headers::authorization]) {
      fail(errc::two_signatures,
           {"the request must not be signed twice: it has an Authorization header and the query "
            "parameter ",
            quoted(signing_parameters_.front().name)});
    }
    find_signing_parameters();
    parse_algorithm(require_parameter(in_query::algorithm));
    parse_credential(require_parameter(in_query::credential));
    parse_signing_time(require_parameter(in_query::date));
    parse_expiry(require_parameter(in_query::expires));
    if (uses_sigv4a()) parse_region_set(require_parameter(in_query::region_set));
    parse_token(parameters_[in_query::security_token], parameters_[in_query::s3session_token]);
    parse_signed_headers(require_parameter(in_query::signed_headers));
    parse_signature(parameters_[in_query::signature], "the query has no X-Amz-Signature");
    write_signing_query();
  }

  void find_signing_parameters() {
    std::bitset<signing_parameters.size()> reported_twice;
    std::bitset<signing_parameters.size()> reported_spelling;
    for (const auto& parameter : signing_parameters_) {
      const auto index = parameter.index;
      const auto name = signing_parameters[index];
      if (parameter.name != name && !reported_spelling[index]) {
        reported_spelling.set(index);
        fail(errc::malformed_signature,
             {"the query parameter ", name, " must be spelt so, got ", quoted(parameter.name)});
      }
      if (!parameters_[index]) {
        parameters_[index] = parameter.value;
      } else if (!reported_twice[index]) {
        reported_twice.set(index);
        fail(errc::malformed_signature, {"the query parameter ", name, " must be there once"});
      }
    }
  }

  optional_text require_parameter(std::size_t index) {
    if (!parameters_[index]) {
      fail(errc::malformed_signature, {"the query must have ", signing_parameters[index]});
    }
    return parameters_[index];
  }

  // Writes the parameters that signing adds as they are signed: without X-Amz-Signature, sorted,
  // and encoded again unless they were received so.
  void write_signing_query() {
    auto& all = signing_parameters_;
    const auto is_signature = [](const auto& each) { return each.index == in_query::signature; };
    all.erase(std::remove_if(all.begin(), all.end(), is_signature), all.end());
    const auto sorts_before = [](const auto& a, const auto& b) {
      const int order = a.name.compare(b.name);
      return order == 0 ? a.value < b.value : order < 0;
    };
    if (!std::is_sorted(all.begin(), all.end(), sorts_before)) {  // seldom
      std::sort(all.begin(), all.end(), sorts_before);
    }
    std::string_view separator;
    for (const auto& each : all) {
      text_.append(separator, each.name, "=", each.received_value);
      if (each.received_value.empty()) append_encoded(text_, each.value);
      separator = "&";
    }
    parts_->signing_query = text_.take();
  }

  // ── The signature in the headers ──────────────────────────────────────────────────────────────

  // "Algorithm Credential=…, SignedHeaders=…, Signature=…", the three in any order.
  void parse_authorization(std::string_view value) {
    request_.place = signature_place::headers;
    optional_text credential;
    optional_text signed_headers;
    optional_text signature;
    std::string_view failure;  // quotes no part: it may be the signature
    value = trimmed(value);
    const auto algorithm = value.substr(0, value.find_first_of(" \t"));
    value.remove_prefix(algorithm.size());
    while (!value.empty()) {
      auto part = trimmed(take_until(',', value));
      const bool has_value = part.find('=') != part.npos;
      const auto name = take_until('=', part);
      auto* const known = name == "Credential"      ? &credential
                          : name == "SignedHeaders" ? &signed_headers
                          : name == "Signature"     ? &signature
                                                    : nullptr;
      if (known && has_value && !*known) {
        *known = part;
      } else if (failure.empty()) {
        failure = known && has_value
                      ? "the Authorization header must have Credential, SignedHeaders and "
                        "Signature once"
                      : "the Authorization header must have Credential=…, SignedHeaders=… and "
                        "Signature=… after its algorithm, separated by ',', and nothing else";
      }
    }
    if (!failure.empty()) fail(errc::malformed_signature, {failure});
    parse_algorithm(algorithm);
    parse_credential(require_part(credential, "Credential"));
    parse_signing_time(require_header(in_headers::date));
    if (uses_sigv4a()) parse_region_set(require_header(in_headers::region_set));
    parse_token(headers_[in_headers::security_token], headers_[in_headers::s3session_token]);
    parse_signed_headers(require_part(signed_headers, "SignedHeaders"));
    parse_signature(signature, "the Authorization header has no Signature=");
  }

  optional_text require_part(optional_text value, std::string_view name) {
    if (!value) {
      fail(errc::malformed_signature, {"the Authorization header must have ", name, "="});
    }
    return value;
  }

  optional_text require_header(std::size_t index) {
    if (!headers_[index]) {
      fail(errc::malformed_signature, {"the header ", signing_headers[index], " must be sent"});
    }
    return headers_[index];
  }

  // ── The parts of a signature ──────────────────────────────────────────────────────────────────

  bool uses_sigv4a() const { return request_.algorithm == signing_algorithm::sigv4a; }

  void parse_algorithm(optional_text name) {
    if (name == sigv4a::algorithm) request_.algorithm = signing_algorithm::sigv4a;
    if (!name || name == sigv4::algorithm || name == sigv4a::algorithm) return;
    knows_algorithm_ = false;
    // Not quoted: in the Authorization header, it may be a secret.
    fail(errc::unknown_algorithm,
         {"the algorithm must be ", sigv4::algorithm, " or ", sigv4a::algorithm});
  }

  // "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request", without the region in SigV4A.
  void parse_credential(optional_text credential) {
    if (!credential) return;
    auto end = *credential;
    const auto id = take_until('/', end);
    const auto date = take_until('/', end);
    const auto region = uses_sigv4a() ? std::string_view() : take_until('/', end);
    const auto service = take_until('/', end);
    if (id.empty() || !is_printable(id) || !is_host_label(service) || end != "aws4_request") {
      fail(errc::malformed_signature,
           {uses_sigv4a() ? "the credential must be an access key id, a date, a service and "
                            "aws4_request, with '/' between them"
                          : "the credential must be an access key id, a date, a region, a "
                            "service and aws4_request, with '/' between them"});
      return;
    }
    request_.access_key_id = id;
    scope_date_ = date;
    request_.service = service;
    if (uses_sigv4a()) return;
    request_.region = region;
    if (!is_host_label(region)) {
      fail(errc::invalid_region,
           {"the region of the credential scope must be a name such as us-east-1, got ",
            quoted_part(region)});
    }
  }

  void parse_region_set(optional_text set) {
    if (!set) return;
    request_.region = *set;
    if (!is_region_set(*set)) {
      fail(errc::invalid_region,
           {"the region set must be \"*\" or regions joined with ',', got ", quoted_part(*set)});
    }
  }

  void parse_signing_time(optional_text text) {
    if (!text) return;
    const auto date = sigv4::amz_date::parse(*text);
    if (!date) {
      fail(errc::invalid_time,
           {"the signing time must look like 20130524T000000Z, got ", quoted_part(*text)});
      return;
    }
    request_.signed_at = date->time();
    parsed_.has_signing_time = true;
    if (scope_date_ && scope_date_ != date->date()) {
      fail(errc::wrong_scope,
           {"the date of the credential scope must be that of the signing time, ", date->date(),
            ", got ", quoted_part(*scope_date_)});
    }
  }

  void parse_expiry(optional_text text) {
    if (!text) return;
    int expires = 0;
    auto digits = *text;
    const bool is_number = !text->empty() && text->size() <= 6 && text->front() != '0' &&
                           take_number(digits, digits.size(), expires);
    if (is_number && expires <= max_expiry.count()) {
      request_.expires = std::chrono::seconds{expires};
    } else {
      fail(errc::invalid_expiry,
           {"X-Amz-Expires must be a whole number from 1 to 604800, got ", quoted_part(*text)});
    }
  }

  void parse_token(optional_text usual, optional_text of_s3_express) {
    parts_->s3_session_token = of_s3_express && !usual;
    request_.session_token = parts_->s3_session_token ? *of_s3_express : usual.value_or("");
    if (usual && of_s3_express) {
      fail(errc::token_mismatch,
           {"there must be one session token, got one as X-Amz-Security-Token and one as "
            "X-Amz-S3session-Token"});
    }
  }

  void parse_signature(optional_text text, std::string_view missing) {
    if (!text) return fail(errc::missing_signature, {missing});
    parts_->signature = *text;
    if (!knows_algorithm_) return;
    // SigV4A: DER of two numbers of up to 33 bytes.
    const bool has_right_size =
        uses_sigv4a() ? !text->empty() && text->size() <= 144 : text->size() == 64;
    if (!has_right_size || !is_hex(*text)) {
      fail(errc::malformed_signature,
           {uses_sigv4a() ? "the signature must be DER in lower-case hex, up to 144 digits"
                          : "the signature must be 64 lower-case hex digits"});
    }
  }

  // ── The signed headers ────────────────────────────────────────────────────────────────────────

  void parse_signed_headers(optional_text list) {
    if (!list) return;
    request_.signed_headers = *list;
    auto names = split(*list, ';');
    const auto is_name = [](auto name) { return is_token(name) && is_lower(name); };
    // Sorted, and none twice: each name is less than the next.
    const bool is_sound =
        std::all_of(names.begin(), names.end(), is_name) &&
        std::adjacent_find(names.begin(), names.end(), std::greater_equal<>()) == names.end();
    if (!is_sound) {
      fail(errc::malformed_signature,
           {"the signed headers must be names in lower case, sorted, each once, with ';' between "
            "them, got ",
            quoted_part(*list)});
      std::sort(names.begin(), names.end(), less_ignoring_case);
      names.erase(std::unique(names.begin(), names.end(), equal_ignoring_case), names.end());
    }
    if (!holds(names, "host")) {
      fail(errc::unsigned_header, {"the signed headers must include host"});
    }
    take_headers(names);
  }

  static bool holds(const std::vector<std::string_view>& sorted_names, std::string_view name) {
    return std::binary_search(sorted_names.begin(), sorted_names.end(), name, less_ignoring_case);
  }

  // Takes the signed headers, and the names of others that must be signed.
  void take_headers(const std::vector<std::string_view>& sorted_names) {
    std::vector<header_view> taken;
    taken.reserve(sorted_names.size());
    for (const auto& each : received_.headers) {
      if (holds(sorted_names, each.name)) {
        taken.push_back(each);
      } else if (equal_ignoring_case(each.name.substr(0, 6), "x-amz-")) {
        parts_->unsigned_headers.push_back(text_.keep(lower(each.name)));
      }
    }
    auto* const begin = taken.data();
    auto* const end = begin + taken.size();
    std::optional<error> failure;
    for (auto* each = begin; each != end && !failure; ++each) failure = check_header(*each);
    sort_headers(begin, end);
    check_missing(sorted_names, begin, end);
    if (failure) return parsed_.errors.push_back(*std::move(failure));
    write_header_lines(begin, end, text_);
    parts_->header_lines = text_.take();
  }

  void check_missing(const std::vector<std::string_view>& names, const header_view* begin,
                     const header_view* end) {
    const auto is_missing = [begin, end](std::string_view name) {
      const auto* const at = std::lower_bound(begin, end, name, [](const auto& each, auto wanted) {
        return less_ignoring_case(each.name, wanted);
      });
      return at == end || !equal_ignoring_case(at->name, name);
    };
    const auto first = std::find_if(names.begin(), names.end(), is_missing);
    if (first == names.end()) return;
    const auto others = std::count_if(first, names.end(), is_missing) - 1;
    const decimal number(others);
    fail(errc::missing_header,
         {"all signed headers must be sent; missing: ", quoted_part(*first),
          others > 0 ? " and " : "", others > 0 ? number.view() : "", others > 0 ? " more" : ""});
  }

  void fail(errc code, std::initializer_list<std::string_view> sentence) {
    parsed_.errors.push_back(error_of(code, sentence));
  }

  void fail_target(std::initializer_list<std::string_view> sentence) {
    auto failure = error_of(errc::invalid_path, sentence);
    failure.message.insert(0, "the target of the request line ");
    parsed_.errors.push_back(std::move(failure));
  }

  struct parameter_of_signing {
    std::string_view name;  // in any case
    std::string_view value;
    std::string_view received_value;  // if it was received as it is signed
    std::size_t index;                // in detail::signing_parameters
  };

  const received_request& received_;
  parsed_request& parsed_;
  unverified_request& request_ = parsed_.request;
  const std::shared_ptr<unverified_parts> parts_;
  text_store& text_ = parts_->text;
  escapes escapes_ = escapes::canonical;  // in what was decoded last
  std::string_view broken_part_;
  std::vector<parameter_of_signing> signing_parameters_;  // as often as they were sent
  // The first value of each parameter and header that signing adds.
  std::array<optional_text, signing_parameters.size()> parameters_;
  std::array<optional_text, signing_headers.size()> headers_;
  optional_text scope_date_;
  bool knows_algorithm_ = true;
};

}  // namespace

parsed_request parse_all(const received_request& received) {
  parsed_request parsed;
  parser{received, parsed}.parse();
  return parsed;
}

}  // namespace detail

result<unverified_request> parse_request(const received_request& received) {
  auto parsed = detail::parse_all(received);
  if (!parsed.errors.empty()) return std::move(parsed.errors.front());
  return std::move(parsed.request);
}

}  // namespace presign
