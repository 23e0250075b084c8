// An explanation as text, for people or as a JSON object.
#pragma once

#include <presign/explain.hpp>

#include <string>

namespace cli {

/// What the explanation itself does not hold.
struct context {
  std::string method;
  std::string signer;  ///< the access key id of the credentials in use; empty if there are none
  presign::time_point at;
};

/// Without a line break at the end.
std::string as_text(const presign::explanation& explanation, const context& context);
std::string as_json(const presign::explanation& explanation, const context& context);

}  // namespace cli
