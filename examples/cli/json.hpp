// JSON values. It hides the JSON library, nlohmann's, which takes long to compile.
#pragma once

#include <presign/error.hpp>
#include <presign/signer.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace cli {

struct json;
using json_array = std::vector<json>;
using json_object = std::vector<std::pair<std::string, json>>;

struct json {
  json(std::nullptr_t null = nullptr) : value(null) {}
  json(bool flag) : value(flag) {}
  json(std::int64_t number) : value(number) {}
  json(std::string text) : value(std::move(text)) {}
  json(std::string_view text) : value(std::string(text)) {}
  json(json_array array) : value(std::move(array)) {}
  json(json_object object) : value(std::move(object)) {}

  std::variant<std::nullptr_t, bool, std::int64_t, std::string, json_array, json_object> value;
};

/// Returns the value as text, indented by two spaces. In text that is not UTF-8, U+FFFD replaces
/// bytes that are not.
std::string to_text(const json& value);

/// Reads JSON. Numbers that are not whole and values nested deeper than an object in an object
/// become null. Error: invalid_parameter, also if an object has two members of one name.
presign::result<json> parse_json(std::string_view text);

/// JSON is Unicode, while the value of a header may hold any bytes.
bool is_utf8(std::string_view text);

json to_json(const std::vector<presign::warning>& warnings);

}  // namespace cli
