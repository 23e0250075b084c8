// Forms: the policy is JSON, the signature is that of its base64, and each field of the form meets
// a condition, as S3 checks it.
#include "fuzz.hpp"

#include <nlohmann/json.hpp>

namespace {

using fuzz::require;
using fuzz::require_same;
using nlohmann::json;
using presign::time_point;
using std::chrono::seconds;

struct scenario {
  explicit scenario(fuzz::input in) {
    name = in.text();
    location.region = in.text();
    location.endpoint = in.text();
    key = in.text();
    credentials = {in.text(), fuzz::secret_access_key};
    credentials.session_token = in.text();
    options.at = time_point{seconds{in.number()}};
    expires_in = seconds{in.number()};
    while (!in.empty()) {
      auto field = in.text();
      conditions.push_back({std::move(field), in.text()});
    }
  }

  std::string name;
  presign::s3::location location;
  std::string key;
  presign::credentials credentials;
  presign::presign_options options;
  seconds expires_in;
  std::vector<presign::name_value> conditions;  // "^name": a beginning; "#": a range from 0
};

presign::s3::post_policy policy_of(const scenario& test, const presign::s3::bucket& bucket) {
  auto policy = bucket.post(test.key);
  for (const auto& [name, value] : test.conditions) {
    if (name.substr(0, 1) == "^") {
      policy.starts_with(name.substr(1), value);
    } else if (name == "#") {
      policy.content_length_range(0, std::atoll(value.c_str()));
    } else {
      policy.field(name, value);
    }
  }
  return policy;
}

std::string decoded(std::string_view base64) {
  constexpr std::string_view digits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string bytes;
  unsigned bits = 0;
  int count = 0;
  for (const char c : base64.substr(0, base64.find('='))) {
    require(digits.find(c) != digits.npos, "base64 has only its digits", base64);
    bits = bits << 6 | static_cast<unsigned>(digits.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    bytes.push_back(static_cast<char>(bits >> count & 0xff));
  }
  return bytes;
}

std::string lower(std::string text) {
  for (char& c : text) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  return text;
}

// Returns whether a condition is about a field.
bool is_about(const json& condition, const std::string& field) {
  if (condition.is_object()) return lower(condition.begin().key()) == lower(field);
  return condition[0] == "starts-with" && lower(condition[1]) == "$" + lower(field);
}

// Returns whether a value meets a condition.
bool is_met(const json& condition, const std::string& value) {
  if (condition.is_object()) return condition.begin().value() == value;
  const std::string beginning = condition[2];
  return value.substr(0, beginning.size()) == beginning;
}

void check_field(const json& conditions, const presign::name_value& field) {
  const auto name = lower(field.name);
  if (name == "policy" || name == "x-amz-signature" || name.substr(0, 9) == "x-ignore-") return;
  bool is_named = false;
  for (const auto& condition : conditions) {
    if (!is_about(condition, field.name)) continue;
    is_named = true;
    // A page supplies the value of a field that is empty, and S3 that of the variable.
    const bool is_open =
        field.value.empty() || field.value.find("${filename}") != std::string::npos;
    require(is_open || is_met(condition, field.value), "a field meets its condition", field.name);
  }
  require(is_named, "a field has a condition", field.name);
}

const std::string& value_of(const presign::presigned_post& form, std::string_view name) {
  const auto field = std::find_if(form.fields.begin(), form.fields.end(),
                                  [name](const auto& candidate) { return candidate.name == name; });
  require(field != form.fields.end(), "a form has the field", name);
  return field->value;
}

void check_signature(const presign::presigned_post& form, const scenario& test) {
  const auto date = presign::sigv4::amz_date::at(form.signed_at).value();
  const auto credential = value_of(form, "x-amz-credential");
  const auto scope = credential.substr(credential.find('/') + 1);  // date/region/service/…
  const auto region = scope.substr(9, scope.find('/', 9) - 9);
  const auto service = scope.substr(10 + region.size(), scope.rfind('/') - 10 - region.size());
  const auto key =
      presign::sigv4::signing_key::derive(fuzz::secret_access_key, date, region, service).value();
  require_same(value_of(form, "x-amz-signature"),
               presign::sigv4::signature(key, value_of(form, "policy")).value(),
               "the signature is that of the policy");
  require_same(value_of(form, "x-amz-date"), date.text(), "the form has its date");
  require(credential.find(test.credentials.access_key_id + "/") == 0, "the form says who signed");
}

void check_form(const presign::presigned_post& form, const scenario& test) {
  const auto policy = json::parse(decoded(value_of(form, "policy")), nullptr, false);
  require(policy.is_object(), "a policy is JSON");
  const auto expiration = presign::parse_iso8601(policy["expiration"].get<std::string>());
  require(expiration && *expiration >= form.expires_at, "a form expires with its policy");
  const auto& conditions = policy["conditions"];
  for (const auto& field : form.fields) check_field(conditions, field);
  const bool is_arn = test.name.substr(0, 4) == "arn:";
  const auto bucket = test.name.substr(is_arn ? 0 : test.name.find(':') + 1);  // without a tenant
  require(conditions[0] == json{{"bucket", bucket}}, "a form is for its bucket");
  require_same(value_of(form, "key"), test.key, "a form is for its key");
  check_signature(form, test);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const scenario test{fuzz::input{data, size}};
  const auto whole = fuzz::as_text(data, size);
  const auto bucket = presign::s3::bucket::at(test.name, test.location);
  if (!bucket) {
    fuzz::check_error(bucket.error(), whole);
    return 0;
  }
  const auto form = presign::signer{test.credentials}.presign_post(policy_of(test, *bucket),
                                                                   test.expires_in, test.options);
  form ? check_form(*form, test) : fuzz::check_error(form.error(), whole);
  return 0;
}
