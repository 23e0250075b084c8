// URLs, taken apart, and their hosts.
#include "base/url.hpp"

#include "base/text.hpp"

namespace presign::detail {
namespace {

// Returns whether text is a number of at most as many digits as `most`, and not greater.
bool is_number(std::string_view text, std::string_view most) noexcept {
  return !text.empty() && all_of(text, is_digit) &&
         (text.size() < most.size() || (text.size() == most.size() && text <= most));
}

// Returns whether text is "d.d.d.d", each a number up to 255. Clients read leading zeros as octal.
bool is_ipv4_address(std::string_view text) noexcept {
  return std::count(text.begin(), text.end(), '.') == 3 &&
         each_piece_is(text, '.', [](std::string_view number) {
           return is_number(number, "255") && (number.size() == 1 || number.front() != '0');
         });
}

// Counts the groups of 1 to 4 hex digits in "x:x:x". An IPv4 address at the end counts as two.
// Returns 9 for text of any other form: more than an address can have.
std::ptrdiff_t count_groups(std::string_view text) noexcept {
  if (text.empty()) return 0;
  const auto last = text.substr(text.rfind(':') + 1);
  const bool has_ipv4 = is_ipv4_address(last);
  const bool are_groups = each_piece_is(text, ':', [&](std::string_view group) {
    return (!group.empty() && group.size() <= 4 && all_of(group, is_hex_digit)) ||
           (has_ipv4 && group.data() == last.data());
  });
  return are_groups ? std::count(text.begin(), text.end(), ':') + (has_ipv4 ? 2 : 1) : 9;
}

// There are eight groups. "::" may stand once, for one or more groups of zeros. RFC 4291,
// section 2.2.
bool is_ipv6_address(std::string_view text) noexcept {
  const auto gap = text.find("::");
  if (gap == text.npos) return count_groups(text) == 8;
  const auto head = text.substr(0, gap);
  return head.find('.') == head.npos && count_groups(head) + count_groups(text.substr(gap + 2)) < 8;
}

bool is_ipv6_literal(std::string_view name) noexcept {
  return name.size() > 2 && name.front() == '[' && name.back() == ']' &&
         is_ipv6_address(name.substr(1, name.size() - 2));
}

// WHATWG URL, "ends in a number": clients read such a host as an IPv4 address or reject it. The
// name is in lower case, and no label of it is empty, except after a dot at its end.
bool ends_in_number(std::string_view name) noexcept {
  if (name.back() == '.') name.remove_suffix(1);
  const auto label = name.substr(name.rfind('.') + 1);
  if (!is_digit(label.front())) return false;
  const bool is_hex = begins_with(label, "0x");
  return is_hex ? all_of(label.substr(2), is_hex_digit) : all_of(label, is_digit);
}

constexpr std::size_t max_name_size = 253;

// Writes a name, or an IPv6 literal, in lower case. Returns false if it is not a name. By the RFCs,
// host names have no underscores, but inside networks some do.
bool write_name(char* out, std::string_view name) noexcept {
  if (name.empty() || name.size() > max_name_size || name.front() == '.') return false;
  // No early exit and no branch, so that the loop vectorises; at most one term is 1.
  unsigned char all = 1;
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool is_upper = is_within(c, 'A', 'Z');
    all = static_cast<unsigned char>(all &
                                     (is_upper + is_within(c, 'a', 'z') + is_within(c, '0', '9') +
                                      is_within(c, '-', '.') + (c == '_')));
    out[i] = static_cast<char>(c + 0x20 * is_upper);
  }
  return all != 0 && name.find("..") == name.npos &&
         (!ends_in_number({out, name.size()}) || is_ipv4_address(name));
}

}  // namespace

std::string_view default_port(std::string_view scheme) noexcept {
  if (scheme == "https" || scheme == "wss") return ":443";
  return scheme == "http" || scheme == "ws" ? ":80" : "";
}

std::optional<error> append_host(text_writer& out, std::string_view scheme, std::string_view host) {
  const auto usual_port = default_port(scheme);
  if (usual_port.empty()) {
    return error_of(errc::invalid_endpoint, "the scheme must be https, http, wss or ws", scheme);
  }
  const auto name = without_port(host);
  const auto port = host.substr(name.size());  // ":443"
  std::array<char, max_name_size> lowered;
  const bool is_host = write_name(lowered.data(), name) || is_ipv6_literal(name);
  const bool is_port = port.empty() || (is_number(port.substr(1), "65535") && port[1] != '0');
  if (!is_host || !is_port) {
    return error_of(
        errc::invalid_endpoint,
        {"the host must be a name or an address with an optional port from 1 to 65535, got ",
         quoted_address(host)});
  }
  out.append(std::string_view(lowered.data(), name.size()));
  if (port != usual_port) out.append(port);
  return {};
}

std::optional<url_parts> split_url(std::string_view url) {
  const auto scheme_end = url.find("://");
  if (scheme_end == url.npos) return {};
  const auto rest = url.substr(scheme_end + 3);
  const auto authority = rest.substr(0, rest.find_first_of("/?#"));
  return url_parts{url.substr(0, scheme_end), authority, rest.substr(authority.size())};
}

result<url_parts> parse_url(std::string_view url) {
  auto parts = split_url(url);
  if (!parts)
    return error{errc::invalid_endpoint, "a URL must begin with a scheme such as https://"};
  string_writer host{parts->host};
  if (auto failure = append_host(host, parts->scheme, parts->authority)) return *std::move(failure);
  host.finish();
  return *std::move(parts);
}

// The colons of an IPv6 address are inside its brackets.
std::string_view without_port(std::string_view host) noexcept {
  const auto bracket = host.find(']');
  return host.substr(0, host.find(':', bracket == host.npos ? 0 : bracket));
}

bool is_ip_address(std::string_view host) noexcept {
  return is_ipv6_literal(host) || is_ipv4_address(host);
}

}  // namespace presign::detail
