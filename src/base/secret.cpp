// Strings that wipe themselves.
#include "base/crypto.hpp"

#include <presign/credentials.hpp>

namespace presign {

// All of its capacity: a short string that was moved from leaves its bytes behind, past its end.
secret::~secret() {
  text_.resize(text_.capacity());
  detail::wipe(text_.data(), text_.size());
}

}  // namespace presign
