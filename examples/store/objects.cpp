#include "objects.hpp"

#include <presign/sigv4.hpp>

#include <sqlite3.h>
#include <sys/stat.h>

#include <algorithm>
#include <stdexcept>
#include <string_view>

namespace store {
namespace {

constexpr const char* schema =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
    "CREATE TABLE IF NOT EXISTS objects(bucket TEXT, key BLOB, modified INTEGER, etag TEXT,"
    " bytes BLOB, PRIMARY KEY(bucket, key))";
constexpr int longest_wait = 10000;  // milliseconds, for another program that writes

[[noreturn]] void fail(sqlite3* database) {
  throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(database));
}

// One use of a statement.
class query {
 public:
  query(sqlite3* database, const char* sql) : database_(database) {
    if (sqlite3_prepare_v2(database, sql, -1, &statement_, nullptr) != SQLITE_OK) fail(database);
  }
  query(const query&) = delete;
  query& operator=(const query&) = delete;
  ~query() { sqlite3_finalize(statement_); }

  query& text(std::string_view value) {
    sqlite3_bind_text64(statement_, ++bound_, value.data(), value.size(), SQLITE_TRANSIENT,
                        SQLITE_UTF8);
    return *this;
  }
  query& blob(std::string_view value) {
    sqlite3_bind_blob64(statement_, ++bound_, value.data(), value.size(), SQLITE_TRANSIENT);
    return *this;
  }
  query& number(std::int64_t value) {
    sqlite3_bind_int64(statement_, ++bound_, value);
    return *this;
  }

  // Returns whether there is another row.
  bool step() {
    const int outcome = sqlite3_step(statement_);
    if (outcome != SQLITE_ROW && outcome != SQLITE_DONE) fail(database_);
    return outcome == SQLITE_ROW;
  }
  std::int64_t number_at(int column) { return sqlite3_column_int64(statement_, column); }
  std::string bytes_at(int column) {
    const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return bytes ? std::string(bytes, size) : std::string();
  }

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
  int bound_ = 0;
};

stored_object read(query& row) {
  const presign::time_point modified{std::chrono::seconds(row.number_at(2))};
  return {row.bytes_at(0), row.number_at(1), modified, row.bytes_at(3), {}};
}

}  // namespace

void object_table::close::operator()(sqlite3* database) const { sqlite3_close(database); }

object_table::object_table(const std::string& file, std::vector<std::string> buckets)
    : buckets_(std::move(buckets)) {
  ::umask(077);  // members' password hashes are for this user alone
  sqlite3* database = nullptr;
  const int outcome = sqlite3_open(file.c_str(), &database);
  database_.reset(database);
  sqlite3_busy_timeout(database, longest_wait);
  if (outcome != SQLITE_OK ||
      sqlite3_exec(database, schema, nullptr, nullptr, nullptr) != SQLITE_OK) {
    throw std::runtime_error(file + ": " + sqlite3_errmsg(database));
  }
}

bool object_table::has_bucket(const std::string& bucket) const {
  return std::find(buckets_.begin(), buckets_.end(), bucket) != buckets_.end();
}

std::optional<stored_object> object_table::get(const std::string& bucket,
                                               const std::string& key) const {
  const std::lock_guard lock(mutex_);
  query row(database_.get(),
            "SELECT key, length(bytes), modified, etag, bytes FROM objects"
            " WHERE bucket = ? AND key = ?");
  if (!row.text(bucket).blob(key).step()) return std::nullopt;
  auto object = read(row);
  object.bytes = row.bytes_at(4);
  return object;
}

bool object_table::put(const std::string& bucket, const std::string& key, const std::string& bytes,
                       if_there existing) const {
  const auto etag = '"' + std::string(presign::sigv4::payload_hash(bytes).value()) + '"';
  const std::lock_guard lock(mutex_);
  query(database_.get(), existing == if_there::keep
                             ? "INSERT OR IGNORE INTO objects VALUES(?, ?, ?, ?, ?)"
                             : "INSERT OR REPLACE INTO objects VALUES(?, ?, ?, ?, ?)")
      .text(bucket)
      .blob(key)
      .number(presign::now().time_since_epoch().count())
      .text(etag)
      .blob(bytes)
      .step();
  return sqlite3_changes(database_.get()) > 0;
}

void object_table::remove(const std::string& bucket, const std::string& key) const {
  const std::lock_guard lock(mutex_);
  query(database_.get(), "DELETE FROM objects WHERE bucket = ? AND key = ?")
      .text(bucket)
      .blob(key)
      .step();
}

std::vector<stored_object> object_table::list(const std::string& bucket,
                                              const std::string& prefix) const {
  std::vector<stored_object> objects;
  const std::lock_guard lock(mutex_);
  query row(database_.get(),
            "SELECT key, length(bytes), modified, etag FROM objects"
            " WHERE bucket = ? AND key >= ? ORDER BY key");
  row.text(bucket).blob(prefix);
  while (row.step()) {
    auto object = read(row);
    if (object.key.compare(0, prefix.size(), prefix) != 0) break;
    objects.push_back(std::move(object));
  }
  return objects;
}

}  // namespace store
