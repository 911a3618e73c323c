#include "kit/documents/sqlite_database.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <utility>

#include <fmt/format.h>
#include <sqlite3.h>

namespace holdfast::kit::sqlite {

using namespace std::chrono_literals;

bool failure::is_busy() const { return (code_ & 0xff) == SQLITE_BUSY || (code_ & 0xff) == SQLITE_LOCKED; }

bool failure::spoils_connection() const {
  switch (code_ & 0xff) {
    case SQLITE_IOERR:
    case SQLITE_CORRUPT:
    case SQLITE_NOTADB:
    case SQLITE_CANTOPEN:
    case SQLITE_PROTOCOL:
    case SQLITE_READONLY:
    case SQLITE_NOMEM:
      return true;
    default:
      return false;
  }
}

struct database::callbacks {
  std::atomic<nanoseconds> patience;
  time_point waiting_since;
  int wal_pages = 0;

  static int on_busy(void* self, int attempt) {
    auto& my = *static_cast<callbacks*>(self);
    auto const now = clock_seam::now();
    if (attempt == 0) my.waiting_since = now;
    if (now - my.waiting_since >= my.patience.load(std::memory_order_relaxed)) return 0;
    std::this_thread::sleep_for(std::min<nanoseconds>(50us * (1 + attempt), 1ms));
    return 1;
  }
  static int on_commit(void* self, sqlite3*, char const*, int pages) {
    static_cast<callbacks*>(self)->wal_pages = pages;
    return SQLITE_OK;
  }
};

database::database(std::string const& file, nanoseconds patience) : callbacks_{std::make_unique<callbacks>()} {
  callbacks_->patience = patience;
  auto const flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE;
  if (auto const code = sqlite3_open_v2(file.c_str(), &handle_, flags, nullptr); code != SQLITE_OK) {
    auto const reason = handle_ != nullptr ? sqlite3_errmsg(handle_) : sqlite3_errstr(code);
    auto what = fmt::format("cannot open {}: {}", file, reason);
    sqlite3_close(std::exchange(handle_, nullptr));
    throw failure{std::move(what), code};
  }
  sqlite3_busy_handler(handle_, &callbacks::on_busy, callbacks_.get());
  // Replaces SQLite's automatic checkpoint, which would run before the commit is reported to those who wait for it.
  sqlite3_wal_hook(handle_, &callbacks::on_commit, callbacks_.get());
}

database::~database() { sqlite3_close_v2(handle_); }

void database::fail(std::string_view doing, int code) const {
  throw failure{fmt::format("{}: {} (SQLite result {})", doing, sqlite3_errmsg(handle_), code), code};
}

void database::execute(std::string const& sql) {
  auto const code = sqlite3_exec(handle_, sql.c_str(), nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) fail(sql, code);
}

std::int64_t database::integer(std::string const& sql) {
  statement asked{*this, sql};
  return asked.step() ? asked.integer(0) : 0;
}

void database::use_write_ahead_log() {
  auto const since = clock_seam::now();
  while (true) {
    try {
      return execute("PRAGMA journal_mode = WAL");
    } catch (failure const& refused) {
      if (!refused.is_busy() || clock_seam::now() - since >= callbacks_->patience.load()) throw;
    }
    std::this_thread::sleep_for(1ms);
  }
}

bool database::in_transaction() const { return sqlite3_get_autocommit(handle_) == 0; }
std::int64_t database::rows_changed() const { return sqlite3_changes64(handle_); }
void database::set_patience(nanoseconds patience) { callbacks_->patience = patience; }
int database::wal_pages() const { return callbacks_->wal_pages; }

statement::statement(database& in, std::string_view sql) : in_{&in} {
  auto const code = sqlite3_prepare_v3(in.handle(), sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                                       &handle_, nullptr);
  if (code != SQLITE_OK) in.fail(sql, code);
}

statement::statement(statement&& other) noexcept : in_{other.in_}, handle_{std::exchange(other.handle_, nullptr)} {}

statement::~statement() { sqlite3_finalize(handle_); }

void statement::bind(int parameter, std::int64_t is) {
  if (auto const code = sqlite3_bind_int64(handle_, parameter, is); code != SQLITE_OK) in_->fail("bind", code);
}

void statement::bind(int parameter, std::string_view is) {
  // A view without storage would be bound as NULL.
  auto const* const bytes = is.data() != nullptr ? is.data() : "";
  auto const code = sqlite3_bind_text64(handle_, parameter, bytes, is.size(), SQLITE_STATIC, SQLITE_UTF8);
  if (code != SQLITE_OK) in_->fail("bind", code);
}

void statement::bind_null(int parameter) {
  if (auto const code = sqlite3_bind_null(handle_, parameter); code != SQLITE_OK) in_->fail("bind", code);
}

bool statement::step() {
  auto const code = sqlite3_step(handle_);
  if (code == SQLITE_ROW) return true;
  if (code != SQLITE_DONE) in_->fail(sqlite3_sql(handle_), code);
  return false;
}

void statement::reset() noexcept { sqlite3_reset(handle_); }

bool statement::is_null(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_NULL; }
bool statement::is_integer(int column) const { return sqlite3_column_type(handle_, column) == SQLITE_INTEGER; }
std::int64_t statement::integer(int column) const { return sqlite3_column_int64(handle_, column); }

std::string_view statement::text(int column) const {
  auto const* const bytes = reinterpret_cast<char const*>(sqlite3_column_text(handle_, column));
  if (bytes == nullptr) return {};
  return {bytes, static_cast<std::size_t>(sqlite3_column_bytes(handle_, column))};
}

}  // namespace holdfast::kit::sqlite
