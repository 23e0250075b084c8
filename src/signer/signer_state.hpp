// What a signer holds, for the files that implement it.
#pragma once

#include "signer/signing_starts.hpp"

#include <presign/signer.hpp>
#include <presign/sigv4a.hpp>

#include <optional>
#include <string>

namespace presign::detail {

struct signer_state {
  explicit signer_state(credentials given);

  credentials who;
  std::optional<error> flaw;  // what is wrong with the credentials
  // What the credentials contribute to every URL, and to every signature by SigV4A
  std::string encoded_id;
  secret encoded_token;
  result<sigv4a::signing_key> sigv4a_key;
  mutable signing_starts starts;
};

}  // namespace presign::detail
