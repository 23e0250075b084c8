// Where the steps write their text.
#include "base/text_writer.hpp"

namespace presign::detail {

void text_writer::put_each(std::initializer_list<std::string_view> pieces) {
  for (const auto piece : pieces) {
    if (piece.size() > static_cast<std::size_t>(end_ - next_)) {
      overflow(piece);
    } else {
      next_ = copy(next_, piece);
    }
  }
}

}  // namespace presign::detail
