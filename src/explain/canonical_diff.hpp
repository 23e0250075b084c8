// Where two signers part: the texts that they signed, compared.
#pragma once

#include <presign/explain.hpp>

#include <optional>
#include <string_view>
#include <vector>

namespace presign::detail {

/// What one side signed. Views; empty what is not known.
struct signed_texts {
  std::string_view canonical_request;
  std::string_view string_to_sign;
};

struct comparison {
  std::vector<finding> findings;  ///< none where the texts are the same
  std::optional<difference> first_difference;
};

/// Compares what a URL says with what a server made of the request that it received. Header lines
/// of ours without a value count as unknown: they are taken to be the server's.
comparison compare(const signed_texts& ours, const signed_texts& theirs);

/// A text for people: without the signature and the session token of a URL that may be in it,
/// percent-encoded too. Then it is shown decoded.
std::string shown(std::string_view text);

}  // namespace presign::detail
