#include "list_objects.hpp"

#include <presign/sigv4.hpp>

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

namespace store {
namespace {

constexpr int most_keys = 1000;

struct listing_options {
  std::string prefix, delimiter, after;
  int max_keys = most_keys;
  bool encode = false;
};

std::optional<listing_options> read(const std::vector<presign::name_value_view>& parameters) {
  listing_options options{value_of(parameters, "prefix"), value_of(parameters, "delimiter"),
                          value_of(parameters, "start-after")};
  const auto token = value_of(parameters, "continuation-token");
  if (!token.empty()) options.after = token;
  const auto encoding = value_of(parameters, "encoding-type");
  options.encode = encoding == "url";
  if (!encoding.empty() && !options.encode) return std::nullopt;
  const auto max_keys = value_of(parameters, "max-keys");
  if (!max_keys.empty()) {
    const auto* const end = max_keys.data() + max_keys.size();
    const auto [stop, failure] = std::from_chars(max_keys.data(), end, options.max_keys);
    if (failure != std::errc{} || stop != end || options.max_keys < 0) return std::nullopt;
    options.max_keys = std::min(options.max_keys, most_keys);
  }
  return options;
}

struct listing_page {
  std::vector<stored_object> objects;
  std::set<std::string> prefixes;
  bool is_truncated = false;
  std::string last;  // the key or the prefix that the next page begins after
};

// Returns the part of a key up to the first delimiter after the prefix; empty if it has none. Keys
// that share it are listed as one.
std::string common_prefix(const std::string& key, const listing_options& options) {
  if (options.delimiter.empty()) return {};
  const auto at = key.find(options.delimiter, options.prefix.size());
  return at == key.npos ? std::string() : key.substr(0, at + options.delimiter.size());
}

listing_page pick(const std::vector<stored_object>& all, const listing_options& options) {
  listing_page page;
  for (const auto& object : all) {
    const auto group = common_prefix(object.key, options);
    const auto& name = group.empty() ? object.key : group;
    if (name <= options.after || page.prefixes.count(group) > 0) continue;
    if (page.objects.size() + page.prefixes.size() == static_cast<std::size_t>(options.max_keys)) {
      page.is_truncated = options.max_keys > 0;
      break;
    }
    page.last = name;
    if (group.empty()) {
      page.objects.push_back(object);
    } else {
      page.prefixes.insert(group);
    }
  }
  return page;
}

// Encodes as S3 does: a space is '+'.
std::string encoded(const std::string& raw, const listing_options& options) {
  if (!options.encode) return raw;
  std::string text;
  for (const char& c : raw) {
    text += c == ' ' ? "+" : presign::sigv4::uri_encode({&c, 1}, false);
  }
  return text;
}

std::string write(const listing_page& page, const listing_options& options,
                  const std::string& bucket) {
  pugi::xml_document document;
  auto root = document.append_child("ListBucketResult");
  root.append_attribute("xmlns") = "http://s3.amazonaws.com/doc/2006-03-01/";
  add(root, "Name", bucket);
  add(root, "Prefix", encoded(options.prefix, options));
  add(root, "MaxKeys", std::to_string(options.max_keys));
  add(root, "KeyCount", std::to_string(page.objects.size() + page.prefixes.size()));
  add(root, "IsTruncated", page.is_truncated ? "true" : "false");
  if (options.encode) add(root, "EncodingType", "url");
  if (page.is_truncated) add(root, "NextContinuationToken", page.last);
  for (const auto& object : page.objects) {
    auto contents = root.append_child("Contents");
    add(contents, "Key", encoded(object.key, options));
    add(contents, "LastModified", iso8601(object.last_modified));
    add(contents, "ETag", object.etag);
    add(contents, "Size", std::to_string(object.size));
    add(contents, "StorageClass", "STANDARD");
  }
  for (const auto& prefix : page.prefixes) {
    auto group = root.append_child("CommonPrefixes");
    add(group, "Prefix", encoded(prefix, options));
  }
  return to_text(document);
}

}  // namespace

void add(pugi::xml_node parent, const char* name, std::string_view text) {
  parent.append_child(name).text().set(std::string(text).c_str());
}

std::string to_text(const pugi::xml_document& document) {
  std::ostringstream xml;
  document.save(xml, "", pugi::format_raw, pugi::encoding_utf8);
  return xml.str();
}

std::string iso8601(presign::time_point time) {
  const auto basic = presign::sigv4::amz_date::at(time).value();  // 20261123T100000Z
  return std::string(basic.text()).insert(13, ":").insert(11, ":").insert(6, "-").insert(4, "-");
}

std::string value_of(const std::vector<presign::name_value_view>& parameters, const char* name) {
  const auto parameter =
      std::find_if(parameters.begin(), parameters.end(),
                   [name](const auto& candidate) { return candidate.name == name; });
  return parameter == parameters.end() ? std::string() : std::string(parameter->value);
}

std::optional<std::string> list_objects(const object_table& objects, const std::string& bucket,
                                        const std::vector<presign::name_value_view>& parameters) {
  const auto options = read(parameters);
  if (!options) return std::nullopt;
  return write(pick(objects.list(bucket, options->prefix), *options), *options, bucket);
}

}  // namespace store
