// Writers: one function can append text to a string, to the stack, or straight into a hash. The
// buffer spares small pieces an allocation or a call of libcrypto each.
#pragma once

#include "base/crypto.hpp"

#include <cstring>

namespace presign::detail {

class text_writer {
 public:
  text_writer(const text_writer&) = delete;
  text_writer& operator=(const text_writer&) = delete;

  /// Appends the pieces in order.
  template <class... Pieces>
  void append(const Pieces&... pieces) {
    put(std::string_view(pieces)...);
  }

  /// The size of the text so far, and the text from an offset: valid until the next append.
  std::size_t size() const noexcept { return static_cast<std::size_t>(next_ - begin_); }
  std::string_view view(std::size_t from = 0) const noexcept {
    return {begin_ + from, size() - from};
  }

 protected:
  text_writer() = default;
  ~text_writer() = default;

  /// Appends a piece that the buffer has no room for.
  virtual void overflow(std::string_view piece) = 0;

  /// Continues in a buffer that is filled in part.
  void use(char* buffer, std::size_t filled, std::size_t size) noexcept {
    begin_ = buffer;
    next_ = buffer + filled;
    end_ = buffer + size;
  }

  char* begin_ = nullptr;  // the buffer,
  char* next_ = nullptr;   // filled up to here,
  char* end_ = nullptr;    // and its end

 private:
  template <class... Views>
  void put(Views... pieces) {
    if ((pieces.size() + ...) > room()) return (put_one(pieces), ...);
    char* to = next_;
    ((to = copy(to, pieces)), ...);
    next_ = to;
  }
  // Appends one piece after another, since not all fit.
  void put_one(std::string_view piece) {
    if (piece.size() > room()) return overflow(piece);
    next_ = copy(next_, piece);
  }
  std::size_t room() const noexcept { return static_cast<std::size_t>(end_ - next_); }
  // Short pieces as two that may overlap: a call of memcpy costs more than they do.
  static char* copy(char* to, std::string_view piece) noexcept {
    const auto size = piece.size();
    if (size > 16) {
      std::memcpy(to, piece.data(), size);
    } else if (size >= 8) {
      std::memcpy(to, piece.data(), 8);
      std::memcpy(to + size - 8, piece.data() + size - 8, 8);
    } else if (size >= 4) {
      std::memcpy(to, piece.data(), 4);
      std::memcpy(to + size - 4, piece.data() + size - 4, 4);
    } else {
      for (std::size_t i = 0; i < size; ++i) to[i] = piece[i];
    }
    return to + size;
  }
};

/// Appends to a string. finish() commits; otherwise the destructor restores it.
class string_writer final : public text_writer {
 public:
  /// Reserves room for `expected` bytes.
  explicit string_writer(std::string& out, std::size_t expected = 0)
      : out_(out), size_before_(out.size()) {
    grow(size_before_, size_before_ + expected);
  }
  ~string_writer() {
    if (!finished_) out_.resize(size_before_);
  }
  void finish() {
    out_.resize(size());
    finished_ = true;
  }

 private:
  void overflow(std::string_view piece) override {
    grow(size(), 2 * (size() + piece.size()));
    append(piece);
  }
  void grow(std::size_t filled, std::size_t to) {
    out_.resize(to);
    use(out_.data(), filled, to);
  }

  std::string& out_;
  const std::size_t size_before_;
  bool finished_ = false;
};

/// Returns what a function writes into a string_writer with room for `expected` bytes.
template <class Write>
std::string text_by(std::size_t expected, const Write& write) {
  std::string text;
  string_writer out{text, expected};
  write(out);
  out.finish();
  return text;
}

/// Stores texts whose views stay valid as long as the store.
class text_store final : public text_writer {
 public:
  /// Reserves room for `expected` bytes.
  explicit text_store(std::size_t expected) { make_room(expected); }
  /// Begins with a buffer of the caller's, which must outlive it.
  template <std::size_t Size>
  explicit text_store(std::array<char, Size>& buffer) noexcept {
    use(buffer.data(), 0, Size);
  }

  /// Returns what was written since the last take().
  std::string_view take() noexcept {
    const auto text = view();
    begin_ = next_;
    return text;
  }
  /// Discards what was written since the last take().
  void drop() noexcept { next_ = begin_; }
  std::string_view keep(std::string_view text) {
    append(text);
    return take();
  }

 private:
  void overflow(std::string_view piece) override {
    const auto begun = view();
    if (memory_) full_.push_back(std::move(memory_));
    make_room(2 * (begun.size() + piece.size()));
    append(begun, piece);
  }
  void make_room(std::size_t size) {
    memory_.reset(new char[size]);
    use(memory_.get(), 0, size);
  }

  std::unique_ptr<char[]> memory_;
  std::vector<std::unique_ptr<char[]>> full_;
};

/// Computes the SHA-256 of what is written.
class hash_writer final : public text_writer {
 public:
  hash_writer() noexcept { use(buffer_.data(), 0, buffer_.size()); }
  /// Returns false if the library fails.
  [[nodiscard]] bool finish(digest& hash) noexcept {
    hash_.update(view());
    return hash_.finish(hash);
  }

 private:
  void overflow(std::string_view piece) override {
    hash_.update(view());
    hash_.update(piece);
    next_ = begin_;
  }

  sha256 hash_;
  std::array<char, 1024> buffer_;
};

}  // namespace presign::detail
