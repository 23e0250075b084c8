// Reads what a request presents as its signature: from the query, or from the headers.
#include "verify/presented_request.hpp"

#include "verify/authorization.hpp"
#include "sigv4/canonical_request.hpp"
#include "base/civil_time.hpp"
#include "base/error_of.hpp"
#include "base/hex.hpp"
#include "verify/received_target.hpp"
#include "sigv4/sigv4a.hpp"
#include "sigv4/service_rules.hpp"
#include "base/text.hpp"
#include "base/text_writer.hpp"

#include <presign/signer.hpp>
#include <presign/sigv4.hpp>

#include <algorithm>
#include <array>
#include <bitset>
#include <chrono>
#include <functional>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace presign {
namespace detail {
namespace {

// A text that may not be there.
using optional_text = std::optional<std::string_view>;

// How much text there is to be kept: decoded, and as it is signed.
std::size_t expected_size(const received_request& received) {
  auto size = 2 * received.target.size() + received.method.size() + received.payload_hash.size();
  for (const auto& one : received.headers) size += one.name.size() + 2 * one.value.size() + 2;
  return size;
}

class reader {
 public:
  reader(const received_request& received, signature_place place, reading& into)
      : received_(received),
        place_(place),
        reading_(into),
        store_(std::make_shared<text_store>(expected_size(received))) {
    what_.text = store_;
  }

  void read() {
    read_request_line();
    find_signing_headers();
    place_ == signature_place::query ? read_query() : read_authorization_header();
  }

 private:
  // ── The request ───────────────────────────────────────────────────────────────────────────────

  void read_request_line() {
    const auto method = received_.method;
    if (!is_method(method)) {
      refuse(errc::invalid_method,
             {"the method must be an HTTP method such as GET, got ", quoted_part(method)});
    }
    target_ = read_target(received_.target, *store_, reading_.flaws);
    what_.method = store_->keep(method);
    what_.path = target_.path;
    what_.payload_hash = store_->keep(received_.payload_hash);
    what_.query_parameters = std::move(target_.query_parameters);
  }

  // Headers that can be there once: a second one would leave open which of them counts.
  void find_signing_headers() {
    std::bitset<signing_headers.size()> told_twice;
    for (const auto& one : received_.headers) {
      const auto index = signing_header(one.name);
      if (!index) continue;
      auto& value = headers_[*index];
      if (!value) {
        value = store_->keep(trimmed(one.value));
      } else if (!told_twice[*index]) {
        told_twice.set(*index);
        refuse(errc::malformed_signature,
               {"the header ", signing_headers[*index], " must be sent once"});
      }
    }
    what_.content_sha256 = headers_[in_headers::content_sha256].value_or("");
  }

  // ── The signature in the query ────────────────────────────────────────────────────────────────

  void read_query() {
    if (target_.signing_parameters.empty()) {
      refuse(errc::missing_signature,
             {"the query holds no X-Amz-Signature, nor what goes with it"});
      return;
    }
    if (headers_[in_headers::authorization]) {
      refuse(errc::two_signatures,
             {"a request that is signed in its query must not have an Authorization header"});
    }
    find_signing_parameters();
    read_algorithm(require_parameter(in_query::algorithm));
    read_credential(require_parameter(in_query::credential));
    read_signing_time(require_parameter(in_query::date));
    read_expiry(require_parameter(in_query::expires));
    if (uses_sigv4a()) read_region_set(require_parameter(in_query::region_set));
    read_token(parameters_[in_query::security_token], parameters_[in_query::s3session_token]);
    read_signed_headers(require_parameter(in_query::signed_headers));
    read_signature(parameters_[in_query::signature]);
    write_signing_query(std::move(target_.signing_parameters), *store_);
    what_.signing_query = store_->take();
  }

  void find_signing_parameters() {
    std::bitset<signing_parameters.size()> told_twice;
    std::bitset<signing_parameters.size()> told_misspelt;
    for (const auto& one : target_.signing_parameters) {
      const auto index = one.index;
      const auto name = signing_parameters[index];
      if (one.name != name && !told_misspelt[index]) {
        told_misspelt.set(index);
        refuse(errc::malformed_signature,
               {"the query parameter ", name, " must be spelt so, got ", quoted(one.name)});
      }
      if (!parameters_[index]) {
        parameters_[index] = one.value;
      } else if (!told_twice[index]) {
        told_twice.set(index);
        refuse(errc::malformed_signature, {"the query parameter ", name, " must be there once"});
      }
    }
  }

  optional_text require_parameter(std::size_t index) {
    if (!parameters_[index]) {
      refuse(errc::malformed_signature,
             {"the query must hold ", signing_parameters[index], ", and does not"});
    }
    return parameters_[index];
  }

  // ── The signature in the headers ──────────────────────────────────────────────────────────────

  void read_authorization_header() {
    const auto value = headers_[in_headers::authorization];
    if (!value) {
      refuse(errc::missing_signature, {"there is no Authorization header"});
      return;
    }
    if (!target_.signing_parameters.empty()) {
      refuse(errc::two_signatures,
             {"a request that is signed in its headers must not have the query parameter ",
              quoted(target_.signing_parameters.front().name)});
    }
    const auto parts = read_authorization(*value, reading_.flaws);
    read_algorithm(parts.algorithm);
    read_credential(require_part(parts.credential, "Credential"));
    read_signing_time(require_header(in_headers::date));
    if (uses_sigv4a()) read_region_set(require_header(in_headers::region_set));
    read_token(headers_[in_headers::security_token], headers_[in_headers::s3session_token]);
    read_signed_headers(require_part(parts.signed_headers, "SignedHeaders"));
    read_signature(parts.signature);
  }

  optional_text require_part(optional_text value, std::string_view name) {
    if (!value) {
      refuse(errc::malformed_signature,
             {"the Authorization header must hold ", name, "=, and does not"});
    }
    return value;
  }

  optional_text require_header(std::size_t index) {
    if (!headers_[index]) {
      refuse(errc::malformed_signature,
             {"the header ", signing_headers[index], " must be sent, and is not"});
    }
    return headers_[index];
  }

  // ── The parts, wherever they came from ────────────────────────────────────────────────────────

  bool uses_sigv4a() const { return what_.algorithm == signing_algorithm::sigv4a; }

  void read_algorithm(optional_text name) {
    if (name == sigv4a::algorithm) what_.algorithm = signing_algorithm::sigv4a;
    if (!name || name == sigv4::algorithm || name == sigv4a::algorithm) return;
    knows_algorithm_ = false;
    // Not quoted: in the Authorization header, anything may stand in its place.
    refuse(errc::unknown_algorithm,
           {"the algorithm must be ", sigv4::algorithm, " or ", sigv4a::algorithm});
  }

  // "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"; the region is not there in SigV4A.
  void read_credential(optional_text credential) {
    if (!credential) return;
    auto end = *credential;
    const auto id = take_until('/', end);
    const auto date = take_until('/', end);
    const auto region = uses_sigv4a() ? std::string_view() : take_until('/', end);
    const auto service = take_until('/', end);
    if (id.empty() || !is_printable(id) || !is_host_label(service) || end != "aws4_request") {
      refuse(errc::malformed_signature,
             {uses_sigv4a() ? "the credential must be an access key id, a date, a service and "
                              "aws4_request, with '/' between them"
                            : "the credential must be an access key id, a date, a region, a "
                              "service and aws4_request, with '/' between them"});
      return;
    }
    what_.access_key_id = id;
    scope_date_ = date;
    what_.service = service;
    if (uses_sigv4a()) return;
    what_.region = region;
    if (!is_host_label(region)) {
      refuse(errc::invalid_region,
             {"the region of the credential scope must be a name such as us-east-1, got ",
              quoted_part(region)});
    }
  }

  void read_region_set(optional_text set) {
    if (!set) return;
    what_.region = *set;
    if (!is_region_set(*set)) {
      refuse(errc::invalid_region,
             {"the region set must be \"*\" or regions joined with ',', got ", quoted_part(*set)});
    }
  }

  void read_signing_time(optional_text text) {
    if (!text) return;
    const auto date = sigv4::amz_date::parse(*text);
    if (!date) {
      refuse(errc::invalid_time,
             {"the signing time must look like 20130524T000000Z, got ", quoted_part(*text)});
      return;
    }
    what_.signed_at = date->time();
    reading_.has_signing_time = true;
    if (scope_date_ && scope_date_ != date->date()) {
      refuse(errc::wrong_scope,
             {"the date of the credential scope must be that of the signing time, ", date->date(),
              ", got ", quoted_part(*scope_date_)});
    }
  }

  void read_expiry(optional_text text) {
    if (!text) return;
    int expires = 0;
    auto digits = *text;
    const bool is_number = !text->empty() && text->size() <= 6 && text->front() != '0' &&
                           take_number(digits, digits.size(), expires);
    if (is_number && expires <= max_expiry.count()) {
      what_.expires = std::chrono::seconds{expires};
    } else {
      refuse(errc::invalid_expiry,
             {"X-Amz-Expires must be a whole number from 1 to 604800, got ", quoted_part(*text)});
    }
  }

  void read_token(optional_text usual, optional_text of_s3_express) {
    what_.s3_session_token = of_s3_express && !usual;
    what_.session_token = what_.s3_session_token ? *of_s3_express : usual.value_or("");
    if (usual && of_s3_express) {
      refuse(errc::token_mismatch,
             {"there must be one session token, got one as X-Amz-Security-Token and one as "
              "X-Amz-S3session-Token"});
    }
  }

  void read_signature(optional_text text) {
    if (!text) {
      refuse(errc::missing_signature,
             {place_ == signature_place::query ? "the query holds no X-Amz-Signature"
                                               : "the Authorization header holds no Signature="});
      return;
    }
    what_.signature = *text;
    if (!knows_algorithm_) return;
    // SigV4A: DER of two numbers of up to 33 bytes.
    const bool has_right_size =
        uses_sigv4a() ? !text->empty() && text->size() <= 144 : text->size() == 64;
    if (!has_right_size || !is_hex(*text)) {
      refuse(errc::malformed_signature,
             {uses_sigv4a() ? "the signature must be DER in lower-case hex, up to 144 digits"
                            : "the signature must be 64 lower-case hex digits"});
    }
  }

  // ── The signed headers ────────────────────────────────────────────────────────────────────────

  void read_signed_headers(optional_text list) {
    if (!list) return;
    what_.signed_headers = *list;
    auto names = split(*list, ';');
    const auto is_name = [](auto name) { return is_token(name) && is_lower(name); };
    // Each before the next: sorted, and none twice.
    const bool is_sound =
        std::all_of(names.begin(), names.end(), is_name) &&
        std::adjacent_find(names.begin(), names.end(), std::greater_equal<>()) == names.end();
    if (!is_sound) {
      refuse(errc::malformed_signature,
             {"the signed headers must be names in lower case, sorted, each once, with ';' between "
              "them, got ",
              quoted_part(*list)});
      std::sort(names.begin(), names.end(), less_ignoring_case);
      names.erase(std::unique(names.begin(), names.end(), equal_ignoring_case), names.end());
    }
    if (!holds(names, "host")) {
      refuse(errc::unsigned_header, {"the signed headers must hold host, and do not"});
    }
    take_headers(names);
  }

  static bool holds(const std::vector<std::string_view>& sorted_names, std::string_view name) {
    return std::binary_search(sorted_names.begin(), sorted_names.end(), name, less_ignoring_case);
  }

  // Those that are signed; of the others, the names that ought to be.
  void take_headers(const std::vector<std::string_view>& sorted_names) {
    std::vector<header_view> taken;
    taken.reserve(sorted_names.size());
    for (const auto& one : received_.headers) {
      if (holds(sorted_names, one.name)) {
        taken.push_back(one);
      } else if (equal_ignoring_case(one.name.substr(0, 6), "x-amz-")) {
        what_.unsigned_headers.push_back(store_->keep(lower(one.name)));
      }
    }
    auto* const begin = taken.data();
    auto* const end = begin + taken.size();
    std::optional<error> failure;
    for (auto* one = begin; one != end && !failure; ++one) failure = check_header(*one);
    sort_headers(begin, end);
    refuse_missing(sorted_names, begin, end);
    if (failure) return reading_.flaws.push_back(*std::move(failure));
    write_header_lines(begin, end, *store_);
    what_.header_lines = store_->take();
  }

  void refuse_missing(const std::vector<std::string_view>& names, const header_view* begin,
                      const header_view* end) {
    const auto is_missing = [begin, end](std::string_view name) {
      const auto* const at = std::lower_bound(begin, end, name, [](const auto& one, auto wanted) {
        return less_ignoring_case(one.name, wanted);
      });
      return at == end || !equal_ignoring_case(at->name, name);
    };
    const auto first = std::find_if(names.begin(), names.end(), is_missing);
    if (first == names.end()) return;
    const auto others = std::count_if(first, names.end(), is_missing) - 1;
    const decimal number(others);
    refuse(errc::missing_header,
           {"all signed headers must be sent; missing: ", quoted_part(*first),
            others > 0 ? " and " : "", others > 0 ? number.view() : "", others > 0 ? " more" : ""});
  }

  void refuse(errc code, std::initializer_list<std::string_view> sentence) {
    reading_.flaws.push_back(error_of(code, sentence));
  }

  const received_request& received_;
  const signature_place place_;
  received_target target_;
  reading& reading_;
  unverified_request& what_ = reading_.request;
  const std::shared_ptr<text_store> store_;
  // The first of each that signing adds.
  std::array<optional_text, signing_parameters.size()> parameters_;
  std::array<optional_text, signing_headers.size()> headers_;
  optional_text scope_date_;
  bool knows_algorithm_ = true;
};

result<unverified_request> sound(reading&& got) {
  if (!got.flaws.empty()) return std::move(got.flaws.front());
  return std::move(got.request);
}

}  // namespace

reading read_presented(const received_request& received, signature_place place) {
  reading got;
  reader{received, place, got}.read();
  return got;
}

}  // namespace detail

result<unverified_request> parse_presigned(const received_request& received) {
  return detail::sound(detail::read_presented(received, detail::signature_place::query));
}

result<unverified_request> parse_signed(const received_request& received) {
  return detail::sound(detail::read_presented(received, detail::signature_place::header));
}

}  // namespace presign
