#include "json.hpp"

#include "explanation_text.hpp"
#include "text.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <set>

namespace cli {
namespace {

using json = nlohmann::ordered_json;

std::string to_text(const json& value) {
  return value.dump(2, ' ', false, json::error_handler_t::replace);
}

bool is_utf8(const std::string& text) {
  try {
    json(text).dump();
    return true;
  } catch (const json::type_error&) {
    return false;
  }
}

json to_json(const std::vector<presign::warning>& warnings) {
  auto array = json::array();
  for (const auto warning : warnings) {
    array.push_back({{"code", presign::name(warning)}, {"message", presign::describe(warning)}});
  }
  return array;
}

json to_json(const std::vector<presign::name_value>& pairs) {
  auto object = json::object();
  for (const auto& [name, value] : pairs) object[name] = value;
  return object;
}

}  // namespace

presign::result<std::string> as_json(const presign::presigned_url& link) {
  for (const auto& [name, value] : link.headers) {
    if (is_utf8(value)) continue;
    return presign::error{presign::errc::invalid_header,
                          "the value of header \"" + name + "\" is not UTF-8, which JSON requires"};
  }
  return to_text({{"url", link.url},
                  {"method", link.method},
                  {"headers", to_json(link.headers)},
                  {"signed_at", iso8601(link.signed_at)},
                  {"expires_at", iso8601(link.expires_at)},
                  {"warnings", to_json(link.warnings)}});
}

std::string as_json(const presign::presigned_post& form) {
  return to_text({{"url", form.url},
                  {"fields", to_json(form.fields)},
                  {"signed_at", iso8601(form.signed_at)},
                  {"expires_at", iso8601(form.expires_at)},
                  {"warnings", to_json(form.warnings)}});
}

// ── Explanations ────────────────────────────────────────────────────────────────────────────────

namespace {

using presign::explanation;

json or_null(std::optional<presign::time_point> time) {
  return time ? json(iso8601(*time)) : json();
}

json or_null(const std::string& text) { return text.empty() ? json() : json(text); }

json findings_of(const explanation& explanation) {
  auto array = json::array();
  for (const auto& finding : explanation.findings) {
    array.push_back({{"cause", name(finding.cause)},
                     {"certainty", name(finding.certainty)},
                     {"message", finding.sentence}});
  }
  return array;
}

json difference_of(const explanation& explanation) {
  const auto& difference = explanation.first_difference;
  if (!difference) return nullptr;
  return {{"text", name_of(*difference)},
          {"line", difference->line},
          {"byte", difference->byte},
          {"url", difference->ours},
          {"server", difference->theirs}};
}

}  // namespace

std::string as_json(const explanation& explanation, const presign::explain_options& options) {
  return to_text({{"access_key_id", or_null(explanation.access_key_id)},
                  {"algorithm", name_of(explanation.algorithm)},
                  {"method", options.method},
                  {"host", explanation.host},
                  {"path", explanation.path},
                  {"bucket", or_null(explanation.bucket)},
                  {"key", or_null(explanation.key)},
                  {"region", or_null(explanation.region)},
                  {"service", or_null(explanation.service)},
                  {"signed_at", or_null(explanation.signed_at)},
                  {"expires_at", or_null(explanation.expires_at)},
                  {"signed_headers", or_null(explanation.signed_headers)},
                  {"has_session_token", explanation.has_session_token},
                  {"made_by_credentials",
                   explanation.made_by_signer ? json(*explanation.made_by_signer) : json()},
                  {"response_code", or_null(explanation.response_code)},
                  {"response_message", or_null(explanation.response_message)},
                  {"findings", findings_of(explanation)},
                  {"difference", difference_of(explanation)}});
}

// ── Entries of a batch ──────────────────────────────────────────────────────────────────────────

namespace {

// The library reads whole numbers beyond 64 bits as floating-point numbers.
bool is_out_of_range(const json& value) {
  if (value.is_number_float()) return std::abs(value.get<double>()) >= 0x1p63;
  return value.is_number_unsigned() && value.get<std::uint64_t>() > INT64_MAX;
}

// Throws invalid_value. The library's own message quotes its input, which may hold a header's
// value: it is not shown.
json parse(std::string_view text) {
  using event = json::parse_event_t;
  constexpr auto out_of_range = "a number is out of range";
  std::vector<std::set<std::string>> names;  // of each object that has not ended yet
  const auto check = [&names](int, event what, const json& value) {
    if (what == event::object_start) names.emplace_back();
    if (what == event::object_end) names.pop_back();
    if (what == event::key && !names.back().insert(value).second)
      throw invalid_value("it has \"" + value.get<std::string>() + "\" twice");
    if (what == event::value && is_out_of_range(value)) throw invalid_value(out_of_range);
    return true;
  };
  try {
    return json::parse(text, check);
  } catch (const json::parse_error& failure) {
    throw invalid_value("byte " + std::to_string(failure.byte) + " is not JSON");
  } catch (const json::out_of_range&) {
    throw invalid_value(out_of_range);
  }
}

const std::string& text_of(const json& value) {
  if (!value.is_string()) throw invalid_value("must be a string");
  return value.get_ref<const std::string&>();
}

std::int64_t number_of(const json& value) {
  if (!value.is_number_integer()) throw invalid_value("must be a whole number");
  return value.get<std::int64_t>();
}

void append(std::vector<presign::name_value>& pairs, const json& value) {
  const auto is_text = [](const json& member) { return member.is_string(); };
  if (!value.is_object() || !std::all_of(value.begin(), value.end(), is_text)) {
    throw invalid_value("must be an object of strings");
  }
  for (const auto& [name, text] : value.items()) pairs.push_back({name, text_of(text)});
}

// Adds an option of an entry to those of the command line, or replaces one of them.
void read_member(const std::string& name, const json& value, request_options& options) {
  if (name == "key") {
    options.key.append(text_of(value));
  } else if (name == "method") {
    options.method = read_method(text_of(value));
  } else if (name == "expires_in") {
    options.expires_in = std::chrono::seconds{number_of(value)};
  } else if (name == "version_id") {
    options.version_id = text_of(value);
  } else if (name == "filename") {
    options.filename = text_of(value);
  } else if (name == "query") {
    append(options.query, value);
  } else if (name == "headers") {
    append(options.headers, value);
  } else {
    throw invalid_value("is not an option");
  }
}

void read_members(const json& entry, request_options& options) {
  if (!entry.is_object()) throw invalid_value("it must be a JSON object");
  for (const auto& [name, value] : entry.items()) {
    try {
      read_member(name, value, options);
    } catch (const invalid_value& failure) {
      throw invalid_value('"' + name + "\" " + failure.what());
    }
  }
  if (!entry.contains("key")) throw invalid_value("it has no \"key\"");
}

}  // namespace

std::optional<presign::error> read_entry(std::string_view text, request_options& options) {
  try {
    read_members(parse(text), options);
    check(options);
    return {};
  } catch (const invalid_value& failure) {
    return presign::error{presign::errc::invalid_parameter,
                          std::string("the entry is not valid: ") + failure.what()};
  }
}

}  // namespace cli
