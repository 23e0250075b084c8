#include "listing.hpp"

#include "store_error.hpp"
#include "xml.hpp"

#include <charconv>
#include <string_view>

namespace broker {
namespace {

// Percent-decodes; S3 writes a space as '+'.
std::string url_decoded(std::string_view encoded) {
  std::string raw;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded[i] != '%') {
      raw.push_back(encoded[i] == '+' ? ' ' : encoded[i]);
      continue;
    }
    const auto digits = encoded.substr(i + 1, 2);
    unsigned byte = 0;
    const auto [stop, failure] =
        std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
    if (failure != std::errc{} || digits.size() != 2 || stop != digits.data() + 2) {
      throw store_unavailable("a listing with a broken %-escape");
    }
    raw.push_back(static_cast<char>(byte));
    i += 2;
  }
  return raw;
}

std::uint64_t number(std::string_view text) {
  std::uint64_t value = 0;
  const auto [stop, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc{} || stop != text.data() + text.size()) {
    throw store_unavailable("a listing with a size that is no number");
  }
  return value;
}

}  // namespace

listing parse_listing(const std::string& xml) {
  const auto document = read_xml(xml, "ListBucketResult");
  const auto root = document.document_element();
  // Keys are encoded only if the response says so, whatever was asked for.
  const bool is_encoded = std::string_view(root.child_value("EncodingType")) == "url";
  const auto key = [is_encoded](const std::string& text) {
    return is_encoded ? url_decoded(text) : text;
  };

  listing page;
  for (const auto& element : root.children("Contents")) {
    page.objects.push_back({key(required_text(element, "Key")),
                            number(required_text(element, "Size")),
                            required_text(element, "LastModified")});
  }
  for (const auto& element : root.children("CommonPrefixes")) {
    page.prefixes.push_back(key(required_text(element, "Prefix")));
  }
  if (std::string_view(root.child_value("IsTruncated")) == "true") {
    page.next = required_text(root, "NextContinuationToken");
  }
  return page;
}

}  // namespace broker
