// One writer, two sinks: a step that feeds a hash and the step that prints the same text for a
// person are one function. It calls sink.update() for each piece in turn; a hash or an HMAC takes
// them as they are, and text_sink puts them on paper.
#pragma once

#include <string>
#include <string_view>

namespace presign::detail {

struct text_sink {
  std::string text;
  void update(std::string_view piece) { text.append(piece); }
};

}  // namespace presign::detail
