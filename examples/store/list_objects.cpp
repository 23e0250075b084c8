#include "list_objects.hpp"

#include <presign/sigv4.hpp>

#include <algorithm>
#include <charconv>
#include <regex>
#include <sstream>

namespace store {
namespace {

// Reads a token: the name to continue after, percent-encoded, as XML cannot hold every name.
std::optional<std::string> decoded(const std::string& token) {
  std::string name;
  for (std::size_t i = 0; i < token.size(); ++i) {
    const bool is_escape = token[i] == '%';
    const int byte = is_escape ? to_number(token.substr(i + 1, 2), 16) : token[i];
    if (byte < 0) return std::nullopt;
    name.push_back(static_cast<char>(byte));
    if (is_escape) i += 2;
  }
  return name;
}

}  // namespace

std::optional<std::string> list_objects(const object_table& objects, const std::string& bucket,
                                        parameters query) {
  constexpr int most_keys = 1000;
  static const std::regex space("%20");
  const auto prefix = query["prefix"];
  const auto delimiter = query["delimiter"];
  const auto token = decoded(query["continuation-token"]);
  const auto encoding = query["encoding-type"];
  const auto max_keys = query["max-keys"];
  const int most = max_keys.empty() ? most_keys : std::min(to_number(max_keys), most_keys);
  if (most < 0 || !token || (!encoding.empty() && encoding != "url")) return std::nullopt;
  const auto encoded = [&encoding](const std::string& raw) {
    if (encoding.empty()) return raw;
    return std::regex_replace(presign::sigv4::uri_encode(raw, false), space, "+");  // as S3 does
  };

  pugi::xml_document document;
  auto root = document.append_child("ListBucketResult");
  root.append_attribute("xmlns") = "http://s3.amazonaws.com/doc/2006-03-01/";
  auto last = token->empty() ? query["start-after"] : *token;  // the name to continue after
  int count = 0;
  bool is_truncated = false;
  for (const auto& object : objects.list(bucket, prefix)) {
    // Keys that are equal up to the first delimiter after the prefix are listed as one.
    const auto at =
        delimiter.empty() ? std::string::npos : object.key.find(delimiter, prefix.size());
    const bool is_group = at != std::string::npos;
    const auto name = is_group ? object.key.substr(0, at + delimiter.size()) : object.key;
    if (name <= last) continue;  // listed already
    if (count == most) {
      is_truncated = most > 0;
      break;
    }
    last = name;
    ++count;
    auto element = root.append_child(is_group ? "CommonPrefixes" : "Contents");
    add(element, is_group ? "Prefix" : "Key", encoded(name));
    if (is_group) continue;
    add(element, "LastModified", object.last_modified);
    add(element, "ETag", object.etag);
    add(element, "Size", object.size);
    add(element, "StorageClass", "STANDARD");
  }
  add(root, "Name", bucket);
  add(root, "Prefix", encoded(prefix));
  add(root, "MaxKeys", std::to_string(most));
  add(root, "KeyCount", std::to_string(count));
  add(root, "IsTruncated", is_truncated ? "true" : "false");
  if (is_truncated) add(root, "NextContinuationToken", presign::sigv4::uri_encode(last));
  if (!encoding.empty()) add(root, "EncodingType", encoding);
  return to_text(document);
}

int to_number(const std::string& text, int base) {
  int number = -1;
  const auto* const end = text.data() + text.size();
  const auto [stop, failure] = std::from_chars(text.data(), end, number, base);
  return failure == std::errc{} && stop == end ? number : -1;
}

void add(pugi::xml_node parent, const char* name, std::string_view text) {
  parent.append_child(name).text().set(std::string(text).c_str());
}

std::string to_text(const pugi::xml_document& document) {
  std::ostringstream xml;
  document.save(xml, "", pugi::format_raw, pugi::encoding_utf8);
  return xml.str();
}

}  // namespace store
