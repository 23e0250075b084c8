#include "objects.hpp"

#include <presign/sigv4.hpp>

#include <sqlite3.h>
#include <sys/stat.h>

#include <stdexcept>

namespace store {
namespace {

constexpr const char* schema =
    "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL;"
    "CREATE TABLE IF NOT EXISTS objects(bucket TEXT, key BLOB, modified INTEGER, etag TEXT,"
    " bytes BLOB, PRIMARY KEY(bucket, key))";
constexpr int longest_wait = 10000;  // milliseconds, for another program that writes

}  // namespace

object_table::object_table(const std::string& file) : database_(nullptr, sqlite3_close) {
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

std::optional<stored_object> object_table::get(const std::string& bucket,
                                               const std::string& key) const {
  auto rows = run("SELECT etag, bytes FROM objects WHERE bucket = ? AND key = ?", bucket, {key});
  if (rows.empty()) return std::nullopt;
  return stored_object{std::move(rows[0][0]), std::move(rows[0][1])};
}

bool object_table::put(const std::string& bucket, const std::string& key, const std::string& bytes,
                       if_there existing) const {
  const auto etag = '"' + presign::sigv4::payload_hash(bytes).value() + '"';
  const std::string verb = existing == if_there::keep ? "INSERT OR IGNORE" : "INSERT OR REPLACE";
  return !run(verb + " INTO objects VALUES(?, ?, strftime('%s', 'now'), ?, ?) RETURNING key",
              bucket, {key, etag, bytes})
              .empty();
}

void object_table::remove(const std::string& bucket, const std::string& key) const {
  run("DELETE FROM objects WHERE bucket = ? AND key = ?", bucket, {key});
}

std::vector<listed_object> object_table::list(const std::string& bucket,
                                              const std::string& prefix) const {
  std::vector<listed_object> objects;
  for (auto& row :
       run("SELECT key, length(bytes), strftime('%Y-%m-%dT%H:%M:%SZ', modified, 'unixepoch'), etag"
           " FROM objects WHERE bucket = ?1 AND key >= ?2 AND substr(key, 1, length(?2)) = ?2"
           " ORDER BY key",
           bucket, {prefix})) {
    objects.push_back({std::move(row[0]), row[1], row[2], row[3]});
  }
  return objects;
}

// Runs a statement, whose parameters are a bucket and then blobs, and returns all its rows.
std::vector<std::vector<std::string>> object_table::run(
    const std::string& sql, const std::string& bucket,
    std::initializer_list<std::string_view> blobs) const {
  const std::lock_guard lock(mutex_);
  sqlite3_stmt* statement = nullptr;
  sqlite3_prepare_v2(database_.get(), sql.c_str(), -1, &statement, nullptr);
  const std::unique_ptr<sqlite3_stmt, int (*)(sqlite3_stmt*)> owner(statement, sqlite3_finalize);
  int index = 1;
  sqlite3_bind_text(statement, 1, bucket.c_str(), -1, SQLITE_STATIC);
  for (const auto blob : blobs) {
    sqlite3_bind_blob64(statement, ++index, blob.data(), blob.size(), SQLITE_STATIC);
  }
  std::vector<std::vector<std::string>> rows;
  int outcome = sqlite3_step(statement);
  for (; outcome == SQLITE_ROW; outcome = sqlite3_step(statement)) {
    auto& columns = rows.emplace_back();
    for (int i = 0; i < sqlite3_column_count(statement); ++i) {
      const auto* const bytes = static_cast<const char*>(sqlite3_column_blob(statement, i));
      const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement, i));
      columns.emplace_back(bytes ? bytes : "", size);
    }
  }
  if (outcome != SQLITE_DONE) {
    throw std::runtime_error(std::string("SQLite: ") + sqlite3_errmsg(database_.get()));
  }
  return rows;
}

}  // namespace store
