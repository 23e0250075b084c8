#include "demo_listing.hpp"

#include "iso8601.hpp"

#include <presign/sigv4.hpp>

#include <pugixml.hpp>

#include <algorithm>
#include <charconv>
#include <set>
#include <sstream>

namespace broker {
namespace {

constexpr int most_keys = 1000;

struct question {
  std::string prefix, delimiter, after;
  int max_keys = most_keys;
  bool encode = false;
};

std::optional<question> read(const std::vector<presign::name_value_view>& parameters) {
  question asked{value_of(parameters, "prefix"), value_of(parameters, "delimiter"),
                 value_of(parameters, "start-after")};
  const auto token = value_of(parameters, "continuation-token");
  if (!token.empty()) asked.after = token;
  const auto encoding = value_of(parameters, "encoding-type");
  asked.encode = encoding == "url";
  if (!encoding.empty() && !asked.encode) return std::nullopt;
  const auto max_keys = value_of(parameters, "max-keys");
  if (!max_keys.empty()) {
    const auto* const end = max_keys.data() + max_keys.size();
    const auto [stop, failure] = std::from_chars(max_keys.data(), end, asked.max_keys);
    if (failure != std::errc{} || stop != end || asked.max_keys < 0) return std::nullopt;
    asked.max_keys = std::min(asked.max_keys, most_keys);
  }
  return asked;
}

struct answer {
  std::vector<stored_object> objects;
  std::set<std::string> prefixes;
  bool is_truncated = false;
  std::string last;  // the key or the prefix that the next page begins after
};

// The part of a key up to the first delimiter after the prefix: all keys that share it are listed
// as one. Empty if there is no delimiter in it.
std::string common_prefix(const std::string& key, const question& asked) {
  if (asked.delimiter.empty()) return {};
  const auto at = key.find(asked.delimiter, asked.prefix.size());
  return at == key.npos ? std::string() : key.substr(0, at + asked.delimiter.size());
}

answer pick(const std::vector<stored_object>& all, const question& asked) {
  answer found;
  for (const auto& one : all) {
    const auto group = common_prefix(one.key, asked);
    const auto& name = group.empty() ? one.key : group;
    if (name <= asked.after || found.prefixes.count(group) > 0) continue;
    if (found.objects.size() + found.prefixes.size() == static_cast<std::size_t>(asked.max_keys)) {
      found.is_truncated = asked.max_keys > 0;
      break;
    }
    found.last = name;
    if (group.empty()) {
      found.objects.push_back(one);
    } else {
      found.prefixes.insert(group);
    }
  }
  return found;
}

// As S3 encodes: a space is '+'.
std::string encoded(const std::string& raw, const question& asked) {
  if (!asked.encode) return raw;
  std::string text;
  for (const char& c : raw) {
    text += c == ' ' ? "+" : presign::sigv4::uri_encode({&c, 1}, presign::sigv4::slash::keep);
  }
  return text;
}

void add(pugi::xml_node& parent, const char* name, const std::string& text) {
  parent.append_child(name).text().set(text.c_str());
}

std::string write(const answer& found, const question& asked, const std::string& bucket) {
  pugi::xml_document document;
  auto root = document.append_child("ListBucketResult");
  root.append_attribute("xmlns") = "http://s3.amazonaws.com/doc/2006-03-01/";
  add(root, "Name", bucket);
  add(root, "Prefix", encoded(asked.prefix, asked));
  add(root, "MaxKeys", std::to_string(asked.max_keys));
  add(root, "KeyCount", std::to_string(found.objects.size() + found.prefixes.size()));
  add(root, "IsTruncated", found.is_truncated ? "true" : "false");
  if (asked.encode) add(root, "EncodingType", "url");
  if (found.is_truncated) add(root, "NextContinuationToken", found.last);
  for (const auto& one : found.objects) {
    auto contents = root.append_child("Contents");
    add(contents, "Key", encoded(one.key, asked));
    add(contents, "LastModified", iso8601(one.last_modified));
    add(contents, "ETag", one.etag);
    add(contents, "Size", std::to_string(one.size));
    add(contents, "StorageClass", "STANDARD");
  }
  for (const auto& one : found.prefixes) {
    auto group = root.append_child("CommonPrefixes");
    add(group, "Prefix", encoded(one, asked));
  }
  std::ostringstream xml;
  document.save(xml, "", pugi::format_raw, pugi::encoding_utf8);
  return xml.str();
}

}  // namespace

std::string value_of(const std::vector<presign::name_value_view>& parameters, const char* name) {
  const auto found = std::find_if(parameters.begin(), parameters.end(),
                                  [name](const auto& one) { return one.name == name; });
  return found == parameters.end() ? std::string() : std::string(found->value);
}

std::optional<std::string> list_objects(const demo_folder& folder, const std::string& bucket,
                                        const std::vector<presign::name_value_view>& parameters) {
  const auto asked = read(parameters);
  if (!asked) return std::nullopt;
  return write(pick(folder.list(bucket, asked->prefix), *asked), *asked, bucket);
}

}  // namespace broker
