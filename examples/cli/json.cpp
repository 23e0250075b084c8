#include "json.hpp"

#include <nlohmann/json.hpp>

#include <cmath>
#include <set>
#include <type_traits>

namespace cli {
namespace {

using nlohmann::ordered_json;

ordered_json to_library(const json& value) {
  const auto convert = [](const auto& content) -> ordered_json {
    using type = std::decay_t<decltype(content)>;
    if constexpr (std::is_same_v<type, json_array>) {
      auto array = ordered_json::array();
      for (const auto& element : content) array.push_back(to_library(element));
      return array;
    } else if constexpr (std::is_same_v<type, json_object>) {
      auto object = ordered_json::object();
      for (const auto& [name, member] : content) object[name] = to_library(member);
      return object;
    } else {
      return content;
    }
  };
  return std::visit(convert, value.value);
}

// The library reads whole numbers beyond 64 bits as floating-point numbers.
bool is_out_of_range(const ordered_json& value) {
  if (value.is_number_float()) return std::abs(value.get<double>()) >= 0x1p63;
  return value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX;
}

json from_library(const ordered_json& value, int levels) {
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number_integer()) return value.get<std::int64_t>();
  if (value.is_string()) return value.get<std::string>();
  if (!value.is_object() || levels == 0) return nullptr;
  json_object object;
  for (const auto& [name, member] : value.items()) {
    object.emplace_back(name, from_library(member, levels - 1));
  }
  return object;
}

}  // namespace

std::string to_text(const json& value) {
  return to_library(value).dump(2, ' ', false, ordered_json::error_handler_t::replace);
}

// The library's message quotes its input, which may hold a header's value: it is not shown.
presign::result<json> parse_json(std::string_view text) {
  using event = ordered_json::parse_event_t;
  constexpr auto out_of_range = "a number is out of range";
  std::vector<std::set<std::string>> names;  // of each object that has not ended yet
  std::string problem;
  const auto check = [&](int, event what, const ordered_json& value) {
    if (what == event::object_start) names.emplace_back();
    if (what == event::object_end) names.pop_back();
    if (what == event::key && !names.back().insert(value).second)
      problem = "it has \"" + value.get<std::string>() + "\" twice";
    if (what == event::value && is_out_of_range(value)) problem = out_of_range;
    return true;
  };
  try {
    const auto value = ordered_json::parse(text, check);
    if (problem.empty()) return from_library(value, 2);
    return presign::error{presign::errc::invalid_parameter, problem};
  } catch (const ordered_json::parse_error& failure) {
    return presign::error{presign::errc::invalid_parameter,
                          "byte " + std::to_string(failure.byte) + " is not JSON"};
  } catch (const ordered_json::out_of_range&) {
    return presign::error{presign::errc::invalid_parameter, out_of_range};
  }
}

bool is_utf8(std::string_view text) {
  try {
    ordered_json(text).dump();
    return true;
  } catch (const ordered_json::type_error&) {
    return false;
  }
}

json to_json(const std::vector<presign::warning>& warnings) {
  json_array array;
  for (const auto warning : warnings) {
    array.push_back(
        json_object{{"code", presign::name(warning)}, {"message", presign::describe(warning)}});
  }
  return array;
}

}  // namespace cli
