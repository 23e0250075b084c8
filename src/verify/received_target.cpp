// The target of a request line, taken apart and decoded.
#include "verify/received_target.hpp"

#include "base/error_of.hpp"
#include "sigv4/service_rules.hpp"
#include "base/text.hpp"
#include "sigv4/uri_encode.hpp"

#include <algorithm>
#include <utility>

namespace presign::detail {
namespace {

constexpr std::string_view line = "the target of the request line ";

class reader {
 public:
  reader(text_store& store, std::vector<error>& flaws) : store_(store), flaws_(flaws) {}

  void check(std::string_view text) {
    const auto is_bad = [](char c) { return is_control(c) || c == ' ' || c == '#'; };
    // This goes on to the end, and so over many bytes at a time.
    unsigned char has_bad = 0;
    for (const char c : text) has_bad |= static_cast<unsigned char>(is_bad(c));
    if (has_bad != 0) {
      const auto bad = std::find_if(text.begin(), text.end(), is_bad);
      refuse({line, "must hold no space, no '#' and no control character; byte ",
              decimal(bad - text.begin()).view(), " is one"});
    }
  }

  void read_path(std::string_view encoded) {
    target.path = read_text(encoded, plus::stays, "path");
    if (target.path.empty() || target.path.front() != '/') {
      refuse({line, "must begin with '/', got ", quoted_part(encoded)});
    }
    if (target.path.find('\0') != target.path.npos) {
      refuse({line, "must have no NUL byte in its path"});
    }
  }

  // What is empty between two '&' is no parameter.
  void read_query(std::string_view query, bool is_plain) {
    is_plain_ = is_plain;
    plus_ = is_plain ? plus::stays : plus::is_space;  // there is none
    while (!query.empty()) {
      const auto one = take_until('&', query);
      if (!one.empty()) read_parameter(one);
    }
  }

  received_target target;

 private:
  void read_parameter(std::string_view value) {
    auto name = take_until('=', value);
    auto index = signing_parameter(name);
    if (!index) {
      name = read_text(name, plus_, "query");
      index = signing_parameter(name);
    }
    const auto decoded = read_text(value, plus_, "query");
    if (index) {
      const bool is_as_signed =
          is_plain_ && escapes_ == escapes::canonical && value.find('=') == value.npos;
      target.signing_parameters.push_back(
          {name, decoded, is_as_signed ? value : std::string_view(), *index});
    } else {
      target.query_parameters.push_back({name, decoded});
    }
  }

  std::string_view read_text(std::string_view encoded, plus treatment, std::string_view part) {
    escapes_ = append_decoded(store_, encoded, treatment);
    if (escapes_ == escapes::broken) {
      refuse_escape(part);
      store_.drop();
      store_.append(encoded);
    }
    return store_.take();
  }

  void refuse(std::initializer_list<std::string_view> why) {
    flaws_.push_back(error_of(errc::invalid_path, why));
  }

  // Once for the path and once for the query: a long target may be nothing but broken escapes.
  void refuse_escape(std::string_view part) {
    if (part == told_) return;
    told_ = part;
    refuse({line, "must have two hex digits after each '%', in its ", part});
  }

  text_store& store_;
  bool is_plain_ = false;                 // the query: as has_no_reserved says
  plus plus_ = plus::stays;               // in the query
  escapes escapes_ = escapes::canonical;  // in what was decoded last
  std::vector<error>& flaws_;
  std::string_view told_;
};

}  // namespace

received_target read_target(std::string_view target, text_store& store, std::vector<error>& flaws) {
  reader from{store, flaws};
  from.target.signing_parameters.reserve(signing_parameters.size());
  const auto path = target.substr(0, target.find('?'));
  const auto query = target.substr(std::min(path.size() + 1, target.size()));
  const bool is_plain = has_no_reserved(query);
  from.check(is_plain ? path : target);
  from.read_path(path);
  from.read_query(query, is_plain);
  return std::move(from.target);
}

void write_signing_query(std::vector<signing_parameter_view> parameters, text_writer& out) {
  const auto is_signature = [](const auto& one) { return one.index == in_query::signature; };
  parameters.erase(std::remove_if(parameters.begin(), parameters.end(), is_signature),
                   parameters.end());
  const auto sorts_before = [](const auto& a, const auto& b) {
    const int order = a.name.compare(b.name);
    return order == 0 ? a.value < b.value : order < 0;
  };
  if (!std::is_sorted(parameters.begin(), parameters.end(), sorts_before)) {  // seldom
    std::sort(parameters.begin(), parameters.end(), sorts_before);
  }
  std::string_view separator;
  for (const auto& one : parameters) {
    out.append(separator, one.name, "=", one.received_value);
    if (one.received_value.empty()) append_encoded(out, one.value);
    separator = "&";
  }
}

}  // namespace presign::detail
