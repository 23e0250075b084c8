// Objects in a file: a table of SQLite.
#pragma once

#include <initializer_list>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

namespace store {

struct stored_object {
  std::string etag;  // with its quotes
  std::string bytes;
};

// As a listing shows it, except that the key is raw.
struct listed_object {
  std::string key, size;
  std::string last_modified;  // "2026-11-23T10:00:00Z"
  std::string etag;
};

enum class if_there { replace, keep };

/// The objects of all buckets. Any number of threads may use it, and several programs the file.
/// Throws std::runtime_error if SQLite fails.
class object_table {
 public:
  /// Opens the file, or makes it, for this user alone.
  explicit object_table(const std::string& file);

  /// Returns nothing if there is no such object.
  std::optional<stored_object> get(const std::string& bucket, const std::string& key) const;
  /// Stores all bytes or none. Returns false if the object exists and had to be kept.
  bool put(const std::string& bucket, const std::string& key, const std::string& bytes,
           if_there existing) const;
  void remove(const std::string& bucket, const std::string& key) const;
  /// Returns all objects whose keys have this prefix, sorted by the bytes of their keys.
  std::vector<listed_object> list(const std::string& bucket, const std::string& prefix) const;

 private:
  std::vector<std::vector<std::string>> run(const std::string& sql, const std::string& bucket,
                                            std::initializer_list<std::string_view> blobs) const;

  std::unique_ptr<sqlite3, int (*)(sqlite3*)> database_;
  mutable std::mutex mutex_;
};

}  // namespace store
