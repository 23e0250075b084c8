// What a presigner holds, for the files that implement it.
#pragma once

#include <presign/presigner.hpp>

#include <optional>

namespace presign {

struct presigner::state {
  credentials who;
  std::optional<error> flaw;  // what is wrong with the credentials
};

}  // namespace presign
