// The parts of steps 1 to 3, for code that writes into its own buffers, and percent-decoding.
// <presign/sigv4.hpp> has the whole steps.
#pragma once

#include "base/text_writer.hpp"

#include <presign/sigv4.hpp>

#include <optional>

namespace presign::detail {

// ── Percent-encoding, in uri_encode.cpp ─────────────────────────────────────────────────────────

/// Appends raw bytes, percent-encoded.
void append_encoded(text_writer& out, std::string_view raw, bool encode_slash = true);

/// Returns whether a comes before b once both are encoded. Both are raw, and neither is encoded.
bool encoded_less(std::string_view a, std::string_view b) noexcept;

/// Whether '+' in encoded text means itself, or a space.
enum class plus { stays, is_space };

enum class escapes {
  broken,     ///< a '%' is not followed by two hex digits
  other,      ///< an escape has lower-case digits, or its byte needs none
  canonical,  ///< all are as append_encoded writes them
};

/// Appends text with each "%XY" decoded. If an escape is broken, appends only part of it.
escapes append_decoded(text_writer& out, std::string_view encoded, plus treatment);

/// Does the same, and keeps '+'. If an escape is broken, returns false and leaves out unchanged.
bool append_decoded(std::string& out, std::string_view encoded);

/// Returns whether all of a query is '&', '=', '%' and bytes that append_encoded leaves alone.
bool is_plain_query(std::string_view query) noexcept;

// ── Step 1: the canonical request ───────────────────────────────────────────────────────────────

/// Returns a raw path without "." and ".." segments and doubled slashes.
std::string normalized(std::string_view raw);

/// Returns the canonical path of a path that was spelt by somebody else: percent-encoded as it is
/// sent, and decoded to raw bytes. Services that encode the path twice sign the spelling.
std::string canonical_path_of(std::string_view sent, std::string_view raw,
                              const service_rules& rules);

/// Appends a canonical query: the caller's parameters, sorted, and among them those that signing
/// adds. The writer and the parameters must outlive it.
class query_writer {
 public:
  /// Takes the caller's parameters, raw and in any order. Each has a name and a value.
  template <class Parameters>
  query_writer(text_writer& out, const Parameters& parameters) : out_(out) {
    given_.reserve(parameters.size());
    for (const auto& each : parameters) given_.push_back({each.name, each.value});
    sort();
  }

  /// Writes a parameter that signing adds, after all of the caller's that sort before it. The names
  /// must come in ascending order. Name and value (in pieces) are written as they are.
  template <class... Pieces>
  void add(std::string_view name, const Pieces&... value) {
    if (next_ != given_.end()) write_given(name);
    out_.append(separator_, name, "=", value...);
    separator_ = "&";
  }

  /// The same for a value that is raw.
  void add_raw(std::string_view name, std::string_view value) {
    add(name);
    append_encoded(out_, value);
  }

  /// Writes the rest of the caller's parameters.
  void finish() { write_given({}); }

 private:
  void sort();
  void write_given(std::optional<std::string_view> before);

  text_writer& out_;
  std::string_view separator_;
  std::vector<name_value_view> given_;  // by the caller; sorted
  std::vector<name_value_view>::const_iterator next_;
};

/// Error: invalid_header.
std::optional<error> check_header(const name_value_view& header);

/// Sorts headers by name. Headers of one name stay in their order.
void sort_headers(name_value_view* begin, name_value_view* end);

/// Appends sigv4::canonical_headers of headers that were checked and sorted.
void write_header_lines(const name_value_view* begin, const name_value_view* end, text_writer& out);

/// Appends sigv4::signed_headers of such lines.
void write_header_names(std::string_view lines, text_writer& out);

// ── Step 3: the string to sign ──────────────────────────────────────────────────────────────────

/// What a signature is for, besides its request. The date must outlive it.
struct signature_scope {
  signing_algorithm algorithm;
  const sigv4::amz_date& date;
  std::string_view region;  ///< in SigV4A the region set, which is not a part of the scope's text
  std::string_view service;
};

/// Returns the algorithm's name in X-Amz-Algorithm, in the string to sign and in Authorization.
inline std::string_view algorithm_name(signing_algorithm algorithm) noexcept {
  return algorithm == signing_algorithm::sigv4a ? sigv4a::algorithm : sigv4::algorithm;
}

/// Appends "20130524/us-east-1/s3/aws4_request", or in SigV4A "20130524/s3/aws4_request". In a
/// query, the slashes are "%2F".
void append_scope(text_writer& out, const signature_scope& scope, std::string_view slash = "/");

/// Appends the first three lines of a string to sign, which all signatures of one second, region
/// and service share. The hash of the canonical request follows, in hex.
void append_string_to_sign_prefix(text_writer& out, const signature_scope& scope);

/// Returns whether a text is "*", or regions joined with ',' in which '*' may replace letters: what
/// a signature by SigV4A names in place of a region.
bool is_region_set(std::string_view text);

/// Returns whether a region is in such a set. '*' stands for any characters, or none.
bool is_in_region_set(std::string_view set, std::string_view region) noexcept;

}  // namespace presign::detail
