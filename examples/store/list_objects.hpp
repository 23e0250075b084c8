// ListObjectsV2, and how responses are written.
#pragma once

#include "objects.hpp"

#include <presign/request.hpp>

#include <pugixml.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace store {

/// Returns the response as XML, or nothing if a parameter is not valid.
std::optional<std::string> list_objects(const object_table& objects, const std::string& bucket,
                                        const std::vector<presign::name_value_view>& parameters);

/// Adds an element with a text.
void add(pugi::xml_node parent, const char* name, std::string_view text);
std::string to_text(const pugi::xml_document& document);
/// Writes a time as S3 and STS do: "2026-11-23T10:00:00Z".
std::string iso8601(presign::time_point time);

/// Returns a query parameter's value, which is empty if there is none.
std::string value_of(const std::vector<presign::name_value_view>& parameters, const char* name);

}  // namespace store
