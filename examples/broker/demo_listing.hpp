// The demo store's ListObjectsV2.
#pragma once

#include "demo_folder.hpp"

#include <presign/request.hpp>

#include <optional>
#include <string>
#include <vector>

namespace broker {

/// Returns the response as XML, or nothing if a parameter is not valid.
std::optional<std::string> list_objects(const demo_folder& folder, const std::string& bucket,
                                        const std::vector<presign::name_value_view>& parameters);

/// Returns a query parameter's value, which is empty if there is none.
std::string value_of(const std::vector<presign::name_value_view>& parameters, const char* name);

}  // namespace broker
