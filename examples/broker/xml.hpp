// Reads XML from the store strictly: anything unexpected throws store_unavailable.
#pragma once

#include "store_error.hpp"

#include <pugixml.hpp>

#include <string>

namespace broker {

/// Reads a document whose root element must have this name. Keeps white space and line ends, which
/// may be a part of keys.
inline pugi::xml_document read_xml(const std::string& text, const char* root) {
  pugi::xml_document document;
  const auto outcome = document.load_buffer(
      text.data(), text.size(), pugi::parse_cdata | pugi::parse_escapes | pugi::parse_ws_pcdata,
      pugi::encoding_utf8);
  if (!outcome) throw store_unavailable(std::string("not XML, expected a ") + root);
  if (std::string(document.document_element().name()) != root) {
    throw store_unavailable(std::string("unexpected XML, expected a ") + root);
  }
  return document;
}

/// Returns the text of a child element, which must exist and not be empty.
inline std::string required_text(const pugi::xml_node& parent, const char* name) {
  std::string text = parent.child_value(name);
  if (text.empty()) {
    throw store_unavailable(std::string(parent.name()) + " without " + name);
  }
  return text;
}

}  // namespace broker
