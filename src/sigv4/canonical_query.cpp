// Step: the canonical query string.
#include "sigv4/canonical_query.hpp"

#include "sigv4/uri_encode.hpp"

#include <presign/sigv4.hpp>

#include <algorithm>
#include <utility>

namespace presign {
namespace detail {

std::vector<parameter_view> views_of(const std::vector<parameter>& parameters) {
  std::vector<parameter_view> views;
  views.reserve(parameters.size());
  for (const auto& one : parameters) views.push_back({one.name, one.value});
  return views;
}

// "Sort the parameter names by character code point in ascending order", after encoding. Names are
// compared before values, not as "name=value": '=' sorts after '-', and "Param-3" after "Param".
query_writer::query_writer(text_writer& out, std::vector<parameter_view> theirs)
    : out_(out), theirs_(std::move(theirs)) {
  std::sort(theirs_.begin(), theirs_.end(), [](const auto& a, const auto& b) {
    return a.name == b.name ? encoded_less(a.value, b.value) : encoded_less(a.name, b.name);
  });
  next_ = theirs_.begin();
}

void query_writer::finish() {
  while (next_ != theirs_.end()) write_next();
}

void query_writer::write_theirs_before(std::string_view name) {
  while (next_ != theirs_.end() && encoded_less(next_->name, name)) write_next();
}

// "name=value", with '=' even where there is no value.
void query_writer::write_next() {
  out_.append(separator_);
  append_encoded(out_, next_->name);
  out_.append("=");
  append_encoded(out_, next_->value);
  separator_ = "&";
  ++next_;
}

}  // namespace detail

std::string sigv4::canonical_query(const std::vector<parameter>& parameters) {
  std::string query;
  detail::string_writer out{query};
  detail::query_writer{out, detail::views_of(parameters)}.finish();
  out.finish();
  return query;
}

}  // namespace presign
