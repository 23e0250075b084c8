// Step: the canonical query string.
#include "canonical_query.hpp"

#include "uri_encode.hpp"

#include <presign/sigv4.hpp>

#include <algorithm>

namespace presign {
namespace detail {

// "Sort the parameter names by character code point in ascending order", after encoding. Names are
// compared before values, not as "name=value": '=' sorts after '-', and "Param-3" after "Param".
query_writer::query_writer(std::string& out, const std::vector<parameter>& theirs)
    : out_(out), begin_(out.size()) {
  theirs_.reserve(theirs.size());
  for (const auto& one : theirs) theirs_.push_back(&one);
  std::sort(theirs_.begin(), theirs_.end(), [](const parameter* a, const parameter* b) {
    if (encoded_less(a->name, b->name)) return true;
    return a->name == b->name && encoded_less(a->value, b->value);
  });
  next_ = theirs_.begin();
}

void query_writer::add(std::string_view name, std::string_view value) {
  for (; next_ != theirs_.end() && encoded_less((*next_)->name, name); ++next_) {
    write((*next_)->name, (*next_)->value);
  }
  write(name, value);
}

void query_writer::finish() {
  for (; next_ != theirs_.end(); ++next_) write((*next_)->name, (*next_)->value);
}

// "name=value", with '=' even where there is no value.
void query_writer::write(std::string_view name, std::string_view value) {
  if (out_.size() != begin_) out_.push_back('&');
  append_encoded(out_, name);
  out_.push_back('=');
  append_encoded(out_, value);
}

}  // namespace detail

std::string sigv4::canonical_query(const std::vector<parameter>& parameters) {
  std::string query;
  detail::query_writer writer{query, parameters};
  writer.finish();
  return query;
}

}  // namespace presign
