#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "core/clock.hpp"
#include "kit/documents/store_failure.hpp"

struct sqlite3;
struct sqlite3_stmt;

namespace holdfast::kit::sqlite {

/// SQLite refused. `code()` is its extended result code.
class failure : public store_failure {
 public:
  failure(std::string what, int code) : store_failure{std::move(what)}, code_{code} {}
  int code() const { return code_; }
  bool is_busy() const;            ///< another process held the lock for longer than this one's patience
  bool spoils_connection() const;  ///< only a new connection may help: I/O error, file vanished or corrupt

 private:
  int code_;
};

class statement;

/// A connection. Used by one thread at a time (SQLite's own mutexes are off).
class database {
 public:
  /// Opens or makes the file. ":memory:" is a database of this connection alone.
  /// @param patience  how long a statement waits for locks of other connections before it fails as busy. Waits are
  ///                  naps of 50 us to 1 ms, so that processes that share a file get their turn soon and about evenly.
  database(std::string const& file, nanoseconds patience);
  database(database const&) = delete;
  database& operator=(database const&) = delete;
  ~database();

  /// Runs statements that answer nothing of interest.
  void execute(std::string const& sql);
  /// First column of the first row of the answer; 0 when there is none.
  std::int64_t integer(std::string const& sql);

  /// WAL mode, retried while other processes open the same file; SQLite does not wait by itself there.
  void use_write_ahead_log();

  bool in_transaction() const;
  std::int64_t rows_changed() const;  ///< by the last INSERT, UPDATE or DELETE

  /// Called from any thread: waiting statements give up at `patience` from their begin, running waits included.
  void set_patience(nanoseconds patience);

  /// Pages in the WAL after this connection's last commit; 0 before the first.
  int wal_pages() const;

  sqlite3* handle() const { return handle_; }
  [[noreturn]] void fail(std::string_view doing, int code) const;

 private:
  struct callbacks;
  std::unique_ptr<callbacks> callbacks_;
  sqlite3* handle_ = nullptr;
};

/// A prepared statement. Parameters and columns count as in SQLite: parameters from 1, columns from 0.
class statement {
 public:
  statement(database& in, std::string_view sql);
  statement(statement&& other) noexcept;
  statement& operator=(statement&&) = delete;
  ~statement();

  void bind(int parameter, std::int64_t is);
  void bind(int parameter, std::string_view is);  ///< not copied: must live until the reset
  void bind_null(int parameter);

  bool step();  ///< true: there is a row
  /// Ends the statement; it can be stepped again. Parameters keep their values.
  void reset() noexcept;

  bool is_null(int column) const;
  bool is_integer(int column) const;
  std::int64_t integer(int column) const;
  std::string_view text(int column) const;  ///< valid until the next step or reset

 private:
  database* in_;
  sqlite3_stmt* handle_ = nullptr;
};

/// Resets a statement at the end of a scope: a statement left open keeps its read transaction open.
class reset_at_end {
 public:
  explicit reset_at_end(statement& of) : of_{of} {}
  reset_at_end(reset_at_end const&) = delete;
  reset_at_end& operator=(reset_at_end const&) = delete;
  ~reset_at_end() { of_.reset(); }

 private:
  statement& of_;
};

}  // namespace holdfast::kit::sqlite
