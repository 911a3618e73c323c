#include "kit/events/log_file.hpp"

#include <filesystem>
#include <system_error>

#include <fmt/format.h>
#include <sys/stat.h>

#include "kit/events/envelope.hpp"

namespace holdfast::kit {
namespace {

constexpr std::int64_t format_version = 1;

// Offsets are the record's number in its partition; the primary key is what both readers and appenders look for.
constexpr auto tables = R"(
CREATE TABLE identity (id TEXT NOT NULL);
CREATE TABLE topics (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, partitions INTEGER NOT NULL);
CREATE TABLE records (topic INTEGER, partition INTEGER, offset INTEGER, appended_ms INTEGER NOT NULL,
                      key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (topic, partition, offset)) WITHOUT ROWID;
CREATE TABLE members (topic INTEGER, grp TEXT, member TEXT, boot TEXT NOT NULL, ends_ns INTEGER NOT NULL,
                      PRIMARY KEY (topic, grp, member)) WITHOUT ROWID;
CREATE TABLE leases (topic INTEGER, grp TEXT, partition INTEGER, member TEXT NOT NULL, boot TEXT NOT NULL,
                     ends_ns INTEGER NOT NULL, PRIMARY KEY (topic, grp, partition)) WITHOUT ROWID;
)";

void make_tables(sqlite::database& in) {
  if (in.integer("PRAGMA user_version") == format_version) return;
  in.execute("BEGIN IMMEDIATE");
  auto const version = in.integer("PRAGMA user_version");  // again: another process may have been first
  if (version == 0) {
    in.execute(tables);
    in.execute(
        fmt::format("INSERT INTO identity VALUES ('{}'); PRAGMA user_version = {}", new_event_id(), format_version));
  }
  in.execute("COMMIT");
  if (version > format_version)
    throw store_failure{fmt::format("the event log has format {}; this program knows {}", version, format_version)};
}

}  // namespace

std::string log_path(std::string const& folder) { return folder + "/events.db"; }
std::string log_signal_path(std::string const& folder) { return folder + "/events.signal"; }

log_file::log_file(event_log_settings const& of, access how, nanoseconds patience)
    : folder_{of.folder},
      path_{log_path(folder_)},
      how_{how},
      patience_{patience},
      survives_power_loss_{of.survives_power_loss},
      seen_{of.is_known} {}

std::optional<log_file::place> log_file::on_disk() const {
  struct stat found {};
  if (stat(path_.c_str(), &found) != 0) return std::nullopt;
  return place{found.st_dev, found.st_ino};
}

std::optional<std::string> log_file::missing() const { return why_missing(on_disk()); }

std::optional<std::string> log_file::why_missing(std::optional<place> const& there) const {
  if (there) return std::nullopt;
  if (seen_) return fmt::format("{} is gone; waiting for it to come back", path_);
  if (how_ == access::read) return fmt::format("{} is not there yet", path_);
  return std::nullopt;
}

void log_file::drop() {
  attached_.reset();
  open_.reset();
}

sqlite::database& log_file::connection() {
  auto const there = on_disk();  // once: this stands in front of every read and append
  if (auto reason = why_missing(there)) throw store_failure{std::move(*reason)};
  if (open_ && there && *there != opened_) drop();
  if (!open_) open();
  return *open_;
}

void log_file::open() {
  if (how_ == access::append && !seen_) {
    std::error_code failed;
    std::filesystem::create_directories(folder_, failed);
    if (failed) throw store_failure{fmt::format("cannot make the folder {}: {}", folder_, failed.message())};
  }
  auto database = std::make_unique<sqlite::database>(path_, patience_);
  if (how_ == access::append) {
    database->use_write_ahead_log();
    database->execute(survives_power_loss_ ? "PRAGMA synchronous = FULL" : "PRAGMA synchronous = NORMAL");
    make_tables(*database);
  } else if (database->integer("PRAGMA user_version") != format_version) {
    throw store_failure{fmt::format("{} has no tables yet", path_)};
  }
  opened_ = on_disk().value_or(place{});
  seen_ = true;
  ++generation_;
  open_ = std::move(database);
}

}  // namespace holdfast::kit
