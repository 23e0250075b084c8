// The string to sign, what it begins with, and the region sets of SigV4A.
#pragma once

#include "base/text_writer.hpp"

#include <presign/sigv4.hpp>

#include <optional>

namespace presign::detail {

/// What a signature is for, besides its request. The date must outlive it.
struct signature_scope {
  signing_algorithm algorithm;
  const sigv4::amz_date& date;
  std::string_view region;  ///< in SigV4A the region set, which is not a part of the scope's text
  std::string_view service;
};

/// Returns the algorithm's name in X-Amz-Algorithm, in the string to sign and in Authorization.
inline std::string_view name_of(signing_algorithm algorithm) noexcept {
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
