// Where two signers part: the texts that they signed, compared.
#include "explain/canonical_diff.hpp"

#include "base/host.hpp"
#include "base/text.hpp"
#include "sigv4/service_rules.hpp"
#include "sigv4/uri_encode.hpp"

#include <presign/signer.hpp>
#include <presign/sigv4.hpp>

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

namespace presign::detail {
namespace {

using texts = std::vector<std::string_view>;

std::string decoded(std::string_view encoded) {
  std::string raw;
  return append_decoded(raw, encoded) ? raw : std::string(encoded);
}

// ── Lines ───────────────────────────────────────────────────────────────────────────────────────

// A canonical request: method, path, query, a line for each header, an empty one, the list of
// signed headers, payload hash.
struct canonical_lines {
  texts all;

  bool are_whole() const { return all.size() >= 6 && all[all.size() - 3].empty(); }
  std::string_view method() const { return all[0]; }
  std::string_view path() const { return all[1]; }
  std::string_view query() const { return all[2]; }
  std::string_view signed_headers() const { return all[all.size() - 2]; }
  std::string_view payload_hash() const { return all.back(); }
  texts headers() const { return {all.begin() + 3, all.end() - 3}; }
};

std::string_view name_of(std::string_view text, char separator) {
  return text.substr(0, text.find(separator));
}

std::string_view value_of(std::string_view text, char separator) {
  const auto at = text.find(separator);
  return at == text.npos ? std::string_view() : text.substr(at + 1);
}

const std::string_view* find_named(const texts& lines, std::string_view name, char separator) {
  const auto found = std::find_if(lines.begin(), lines.end(),
                                  [=](auto one) { return name_of(one, separator) == name; });
  return found == lines.end() ? nullptr : &*found;
}

// ── What is shown ───────────────────────────────────────────────────────────────────────────────

bool is_secret_header(std::string_view name) {
  return is_token_header(name) || name == "authorization" || name == "cookie" ||
         ends_with(name, "customer-key");
}

std::string shown_line(std::string_view line) {
  const auto name = name_of(line, ':');
  if (name.size() < line.size() && is_secret_header(name)) {
    return std::string(name).append(":REDACTED");
  }
  return shown(line);
}

// Where two lines part. Where that is within a secret, and so not to be seen, at its beginning.
difference at_line(std::size_t number, std::string_view ours, std::string_view theirs) {
  difference found{difference::canonical_request, number + 1, 1, shown_line(ours),
                   shown_line(theirs)};
  const auto parting =
      std::mismatch(found.ours.begin(), found.ours.end(), found.theirs.begin(), found.theirs.end());
  const auto secret = found.ours.find("REDACTED");
  found.byte += parting.first == found.ours.end() && parting.second == found.theirs.end()
                    ? std::min(secret, found.ours.size())
                    : static_cast<std::size_t>(parting.first - found.ours.begin());
  return found;
}

std::optional<difference> first_difference(const texts& ours, const texts& theirs) {
  const auto most = std::max(ours.size(), theirs.size());
  const auto line = [](const texts& lines, std::size_t i) {
    return i < lines.size() ? lines[i] : std::string_view();
  };
  for (std::size_t i = 0; i < most; ++i) {
    if (line(ours, i) != line(theirs, i)) return at_line(i, line(ours, i), line(theirs, i));
  }
  return {};
}

// ── Part by part ────────────────────────────────────────────────────────────────────────────────

class comparer {
 public:
  void canonical_requests(const canonical_lines& ours, const canonical_lines& theirs) {
    if (ours.method() != theirs.method()) {
      add(cause::method, "the URL is for " + quoted(ours.method()) +
                             ", the request that arrived was " + quoted(theirs.method()));
    }
    if (ours.path() != theirs.path()) path(ours.path(), theirs.path());
    if (ours.query() != theirs.query()) query(ours.query(), theirs.query());
    headers(ours.headers(), theirs.headers());
    if (ours.signed_headers() != theirs.signed_headers()) {
      add(cause::signed_headers,
          "the URL says that the headers " + quoted_part(ours.signed_headers()) +
              " are signed, the server took " + quoted_part(theirs.signed_headers()));
    }
    if (ours.payload_hash() != theirs.payload_hash()) {
      add(cause::payload_hash, "the payload hash of the URL is " + quoted(ours.payload_hash()) +
                                   ", the server's is " + quoted(theirs.payload_hash()));
    }
  }

  // Algorithm, signing time, credential scope, hash of the canonical request.
  void strings_to_sign(const texts& ours, const texts& theirs) {
    if (ours[0] != theirs[0]) differ(cause::algorithm, "signing algorithm", ours[0], theirs[0]);
    if (ours[1] != theirs[1]) differ(cause::date, "signing time", ours[1], theirs[1]);
    scope(ours[2], theirs[2]);
    if (ours[3] != theirs[3]) {
      add(cause::unexplained,
          "the server made another canonical request of what it received than the URL gives; its "
          "answer does not show which");
    }
  }

  std::vector<finding> take() { return std::move(findings_); }

 private:
  // No more than a person reads, however much there is.
  void add(cause what, std::string sentence) {
    if (findings_.size() == 16) return;
    const bool is_known = std::any_of(findings_.begin(), findings_.end(), [&](const auto& one) {
      return one.cause == what && one.sentence == sentence;
    });
    if (!is_known) findings_.push_back({what, certainty::certain, std::move(sentence)});
  }

  void differ(cause what, std::string_view name, std::string_view ours, std::string_view theirs) {
    add(what, "the " + std::string(name) + " of the URL is " + quoted(ours) + ", the server's is " +
                  quoted(theirs));
  }

  // What becomes of texts that are encoded or decoded once too often. Nothing where they differ
  // otherwise.
  bool encoding(const std::string& what, std::string_view ours, std::string_view theirs) {
    if (replaced(ours, "%25", "%") == replaced(theirs, "%25", "%")) {
      add(cause::encoded_twice,
          what + (ours.size() < theirs.size()
                      ? " arrived percent-encoded once more than in the URL: whatever sent it "
                        "encodes what is encoded already"
                      : " is percent-encoded twice in the URL, and was decoded once before the "
                        "server saw it"));
    } else if (replaced(ours, "%2B", "%20") == replaced(theirs, "%2B", "%20")) {
      add(cause::plus_for_space,
          what +
              " has a '+' on one side where the other has a space: a '+' that means itself must "
              "be sent as %2B, a space as %20");
    } else {
      return false;
    }
    return true;
  }

  void path(std::string_view ours, std::string_view theirs) {
    if (encoding("the path", ours, theirs)) return;
    service_rules normalizing;
    normalizing.encode_path_twice = false;
    if (sigv4::canonical_path(decoded(ours), normalizing) == theirs) {
      add(cause::path_normalized,
          "the path lost \".\" or \"..\" segments or doubled slashes on its way: browsers and "
          "proxies take them out, curl sends them with --path-as-is");
    } else if (ends_with(theirs, ours)) {
      add(cause::path_prefix, "the path arrived with " +
                                  quoted(shown(theirs.substr(0, theirs.size() - ours.size()))) +
                                  " in front of the URL's");
    } else if (ends_with(ours, theirs)) {
      add(cause::path_prefix, "the path arrived without the " +
                                  quoted(shown(ours.substr(0, ours.size() - theirs.size()))) +
                                  " that the URL's begins with");
    } else {
      add(cause::path, "the path that arrived is not the URL's");
    }
  }

  void query(std::string_view ours, std::string_view theirs) {
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
      add(cause::parameter_order,
          "the server signs the query's parameters in another order than SigV4's");
    }
    for (const auto one : only_ours) {
      const auto name = name_of(one, '=');
      if (const auto* other = find_named(only_theirs, name, '=')) {
        parameter(name, value_of(one, '='), value_of(*other, '='));
      } else if (is_token_parameter(name)) {
        add(cause::token_not_signed,
            "the URL's session token is signed in neither way by the server: it did not arrive, or "
            "the server leaves it out of what is signed");
      } else {
        add(cause::parameter_missing,
            "the query parameter " + quoted(redact(decoded(name))) + " of the URL did not arrive");
      }
    }
    for (const auto one : only_theirs) {
      const auto name = name_of(one, '=');
      if (find_named(only_ours, name, '=')) continue;
      if (is_token_parameter(name)) {
        add(cause::token_not_signed, "the server signs a session token that the URL does not have");
      } else {
        add(cause::parameter_added, "the query parameter " + quoted(redact(decoded(name))) +
                                        " arrived, and is not in the URL");
      }
    }
  }

  void parameter(std::string_view name, std::string_view ours, std::string_view theirs) {
    const auto what = "the query parameter " + quoted(redact(decoded(name)));
    if (encoding(what, ours, theirs)) return;
    if (name == "X-Amz-Credential") return credential(decoded(ours), decoded(theirs));
    if (name == "X-Amz-Date") return differ(cause::date, "signing time", ours, theirs);
    add(is_token_parameter(name) ? cause::token_invalid : cause::parameter_changed,
        what + " arrived with another value than the URL has");
  }

  void credential(std::string_view ours, std::string_view theirs) {
    const auto our_id = name_of(ours, '/');
    const auto their_id = name_of(theirs, '/');
    if (our_id != their_id) differ(cause::access_key, "access key id", our_id, their_id);
    scope(value_of(ours, '/'), value_of(theirs, '/'));
  }

  // "20130524/us-east-1/s3/aws4_request"; SigV4A's has no region.
  void scope(std::string_view ours, std::string_view theirs) {
    if (ours == theirs) return;
    const auto our_parts = split(ours, '/');
    const auto their_parts = split(theirs, '/');
    if (our_parts.size() != 4 || their_parts.size() != 4) {
      return differ(cause::parameter_changed, "credential scope", ours, theirs);
    }
    constexpr std::pair<cause, std::string_view> parts[] = {{cause::date, "scope's date"},
                                                            {cause::region, "region"},
                                                            {cause::service, "service"},
                                                            {cause::algorithm, "scope's end"}};
    for (std::size_t i = 0; i < 4; ++i) {
      if (our_parts[i] == their_parts[i]) continue;
      differ(parts[i].first, parts[i].second, our_parts[i], their_parts[i]);
    }
  }

  void headers(const texts& ours, const texts& theirs) {
    for (const auto line : ours) {
      const auto name = name_of(line, ':');
      const auto value = value_of(line, ':');
      const auto* other = find_named(theirs, name, ':');
      if (!other || value_of(*other, ':').empty()) {
        add(cause::header_not_sent,
            "the header " + quoted(name) +
                " is signed, and did not arrive: who uses the URL must send "
                "it, with the value that was signed");
      } else if (value == value_of(*other, ':')) {
        continue;
      } else if (name == "host") {
        host(value, value_of(*other, ':'));
      } else {
        add(cause::header_changed,
            "the header " + quoted(name) + " arrived with another value than the one signed");
      }
    }
  }

  void host(std::string_view ours, std::string_view theirs) {
    const bool is_port = without_port(ours) == without_port(theirs);
    add(is_port ? cause::port : cause::host,
        "the URL is for the host " + quoted(ours) + ", the server was asked as " + quoted(theirs) +
            ": a proxy, or whatever sent the request, changes the Host header");
  }

  std::vector<finding> findings_;
};

// A header of ours without a value is one that nobody told us: take the server's word for it.
void take_unknown_values(texts& ours, const texts& theirs) {
  for (std::size_t i = 3; i < ours.size() && !ours[i].empty(); ++i) {
    if (ours[i].back() != ':') continue;
    if (const auto* line = find_named(theirs, name_of(ours[i], ':'), ':')) ours[i] = *line;
  }
}

}  // namespace

// A path is encoded twice at most, and may have been so before.
std::string shown(std::string_view text) {
  auto safe = redact(text);
  std::string raw = safe;
  for (int i = 0; i < 3; ++i) {
    raw = decoded(raw);
    auto safe_raw = redact(raw);
    if (safe_raw != raw) return safe_raw;
  }
  return safe;
}

comparison compare(const signed_texts& ours, const signed_texts& theirs) {
  comparison made;
  canonical_lines our_lines{split(ours.canonical_request, '\n')};
  const canonical_lines their_lines{split(theirs.canonical_request, '\n')};
  auto our_string = split(ours.string_to_sign, '\n');
  const auto their_string = split(theirs.string_to_sign, '\n');
  const bool has_request = !theirs.canonical_request.empty();
  const bool has_string = !theirs.string_to_sign.empty();
  if ((has_request && !their_lines.are_whole()) ||
      (has_string && their_string.size() != our_string.size())) {
    made.findings.push_back({cause::garbled_response, certainty::certain,
                             "the texts in the answer are damaged: save it as it comes, not as a "
                             "browser shows it"});
    return made;
  }

  comparer comparer;
  if (has_request) {
    take_unknown_values(our_lines.all, their_lines.all);
    made.first_difference = first_difference(our_lines.all, their_lines.all);
    comparer.canonical_requests(our_lines, their_lines);
    // The hash of it says no more.
    our_string.back() = their_string.back();
  }
  if (has_string) {
    comparer.strings_to_sign(our_string, their_string);
    if (!made.first_difference) {
      made.first_difference = first_difference(our_string, their_string);
      if (made.first_difference) made.first_difference->text = difference::string_to_sign;
    }
  }
  made.findings = comparer.take();
  return made;
}

}  // namespace presign::detail
