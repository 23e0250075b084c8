#include "demo_policy.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <string_view>

namespace broker {
namespace {

using nlohmann::json;

// "abc*" matches what begins with abc; a '*' elsewhere, and '?', are not understood.
bool is_pattern(const json& pattern) {
  if (!pattern.is_string()) return false;
  const auto text = pattern.get<std::string>();
  const auto at = text.find_first_of("*?$");
  return at == text.npos || (text[at] == '*' && at + 1 == text.size());
}

bool matches(const std::string& pattern, std::string_view text) {
  if (pattern.empty() || pattern.back() != '*') return pattern == text;
  const auto beginning = pattern.substr(0, pattern.size() - 1);
  return text.substr(0, beginning.size()) == beginning;
}

bool is_pattern_list(const json& list) {
  return list.is_array() && std::all_of(list.begin(), list.end(), is_pattern);
}

bool any_matches(const json& patterns, const std::string& text) {
  return std::any_of(patterns.begin(), patterns.end(), [&text](const json& pattern) {
    return matches(pattern.get<std::string>(), text);
  });
}

// NOLINTNEXTLINE(cert-err58-cpp): a program that has no memory for it cannot start.
const json::json_pointer prefix_condition("/Condition/StringLike/s3:prefix");

bool is_statement(const json& statement) {
  if (!statement.is_object() || statement.value("Effect", json()) != "Allow" ||
      !is_pattern_list(statement.value("Action", json())) ||
      !is_pattern_list(statement.value("Resource", json()))) {
    return false;
  }
  const bool has_condition = statement.contains("Condition");
  if (has_condition) {
    const auto& condition = statement["Condition"];
    if (!statement.contains(prefix_condition) || condition.size() != 1 ||
        condition["StringLike"].size() != 1 || !is_pattern_list(statement[prefix_condition])) {
      return false;
    }
  }
  return statement.size() == (has_condition ? 4 : 3);
}

bool allows(const json& statement, const wish& wish) {
  return any_matches(statement["Action"], wish.action) &&
         any_matches(statement["Resource"], wish.resource) &&
         (!statement.contains("Condition") ||
          any_matches(statement[prefix_condition], wish.prefix));
}

}  // namespace

bool is_policy(const std::string& text) {
  const auto policy = json::parse(text, nullptr, false);
  if (!policy.is_object() || policy.size() != 2 ||
      policy.value("Version", json()) != "2012-10-17") {
    return false;
  }
  const auto statements = policy.value("Statement", json());
  return statements.is_array() && std::all_of(statements.begin(), statements.end(), is_statement);
}

bool allows(const std::string& text, const wish& wish) {
  const auto policy = json::parse(text);
  const auto& statements = policy["Statement"];
  return std::any_of(statements.begin(), statements.end(),
                     [&wish](const json& statement) { return allows(statement, wish); });
}

}  // namespace broker
