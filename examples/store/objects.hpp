// Objects in a file: a table of SQLite.
#pragma once

#include <presign/time.hpp>

#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

struct sqlite3;

namespace store {

struct stored_object {
  std::string key;  // raw bytes
  std::int64_t size;
  presign::time_point last_modified;
  std::string etag;   // with its quotes
  std::string bytes;  // left out in a listing
};

enum class if_there { replace, keep };

/// The objects of some buckets. Any number of threads may use it, and several programs the file.
/// Throws std::runtime_error if SQLite fails.
class object_table {
 public:
  /// Opens the file, or makes it, for this user alone.
  object_table(const std::string& file, std::vector<std::string> buckets);

  /// Returns whether it is one of the buckets.
  bool has_bucket(const std::string& bucket) const;
  /// Returns nothing if there is no such object.
  std::optional<stored_object> get(const std::string& bucket, const std::string& key) const;
  /// Stores all bytes or none. Returns false if the object exists and had to be kept.
  bool put(const std::string& bucket, const std::string& key, const std::string& bytes,
           if_there existing) const;
  void remove(const std::string& bucket, const std::string& key) const;
  /// Returns all objects whose keys have this prefix, sorted by the bytes of their keys.
  std::vector<stored_object> list(const std::string& bucket, const std::string& prefix) const;

 private:
  struct close {
    void operator()(sqlite3* database) const;
  };

  std::vector<std::string> buckets_;
  std::unique_ptr<sqlite3, close> database_;
  mutable std::mutex mutex_;
};

}  // namespace store
