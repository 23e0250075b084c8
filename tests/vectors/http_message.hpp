// An HTTP request, read as a server reads it before it verifies the signature.
//
// The same request can be written in many ways: parameters in another order, a byte encoded or not,
// a header's name in upper case, its values on two lines or on one. A server undoes all of that
// first. This code does the same, without presign, and compares the results.
#pragma once

#include <algorithm>
#include <map>
#include <ostream>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace http {

/// Replaces each "%XY" by its byte, and keeps everything else.
inline std::string decoded(std::string_view text) {
  std::string raw;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%') {
      raw.push_back(static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16)));
      i += 2;
    } else {
      raw.push_back(text[i]);
    }
  }
  return raw;
}

/// Splits "a=1&b" into {{"a", "1"}, {"b", ""}}, in order, and decodes nothing.
inline std::vector<std::pair<std::string, std::string>> split_query(std::string_view query) {
  std::vector<std::pair<std::string, std::string>> parameters;
  while (!query.empty()) {
    const auto pair = query.substr(0, query.find('&'));
    const auto equals = std::min(pair.find('='), pair.size());
    parameters.emplace_back(pair.substr(0, equals), pair.substr(std::min(equals + 1, pair.size())));
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
  }
  return parameters;
}

/// Joins a header's value with the lines that continue it. RFC 9112, section 5.2: a server "MUST …
/// replace each received obs-fold with one or more SP octets", where obs-fold is a line break and
/// the blanks around it.
inline std::string unfolded(std::string_view value) {
  std::string line;
  for (const char c : value) line.push_back(c == '\n' ? ' ' : c);
  return line;
}

struct message {
  std::string method;
  std::string path;                                             // decoded
  std::vector<std::pair<std::string, std::string>> parameters;  // decoded, and sorted
  std::map<std::string, std::string> headers;                   // canonical
  std::string body;

  /// Splits the path from the query, and decodes both.
  void set_target(std::string_view target) {
    const auto question_mark = std::min(target.find('?'), target.size());
    path = decoded(target.substr(0, question_mark));
    for (const auto& [name, value] :
         split_query(target.substr(std::min(question_mark + 1, target.size())))) {
      parameters.emplace_back(decoded(name), decoded(value));
    }
    std::sort(parameters.begin(), parameters.end());
  }

  /// Adds a header, with its name in lower case and its blanks trimmed and collapsed, after the
  /// values that the name has already.
  void add_header(std::string_view name, std::string_view value) {
    std::string key;
    for (const char c : name) {
      key.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c);
    }
    std::string canonical;
    for (const char c : unfolded(value)) {
      const bool leading_or_second = canonical.empty() || canonical.back() == ' ';
      if (c != ' ' || !leading_or_second) canonical.push_back(c);
    }
    if (!canonical.empty() && canonical.back() == ' ') canonical.pop_back();
    const auto [at, is_new] = headers.emplace(key, canonical);
    if (!is_new) at->second += "," + canonical;
  }

  /// Reads "GET /target HTTP/1.1\nName:value\n…\n\nbody".
  static message read(std::string_view text) {
    message read;
    const auto first_line = text.substr(0, text.find('\n'));
    const auto target = first_line.find(' ') + 1;
    read.method = first_line.substr(0, target - 1);
    read.set_target(first_line.substr(target, first_line.rfind(' ') - target));

    const auto end = text.find("\n\n");
    read.body = text.substr(end + 2);
    auto lines = text.substr(first_line.size() + 1, end - first_line.size());
    while (!lines.empty()) {
      auto line_end = lines.find('\n');
      while (line_end + 1 < lines.size() && lines[line_end + 1] == ' ') {
        line_end = lines.find('\n', line_end + 1);
      }
      const auto line = lines.substr(0, line_end);
      const auto colon = line.find(':');
      read.add_header(line.substr(0, colon), line.substr(colon + 1));
      lines.remove_prefix(line_end + 1);
    }
    return read;
  }

  /// Returns the message that a client sends if it is given a URL, headers and a body.
  template <class Headers>
  static message to_url(std::string_view method, std::string_view url, const Headers& sent,
                        std::string_view body) {
    message request;
    request.method = method;
    const auto host = url.find("://") + 3;
    const auto target = url.find('/', host);
    request.set_target(url.substr(target));
    request.add_header("Host", url.substr(host, target - host));
    for (const auto& header : sent) request.add_header(header.name, header.value);
    request.body = body;
    return request;
  }

  friend bool operator==(const message& a, const message& b) {
    return a.method == b.method && a.path == b.path && a.parameters == b.parameters &&
           a.headers == b.headers && a.body == b.body;
  }

  friend std::ostream& operator<<(std::ostream& out, const message& message) {
    out << message.method << ' ' << message.path;
    for (const auto& [name, value] : message.parameters) out << "\n  " << name << '=' << value;
    for (const auto& [name, value] : message.headers) out << '\n' << name << ": " << value;
    return out << "\n\n" << message.body;
  }
};

}  // namespace http
