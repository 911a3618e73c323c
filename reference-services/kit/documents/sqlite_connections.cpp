#include "kit/documents/sqlite_connections.hpp"

#include <cassert>
#include <chrono>
#include <filesystem>

#include <fmt/format.h>

namespace holdfast::kit::sqlite {

namespace {

using namespace std::chrono_literals;

/// The store's thread may wait for writers of other processes; the service's thread waits only while a WAL left by a
/// killed process is recovered.
constexpr nanoseconds writer_patience = 5s;
constexpr nanoseconds reader_patience = 1s;

/// Pages of 4 KiB. A longer WAL means fewer checkpoints (each syncs to disk), but a longer recovery and slower reads.
constexpr int checkpoint_pages = 4000;
constexpr int wal_limit_pages = 4 * checkpoint_pages;
/// Readers' views are short, so they leave soon; but other writers stand still meanwhile.
constexpr nanoseconds patience_with_readers = 20ms;

/// Views read the file as memory instead of copying pages: finding one of a million rows took 7.6 us of CPU time
/// instead of 12.2 (one run each, on a busy machine). The writer does not: it would leave holes in the file when the
/// disk is full, and touching one through memory ends a process. The file never shrinks, so readers meet no end.
constexpr std::int64_t read_as_memory = std::int64_t{1} << 30;

}  // namespace

std::shared_ptr<database> source::connect(nanoseconds patience) {
  if (memory) return memory;
  auto opened = std::make_shared<database>(file.empty() ? ":memory:" : file, patience);
  opened->execute("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -8192");
  if (file.empty()) return memory = opened;
  opened->use_write_ahead_log();
  opened->execute(survives == durability::power_loss ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
  opened->execute(fmt::format("PRAGMA journal_size_limit = {}", checkpoint_pages * 4096));
  return opened;
}

struct writing_side::connection {
  connection(std::shared_ptr<database> to, layouts const& tables) : db{std::move(to)}, group{*db, tables} {}
  std::shared_ptr<database> db;
  group_transaction group;
};

writing_side::writing_side(std::shared_ptr<source> from, layouts const& tables)
    : from_{std::move(from)}, tables_{tables}, checkpoint_at_{checkpoint_pages} {
  auto db = from_->connect(writer_patience);
  prepare_tables(*db, tables_);
  open_ = std::make_shared<connection>(std::move(db), tables_);
}

std::unique_lock<std::mutex> writing_side::access() {
  return from_->memory ? std::unique_lock{from_->memory_turn} : std::unique_lock<std::mutex>{};
}

group_transaction& writing_side::group() {
  if (!open_) open_ = std::make_shared<connection>(from_->connect(writer_patience), tables_);
  return open_->group;
}

void writing_side::probe() {
  auto& g = group();
  g.begin();
  try {
    open_->db->execute("REPLACE INTO holdfast_probe(rowid, writes) VALUES (1, 1)");
  } catch (...) {
    g.abandon();
    throw;
  }
  g.commit();
}

void writing_side::look_after(store_failure const& f) {
  auto const* const reason = dynamic_cast<failure const*>(&f);
  auto const spoilt = reason == nullptr || reason->spoils_connection();
  if (spoilt && !from_->memory) open_.reset();
}

void writing_side::checkpoint_if_due() {
  if (!open_ || from_->memory) return;
  auto& db = *open_->db;
  auto const pages = db.wal_pages();
  if (pages < checkpoint_pages) checkpoint_at_ = checkpoint_pages;
  if (pages < checkpoint_at_) return;
  checkpoint_at_ = pages + checkpoint_pages / 4;
  try {
    db.set_patience(patience_with_readers);
    db.execute(pages < wal_limit_pages ? "PRAGMA wal_checkpoint(PASSIVE)" : "PRAGMA wal_checkpoint(RESTART)");
  } catch (failure const& f) {
    look_after(f);
  }
  if (open_) db.set_patience(writer_patience);
}

/// The reader that a view is: one for all, as they cannot overlap on one thread except inside each other.
class reading_side::view final : public reader {
 public:
  view(std::shared_ptr<source> from, layouts const& tables) : from_{std::move(from)}, tables_{tables} {}

  void enter() {
    if (depth_ == 0) {
      if (from_->memory) turn_ = std::unique_lock{from_->memory_turn};
      if (std::exchange(spoilt_, false) && !from_->memory) open_.reset();
      if (!open_) open_.emplace(connect(), tables_);
      if (!from_->memory) noticing_failure([&] { run(open_->begin); });
    }
    ++depth_;
  }
  void leave() noexcept {
    if (--depth_ > 0) return;
    try {
      if (!from_->memory) run(open_->end);
    } catch (store_failure const&) {
      spoilt_ = true;  // opened again by the next view
    }
    if (turn_.owns_lock()) turn_.unlock();
  }

  std::optional<row> get(table from, std::int64_t id) override {
    return noticing_failure([&] { return open_->asked.get(from, id); });
  }
  std::vector<stored_row> find(table from, std::string_view column, value const& is, std::size_t limit) override {
    return noticing_failure([&] { return open_->asked.find(from, column, is, limit); });
  }
  std::vector<stored_row> list(table from, std::size_t skip, std::size_t limit, std::span<sort_key const> by) override {
    return noticing_failure([&] { return open_->asked.list(from, skip, limit, by); });
  }
  std::int64_t count(table of) override {
    return noticing_failure([&] { return open_->asked.count(of); });
  }

 private:
  struct connection {
    connection(std::shared_ptr<database> to, layouts const& tables)
        : db{std::move(to)}, asked{*db, tables}, begin{*db, "BEGIN"}, end{*db, "COMMIT"} {}
    std::shared_ptr<database> db;
    queries asked;
    statement begin, end;
  };
  std::shared_ptr<database> connect() const {
    auto db = from_->connect(reader_patience);
    if (!from_->memory) db->execute(fmt::format("PRAGMA mmap_size = {}", read_as_memory));
    return db;
  }
  static void run(statement& s) {
    reset_at_end const ended{s};
    s.step();
  }
  template <class Work>
  auto noticing_failure(Work&& work) -> decltype(work()) {
    try {
      return work();
    } catch (failure const& f) {
      spoilt_ = spoilt_ || f.spoils_connection();
      throw;
    }
  }

  std::shared_ptr<source> from_;
  layouts const& tables_;
  std::optional<connection> open_;
  std::unique_lock<std::mutex> turn_;
  int depth_ = 0;
  bool spoilt_ = false;
};

reading_side::reading_side(std::shared_ptr<source> from, layouts const& tables)
    : view_{std::make_unique<view>(std::move(from), tables)} {
  auto const opened = begin();  // now rather than during the first request
}

reading_side::~reading_side() = default;

std::unique_ptr<reader, void (*)(reader*)> reading_side::begin() {
  view_->enter();
  return {view_.get(), [](reader* r) { static_cast<view*>(r)->leave(); }};
}

std::pair<std::unique_ptr<writing_side>, std::unique_ptr<reading_side>> connect(sqlite_settings const& settings,
                                                                                layouts const& tables) {
  auto from = std::make_shared<source>();
  from->survives = settings.survives;
  if (!settings.folder.empty()) {
    std::error_code refused;
    std::filesystem::create_directories(settings.folder, refused);
    if (refused) throw store_failure{fmt::format("cannot make folder {}: {}", settings.folder, refused.message())};
    from->file = settings.folder + "/store.db";
  }
  auto writing = std::make_unique<writing_side>(from, tables);
  auto reading = std::make_unique<reading_side>(from, tables);
  return {std::move(writing), std::move(reading)};
}

}  // namespace holdfast::kit::sqlite
