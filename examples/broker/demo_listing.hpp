// ListObjectsV2, as the demo store answers it.
#pragma once

#include "demo_folder.hpp"

#include <presign/request.hpp>

#include <optional>
#include <string>
#include <vector>

namespace broker {

/// The answer, as XML; nothing where a parameter makes no sense.
std::optional<std::string> list_objects(const demo_folder& folder, const std::string& bucket,
                                        const std::vector<presign::parameter_view>& parameters);

/// A query parameter's value; empty where there is none.
std::string value_of(const std::vector<presign::parameter_view>& parameters, const char* name);

}  // namespace broker
