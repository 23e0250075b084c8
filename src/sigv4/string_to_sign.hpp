// The string to sign, what it begins with, and the region sets of SigV4A.
#pragma once

#include "base/text_writer.hpp"

#include <presign/sigv4.hpp>

#include <optional>

namespace presign::detail {

/// A credential scope in its parts.
struct credential_scope {
  std::string_view date;                   ///< "20130524"
  std::optional<std::string_view> region;  ///< none in SigV4A
  std::string_view service;
};

/// Appends "20130524/us-east-1/s3/aws4_request", or in SigV4A "20130524/s3/aws4_request". In a
/// query, the slashes are "%2F".
void append_scope(text_writer& out, const credential_scope& scope, std::string_view slash = "/");

/// Appends the first three lines of a string to sign, which all signatures of one second, region
/// and service share. The hash of the canonical request follows, in hex.
void append_string_to_sign_prefix(text_writer& out, std::string_view algorithm,
                                  const sigv4::amz_date& date, const credential_scope& scope);

/// Returns whether a text is "*", or regions joined with ',' in which '*' may replace letters: what
/// a signature by SigV4A names in place of a region.
bool is_region_set(std::string_view text);

/// Returns whether a region is in such a set. '*' stands for any characters, or none.
bool is_in_region_set(std::string_view set, std::string_view region) noexcept;

}  // namespace presign::detail
