// The texts that two sides signed, compared.
#include "explain/findings.hpp"

#include "base/text.hpp"
#include "base/url.hpp"
#include "sigv4/service_rules.hpp"

#include <presign/signer.hpp>
#include <presign/sigv4.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace presign::detail {
namespace {

using texts = std::vector<std::string_view>;

// ── Lines ───────────────────────────────────────────────────────────────────────────────────────

// Method, path, query, a line for each header, an empty one, signed headers, payload hash.
bool is_canonical_request(const texts& lines) {
  return lines.size() >= 6 && lines[lines.size() - 3].empty();
}

texts headers_of(const texts& lines) { return {lines.begin() + 3, lines.end() - 3}; }

std::string_view name_of(std::string_view text, char separator) {
  return text.substr(0, text.find(separator));
}

std::string_view value_of(std::string_view text, char separator) {
  const auto at = text.find(separator);
  return at == text.npos ? std::string_view() : text.substr(at + 1);
}

const std::string_view* find_named(const texts& lines, std::string_view name, char separator) {
  const auto line = std::find_if(lines.begin(), lines.end(),
                                 [=](auto each) { return name_of(each, separator) == name; });
  return line == lines.end() ? nullptr : &*line;
}

// ── The first difference ────────────────────────────────────────────────────────────────────────

std::string shown_line(std::string_view line) {
  const auto name = name_of(line, ':');
  const bool is_secret = is_token_header(name) || name == "authorization" || name == "cookie" ||
                         ends_with(name, "customer-key");
  return is_secret && name.size() < line.size() ? std::string(name).append(":REDACTED")
                                                : shown(line);
}

std::optional<difference> first_difference(const texts& ours, const texts& theirs) {
  const auto line = [](const texts& lines, std::size_t i) {
    return i < lines.size() ? lines[i] : std::string_view();
  };
  std::size_t i = 0;
  for (const auto count = std::max(ours.size(), theirs.size()); line(ours, i) == line(theirs, i);) {
    if (++i >= count) return {};
  }
  difference result{difference::canonical_request, i + 1, 1, shown_line(line(ours, i)),
                    shown_line(line(theirs, i))};
  // A difference within a secret is not shown: its place is the beginning of the secret.
  const auto [a, b] = std::mismatch(result.ours.begin(), result.ours.end(), result.theirs.begin(),
                                    result.theirs.end());
  result.byte += a == result.ours.end() && b == result.theirs.end()
                     ? std::min(result.ours.find("REDACTED"), result.ours.size())
                     : static_cast<std::size_t>(a - result.ours.begin());
  return result;
}

// ── Part by part ────────────────────────────────────────────────────────────────────────────────

class comparer {
 public:
  void compare_canonical_requests(const texts& ours, const texts& theirs) {
    if (ours[0] != theirs[0]) {
      add(cause::method, "the URL is for " + quoted(ours[0]) +
                             ", and the request that arrived was " + quoted(theirs[0]));
    }
    if (ours[1] != theirs[1]) compare_paths(ours[1], theirs[1]);
    if (ours[2] != theirs[2]) compare_queries(ours[2], theirs[2]);
    compare_headers(headers_of(ours), headers_of(theirs));
    compare_texts(cause::signed_headers, "list of signed headers",
                  quoted_part(ours[ours.size() - 2]), quoted_part(theirs[theirs.size() - 2]));
    compare_texts(cause::payload_hash, "payload hash", quoted(ours.back()), quoted(theirs.back()));
  }

  // Algorithm, signing time, credential scope, hash of the canonical request.
  void compare_strings_to_sign(const texts& ours, const texts& theirs) {
    compare_texts(cause::algorithm, "signing algorithm", quoted(ours[0]), quoted(theirs[0]));
    compare_texts(cause::date, "signing time", quoted(ours[1]), quoted(theirs[1]));
    compare_scopes(ours[2], theirs[2]);
    if (ours[3] != theirs[3]) {
      add(cause::unexplained, "the server computed another canonical request than the URL gives");
    }
  }

  std::vector<finding> take() { return std::move(findings_); }

 private:
  // Adds no more than a person reads.
  void add(cause cause, std::string seen) {
    auto finding = make_finding(cause, certainty::certain, std::move(seen));
    const bool is_known =
        std::any_of(findings_.begin(), findings_.end(), [&finding](const auto& each) {
          return each.cause == finding.cause && each.sentence == finding.sentence;
        });
    if (findings_.size() < 16 && !is_known) findings_.push_back(std::move(finding));
  }

  void compare_texts(cause cause, std::string_view name, const std::string& ours,
                     const std::string& theirs) {
    if (ours == theirs) return;
    add(cause,
        "the " + std::string(name) + " of the URL is " + ours + ", and the server's is " + theirs);
  }

  // Returns false if the texts differ otherwise than by what encodes or decodes too often.
  bool compare_encoding(const std::string& what, std::string_view ours, std::string_view theirs) {
    if (replaced(ours, "%25", "%") == replaced(theirs, "%25", "%")) {
      add(cause::encoded_twice,
          what + (ours.size() < theirs.size() ? " arrived percent-encoded once more than in the URL"
                                              : " arrived decoded once more than in the URL"));
    } else if (replaced(ours, "%2B", "%20") == replaced(theirs, "%2B", "%20")) {
      add(cause::plus_for_space, what + " has a '+' on one side and a space on the other");
    } else {
      return false;
    }
    return true;
  }

  void compare_paths(std::string_view ours, std::string_view theirs) {
    if (compare_encoding("the path", ours, theirs)) return;
    service_rules normalizing;
    normalizing.encode_path_twice = false;
    if (sigv4::canonical_path(decoded(ours), normalizing) == theirs) {
      add(cause::path_normalized,
          "the path arrived without its \".\" or \"..\" segments or "
          "doubled slashes");
    } else if (ends_with(theirs, ours)) {
      const auto added = theirs.substr(0, theirs.size() - ours.size());
      add(cause::path_prefix,
          "the path arrived with " + quoted(shown(added)) + " before the URL's");
    } else if (ends_with(ours, theirs)) {
      const auto removed = ours.substr(0, ours.size() - theirs.size());
      add(cause::path_prefix,
          "the path arrived without the " + quoted(shown(removed)) + " of the URL's");
    } else {
      add(cause::path, "the path that arrived is not the URL's");
    }
  }

  void compare_queries(std::string_view ours, std::string_view theirs) {
    auto sorted_ours = split(ours, '&');
    auto sorted_theirs = split(theirs, '&');
    std::sort(sorted_ours.begin(), sorted_ours.end());
    std::sort(sorted_theirs.begin(), sorted_theirs.end());
    texts only_ours;
    texts only_theirs;
    std::set_difference(sorted_ours.begin(), sorted_ours.end(), sorted_theirs.begin(),
                        sorted_theirs.end(), std::back_inserter(only_ours));
    std::set_difference(sorted_theirs.begin(), sorted_theirs.end(), sorted_ours.begin(),
                        sorted_ours.end(), std::back_inserter(only_theirs));
    if (only_ours.empty() && only_theirs.empty()) {
      add(cause::parameter_order, "the server takes the query's parameters in another order");
    }
    for (const auto parameter : only_ours) {
      const auto name = name_of(parameter, '=');
      if (const auto* other = find_named(only_theirs, name, '=')) {
        compare_parameters(name, value_of(parameter, '='), value_of(*other, '='));
      } else if (is_token_parameter(name)) {
        add(cause::token_not_signed,
            "the URL's session token did not arrive, or the server does "
            "not sign it");
      } else {
        add(cause::parameter_missing, parameter_text(name) + " of the URL did not arrive");
      }
    }
    for (const auto parameter : only_theirs) {
      const auto name = name_of(parameter, '=');
      if (find_named(only_ours, name, '=')) continue;
      if (is_token_parameter(name)) {
        add(cause::token_not_signed, "a session token arrived that is not in the URL");
      } else {
        add(cause::parameter_added, parameter_text(name) + " arrived, and is not in the URL");
      }
    }
  }

  static std::string parameter_text(std::string_view name) {
    return "the query parameter " + quoted(redact(decoded(name)));
  }

  void compare_parameters(std::string_view name, std::string_view ours, std::string_view theirs) {
    if (compare_encoding(parameter_text(name), ours, theirs)) return;
    if (name == "X-Amz-Credential") {
      const auto our_value = decoded(ours);
      const auto their_value = decoded(theirs);
      compare_texts(cause::access_key, "access key id", quoted(name_of(our_value, '/')),
                    quoted(name_of(their_value, '/')));
      compare_scopes(value_of(our_value, '/'), value_of(their_value, '/'));
    } else if (name == "X-Amz-Date") {
      compare_texts(cause::date, "signing time", quoted(ours), quoted(theirs));
    } else {
      add(is_token_parameter(name) ? cause::token_invalid : cause::parameter_changed,
          parameter_text(name) + " arrived with another value than the URL has");
    }
  }

  // "20130524/us-east-1/s3/aws4_request"; the scope of SigV4A has no region.
  void compare_scopes(std::string_view ours, std::string_view theirs) {
    const auto our_parts = split(ours, '/');
    const auto their_parts = split(theirs, '/');
    if (our_parts.size() != 4 || their_parts.size() != 4) {
      return compare_texts(cause::parameter_changed, "credential scope", quoted(ours),
                           quoted(theirs));
    }
    constexpr std::pair<cause, std::string_view> parts[] = {{cause::date, "scope's date"},
                                                            {cause::region, "region"},
                                                            {cause::service, "service"},
                                                            {cause::algorithm, "scope's end"}};
    for (std::size_t i = 0; i < 4; ++i) {
      compare_texts(parts[i].first, parts[i].second, quoted(our_parts[i]), quoted(their_parts[i]));
    }
  }

  void compare_headers(const texts& ours, const texts& theirs) {
    for (const auto line : ours) {
      const auto name = name_of(line, ':');
      const auto value = value_of(line, ':');
      const auto* other = find_named(theirs, name, ':');
      const auto arrived = other ? value_of(*other, ':') : std::string_view();
      if (arrived.empty()) {
        add(cause::header_not_sent, "the header " + quoted(name) + " is signed and did not arrive");
      } else if (value != arrived && name == "host") {
        add(without_port(value) == without_port(arrived) ? cause::port : cause::host,
            "the URL is for the host " + quoted(value) + ", and the Host header that arrived is " +
                quoted(arrived));
      } else if (value != arrived) {
        add(cause::header_changed,
            "the header " + quoted(name) + " arrived with another value than was signed");
      }
    }
  }

  std::vector<finding> findings_;
};

// Takes the server's word for headers of ours whose value is unknown.
void take_unknown_values(texts& ours, const texts& theirs) {
  for (std::size_t i = 3; i < ours.size() && !ours[i].empty(); ++i) {
    if (ours[i].back() != ':') continue;
    if (const auto* line = find_named(theirs, name_of(ours[i], ':'), ':')) ours[i] = *line;
  }
}

}  // namespace

canonical_diff compare(const canonical_texts& ours, const canonical_texts& theirs) {
  canonical_diff diff;
  auto our_request = split(ours.canonical_request, '\n');
  const auto their_request = split(theirs.canonical_request, '\n');
  auto our_string = split(ours.string_to_sign, '\n');
  const auto their_string = split(theirs.string_to_sign, '\n');
  const bool has_request = !theirs.canonical_request.empty();
  const bool has_string = !theirs.string_to_sign.empty();
  if ((has_request && !is_canonical_request(their_request)) ||
      (has_string && their_string.size() != our_string.size())) {
    diff.findings.push_back(make_finding(cause::garbled_response, certainty::certain,
                                         "the texts in the response are damaged"));
    return diff;
  }

  comparer comparer;
  if (has_request) {
    take_unknown_values(our_request, their_request);
    diff.first_difference = first_difference(our_request, their_request);
    comparer.compare_canonical_requests(our_request, their_request);
    our_string.back() = their_string.back();  // the hash of the canonical request says no more
  }
  if (has_string) {
    comparer.compare_strings_to_sign(our_string, their_string);
    if (!diff.first_difference) {
      diff.first_difference = first_difference(our_string, their_string);
      if (diff.first_difference) diff.first_difference->text = difference::string_to_sign;
    }
  }
  diff.findings = comparer.take();
  return diff;
}

}  // namespace presign::detail
