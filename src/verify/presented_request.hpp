// What a request presents as its signature, with all that is wrong with it.
#pragma once

#include <presign/verify.hpp>

#include <vector>

namespace presign::detail {

enum class signature_place { query, header };

/// What could be read of a signature. A text that could not be read is empty.
struct reading {
  unverified_request request;
  bool has_signing_time = false;
  /// All that is wrong, in the order in which it is looked for: no more than a handful, however
  /// much there is.
  std::vector<error> flaws;
};

/// Reads what a request presents as its signature. Errors among the flaws: those of
/// parse_presigned or parse_signed.
reading read_presented(const received_request& received, signature_place place);

}  // namespace presign::detail
