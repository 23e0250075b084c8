#include "folder.hpp"

#include <presign/sigv4.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <charconv>
#include <chrono>
#include <fstream>
#include <optional>
#include <stdexcept>
#include <string_view>
#include <system_error>

namespace store {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_piece = 200;  // file systems allow names of 255 bytes
constexpr std::string_view draft_prefix = "draft-";
constexpr auto longest_upload = std::chrono::hours(1);

bool begins_with(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

[[noreturn]] void fail(const fs::path& path) {
  throw std::system_error(errno, std::generic_category(), path.string());
}

// Links are not followed: they could lead out of the folder.
bool has_link(const fs::path& path) { return fs::weakly_canonical(path) != path; }

fs::path encoded(const std::string& key) {
  const auto text = presign::sigv4::uri_encode(key, true);
  fs::path path;
  std::size_t at = 0;
  for (; text.size() - at > longest_piece; at += longest_piece) {
    path /= '+' + text.substr(at, longest_piece);
  }
  return path / ('=' + text.substr(at));
}

// Returns nothing for a path that encoded() does not make.
std::optional<std::string> decoded(const fs::path& path) {
  std::string text;
  std::string key;
  for (const auto& piece : path) text += piece.string().substr(1);
  for (std::size_t i = 0; i < text.size(); ++i) {
    unsigned byte = static_cast<unsigned char>(text[i]);
    if (text[i] == '%') {
      const auto digits = std::string_view(text).substr(i + 1, 2);
      std::from_chars(digits.data(), digits.data() + digits.size(), byte, 16);
      i += 2;
    }
    key.push_back(static_cast<char>(byte));
  }
  if (encoded(key) != path) return std::nullopt;
  return key;
}

stored_object describe(std::string key, const struct stat& file) {
  const auto seconds = std::to_string(file.st_mtim.tv_sec);
  return {std::move(key), file.st_size,
          presign::time_point(std::chrono::seconds(file.st_mtim.tv_sec)),
          '"' + seconds + '-' + std::to_string(file.st_mtim.tv_nsec) + '-' +
              std::to_string(file.st_size) + '"'};
}

// A file that is not yet an object. It is removed unless it becomes one.
class draft {
 public:
  explicit draft(const fs::path& folder)
      : path_((folder / (std::string(draft_prefix) + "XXXXXX")).string()) {
    const int file = ::mkstemp(path_.data());
    if (file < 0) fail(path_);
    ::close(file);
  }
  draft(const draft&) = delete;
  draft& operator=(const draft&) = delete;
  ~draft() { ::unlink(path_.c_str()); }

  const std::string& path() const { return path_; }

  // Returns false if there is an object that had to be kept.
  bool become(const fs::path& object, if_there existing) const {
    fs::create_directories(object.parent_path());
    if (existing == if_there::replace) {
      fs::rename(path_, object);
      return true;
    }
    // Unlike renaming, linking does not replace a file, so of two uploads at once one fails.
    if (::link(path_.c_str(), object.c_str()) == 0) return true;
    if (errno != EEXIST) fail(object);
    return false;
  }

 private:
  std::string path_;
};

}  // namespace

open_object::~open_object() { ::close(file_); }

std::int64_t open_object::read(char* bytes, std::size_t size, std::int64_t offset) const {
  return ::pread(file_, bytes, size, offset);
}

folder::folder(fs::path root, std::vector<std::string> buckets)
    : root_(std::move(root)), buckets_(std::move(buckets)) {
  fs::create_directories(root_);
  root_ = fs::canonical(root_);
  if (!fs::is_empty(root_) && !fs::exists(root_ / buckets_.front())) {
    throw std::runtime_error(root_.string() + " has other files: name a new or an empty folder");
  }
  fs::permissions(root_, fs::perms::owner_all);
  for (const auto& bucket : buckets_) fs::create_directory(root_ / bucket);
  const auto killed_before = fs::file_time_type::clock::now() - longest_upload;
  for (const auto& entry : fs::directory_iterator(root_)) {
    std::error_code is_gone;
    const bool is_draft = begins_with(entry.path().filename().string(), draft_prefix);
    if (is_draft && entry.last_write_time(is_gone) < killed_before) fs::remove(entry.path());
  }
}

bool folder::has_bucket(const std::string& bucket) const {
  return std::find(buckets_.begin(), buckets_.end(), bucket) != buckets_.end();
}

// Returns the path to change. Throws if it leads elsewhere.
fs::path folder::target(const std::string& bucket, const std::string& key) const {
  auto path = root_ / bucket / encoded(key);
  if (has_link(path)) throw std::system_error(ELOOP, std::generic_category(), path.string());
  return path;
}

std::shared_ptr<const open_object> folder::open(const std::string& bucket,
                                                const std::string& key) const {
  const auto path = root_ / bucket / encoded(key);
  if (has_link(path)) return nullptr;
  const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (file < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return nullptr;
    fail(path);
  }
  struct stat status {};
  if (::fstat(file, &status) != 0) fail(path);
  return std::make_shared<const open_object>(file, describe(key, status));
}

bool folder::put(const std::string& bucket, const std::string& key, const std::string& bytes,
                 if_there existing) const {
  const draft upload(root_);
  std::ofstream file(upload.path(), std::ios::binary);
  file << bytes << std::flush;
  if (!file) fail(upload.path());
  return upload.become(target(bucket, key), existing);
}

void folder::remove(const std::string& bucket, const std::string& key) const {
  fs::remove(target(bucket, key));
}

std::vector<stored_object> folder::list(const std::string& bucket,
                                        const std::string& prefix) const {
  std::vector<stored_object> objects;
  const auto top = root_ / bucket;
  for (const auto& entry : fs::recursive_directory_iterator(top)) {
    struct stat status {};
    if (::lstat(entry.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    auto key = decoded(entry.path().lexically_relative(top));
    if (key && begins_with(*key, prefix)) objects.push_back(describe(std::move(*key), status));
  }
  std::sort(objects.begin(), objects.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  return objects;
}

}  // namespace store
