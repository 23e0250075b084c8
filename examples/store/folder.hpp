// Objects in a folder: FOLDER/bucket/…, one file each.
//
// A key may hold characters that no file name may, and be longer. So a file's path is the key,
// percent-encoded and cut into pieces: folders "+piece", and in the last a file "=piece". Folders
// and files begin with different characters, so "a" and "a/b" can both exist. Other files, and
// links, are ignored.
#pragma once

#include <presign/time.hpp>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace store {

struct stored_object {
  std::string key;  // raw bytes
  std::int64_t size;
  presign::time_point last_modified;
  std::string etag;  // with its quotes
};

/// An object that is open for reading. It does not change if it is replaced meanwhile.
class open_object {
 public:
  open_object(int file, stored_object what) : file_(file), what_(std::move(what)) {}
  open_object(const open_object&) = delete;
  open_object& operator=(const open_object&) = delete;
  ~open_object();

  const stored_object& what() const { return what_; }
  /// Reads up to this number of bytes at an offset. Returns -1 if that fails.
  std::int64_t read(char* bytes, std::size_t size, std::int64_t offset) const;

 private:
  int file_;
  stored_object what_;
};

enum class if_there { replace, keep };

/// The folder. Any number of threads and processes may use it. Throws std::system_error if the file
/// system fails.
class folder {
 public:
  /// Makes the folder and its buckets, for this user alone, and removes what killed uploads left.
  /// Throws std::runtime_error if the folder has other files, and no bucket.
  folder(std::filesystem::path root, std::vector<std::string> buckets);

  /// Returns whether it is one of the buckets.
  bool has_bucket(const std::string& bucket) const;
  /// Returns nothing if there is no such object.
  std::shared_ptr<const open_object> open(const std::string& bucket, const std::string& key) const;
  /// Stores all bytes or none. Returns false if the object exists and had to be kept.
  bool put(const std::string& bucket, const std::string& key, const std::string& bytes,
           if_there existing) const;
  void remove(const std::string& bucket, const std::string& key) const;
  /// Returns all objects whose keys have this prefix, sorted by the bytes of their keys.
  std::vector<stored_object> list(const std::string& bucket, const std::string& prefix) const;

 private:
  std::filesystem::path target(const std::string& bucket, const std::string& key) const;

  std::filesystem::path root_;
  std::vector<std::string> buckets_;
};

}  // namespace store
