// ListObjectsV2, and how parameters are read and responses are written.
#pragma once

#include "objects.hpp"

#include <pugixml.hpp>

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace store {

/// A query or a form, decoded.
using parameters = std::map<std::string, std::string>;

/// Returns the response as XML, or nothing if a parameter is not valid.
std::optional<std::string> list_objects(const object_table& objects, const std::string& bucket,
                                        parameters query);

/// Returns a decimal number, or -1 if the text is not one.
int to_number(const std::string& text, int base = 10);

/// Adds an element with a text.
void add(pugi::xml_node parent, const char* name, std::string_view text);
std::string to_text(const pugi::xml_document& document);

}  // namespace store
