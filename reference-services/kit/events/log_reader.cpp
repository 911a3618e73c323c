#include "kit/events/log_reader.hpp"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

namespace holdfast::kit {
namespace {

using namespace std::chrono_literals;

// On the service's thread: readers of a WAL wait only while somebody recovers it or locks the whole file.
constexpr nanoseconds patience = 5ms;

}  // namespace

struct log_reader::statements {
  explicit statements(sqlite::database& in)
      : topic{in, "SELECT id, partitions FROM topics WHERE name = ?"},
        records{in,
                "SELECT offset, appended_ms, key, value FROM records WHERE topic = ? AND partition = ? AND offset >= ? "
                "ORDER BY offset LIMIT ?"},
        last{in, "SELECT max(offset) FROM records WHERE topic = ? AND partition = ?"},
        identity{in, "SELECT id FROM identity"},
        version{in, "PRAGMA data_version"} {}
  sqlite::statement topic;
  sqlite::statement records;
  sqlite::statement last;
  sqlite::statement identity;
  sqlite::statement version;
  std::string known_identity;  // of this file; another one has another connection
};

log_reader::log_reader(event_log_settings const& of)
    : file_{of, log_file::access::read, patience}, partitions_{of.partitions} {}

log_reader::~log_reader() = default;

log_reader::statements& log_reader::prepared() {
  auto& connection = file_.connection();
  if (generation_ == file_.generation()) return *statements_;
  auto made = std::make_shared<statements>(connection);
  topics_.clear();
  statements_ = made.get();
  generation_ = file_.generation();
  file_.attach(std::move(made));
  return *statements_;
}

template <class Ask>
auto log_reader::guarded(Ask ask) {
  try {
    return ask();
  } catch (sqlite::failure const& failed) {
    if (failed.spoils_connection()) file_.drop();
    throw;
  }
}

std::optional<log_reader::topic_row> log_reader::find(statements& use, std::string_view name) {
  if (auto const known = topics_.find(name); known != topics_.end()) return known->second;
  sqlite::reset_at_end const done{use.topic};
  use.topic.bind(1, name);
  if (!use.topic.step()) return std::nullopt;
  topic_row const found{use.topic.integer(0), static_cast<std::uint32_t>(use.topic.integer(1))};
  topics_.emplace(std::string{name}, found);
  return found;
}

std::vector<event_record> log_reader::read(std::string_view topic, std::uint32_t partition, std::int64_t from,
                                           std::size_t limit) {
  return guarded([&] {
    std::vector<event_record> all;
    auto& use = prepared();
    auto const of = find(use, topic);
    if (!of) return all;
    auto& records = use.records;
    sqlite::reset_at_end const done{records};
    records.bind(1, of->id);
    records.bind(2, std::int64_t{partition});
    records.bind(3, from);
    records.bind(4, static_cast<std::int64_t>(std::min<std::size_t>(limit, std::numeric_limits<std::int32_t>::max())));
    while (records.step()) {
      all.push_back({.topic = std::string{topic},
                     .partition = partition,
                     .offset = records.integer(0),
                     .key = std::string{records.text(2)},
                     .value = std::string{records.text(3)},
                     .appended_ms = records.integer(1)});
    }
    return all;
  });
}

std::int64_t log_reader::end_offset(std::string_view topic, std::uint32_t partition) {
  return guarded([&]() -> std::int64_t {
    auto& use = prepared();
    auto const of = find(use, topic);
    if (!of) return 0;
    auto& last = use.last;
    sqlite::reset_at_end const done{last};
    last.bind(1, of->id);
    last.bind(2, std::int64_t{partition});
    return last.step() && !last.is_null(0) ? last.integer(0) + 1 : 0;
  });
}

std::uint32_t log_reader::partitions(std::string_view topic) {
  return guarded([&] {
    auto const of = find(prepared(), topic);
    return of ? of->partitions : partitions_;
  });
}

std::string log_reader::identity() {
  return guarded([&] {
    auto& use = prepared();
    if (!use.known_identity.empty()) return use.known_identity;
    sqlite::reset_at_end const done{use.identity};
    if (!use.identity.step()) throw store_failure{"the event log has no identity"};
    return use.known_identity = std::string{use.identity.text(0)};
  });
}

std::int64_t log_reader::version() {
  return guarded([&] {
    auto& asked = prepared().version;
    sqlite::reset_at_end const done{asked};
    return asked.step() ? asked.integer(0) : 0;
  });
}

}  // namespace holdfast::kit
