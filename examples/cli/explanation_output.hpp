// An explanation as text: for a person, or as a JSON object.
#pragma once

#include <presign/explain.hpp>

#include <string>

namespace cli {

/// What the explanation does not hold.
struct explained {
  std::string method;
  std::string signer;  ///< the access key id of the credentials at hand; empty where there are none
  presign::time_point at;
};

/// Without a line break at the end.
std::string as_text(const presign::explanation& told, const explained& what);
std::string as_json(const presign::explanation& told, const explained& what);

}  // namespace cli
