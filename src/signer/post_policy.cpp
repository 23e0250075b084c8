// Step: the policy of a form, a condition for each of its fields.
//
//   {"expiration":"2015-12-30T12:00:00.000Z","conditions":[{"bucket":"examplebucket"},
//    ["starts-with","$key","user/user1/"],{"acl":"public-read"},…]}
//
// https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html
#include "base/error_of.hpp"
#include "s3/s3_key.hpp"
#include "base/text.hpp"

#include <presign/post.hpp>
#include <presign/s3.hpp>

#include <algorithm>

namespace presign::s3 {
namespace {

using detail::decimal;
using detail::equal_ignoring_case;
using detail::error_of;
using detail::quoted;

// Those of the bucket, the file, the signature and Signature Version 2's.
constexpr std::string_view reserved[] = {"bucket",
                                         "file",
                                         "content-length-range",
                                         "policy",
                                         "x-amz-algorithm",
                                         "x-amz-credential",
                                         "x-amz-date",
                                         "x-amz-security-token",
                                         "x-amz-s3session-token",
                                         "x-amz-signature",
                                         "AWSAccessKeyId",
                                         "signature"};

bool names(const std::vector<form_field>& fields, std::string_view name) {
  return std::any_of(fields.begin(), fields.end(),
                     [name](const form_field& one) { return equal_ignoring_case(one.name, name); });
}

std::optional<error> check(std::string_view name, std::string_view value) {
  if (!detail::is_token(name)) {
    return error_of(
        errc::invalid_field,
        {"a form field's name must consist of letters, digits and !#$%&'*+-.^_`|~, got ",
         quoted(name)});
  }
  if (std::any_of(std::begin(reserved), std::end(reserved),
                  [name](auto one) { return equal_ignoring_case(name, one); })) {
    return error_of(errc::reserved_name, {"the form field ", quoted(name),
                                           " is not the caller's: it comes from bucket::post, "
                                           "content_length_range, signing or the file"});
  }
  if (!detail::is_utf8(value)) {
    return error_of(errc::invalid_field,
                    {"the form field ", quoted(name), " must be UTF-8, got ", quoted(value)});
  }
  return {};
}

// RFC 8259, section 7: "All Unicode characters may be placed within the quotation marks, except
// for … quotation mark, reverse solidus, and the control characters." They stand as UTF-8: some
// servers do not read what needs two escapes, \ud83d\udc08.
void append_json(std::string& json, std::string_view utf8) {
  constexpr char digits[] = "0123456789abcdef";
  json.push_back('"');
  for (const char c : utf8) {
    const auto byte = static_cast<unsigned char>(c);
    if (byte < 0x20) {
      json.append({'\\', 'u', '0', '0', digits[byte >> 4], digits[byte & 15]});
      continue;
    }
    if (c == '"' || c == '\\') json.push_back('\\');
    json.push_back(c);
  }
  json.push_back('"');
}

void append_exact(std::string& json, std::string_view name, std::string_view value) {
  json.push_back('{');
  append_json(json, name);
  json.push_back(':');
  append_json(json, value);
  json.push_back('}');
}

void append_prefix(std::string& json, const std::string& name, std::string_view prefix) {
  json.append("[\"starts-with\",");
  append_json(json, '$' + name);
  json.push_back(',');
  append_json(json, prefix);
  json.push_back(']');
}

}  // namespace

post_policy bucket::post(std::string_view key) const {
  auto address = common_;
  address.method = "POST";
  if (address.path.empty()) address.path = "/";
  address.flaw = detail::check_key(key);
  if (common_.algorithm == signing_algorithm::sigv4a) {
    address.flaw =
        error_of(errc::conflicting_options,
                 {"a form cannot be signed for the multi-region access point ", quoted(name_),
                  ": it needs a bucket or an access point of one region"});
  }
  return {std::move(address), name_, key};
}

post_policy& post_policy::field(std::string name, std::string value) & {
  note(check(name, value));
  if (names(fields_, name)) {
    note(error_of(errc::invalid_field, {"the form field ", quoted(name), " was given already"}));
  }
  fields_.push_back({std::move(name), std::move(value)});
  return *this;
}

post_policy& post_policy::starts_with(std::string name, std::string prefix) & {
  note(check(name, prefix));
  prefixes_.push_back({std::move(name), std::move(prefix)});
  return *this;
}

post_policy& post_policy::content_length_range(std::int64_t least, std::int64_t most) & {
  if (least < 0 || least > most) {
    note(error_of(errc::invalid_parameter,
                  {"content-length-range must go from 0 or more bytes to as many or more, got ",
                   decimal(least).view(), " to ", decimal(most).view()}));
  }
  length_range_ = {least, most};
  return *this;
}

void post_policy::note(std::optional<error> flaw) {
  if (!address_.flaw) address_.flaw = std::move(flaw);
}

// "Each form field that you specify in a form (except x-amz-signature, file, policy, and field
// names that have an x-ignore- prefix) must appear in the list of conditions."
std::string post_policy::document(std::string_view expiration,
                                  const std::vector<form_field>& fields) const {
  std::string json = "{\"expiration\":";
  append_json(json, expiration);
  json.append(",\"conditions\":[");
  append_exact(json, "bucket", bucket_);
  for (const auto& one : fields) {
    if (names(prefixes_, one.name) || detail::lower(one.name).rfind("x-ignore-", 0) == 0) continue;
    json.push_back(',');
    // "All variables within the form are expanded prior to validating the POST policy."
    const auto variable = one.value.find("${filename}");
    if (variable == std::string::npos) {
      append_exact(json, one.name, one.value);
    } else {
      append_prefix(json, one.name, std::string_view(one.value).substr(0, variable));
    }
  }
  for (const auto& one : prefixes_) {
    json.push_back(',');
    append_prefix(json, one.name, one.value);
  }
  if (length_range_) {
    json.append(",[\"content-length-range\",").append(std::to_string(length_range_->first));
    json.append(",").append(std::to_string(length_range_->second)).append("]");
  }
  return json.append("]}");
}

}  // namespace presign::s3
