// The texts that two sides signed, compared.
#include "explain/findings.hpp"

#include "base/text.hpp"
#include "sigv4/signing_names.hpp"

#include <algorithm>
#include <iterator>
#include <utility>

namespace presign::detail {
namespace {

using texts = std::vector<std::string_view>;  // the lines of a text, or parameters of a query

// Returns the line of a header, whose name ends with ':'; or nothing.
std::string_view line_of(std::string_view name, const texts& lines) {
  const auto is_it = [name](auto line) { return begins_with(line, name); };
  const auto* const line = find_in(lines, is_it);
  return line ? *line : std::string_view();
}

// Takes the server's word for headers of ours whose value is unknown.
void take_unknown_values(texts& ours, const texts& theirs) {
  for (std::size_t i = 3; i < ours.size() && !ours[i].empty(); ++i) {
    if (ours[i].back() != ':') continue;
    const auto line = line_of(ours[i], theirs);
    if (!line.empty()) ours[i] = line;
  }
}

// The last line is a hash: of the payload, or of the canonical request.
std::string shown_line(std::string_view line, bool is_last) {
  if (is_last && line.size() == 64 && is_hex(line)) return std::string(line);
  const auto name = line.substr(0, line.find(':'));
  const bool is_secret = is_session_token(name) || name == "authorization" || name == "cookie" ||
                         ends_with(name, "customer-key");
  return is_secret && name.size() < line.size() ? joined({name, ":REDACTED"}) : redact(line);
}

std::optional<difference> first_difference(decltype(difference::text) text, const texts& ours,
                                           const texts& theirs) {
  if (ours == theirs) return {};
  std::size_t i = 0;
  while (i < std::min(ours.size(), theirs.size()) && ours[i] == theirs[i]) ++i;
  const auto shown = [i, count = std::max(ours.size(), theirs.size())](const texts& lines) {
    return i < lines.size() ? shown_line(lines[i], i + 1 == count) : "";
  };
  difference result{text, i + 1, 1, shown(ours), shown(theirs)};
  // A difference within a secret is not shown: its place is the beginning of the secret.
  const auto [a, b] = std::mismatch(result.ours.begin(), result.ours.end(), result.theirs.begin(),
                                    result.theirs.end());
  result.byte += a == result.ours.end() && b == result.theirs.end()
                     ? std::min(result.ours.find("REDACTED"), result.ours.size())
                     : static_cast<std::size_t>(a - result.ours.begin());
  return result;
}

// Returns the parameters of a query that another query does not have, sorted.
texts only_in(std::string_view query, std::string_view other) {
  auto parameters = split(query, '&');
  auto others = split(other, '&');
  std::sort(parameters.begin(), parameters.end());
  std::sort(others.begin(), others.end());
  texts rest;
  std::set_difference(parameters.begin(), parameters.end(), others.begin(), others.end(),
                      std::back_inserter(rest));
  return rest;
}

// Returns the first of sorted parameters that has the same name; or nothing.
std::string_view namesake_in(const texts& sorted, std::string_view parameter) {
  const auto name = name_of(parameter);
  const auto begin = parameter.substr(0, name.size() + 1);
  const auto same = std::lower_bound(sorted.begin(), sorted.end(), begin);
  return same != sorted.end() && name_of(*same) == name ? *same : std::string_view();
}

std::string parameter_text(std::string_view name) {
  return joined({"the query parameter ", quoted_safely(decoded(name))});
}

struct comparer {
  canonical_diff diff = {};

  // Method, path, query, a line for each header, an empty one, signed headers, payload hash.
  void compare_canonical_requests(const texts& ours, const texts& theirs) {
    compare_texts(cause::method, "method", ours[0], theirs[0]);
    if (ours[1] != theirs[1]) compare_paths(ours[1], theirs[1]);
    if (ours[2] != theirs[2]) compare_queries(ours[2], theirs[2]);
    compare_headers({ours.begin() + 3, ours.end() - 3}, {theirs.begin() + 3, theirs.end() - 3});
    compare_texts(cause::signed_headers, "list of signed headers", ours[ours.size() - 2],
                  theirs[theirs.size() - 2], quoted_part);
    compare_texts(cause::payload_hash, "payload hash", ours.back(), theirs.back(), quoted_text);
  }

  // Algorithm, signing time, credential scope, hash of the canonical request.
  void compare_strings_to_sign(const texts& ours, const texts& theirs) {
    compare_texts(cause::algorithm, "signing algorithm", ours[0], theirs[0]);
    compare_texts(cause::date, "signing time", ours[1], theirs[1]);
    compare_credentials(joined({"/", ours[2]}), joined({"/", theirs[2]}));
    if (ours[3] != theirs[3]) {
      add(cause::unexplained, {"the server's canonical request is not the URL's"});
    }
  }

  // Adds a finding unless it is known, or there are 16: more than a person reads.
  void add(cause cause, pieces seen, certainty certainty = certain) {
    auto finding = make_finding(cause, certainty, seen);
    const auto is_same = [&finding](const auto& each) {
      return each.cause == finding.cause && each.sentence == finding.sentence;
    };
    auto& findings = diff.findings;
    if (findings.size() < 16 && !find_in(findings, is_same)) findings.push_back(std::move(finding));
  }

  void compare_texts(cause cause, std::string_view name, std::string_view ours,
                     std::string_view theirs,
                     std::string (*quote)(std::string_view) = quoted_safely) {
    if (ours == theirs) return;
    add(cause,
        {"the ", name, " of the URL is ", quote(ours), ", and the server took ", quote(theirs)});
  }

  // Reports text that is encoded or decoded once too often, or has '+' for a space. Returns false
  // for any other difference.
  bool compare_encoding(std::string_view part, std::string_view ours, std::string_view theirs) {
    if (replaced(ours, "%25", "%") == replaced(theirs, "%25", "%")) {
      const auto* const change = ours.size() < theirs.size() ? "percent-encoded" : "decoded";
      add(cause::encoded_twice, {part, " arrived ", change, " once more than in the URL"});
      return true;
    }
    if (replaced(ours, "%2B", "%20") != replaced(theirs, "%2B", "%20")) return false;
    add(cause::plus_for_space, {part, " has a '+' on one side and a space on the other"});
    return true;
  }

  void compare_paths(std::string_view ours, std::string_view theirs) {
    if (compare_encoding("the path", ours, theirs)) return;
    service_rules normalizing;
    normalizing.encode_path_twice = false;
    const bool is_normalized = sigv4::canonical_path(decoded(ours), normalizing) == theirs;
    const auto without = [](std::string_view path, std::string_view end) {
      return quoted_safely(path.substr(0, path.size() - end.size()));
    };
    if (is_normalized) {
      add(cause::path_normalized,
          {"the path arrived without its \".\" or \"..\" segments or doubled slashes"});
    } else if (ends_with(theirs, ours)) {
      add(cause::path_prefix,
          {"the path arrived with ", without(theirs, ours), " before the URL's"});
    } else if (ends_with(ours, theirs)) {
      add(cause::path_prefix,
          {"the path arrived without the URL's beginning ", without(ours, theirs)});
    } else {
      add(cause::path, {"the path that arrived is not the URL's"});
    }
  }

  void compare_queries(std::string_view ours, std::string_view theirs) {
    const auto only_ours = only_in(ours, theirs);
    const auto only_theirs = only_in(theirs, ours);
    if (only_ours.empty() && only_theirs.empty()) {
      add(cause::parameter_order, {"the server takes the query's parameters in another order"});
    }
    const auto add_alone = [this](std::string_view name, cause cause, std::string_view seen) {
      add(is_session_token(name) ? cause::token_not_signed : cause, {parameter_text(name), seen});
    };
    for (const auto each : only_ours) {
      const auto other = namesake_in(only_theirs, each);
      if (!other.empty()) {
        compare_parameters(each, other);
      } else {
        add_alone(name_of(each), cause::parameter_missing,
                  " of the URL did not arrive, or the server does not sign it");
      }
    }
    for (const auto each : only_theirs) {
      if (!namesake_in(only_ours, each).empty()) continue;
      add_alone(name_of(each), cause::parameter_added, " arrived, and is not in the URL");
    }
  }

  void compare_parameters(std::string_view ours, std::string_view theirs) {
    const auto name = take_until('=', ours);
    take_until('=', theirs);
    if (compare_encoding(parameter_text(name), ours, theirs)) return;
    if (name == "X-Amz-Credential") {
      compare_credentials(decoded(ours), decoded(theirs));
    } else if (name == "X-Amz-Date") {
      compare_texts(cause::date, "signing time", ours, theirs);
    } else {
      add(is_session_token(name) ? cause::token_invalid : cause::parameter_changed,
          {parameter_text(name), " arrived with another value"});
    }
  }

  // "AKIAIOSFODNN7EXAMPLE/20130524/us-east-1/s3/aws4_request"; the scope of SigV4A has no region.
  void compare_credentials(std::string_view ours, std::string_view theirs) {
    const auto our_id = take_until('/', ours);
    compare_texts(cause::access_key, "access key id", our_id, take_until('/', theirs));
    const auto our_parts = split(ours, '/');
    const auto their_parts = split(theirs, '/');
    if (our_parts.size() != 4 || their_parts.size() != 4) {
      return compare_texts(cause::parameter_changed, "credential scope", ours, theirs);
    }
    constexpr cause causes[] = {cause::date, cause::region, cause::service, cause::algorithm};
    constexpr const char* names[] = {"scope's date", "region", "service", "scope's end"};
    for (std::size_t i = 0; i < 4; ++i) {
      compare_texts(causes[i], names[i], our_parts[i], their_parts[i]);
    }
  }

  void compare_hosts(std::string_view ours, std::string_view theirs) {
    const auto seen = joined({"the URL is for the host ", quoted_safely(ours),
                              ", and the Host header that arrived is ", quoted_safely(theirs)});
    if (equal_ignoring_case(ours, theirs)) {
      add(cause::host, {seen, ", which is the same, unless the server signs it as it arrived"},
          possible);
    } else if (without_port(ours) == without_port(theirs)) {
      add(cause::port, {seen});
    } else if (contains(ours, ".amazonaws.") && contains(theirs, ".amazonaws.")) {
      add(cause::wrong_endpoint, {seen, ", as if a redirect was followed"}, likely);
    } else {
      add(cause::host, {seen});
    }
  }

  void compare_headers(const texts& ours, const texts& theirs) {
    for (auto value : ours) {
      auto arrived = line_of(value.substr(0, value.find(':') + 1), theirs);
      const auto name = take_until(':', value);
      take_until(':', arrived);
      if (arrived.empty()) {
        add(cause::header_not_sent,
            {"the header ", quoted_safely(name), " is signed and did not arrive"});
      } else if (value != arrived && name == "host") {
        compare_hosts(value, arrived);
      } else if (value != arrived) {
        add(cause::header_changed,
            {"the header ", quoted_safely(name), " arrived with another value"});
      }
    }
  }
};

}  // namespace

canonical_diff compare(std::string_view canonical_request, std::string_view string_to_sign,
                       const error_response& response) {
  comparer comparer;
  auto our_request = split(canonical_request, '\n');
  auto our_string = split(string_to_sign, '\n');
  const auto their_request = split(response.canonical_request, '\n');
  const auto their_string = split(response.string_to_sign, '\n');
  const bool has_request = !response.canonical_request.empty();
  const bool has_string = !response.string_to_sign.empty();
  const auto size = their_request.size();
  const bool is_request = size >= 6 && their_request[size - 3].empty();
  if ((has_request && !is_request) || (has_string && their_string.size() != our_string.size())) {
    comparer.add(cause::garbled_response, {"the texts in the response are damaged"});
    return std::move(comparer.diff);
  }
  if (!contains(decoded(our_request[1]), response.key)) {
    // Swift writes each byte of UTF-8 as a character of its own.
    const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
    comparer.add(cause::path,
                 {"the response is about the key ", quoted_safely(response.key),
                  ", so it belongs to another URL, or the path changed on the way"},
                 all_of(response.key, is_ascii) ? certain : possible);
  }
  auto& first = comparer.diff.first_difference;
  if (has_request) {
    take_unknown_values(our_request, their_request);
    first = first_difference(difference::canonical_request, our_request, their_request);
    comparer.compare_canonical_requests(our_request, their_request);
    our_string.back() = their_string.back();  // the canonical request says more than its hash
  }
  if (has_string) {
    comparer.compare_strings_to_sign(our_string, their_string);
    if (!first) first = first_difference(difference::string_to_sign, our_string, their_string);
  }
  return std::move(comparer.diff);
}

}  // namespace presign::detail
