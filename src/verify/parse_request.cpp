// Parses a signed request: target, headers, and the signature in the query or the headers.
#include "verify/verify.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "sigv4/signing_names.hpp"
#include "sigv4/steps.hpp"

#include <presign/signer.hpp>

#include <algorithm>
#include <utility>

namespace presign {
namespace detail {
namespace {

using optional_text = std::optional<std::string_view>;

constexpr std::string_view target_must = "the target of the request line must ";

// Returns an upper bound of the text to keep: decoded, and as it is signed.
std::size_t expected_size(const received_request& received) {
  auto size = 2 * received.target.size() + received.method.size() + received.payload_hash.size();
  for (const auto& [name, value] : received.headers) size += name.size() + 2 * value.size() + 2;
  return size;
}

class parser {
 public:
  parser(const received_request& received, parsed_request& parsed)
      : received_(received),
        parsed_(parsed),
        parts_(std::make_shared<unverified_parts>(expected_size(received))) {
    request_.parts = parts_;
    sent_parameters_.reserve(signing_parameters.size());
  }

  void parse() {
    request_.method = text_.keep(received_.method);
    parts_->payload_hash = text_.keep(received_.payload_hash);
    if (!is_word(request_.method)) {
      fail(errc::invalid_method,
           {"the method must be an HTTP method such as GET, got ", quoted_part(request_.method)});
    }
    parse_target();
    find_signing_headers();
    if (!sent_parameters_.empty()) {
      find_values_in_query();
    } else if (headers_[in_headers::authorization]) {
      find_values_in_headers();
    } else {
      return fail(errc::missing_signature,
                  {"the request is not signed: it has no query parameter X-Amz-Signature and no "
                   "Authorization header"});
    }
    parse_values();
  }

 private:
  // ── The target of the request line ────────────────────────────────────────────────────────────

  void parse_target() {
    auto query = received_.target;
    const auto path = take_until('?', query);
    const bool is_plain = is_plain_query(query);
    check_line(is_plain ? path : received_.target);  // a plain query has none of those bytes
    parts_->sent_path = text_.keep(path);
    request_.path = decode(path, plus::stays, "path");
    if (path.empty() || path.front() != '/') {
      fail(errc::invalid_path, {target_must, "begin with '/', got ", quoted_part(path)});
    }
    if (request_.path.find('\0') != request_.path.npos) {
      fail(errc::invalid_path, {target_must, "have no NUL byte in its path"});
    }
    while (!query.empty()) {
      const auto parameter = take_until('&', query);
      if (!parameter.empty()) parse_parameter(parameter, is_plain);
    }
  }

  void check_line(std::string_view line) {
    const auto is_bad = [](char c) { return is_control(c) || c == ' ' || c == '#'; };
    const auto at = find_byte(line, is_bad);
    if (at == line.npos) return;
    fail(errc::invalid_path, {target_must, "have no space, no '#' and no control character; byte ",
                              std::to_string(at), " is one"});
  }

  void parse_parameter(std::string_view value, bool is_plain) {
    const auto treatment = is_plain ? plus::stays : plus::is_space;  // a plain query has no '+'
    auto name = take_until('=', value);
    auto index = index_in(signing_parameters, name);
    if (!index) {
      name = decode(name, treatment, "query");
      index = index_in(signing_parameters, name);
    }
    const auto decoded = decode(value, treatment, "query");
    if (!index) return request_.query_parameters.push_back({name, decoded});
    const bool is_as_signed =
        is_plain && escapes_ == escapes::canonical && value.find('=') == value.npos;
    sent_parameters_.push_back({name, decoded, is_as_signed ? value : "", *index});
  }

  // Text with a broken escape stays encoded. Fails once for the path and once for the query: all of
  // a long target may be broken escapes.
  std::string_view decode(std::string_view encoded, plus treatment, std::string_view part) {
    escapes_ = append_decoded(text_, encoded, treatment);
    if (escapes_ != escapes::broken) return text_.take();
    if (part != broken_part_) {
      fail(errc::invalid_path, {target_must, "have two hex digits after each '%', in its ", part});
    }
    broken_part_ = part;
    text_.drop();
    return text_.keep(encoded);
  }

  // ── Where the values of signing are ───────────────────────────────────────────────────────────

  // A second header of one name would leave open which of them counts.
  void find_signing_headers() {
    std::array<std::size_t, signing_headers.size()> counts{};
    for (const auto& header : received_.headers) {
      const auto index = index_in(signing_headers, header.name);
      if (!index) continue;
      const auto count = ++counts[*index];
      if (count == 1) headers_[*index] = text_.keep(trimmed(header.value));
      if (count == 2) malformed({"the header ", signing_headers[*index], " must be sent once"});
    }
    parts_->content_sha256 = headers_[in_headers::content_sha256].value_or("");
  }

  void find_values_in_query() {
    if (headers_[in_headers::authorization]) {
      fail(errc::two_signatures,
           {"the request must not be signed twice: it has an Authorization header and the query "
            "parameter ",
            quoted_text(sent_parameters_.front().name)});
    }
    std::array<std::size_t, signing_parameters.size()> counts{};
    std::array<std::size_t, signing_parameters.size()> misspellings{};
    for (const auto& parameter : sent_parameters_) {
      const auto index = parameter.index;
      const auto name = signing_parameters[index];
      if (parameter.name != name && ++misspellings[index] == 1) {
        malformed({"the query parameter ", name, " is misspelt: ", quoted_text(parameter.name)});
      }
      const auto count = ++counts[index];
      if (count == 1) values_[index] = parameter.value;
      if (count == 2) malformed({"the query parameter ", name, " must appear once"});
    }
    write_signing_query();
  }

  // Writes the parameters that signing adds as they are signed: without X-Amz-Signature, sorted,
  // and encoded again unless they were received so.
  void write_signing_query() {
    auto& all = sent_parameters_;
    const auto is_signature = [](const auto& each) { return each.index == in_query::signature; };
    all.erase(std::remove_if(all.begin(), all.end(), is_signature), all.end());
    const auto is_out_of_order = [](const auto& a, const auto& b) { return a.name >= b.name; };
    if (std::adjacent_find(all.begin(), all.end(), is_out_of_order) != all.end()) {  // seldom
      query_writer{text_, all}.finish();
    } else {
      std::string_view separator;
      for (const auto& each : all) {
        text_.append(separator, each.name, "=", each.received_value);
        if (each.received_value.empty()) append_encoded(text_, each.value);
        separator = "&";
      }
    }
    parts_->signing_query = text_.take();
  }

  // "Authorization: Algorithm Credential=…, SignedHeaders=…, Signature=…", the three in any order.
  void find_values_in_headers() {
    request_.is_presigned = false;
    values_[in_query::date] = headers_[in_headers::date];
    values_[in_query::region_set] = headers_[in_headers::region_set];
    values_[in_query::security_token] = headers_[in_headers::security_token];
    values_[in_query::s3session_token] = headers_[in_headers::s3session_token];
    auto rest = *headers_[in_headers::authorization];
    const auto algorithm = rest.substr(0, rest.find_first_of(" \t"));
    values_[in_query::algorithm] = algorithm;
    rest.remove_prefix(algorithm.size());
    std::string_view failure;  // quotes no part: it may be the signature
    while (!rest.empty()) {
      auto part = trimmed(take_until(',', rest));
      const auto name = part.find('=') == part.npos ? "" : take_until('=', part);
      auto* const value = name == "Credential"      ? &values_[in_query::credential]
                          : name == "SignedHeaders" ? &values_[in_query::signed_headers]
                          : name == "Signature"     ? &values_[in_query::signature]
                                                    : nullptr;
      if (value && !*value) {
        *value = part;
      } else if (failure.empty()) {
        failure = value ? "the Authorization header must have Credential, SignedHeaders and "
                          "Signature once"
                        : "the Authorization header must have Credential=…, SignedHeaders=… and "
                          "Signature=… after its algorithm, separated by ',', and nothing else";
      }
    }
    if (!failure.empty()) malformed({failure});
  }

  // ── What they must be ─────────────────────────────────────────────────────────────────────────

  void parse_values() {
    if (const auto* value = required(in_query::algorithm)) parse_algorithm(*value);
    if (const auto* value = required(in_query::credential)) parse_credential(*value);
    if (const auto* value = required(in_query::date)) parse_signing_time(*value);
    // The service's rules say whether X-Amz-Expires must be there.
    if (const auto& value = values_[in_query::expires]) parse_expiry(*value);
    const auto* const region_set = uses_sigv4a() ? required(in_query::region_set) : nullptr;
    if (region_set) parse_region_set(*region_set);
    parse_token();
    if (const auto* value = required(in_query::signed_headers)) parse_signed_headers(*value);
    if (const auto* value = required(in_query::signature)) parse_signature(*value);
  }

  // Returns a value that must be there. If it is not, fails and says where it must be.
  const std::string_view* required(std::size_t index) {
    if (values_[index]) return &*values_[index];
    const auto name = signing_parameters[index];
    const bool is_signature = index == in_query::signature;
    const auto code = is_signature ? errc::missing_signature : errc::malformed_signature;
    const auto* const verb = is_signature ? " has no " : " must have ";
    if (request_.is_presigned) {
      fail(code, {"the query", verb, name});
    } else if (index == in_query::date || index == in_query::region_set) {
      fail(code, {"the header ", lower(name), " must be sent"});
    } else {
      fail(code, {"the Authorization header", verb, name.substr(6), "="});
    }
    return nullptr;
  }

  bool uses_sigv4a() const { return request_.algorithm == signing_algorithm::sigv4a; }

  void parse_algorithm(std::string_view name) {
    if (name == sigv4a::algorithm) request_.algorithm = signing_algorithm::sigv4a;
    knows_algorithm_ = uses_sigv4a() || name == sigv4::algorithm;
    if (knows_algorithm_) return;
    // Not quoted: in the Authorization header, it may be a secret.
    fail(errc::unknown_algorithm,
         {"the algorithm must be ", sigv4::algorithm, " or ", sigv4a::algorithm});
  }

  // "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request", without the region in SigV4A.
  void parse_credential(std::string_view rest) {
    const auto id = take_until('/', rest);
    const auto date = take_until('/', rest);
    const auto region = uses_sigv4a() ? "" : take_until('/', rest);
    const auto service = take_until('/', rest);
    if (id.empty() || !is_printable(id) || !is_host_label(service) || rest != "aws4_request") {
      return malformed({"the credential must be an access key id, a date, ",
                        uses_sigv4a() ? "" : "a region, ",
                        "a service and aws4_request, with '/' between them"});
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

  void parse_region_set(std::string_view set) {
    request_.region = set;
    if (!is_region_set(set)) {
      fail(errc::invalid_region,
           {"the region set must be \"*\" or regions joined with ',', got ", quoted_part(set)});
    }
  }

  void parse_signing_time(std::string_view text) {
    const auto date = sigv4::amz_date::parse(text);
    if (!date) {
      return fail(errc::invalid_time,
                  {"the signing time must look like 20130524T000000Z, got ", quoted_part(text)});
    }
    request_.signed_at = date->time();
    parsed_.has_signing_time = true;
    if (scope_date_ && scope_date_ != date->date()) {
      fail(errc::wrong_scope,
           {"the date of the credential scope must be that of the signing time, ", date->date(),
            ", got ", quoted_part(*scope_date_)});
    }
  }

  void parse_expiry(std::string_view text) {
    int expires = 0;
    auto digits = text;
    const bool is_number = text.size() <= 6 && take_number(digits, text.size(), expires);
    if (!is_number || expires == 0 || text.front() == '0' || expires > max_expiry.count()) {
      return fail(
          errc::invalid_expiry,
          {"X-Amz-Expires must be a whole number from 1 to 604800, got ", quoted_part(text)});
    }
    request_.expires = std::chrono::seconds{expires};
  }

  void parse_token() {
    const auto& usual = values_[in_query::security_token];
    const auto& of_s3_express = values_[in_query::s3session_token];
    parts_->s3_session_token = of_s3_express && !usual;
    request_.session_token = usual ? *usual : of_s3_express.value_or("");
    if (usual && of_s3_express) {
      fail(errc::token_mismatch,
           {"there must be one session token, got one as X-Amz-Security-Token and one as "
            "X-Amz-S3session-Token"});
    }
  }

  void parse_signature(std::string_view text) {
    parts_->signature = text;
    if (!knows_algorithm_) return;
    // SigV4A: DER of two numbers of up to 33 bytes.
    const bool has_right_size =
        uses_sigv4a() ? !text.empty() && text.size() <= 144 : text.size() == 64;
    if (!has_right_size || !is_hex(text)) {
      malformed({uses_sigv4a() ? "the signature must be DER in lower-case hex, up to 144 digits"
                               : "the signature must be 64 lower-case hex digits"});
    }
  }

  // ── The signed headers ────────────────────────────────────────────────────────────────────────

  void parse_signed_headers(std::string_view list) {
    request_.signed_headers = list;
    auto names = split(list, ';');
    const auto is_name = [](auto name) { return is_token(name) && is_lower(name); };
    // Sorted, and none twice: each name is less than the next.
    const auto is_not_less = [](auto name, auto next) { return name >= next; };
    const bool is_sound = all_of(names, is_name) && std::adjacent_find(names.begin(), names.end(),
                                                                       is_not_less) == names.end();
    if (!is_sound) {
      malformed(
          {"the signed headers must be names in lower case, sorted, each once, with ';' between "
           "them, got ",
           quoted_part(list)});
      std::sort(names.begin(), names.end(), less_ignoring_case);
      names.erase(std::unique(names.begin(), names.end(), equal_ignoring_case), names.end());
    }
    const auto is_signed = [&names](std::string_view name) {
      return std::binary_search(names.begin(), names.end(), name, less_ignoring_case);
    };
    if (!is_signed("host")) fail(errc::unsigned_header, {"the signed headers must include host"});
    std::vector<name_value_view> headers;
    headers.reserve(names.size());
    for (const auto& header : received_.headers) {
      if (is_signed(header.name)) {
        headers.push_back(header);
      } else if (equal_ignoring_case(trimmed(header.name, white_space).substr(0, 6), "x-amz-")) {
        parts_->unsigned_headers.push_back(text_.keep(lower(header.name)));
      }
    }
    write_headers(names, headers.data(), headers.data() + headers.size());
  }

  void write_headers(const std::vector<std::string_view>& sorted_names, name_value_view* begin,
                     name_value_view* end) {
    sort_headers(begin, end);
    std::size_t missing = 0;
    const auto* header = begin;  // each has one of the names
    for (const auto name : sorted_names) {
      if (header == end || !equal_ignoring_case(header->name, name)) {
        text_.append(missing++ > 0 ? ";" : "", name);
      }
      while (header != end && equal_ignoring_case(header->name, name)) ++header;
    }
    if (missing > 0) {
      auto names = parsed_.missing_headers = text_.take();
      fail(errc::missing_header,
           {"all signed headers must be sent; missing: ", quoted_part(take_until(';', names)),
            missing > 1 ? joined({" and ", std::to_string(missing - 1), " more"}) : ""});
    }
    for (header = begin; header != end; ++header) {
      if (auto failure = check_header(*header)) {
        return parsed_.errors.push_back(*std::move(failure));
      }
    }
    write_header_lines(begin, end, text_);
    parts_->header_lines = text_.take();
  }

  [[gnu::cold]] void fail(errc code, std::initializer_list<std::string_view> sentence) {
    parsed_.errors.push_back(error_of(code, sentence));
  }
  [[gnu::cold]] void malformed(std::initializer_list<std::string_view> sentence) {
    fail(errc::malformed_signature, sentence);
  }

  struct sent_parameter {
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
  std::vector<sent_parameter> sent_parameters_;  // those of signing, as often as they were sent
  // The first value of each header and parameter that signing adds.
  std::array<optional_text, signing_headers.size()> headers_;
  std::array<optional_text, signing_parameters.size()> values_;  // of the query or of the headers
  optional_text scope_date_;
  bool knows_algorithm_ = true;
};

}  // namespace

parsed_request parse_all(const received_request& received) {
  parsed_request parsed;
  parser(received, parsed).parse();
  return parsed;
}

}  // namespace detail

result<unverified_request> parse_request(const received_request& received) {
  auto parsed = detail::parse_all(received);
  if (!parsed.errors.empty()) return std::move(parsed.errors.front());
  return std::move(parsed.request);
}

}  // namespace presign
