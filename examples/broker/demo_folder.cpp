#include "demo_folder.hpp"

#include "crypto.hpp"

#include <presign/sigv4.hpp>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <fstream>
#include <string_view>
#include <system_error>

namespace broker {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t longest_piece = 200;  // file systems allow names of 255 bytes

fs::path path_of(const std::string& key) {
  const auto encoded = presign::sigv4::uri_encode(key);
  fs::path path;
  std::size_t at = 0;
  for (; encoded.size() - at > longest_piece; at += longest_piece) {
    path /= '+' + encoded.substr(at, longest_piece);
  }
  return path / ('=' + encoded.substr(at));
}

std::string key_of(const fs::path& relative) {
  std::string encoded;
  for (const auto& piece : relative) encoded += piece.string().substr(1);
  std::string key;
  for (std::size_t i = 0; i < encoded.size(); ++i) {
    if (encoded[i] == '%') {
      key.push_back(static_cast<char>(std::stoi(encoded.substr(i + 1, 2), nullptr, 16)));
      i += 2;
    } else {
      key.push_back(encoded[i]);
    }
  }
  return key;
}

[[noreturn]] void fail(const char* message) {
  throw std::system_error(errno, std::generic_category(), message);
}

stored_object describe(std::string key, const struct stat& file) {
  const auto nanoseconds = std::to_string(file.st_mtim.tv_nsec);
  return {std::move(key), static_cast<std::uint64_t>(file.st_size),
          presign::time_point(std::chrono::seconds(file.st_mtim.tv_sec)),
          '"' + std::to_string(file.st_mtim.tv_sec) + '-' + nanoseconds + '-' +
              std::to_string(file.st_size) + '"'};
}

bool begins_with(std::string_view text, std::string_view beginning) {
  return text.substr(0, beginning.size()) == beginning;
}

}  // namespace

open_object::~open_object() { ::close(file_); }

std::int64_t open_object::read(char* bytes, std::size_t size, std::uint64_t offset) const {
  return ::pread(file_, bytes, size, static_cast<off_t>(offset));
}

bool demo_folder::has_bucket(const std::string& bucket) const {
  return fs::is_directory(root_ / bucket);
}

void demo_folder::make_bucket(const std::string& bucket) const {
  fs::create_directories(root_ / bucket);
}

std::shared_ptr<const open_object> demo_folder::open(const std::string& bucket,
                                                     const std::string& key) const {
  const int file = ::open((root_ / bucket / path_of(key)).c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) {
    if (errno == ENOENT || errno == ENOTDIR) return nullptr;
    fail("open");
  }
  struct stat status {};
  if (::fstat(file, &status) != 0) fail("fstat");
  return std::make_shared<const open_object>(file, describe(key, status));
}

bool demo_folder::put(const std::string& bucket, const std::string& key, const std::string& bytes,
                      if_there existing) const {
  const auto target = root_ / bucket / path_of(key);
  const auto draft = root_ / ("draft-" + random_hex(16));
  std::ofstream file(draft, std::ios::binary);
  file << bytes << std::flush;
  if (!file) fail("write");
  fs::create_directories(target.parent_path());
  if (existing == if_there::replace) {
    fs::rename(draft, target);
    return true;
  }
  // Unlike renaming, linking does not replace an existing file, so one of two uploads at once
  // fails.
  const bool is_new = ::link(draft.c_str(), target.c_str()) == 0;
  const int why = errno;
  fs::remove(draft);
  if (!is_new && why != EEXIST) throw std::system_error(why, std::generic_category(), "link");
  return is_new;
}

void demo_folder::remove(const std::string& bucket, const std::string& key) const {
  fs::remove(root_ / bucket / path_of(key));
}

std::vector<stored_object> demo_folder::list(const std::string& bucket,
                                             const std::string& prefix) const {
  std::vector<stored_object> objects;
  const auto folder = root_ / bucket;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    struct stat status {};
    if (::stat(entry.path().c_str(), &status) != 0 || !S_ISREG(status.st_mode)) continue;
    auto key = key_of(entry.path().lexically_relative(folder));
    if (begins_with(key, prefix)) objects.push_back(describe(std::move(key), status));
  }
  std::sort(objects.begin(), objects.end(),
            [](const auto& a, const auto& b) { return a.key < b.key; });
  return objects;
}

}  // namespace broker
