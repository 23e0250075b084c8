// The target of a request line, taken apart and decoded.
#pragma once

#include "base/text_writer.hpp"

#include <presign/request.hpp>

#include <cstddef>
#include <string_view>
#include <vector>

namespace presign::detail {

struct signing_parameter_view {
  std::string_view name;  // in any case
  std::string_view value;
  std::string_view received_value;  // where it was received as it is signed, or else empty
  std::size_t index;                // of its name in detail::signing_parameters
};

struct received_target {
  std::string_view path;
  std::vector<parameter_view> query_parameters;            // without those that signing adds
  std::vector<signing_parameter_view> signing_parameters;  // those, as often as they were sent
};

/// Reads "/path?query", which must outlive what is read, and puts into the store what is decoded
/// (but for names of parameters that signing adds, which are views of either). What is wrong is
/// added to the flaws, and as much read as can be: text with a broken escape stays encoded. Error
/// among the flaws: invalid_path.
received_target read_target(std::string_view target, text_store& store, std::vector<error>& flaws);

/// Writes parameters that signing adds as they are signed: all but X-Amz-Signature, sorted, and
/// encoded anew.
void write_signing_query(std::vector<signing_parameter_view> parameters, text_writer& out);

}  // namespace presign::detail
