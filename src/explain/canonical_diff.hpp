// The texts that two sides signed, compared.
#pragma once

#include <presign/explain.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace presign::detail {

/// What one side signed. A text that is not known is empty.
struct canonical_texts {
  std::string_view canonical_request;
  std::string_view string_to_sign;
};

struct canonical_diff {
  std::vector<finding> findings;  ///< none if the texts are equal
  std::optional<difference> first_difference;
};

/// Compares what a URL says with what a server computed from the request that it received. A header
/// line of ours without a value is unknown: it is taken to be the server's.
canonical_diff compare(const canonical_texts& ours, const canonical_texts& theirs);

}  // namespace presign::detail
